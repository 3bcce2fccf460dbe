#pragma once

// What `weijian check` says about a template: tags in safe places, names that exist, sections closed.

#include <optional>

#include "kernel/documents/definition.h"

namespace documents {

std::vector<markup::Fault> check_template(const definitions::Release&, const definitions::Record&, const Definition&);

// Names that every template knows beside the fields.
const std::vector<std::string_view>& general_names();

// A name of a template, split: "permit_to.digits", "is.subject_type.LEGAL".
struct Name {
    const definitions::Field* field = nullptr;  // null: general or position
    std::string suffix;
    std::string code;  // of is.<field>.<code>
};
std::optional<Name> find_name(const definitions::Release&, const definitions::Record&, const definitions::Rows*, std::string_view name);

}  // namespace documents
