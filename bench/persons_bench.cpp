// Accuracy and speed of the linkage core: one JSON figure a line.
//   persons_bench WEIJIAN FOLDER [FEBRL_FOLDER]
// WEIJIAN_BENCH_PERSONS sets the largest made-up file (default 1,000,000 records).
//
// Each run is a process of its own, so that its peak memory is its own; its report.json says the rest.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "report.h"

namespace {

struct Run {
    double seconds = 0, cpu_seconds = 0, memory_mib = 0;
    json::object report;
};

// Null report when the program refused.
Run run(const std::vector<std::string>& arguments, const std::filesystem::path& report)
{
    std::vector<char*> pointers;
    for (const std::string& argument : arguments)
        pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    const auto begun = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    Run out;
    int status = 0;
    struct ::rusage usage{};
    ::wait4(child, &status, 0, &usage);
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    const auto seconds = [](const ::timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    out.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    out.memory_mib = static_cast<double>(usage.ru_maxrss) / 1024;
    if (status == 0 && !report.empty()) {
        if (const auto text = base::files::read(report); text.ok()) {
            if (auto parsed = base::parse_json(*text); parsed.ok())
                out.report = parsed->as_object();
        }
    }
    return out;
}

double figure(const json::object& report, const char* name)
{
    const auto* value = report.if_contains(name);
    return value != nullptr ? value->to_number<double>() : 0;
}

double reading_to_clusters(const json::object& report)
{
    double sum = 0;
    if (const auto* seconds = report.if_contains("seconds")) {
        for (const auto& [stage, taken] : seconds->as_object()) {
            if (stage != "total" && stage != "write_pairs")
                sum += taken.to_number<double>();
        }
    }
    return sum;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int count, char** arguments)
{
    if (count < 3)
        return 2;
    const std::string program = arguments[1];
    const std::filesystem::path folder = std::filesystem::path{arguments[2]} / "persons_bench", out = folder / "out";
    std::filesystem::create_directories(folder);
    const auto link = [&](const std::string& file, const std::string& truth, const std::string& model) {
        return run({program, "--quiet", "persons", "link", file, "--truth", truth, "--model", model, "--out", out.string()}, out / "report.json");
    };
    using bench::Better;
    if (count > 3) {
        const double goals[] = {1, 0.998, 0.998};
        for (int set = 1; set <= 3; ++set) {
            const Run done = link(std::string{arguments[3]} + "/dataset" + std::to_string(set) + ".csv", "rec_id", "generic_person");
            bench::print({.metric = "febrl" + std::to_string(set) + "_f1", .value = figure(done.report, "f1"), .unit = "", .goal = goals[set - 1]});
        }
    }
    const char* wanted = std::getenv("WEIJIAN_BENCH_PERSONS");
    const long long largest = wanted != nullptr ? std::atoll(wanted) : 1'000'000;
    for (long long records = 100'000; records <= largest; records *= 10) {
        const std::string size = std::to_string(records), file = (folder / ("people" + size + ".csv")).string();
        run({program, "--quiet", "persons", "generate", file, "--records", size, "--seed", "7"}, {});
        std::vector<double> wall, cpu, memory;
        json::object report;
        for (int round = 0; round < (records > 1'000'000 ? 1 : 5); ++round) {
            const Run done = link(file, "person_key", "cn_resident");
            wall.push_back(reading_to_clusters(done.report));
            cpu.push_back(done.cpu_seconds);
            memory.push_back(done.memory_mib);
            report = done.report;
        }
        const double goal = records <= 1'000'000 ? 1.5 * static_cast<double>(records) / 1e6 : 30, mib = records <= 1'000'000 ? 400 : 4096;
        bench::print({.metric = "residents_" + size + "_seconds", .value = median(wall), .unit = "s, CSV to clusters", .goal = goal, .better = Better::Less});
        bench::print({.metric = "residents_" + size + "_cpu", .value = median(cpu), .unit = "CPU s, everything written", .goal = 4 * goal, .better = Better::Less});
        bench::print({.metric = "residents_" + size + "_memory", .value = median(memory), .unit = "MiB", .goal = mib, .better = Better::Less});
        bench::print({.metric = "residents_" + size + "_f1", .value = figure(report, "f1"), .unit = "", .goal = 0.99});
        bench::print({.metric = "residents_" + size + "_precision", .value = figure(report, "precision"), .unit = "", .goal = 0.999});
        std::filesystem::remove(file);
    }
    std::filesystem::remove_all(folder);
    return 0;
}
