#pragma once

// Where definition problems are collected. Reading goes on after a problem, so that a writer of
// definitions sees all of them at once.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace definitions {

// A place in a definition file; lines and columns count from 1.
struct Position {
    std::string file;
    int line = 0;
    int column = 0;
};

class Problems {
public:
    void add(const Position&, std::string message, std::string hint = {});
    bool empty() const { return problems_.empty(); }
    std::size_t size() const { return problems_.size(); }
    // In the order of file, line and column, without repetitions.
    std::vector<base::Problem> sorted() const;

private:
    std::vector<base::Problem> problems_;
};

// The candidate nearest to a misspelt name, or nothing when none is near.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);
// "did you mean `required`?", else "known: a, b, c" (at most ten), else nothing.
std::string hint_for(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace definitions
