#include "server/stories/values.h"

#include <algorithm>

#include "base/decimal.h"

namespace stories {

using base::Error;
using base::Kind;
using definitions::FieldType;

namespace {

base::Result<json::value> replaced(const std::string& text, Names& names);

base::Result<json::value> replace_inside(json::value value, Names& names)
{
    if (value.is_string()) {
        const std::string text{value.as_string()};
        return text.starts_with("$") || text.starts_with("@") ? replaced(text, names) : base::Result<json::value>{value};
    }
    if (value.is_array()) {
        for (json::value& element : value.as_array()) {
            TRY_ASSIGN(element, replace_inside(element, names));
        }
    }
    if (value.is_object()) {
        for (auto& member : value.as_object()) {
            TRY_ASSIGN(member.value(), replace_inside(member.value(), names));
        }
    }
    return value;
}

// `$name`, `$name.field` and `@file`.
base::Result<json::value> replaced(const std::string& text, Names& names)
{
    if (text.starts_with("@")) {
        TRY_ASSIGN(json::object file, names.upload(text.substr(1)));
        return json::value(std::move(file));
    }
    const std::size_t point = text.find('.');
    const auto kept = names.kept.find(text.substr(0, point));
    if (kept == names.kept.end())
        return Error{Kind::Invalid, "STORY_NAME", {text}};
    if (point == std::string::npos)
        return json::value(kept->second.id);
    return at_path(kept->second.seen, text.substr(point + 1));
}

bool is_list(FieldType type)
{
    return type == FieldType::Codes || type == FieldType::Refs || type == FieldType::Files;
}

bool whole_number(const std::string& text)
{
    const std::size_t start = text.starts_with("-") ? 1 : 0;
    return text.size() > start && text.size() < 18 && text.find_first_not_of("0123456789", start) == std::string::npos;
}

std::string text_of(const json::value& value)
{
    return value.is_string() ? std::string{value.as_string()} : json::serialize(value);
}

bool same_number(const std::string& one, const std::string& other)
{
    const auto a = base::Decimal::parse(one), b = base::Decimal::parse(other);
    return a.ok() && b.ok() && *a == *b;
}

}  // namespace

base::Result<json::value> value_of(const std::string& text, const definitions::Field* field, Names& names)
{
    if (text == "null")
        return json::value(nullptr);
    if (text.starts_with("\"") || text.starts_with("[") || text.starts_with("{")) {
        TRY_ASSIGN(json::value parsed, base::parse_json(text));
        return replace_inside(std::move(parsed), names);
    }
    json::value value(text);
    if (text.starts_with("$") || text.starts_with("@")) {
        TRY_ASSIGN(value, replaced(text, names));
    } else if (field != nullptr) {
        const FieldType type = field->type;
        if (type == FieldType::Integer && whole_number(text))
            value = std::stoll(text);
        else if (type == FieldType::Boolean && (text == "true" || text == "false"))
            value = text == "true";
        else if (type == FieldType::Organisation && names.organisation(text))
            value = std::to_string(*names.organisation(text));
    }
    if (field != nullptr && is_list(field->type) && !value.is_array())
        value = json::array{value};
    return value;
}

std::string plain(const std::string& word)
{
    if (!word.starts_with("\""))
        return word;
    const auto parsed = base::parse_json(word);
    return parsed.ok() && parsed->is_string() ? std::string{parsed->as_string()} : word;
}

json::value at_path(const json::object& object, std::string_view path)
{
    json::value here(object);
    while (!path.empty()) {
        const std::size_t end = path.find('.');
        std::string_view step = path.substr(0, end);
        path = end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
        std::optional<std::size_t> index;
        if (const std::size_t bracket = step.find('['); bracket != std::string_view::npos && step.back() == ']') {
            index = std::stoul(std::string{step.substr(bracket + 1)});
            step = step.substr(0, bracket);
        }
        const json::value* member = here.is_object() ? here.as_object().if_contains(step) : nullptr;
        if (member == nullptr)
            return nullptr;
        json::value next = *member;
        if (index) {
            if (!next.is_array() || *index == 0 || *index > next.as_array().size())
                return nullptr;
            json::value element = next.as_array()[*index - 1];
            next = std::move(element);
        }
        here = std::move(next);
    }
    return here;
}

bool empty(const json::value& value)
{
    return value.is_null() || (value.is_string() && value.as_string().empty()) ||
        (value.is_array() && value.as_array().empty());
}

std::string shown(const json::value& value) { return json::serialize(value); }

bool equal(const json::value& seen, const std::string& expected, Names& names)
{
    if (expected == "null")
        return seen.is_null();
    if (seen.is_object()) {
        const json::object& object = seen.as_object();
        if (const json::value* id = object.if_contains("id")) {
            const json::value* label = object.if_contains("label");
            const auto wanted = value_of(expected, nullptr, names);
            if (!wanted.ok())
                return false;
            const std::string text = text_of(*wanted);
            const auto organisation = names.organisation(expected);
            return text_of(*id) == text || (label != nullptr && text_of(*label) == text) ||
                (organisation && text_of(*id) == std::to_string(*organisation));
        }
    }
    const auto wanted = value_of(expected, nullptr, names);
    if (!wanted.ok())
        return false;
    if (seen.is_array()) {
        json::array list = wanted->is_array() ? wanted->as_array() : json::array{*wanted};
        json::array have = seen.as_array();
        if (list.size() != have.size())
            return false;
        return std::all_of(list.begin(), list.end(), [&](const json::value& one) {
            return std::any_of(have.begin(), have.end(),
                [&](const json::value& other) { return text_of(one) == text_of(other); });
        });
    }
    const std::string one = text_of(seen), other = text_of(*wanted);
    return one == other || same_number(one, other);
}

}  // namespace stories
