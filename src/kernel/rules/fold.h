#pragma once

// Work done once while parsing: date("2026-09-28") becomes a constant, a constant pattern is compiled.

#include "kernel/rules/ast.h"

namespace rules {

void fold(Node&);

}  // namespace rules
