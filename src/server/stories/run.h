#pragma once

// Runs stories through the HTTP interface and compares what they expect.

#include <filesystem>
#include <string>
#include <vector>

#include "server/stories/story.h"
#include "server/stories/world.h"

namespace stories {

struct Failure {
    std::filesystem::path file;
    int line = 0;
    std::string message;  // what was expected, what was seen
};

struct Report {
    int stories = 0;
    int expectations = 0;  // `then` lines that held
    int inverted = 0;      // stories that noticed a turned expectation
    std::vector<Failure> failures;
    std::vector<base::Problem> problems;
};

struct RunOptions {
    std::filesystem::path system;   // systems/units
    std::shared_ptr<const definitions::Release> release;
    std::string database = {};
    bool invert = true;  // run each story again with one expectation turned, and expect it to fail
    std::function<void(const std::string& story, bool passed)> progress = {};
};

Report run_stories(const RunOptions&);

}  // namespace stories
