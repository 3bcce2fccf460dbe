#include "kernel/identity/form.h"

#include "base/text.h"

namespace identity {

namespace {

std::optional<Id> id_in(const json::value& value)
{
    if (const auto* text = value.if_string())
        return base::parse_id({text->data(), text->size()});
    if (const auto* number = value.if_int64())
        return *number > 0 ? std::optional<Id>{*number} : std::nullopt;
    if (const auto* object = value.if_object())
        if (const auto* inner = object->if_contains("id"); inner && !inner->is_object())
            return id_in(*inner);
    return {};
}

}  // namespace

const json::value* Form::take(std::string_view name, Need need)
{
    known_.emplace(name);
    const auto* value = object_.if_contains(name);
    if (value && !value->is_null())
        return value;
    if (need == Need::Required)
        fault(name, "REQUIRED");
    return nullptr;
}

void Form::fault(std::string_view name, std::string code) 
{
    const bool names_itself = code == "FIELD_TYPE" || code == "UNKNOWN_FIELD";
    faults_.push_back({path(name), std::move(code), names_itself ? base::Parameters{{"name", path(name)}} : base::Parameters{}});
}

void Form::add(std::vector<base::Fault> faults)
{
    for (auto& fault : faults)
        faults_.push_back(std::move(fault));
}

std::string Form::text(std::string_view name, std::size_t max, Need need)
{
    const auto* value = take(name, need);
    if (!value)
        return {};
    const auto* given = value->if_string();
    if (!given) {
        fault(name, "FIELD_TYPE");
        return {};
    }
    auto text = base::text::trimmed(base::text::nfc({given->data(), given->size()}));
    if (base::text::has_control_characters(text))
        fault(name, "CONTROL_CHARACTERS");
    else if (base::text::length(text) > max)
        faults_.push_back({path(name), "TOO_LONG", {{"max", std::to_string(max)}}});
    else if (text.empty() && need == Need::Required)
        fault(name, "REQUIRED");
    else
        return text;
    return {};
}

std::string Form::secret(std::string_view name, Need need)
{
    const auto* value = take(name, need);
    const auto* given = value ? value->if_string() : nullptr;
    if (value && !given)
        fault(name, "FIELD_TYPE");
    if (given && given->size() > 1024) {
        faults_.push_back({path(name), "TOO_LONG", {{"max", "256"}}});
        return {};
    }
    return given ? base::text::nfc({given->data(), given->size()}) : std::string{};
}

std::optional<std::string> Form::optional_text(std::string_view name, std::size_t max)
{
    known_.emplace(name);
    if (!has(name))
        return {};
    return text(name, max);
}

Id Form::id(std::string_view name, Need need)
{
    const auto* value = take(name, need);
    if (!value)
        return 0;
    const auto id = id_in(*value);
    if (!id)
        fault(name, "FIELD_TYPE");
    return id.value_or(0);
}

std::vector<Id> Form::ids(std::string_view name)
{
    std::vector<Id> found;
    for (const auto& item : array(name)) {
        if (const auto id = id_in(item))
            found.push_back(*id);
        else
            fault(name, "FIELD_TYPE");
    }
    return found;
}

std::vector<std::string> Form::texts(std::string_view name, std::size_t max)
{
    std::vector<std::string> found;
    for (const auto& item : array(name)) {
        const auto* text = item.if_string();
        if (text && text->size() <= max)
            found.emplace_back(*text);
        else
            fault(name, text ? "TOO_LONG" : "FIELD_TYPE");
    }
    return found;
}

std::optional<base::Date> Form::date(std::string_view name, Need need)
{
    const auto* value = take(name, need);
    if (!value)
        return {};
    const auto* text = value->if_string();
    auto date = text ? base::Date::parse({text->data(), text->size()})
                     : base::Result<base::Date>{Error{.kind = Kind::Invalid, .code = "FIELD_TYPE"}};
    if (!date.ok()) {
        fault(name, date.error().code);
        return {};
    }
    return *date;
}

const json::object& Form::object(std::string_view name, Need need)
{
    static const json::object none;
    const auto* value = take(name, need);
    if (!value)
        return none;
    if (!value->is_object()) {
        fault(name, "FIELD_TYPE");
        return none;
    }
    return value->get_object();
}

const json::array& Form::array(std::string_view name)
{
    static const json::array none;
    static constexpr std::size_t items_max = 1000;
    const auto* value = take(name, Need::Optional);
    if (!value)
        return none;
    if (!value->is_array() || value->get_array().size() > items_max) {
        fault(name, value->is_array() ? "TOO_LONG" : "FIELD_TYPE");
        return none;
    }
    return value->get_array();
}

Status Form::finish()
{
    for (const auto& [name, value] : object_)
        if (!known_.contains(std::string_view{name.data(), name.size()}))
            fault({name.data(), name.size()}, "UNKNOWN_FIELD");
    if (!faults_.empty())
        return invalid(std::move(faults_));
    return {};
}

}  // namespace identity
