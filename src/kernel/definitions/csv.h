#pragma once

// RFC 4180 lines with their line numbers, for dictionaries (small files kept in the system's folder).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/definitions/problems.h"

namespace definitions {

struct CsvLine {
    int line = 0;
    std::vector<std::string> cells;
};

// Empty lines are left out. Reports text that is not UTF-8, an open quote, and text after a closing quote.
std::vector<CsvLine> read_csv(const std::string& file, std::string_view text, Problems&);

}  // namespace definitions
