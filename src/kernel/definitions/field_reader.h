#pragma once

// Fields of a record or of its rows, from YAML.

#include <string>
#include <vector>

#include "kernel/definitions/names.h"
#include "kernel/definitions/reader.h"

namespace definitions {

// Where the fields stand; the rules they carry are checked against it later.
struct FieldOwner {
    std::string record;
    std::string rows = {};  // empty: the record itself
};

// Appends the fields of the map `key`; what is there already must not come again.
void read_fields(const MapReader&, std::string_view key, const FieldOwner&, std::vector<Field>& into);

}  // namespace definitions
