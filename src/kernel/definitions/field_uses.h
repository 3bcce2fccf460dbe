#pragma once

// Which fields may stand where: in a list, an order, a unique key, a duplicate rule. An encrypted
// field can be compared for equality alone, so everything else is refused here.

#include <string>
#include <vector>

#include "kernel/definitions/reader.h"

namespace definitions {

enum class FieldUse { Column, Filter, Order, Search, Unique, Index, Similar, Near, Highlight, Label, Region };

class FieldUses {
public:
    // `standard`: the standard columns may be named too.
    FieldUses(const std::vector<Field>& fields, const std::vector<Rows>& rows, bool standard);

    // Reports when the field does not exist or may not stand here.
    bool judge(const MapReader&, const YamlNode& name, FieldUse) const;
    std::string name(const MapReader&, std::string_view key, FieldUse) const;
    std::vector<std::string> names(const MapReader&, std::string_view key, FieldUse) const;
    std::vector<std::vector<std::string>> name_lists(const MapReader&, std::string_view key, FieldUse) const;

private:
    const Field* find(std::string_view name) const;
    bool judge_path(const MapReader&, const YamlNode& name) const;

    const std::vector<Field>& fields_;
    std::vector<const Rows*> rows_;
    bool standard_;
};

}  // namespace definitions
