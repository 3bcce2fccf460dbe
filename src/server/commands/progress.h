#pragma once

// A progress bar on a terminal, a line now and then in a log, nothing with --json.

#include <chrono>
#include <cstdint>
#include <string>

namespace server {

class Progress {
public:
    Progress(std::string title, std::int64_t total, bool quiet);
    void at(std::int64_t done);
    void finish();  // ends the line, with the time it took

private:
    void draw(std::int64_t done, bool last);
    std::string title_;
    std::int64_t total_;
    std::int64_t done_ = 0;
    bool quiet_;
    bool terminal_;
    std::chrono::steady_clock::time_point started_, drawn_;
};

}  // namespace server
