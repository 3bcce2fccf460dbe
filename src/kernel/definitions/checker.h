#pragma once

// Checks that need every file: references, types of rules, results of computed fields.

#include "kernel/definitions/reader.h"

namespace definitions {

// Names that files promise, even when the file itself is broken, so that one fault is not told twice.
struct KnownNames {
    std::set<std::string, std::less<>> records = {};
    std::set<std::string, std::less<>> dictionaries = {};
};

// Fills Field::computed_type on the way.
void check_release(Loading&, const KnownNames&, Release&);
// Fields and figures that workflows name.
void check_workflow_names(Loading&, const Release&);

}  // namespace definitions
