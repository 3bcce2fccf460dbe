#pragma once

// Evaluates a parsed expression on the values of one record.

#include "kernel/rules/ast.h"

namespace rules {

Value evaluate_tree(const Node&, const Activation&);

}  // namespace rules
