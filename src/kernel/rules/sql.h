#pragma once

// Translates an expression to SQL (docs/rules.md, "Rules on sets"). Unknown and null are NULL; the
// text holds no value of the expression, only numbered parameters.

#include "kernel/rules/ast.h"

namespace rules {

// RULE_NOT_SQL names the construct and its place. The tree must have passed the type check.
Result<Sql> write_sql(const Node&, std::string_view text, const SqlNames&);

// What the columns, rows and known values say about types; `to_sql` checks a rule against it first.
Declarations declarations_of(const SqlNames&);

// Names as SQL could see them, for asking whether an expression lies in the profile.
SqlNames sample_names(const Declarations&);

}  // namespace rules
