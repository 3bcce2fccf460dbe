#pragma once

// The type check: what each part of an expression is, given what its names are.

#include "kernel/rules/ast.h"

namespace rules {

// The type of the whole, or RULE_NAME, RULE_TYPE, RULE_FUNCTION.
Result<Declaration> check_tree(const Node&, std::string_view text, const Declarations&);

// "did you mean ...?" when one of the names is near; empty otherwise.
std::string near_name(std::string_view wrong, const std::vector<std::string>& names);

}  // namespace rules
