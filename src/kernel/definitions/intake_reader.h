#pragma once

// intake/<name>.yaml: what the public may send without an account.

#include <optional>
#include <string>

#include "kernel/definitions/reader.h"

namespace definitions {

std::optional<Intake> read_intake(Loading&, const std::string& file, const YamlNode&, const std::string& system);
// Needs the record: fields that exist and that the public can fill, progress without protected values.
void check_intake(Loading&, const Release&, const Intake&);

}  // namespace definitions
