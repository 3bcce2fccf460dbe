#pragma once

// The smaller definition files: system.yaml, roles.yaml, rules/*.yaml and dictionaries/*.csv.

#include <optional>
#include <string>
#include <vector>

#include "kernel/definitions/reader.h"

namespace definitions {

std::optional<System> read_system(Loading&, const std::string& file, const YamlNode&, const std::string& folder);
std::vector<Role> read_roles(Loading&, const std::string& file, const YamlNode&, const std::string& system);
std::vector<Figure> read_figures(Loading&, const std::string& file, const YamlNode&, const std::string& system);
// Adds the entries; a code that is there already may come again only in an addition, and replaces it.
void read_dictionary(Loading&, const std::string& file, std::string_view text, bool addition, Dictionary& into);

}  // namespace definitions
