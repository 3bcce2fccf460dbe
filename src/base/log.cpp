#include "base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <vector>

namespace base::log {
namespace {

constexpr std::size_t file_size_max = std::size_t{20} << 20;
constexpr std::size_t file_count = 20;

spdlog::level::level_enum level_of(const std::string& name)
{
    if (name == "debug")
        return spdlog::level::debug;
    if (name == "warning")
        return spdlog::level::warn;
    if (name == "error")
        return spdlog::level::err;
    return spdlog::level::info;
}

std::shared_ptr<spdlog::logger> make(const std::string& level, const std::string& file)
{
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    std::string failure;
    if (!file.empty()) {
        try {
            sinks.push_back(
                std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file, file_size_max, file_count - 1));
        } catch (const spdlog::spdlog_ex& fault) {
            failure = fault.what();
        }
    }
    auto logger = std::make_shared<spdlog::logger>("weijian", sinks.begin(), sinks.end());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger->set_level(level_of(level));
    logger->flush_on(spdlog::level::info);
    if (!failure.empty())
        logger->error("The log file cannot be written, lines go to stderr only: {}", failure);
    return logger;
}

std::shared_ptr<spdlog::logger>& slot()
{
    static std::shared_ptr<spdlog::logger> logger = make("info", {});
    return logger;
}

std::string one_line(const std::string& line)
{
    std::string result;
    result.reserve(line.size());
    for (const char c : line) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
            result += c;
            continue;
        }
        constexpr char digits[] = "0123456789abcdef";
        result += "\\x";
        result += digits[static_cast<unsigned char>(c) >> 4];
        result += digits[static_cast<unsigned char>(c) & 15];
    }
    return result;
}

void write(spdlog::level::level_enum level, const std::string& line)
{
    const auto logger = std::atomic_load(&slot());
    if (logger->should_log(level))
        logger->log(level, one_line(line));
}

}  // namespace

void open(const std::string& level, const std::string& file)
{
    std::atomic_store(&slot(), make(level, file));
}

void debug(const std::string& line)
{
    write(spdlog::level::debug, line);
}
void info(const std::string& line)
{
    write(spdlog::level::info, line);
}
void warning(const std::string& line)
{
    write(spdlog::level::warn, line);
}
void error(const std::string& line)
{
    write(spdlog::level::err, line);
}

}  // namespace base::log
