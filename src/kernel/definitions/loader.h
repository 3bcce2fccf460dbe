#pragma once

// Reads and checks definition folders. Broken definitions never load: every problem is reported
// with file, line, column and a hint, all of them together.

#include <string>
#include <variant>
#include <vector>

#include "kernel/definitions/model.h"

namespace definitions {

struct LoadOptions {
    std::vector<std::string> folders;  // each holds one system folder per system ("systems")
    std::string overrides = {};        // "overrides": additions of one authority, same layout
    bool release = false;              // also refuse missing English titles
};

using Loaded = std::variant<std::shared_ptr<const Release>, std::vector<base::Problem>>;

// The release, or every problem found.
Loaded load(const LoadOptions&);
// The same from files kept in memory (a stored release): "systems/units/records/unit.yaml",
// "overrides/units/records/unit.yaml". Stories are not part of a release.
Loaded load_files(const std::map<std::string, std::string, std::less<>>& files, bool release = false);

// What the browser needs, in /api/definitions: systems, records, fields, forms, lists.
json::object describe(const Release&);
json::object describe(const Release&, const Record&);

}  // namespace definitions
