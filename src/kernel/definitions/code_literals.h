#pragma once

// Codes written in rules: `unit_status == "OPN"` is never true, so a code that the dictionary does not
// have is a fault of the definition.

#include "kernel/definitions/reader.h"

namespace definitions {

void check_code_literals(Loading&, const Release&, const Record&, const Rows*, const RuleUse&);

}  // namespace definitions
