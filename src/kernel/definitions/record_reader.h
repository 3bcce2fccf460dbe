#pragma once

// Records, from YAML: the base definition, and additions of one authority on top of it.

#include <optional>

#include "kernel/definitions/reader.h"

namespace definitions {

// Nothing when the file does not even name its record.
std::optional<Record> read_record(Loading&, const std::string& file, const YamlNode&, const std::string& system);
// Adds fields, rows, checks, form lines, columns and access of another file (overrides/).
void add_to_record(Loading&, const std::string& file, const YamlNode&, Record& into);

}  // namespace definitions
