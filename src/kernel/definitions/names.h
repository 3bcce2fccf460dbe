#pragma once

// Which names a definition may use: lower snake_case, and none that SQL, the rule language or the
// HTTP interface already takes.

#include <string>
#include <string_view>

namespace definitions {

enum class Naming { System, Record, Field, Rows, RowField, Role, Dictionary };

// Empty when the name is good, else the sentence that says why not.
std::string fault_of_name(Naming, std::string_view name);

bool snake_case(std::string_view name);

}  // namespace definitions
