#include "kernel/definitions/field_uses.h"

#include <algorithm>

namespace definitions {

namespace {

using Kind = YamlNode::Kind;
using T = FieldType;

bool any_of(FieldType type, std::initializer_list<FieldType> types)
{
    return std::find(types.begin(), types.end(), type) != types.end();
}

// Values that are a single comparable column.
bool plain(FieldType type)
{
    return !any_of(type, {T::Codes, T::Refs, T::Files, T::Signature, T::Point, T::Polygon});
}

bool sortable(FieldType type) { return plain(type) && !any_of(type, {T::Ref, T::User, T::Person}); }

bool searchable(FieldType type) { return any_of(type, {T::Text, T::CreditCode, T::Phone, T::IdCard}); }

// Empty when the field may stand there.
std::string refusal(const Field& field, FieldUse use, bool alone)
{
    const auto name = "`" + field.name + "`";
    const auto type = " (" + std::string(name_of(field.type)) + ")";
    const bool encrypted = field.protection == Protection::Encrypt;
    switch (use) {
    case FieldUse::Column: return field.type == T::Polygon ? name + type + " cannot be a column" : "";
    case FieldUse::Filter: return any_of(field.type, {T::Files, T::Signature, T::Polygon}) ? name + type + " cannot be a filter" : "";
    case FieldUse::Order:
        if (encrypted)
            return name + " is encrypted, so lists cannot be ordered by it";
        return sortable(field.type) ? "" : name + type + " has no order";
    case FieldUse::Search:
        if (encrypted)
            return name + " is encrypted, so the search box cannot look in it";
        return searchable(field.type) ? "" : name + type + " is not text to search in";
    case FieldUse::Unique:
        if (encrypted && !alone)
            return name + " is encrypted, so it can be unique only alone";
        return plain(field.type) && field.type != T::Computed ? "" : name + type + " cannot be part of a key";
    case FieldUse::Index:
        if (encrypted)
            return name + " is encrypted; its blind index exists already";
        return plain(field.type) && field.type != T::Computed ? "" : name + type + " cannot be indexed";
    case FieldUse::Similar:
        if (encrypted)
            return name + " is encrypted, so it cannot be compared for similarity";
        return field.type == T::Text ? "" : name + type + " is not text";
    case FieldUse::Near: return field.type == T::Point ? "" : name + type + " is not a point";
    case FieldUse::Label:
        if (encrypted)
            return name + " is encrypted, so it cannot name a row";
        return plain(field.type) ? "" : name + type + " cannot name a row";
    case FieldUse::Region: return field.type == T::Region ? "" : name + type + " is not a region";
    case FieldUse::Highlight: return "";
    }
    return "";
}

}  // namespace

FieldUses::FieldUses(const std::vector<Field>& fields, const std::vector<Rows>& rows, bool with_standard)
    : fields_(fields), standard_(with_standard)
{
    for (const auto& child : rows)
        rows_.push_back(&child);
}

const Field* FieldUses::find(std::string_view name) const
{
    const auto search = [&](const std::vector<Field>& fields) -> const Field* {
        const auto at = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
        return at == fields.end() ? nullptr : &*at;
    };
    if (const auto* field = search(fields_))
        return field;
    return standard_ ? search(standard_fields()) : nullptr;
}

bool FieldUses::judge_path(const MapReader& reader, const YamlNode& name) const
{
    const auto dot = name.text.find('.');
    const auto head = std::string_view(name.text).substr(0, dot);
    for (const auto* rows : rows_) {
        if (rows->name != head)
            continue;
        if (dot == std::string::npos || rows->field(std::string_view(name.text).substr(dot + 1)))
            return true;
        reader.report(name, "`" + rows->name + "` has no field `" + name.text.substr(dot + 1) + "`");
        return false;
    }
    return false;
}

bool FieldUses::judge(const MapReader& reader, const YamlNode& name, FieldUse use) const
{
    const auto* field = find(name.text);
    if (!field) {
        const auto before = reader.loading().problems.size();
        if (use == FieldUse::Highlight && judge_path(reader, name))
            return true;
        if (reader.loading().problems.size() != before)
            return false;
        std::vector<std::string_view> known;
        for (const auto& candidate : fields_)
            known.push_back(candidate.name);
        if (standard_)
            for (const auto& candidate : standard_fields())
                known.push_back(candidate.name);
        reader.report(name, "there is no field `" + name.text + "`", hint_for(name.text, known));
        return false;
    }
    const auto fault = refusal(*field, use, true);
    if (!fault.empty())
        reader.report(name, fault);
    return fault.empty();
}

std::string FieldUses::name(const MapReader& reader, std::string_view key, FieldUse use) const
{
    const auto text = reader.text(key);
    if (text.empty() || !judge(reader, *reader.find(key), use))
        return {};
    return text;
}

std::vector<std::string> FieldUses::names(const MapReader& reader, std::string_view key, FieldUse use) const
{
    auto result = reader.names(key);
    if (const auto* node = reader.find(key))
        for (const auto& item : node->items)
            if (item.is_text() && !judge(reader, item, use))
                std::erase(result, item.text);
    return result;
}

std::vector<std::vector<std::string>> FieldUses::name_lists(const MapReader& reader, std::string_view key,
                                                            FieldUse use) const
{
    auto result = reader.name_lists(key);
    const auto* node = reader.find(key);
    if (!node)
        return result;
    for (const auto& list : node->items) {
        for (const auto& item : list.items) {
            if (!item.is_text() || !judge(reader, item, use))
                continue;
            if (list.items.size() > 1)
                if (auto fault = refusal(*find(item.text), use, false); !fault.empty())
                    reader.report(item, fault);
        }
    }
    return result;
}

}  // namespace definitions
