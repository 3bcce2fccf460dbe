#pragma once

// cases.txt, read: one rule a line with what it must give. The browser's runner reads the same file.

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace rules_tests {

struct Case {
    int line = 0;
    std::string section;
    std::string rule;
    std::string expected;  // canonical form, or "error RULE_TYPE"
    bool sql = true;       // false: must be refused with RULE_NOT_SQL
    json::object row;
};

base::Result<std::vector<Case>> read_cases(const std::string& path);

}  // namespace rules_tests
