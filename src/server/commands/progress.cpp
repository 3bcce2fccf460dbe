#include "server/commands/progress.h"

#include <unistd.h>

#include <cstdio>

namespace server {

using namespace std::chrono_literals;

Progress::Progress(std::string title, std::int64_t total, bool quiet)
    : title_(std::move(title)), total_(total), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1),
      started_(std::chrono::steady_clock::now()), drawn_(started_ - 1h)
{
}

void Progress::at(std::int64_t done)
{
    done_ = done;
    const auto now = std::chrono::steady_clock::now();
    if (quiet_ || now - drawn_ < (terminal_ ? 100ms : 5000ms))
        return;
    drawn_ = now;
    draw(done, false);
}

void Progress::finish()
{
    if (!quiet_)
        draw(done_, true);
}

void Progress::draw(std::int64_t done, bool last)
{
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    const int filled = total_ > 0 ? static_cast<int>(done * 30 / total_) : 30;
    std::string bar(static_cast<std::size_t>(filled), '#');
    bar.resize(30, '.');
    const char* begin = terminal_ ? "\r" : "";
    const char* end = terminal_ && !last ? "" : "\n";
    std::fprintf(stderr, "%s%s [%s] %lld/%lld  %.1f s%s", begin, title_.c_str(), bar.c_str(),
        static_cast<long long>(done), static_cast<long long>(total_), seconds, end);
    std::fflush(stderr);
}

}  // namespace server
