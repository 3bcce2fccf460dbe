#include "kernel/documents/values.h"

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <array>

#include "base/regions.h"

#include "kernel/documents/template_check.h"

namespace documents {

using definitions::Field;
using definitions::FieldType;
using kainjow::mustache::data;

namespace {

bool empty(const json::value* value)
{
    return !value || value->is_null() || (value->is_string() && value->as_string().empty()) || (value->is_array() && value->as_array().empty());
}

std::string plain(const json::value& value)
{
    if (value.is_string())
        return std::string(value.as_string());
    if (value.is_bool())
        return value.as_bool() ? "是" : "否";
    if (value.is_object()) {
        if (const json::value* label = value.as_object().if_contains("label"); label && label->is_string())
            return std::string(label->as_string());
        return "";
    }
    return json::serialize(value);
}

std::string date_text(const std::string& text, const std::string& suffix)
{
    const auto day = base::Date::parse(text);
    return !day.ok() || suffix == "digits" ? text : chinese_date(*day);
}

std::string instant_text(const std::string& text, const std::string& suffix)
{
    const auto at = base::Timestamp::parse(text);
    if (!at.ok())
        return text;
    const std::string local = at->local_text();
    if (suffix == "digits")
        return local.substr(0, 16);
    const std::string time = local.substr(11, 2) + "时" + local.substr(14, 2) + "分";
    return suffix == "date" ? chinese_date(at->date()) : suffix == "time" ? time : chinese_date(at->date()) + time;
}

std::string money_text(const std::string& text, const std::string& suffix)
{
    const auto amount = base::Decimal::parse(text);
    if (!amount.ok())
        return text;
    return suffix == "capital" ? chinese_amount(*amount) : text;
}

class Filler {
public:
    Filler(const definitions::Release& release, const Definition& definition, const json::object& record) :
        release_(release), definition_(definition), kind_(*release.record(definition.record)), record_(record) {}

    std::string text(const Name& name, const json::object& values) const
    {
        const json::value* value = values.if_contains(name.field->name);
        if (empty(value))
            return definition_.blank;
        const FieldType type = name.field->type == FieldType::Computed ? name.field->computed_type : name.field->type;
        const std::string shown = plain(*value);
        switch (type) {
        case FieldType::Code: return name.suffix == "code" ? shown : title_of(*name.field, shown);
        case FieldType::Codes:
        case FieldType::Refs: return list(*name.field, *value);
        case FieldType::Region: return shown_region(shown);
        case FieldType::Date: return date_text(shown, name.suffix);
        case FieldType::DateTime: return instant_text(shown, name.suffix);
        case FieldType::Money: return money_text(shown, name.suffix);
        default: return name.field->unit.empty() ? shown : shown + name.field->unit;
        }
    }

    bool is(const Name& name, const json::object& values) const
    {
        const json::value* value = values.if_contains(name.field->name);
        if (!value)
            return false;
        if (value->is_array())
            return std::ranges::any_of(value->as_array(), [&](const json::value& one) { return plain(one) == name.code; });
        return plain(*value) == name.code;
    }

    // Puts what the tag needs into the object of its level.
    void put(data& into, const Tag& tag, const definitions::Rows* rows, const json::object& values) const
    {
        const auto name = find_name(release_, kind_, rows, tag.name);
        if (!name || !name->field)
            return;
        const json::object& from = rows && rows->field(name->field->name) ? values : record_;
        if (name->suffix == "is")
            into.set(tag.name, is(*name, from) ? data::type::bool_true : data::type::bool_false);
        else if (tag.kind == '#' || tag.kind == '^')
            into.set(tag.name, truth(*name, from));
        else if (const data* section = into.get(tag.name); !section || !section->is_false())  // within a section that is not shown
            into.set(tag.name, text(*name, from));
    }

private:
    // A section over a field is shown when it is filled; over a yes-or-no field when it is yes.
    data truth(const Name& name, const json::object& values) const
    {
        const json::value* value = values.if_contains(name.field->name);
        const bool shown = !empty(value) && (!value->is_bool() || value->as_bool());
        return shown ? data::type::bool_true : data::type::bool_false;
    }
    std::string title_of(const Field& field, const std::string& code) const
    {
        const auto dictionary = release_.dictionaries.find(field.dictionary);
        const auto* entry = dictionary == release_.dictionaries.end() ? nullptr : dictionary->second.find(code);
        return entry ? entry->title.zh : code;
    }
    std::string list(const Field& field, const json::value& value) const
    {
        std::string text;
        if (value.is_array())
            for (const json::value& one : value.as_array())
                text += (text.empty() ? "" : "、") + (field.type == FieldType::Codes ? title_of(field, plain(one)) : plain(one));
        return text;
    }
    static std::string shown_region(const std::string& code)
    {
        const std::string name = base::regions::full_name(code);
        return name.empty() ? code : name;
    }

    const definitions::Release& release_;
    const Definition& definition_;
    const definitions::Record& kind_;
    const json::object& record_;
};

// Names are looked up whole ("fine.capital"), from the innermost row outwards.
class Context final : public kainjow::mustache::basic_context<std::string> {
public:
    explicit Context(const data& root) : stack_{&root} {}
    void push(const data* one) override { stack_.push_back(one); }
    void pop() override { stack_.pop_back(); }
    const data* get(const std::string& name) const override
    {
        for (auto at = stack_.rbegin(); at != stack_.rend(); ++at)
            if ((*at)->is_object())
                if (const data* found = (*at)->get(name))
                    return found;
        return nullptr;
    }
    const data* get_partial(const std::string&) const override { return nullptr; }

private:
    std::vector<const data*> stack_;
};

}  // namespace

std::string chinese_date(base::Date day)
{
    return std::to_string(day.year()) + "年" + std::to_string(day.month()) + "月" + std::to_string(day.day()) + "日";
}

std::string chinese_amount(const base::Decimal& amount)
{
    static constexpr std::array digits = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
    static constexpr std::array places = {"", "拾", "佰", "仟"};
    static constexpr std::array groups = {"", "万", "亿", "万亿"};
    const auto fen = amount.rescaled(2);
    if (!fen)
        return amount.text();
    const bool negative = fen->unscaled() < 0;
    const auto total = negative ? -static_cast<std::uint64_t>(fen->unscaled()) : static_cast<std::uint64_t>(fen->unscaled());
    std::uint64_t yuan = total / 100;
    const auto jiao = static_cast<std::size_t>(total / 10 % 10), last = static_cast<std::size_t>(total % 10);
    std::string text;
    bool zero = false;  // a 零 is due before the next digit
    for (std::size_t group = groups.size(); group-- > 0;) {
        std::uint64_t weight = 1;
        for (std::size_t i = 0; i < group * 4; ++i)
            weight *= 10;
        const std::uint64_t part = yuan / weight % 10'000;
        std::uint64_t place_weight = 1000;
        for (std::size_t place = 4; place-- > 0; place_weight /= 10) {
            const auto digit = static_cast<std::size_t>(part / place_weight % 10);
            if (digit == 0) {
                zero = !text.empty();
                continue;
            }
            text += std::string(zero ? "零" : "") + digits[digit] + places[place];
            zero = false;
        }
        if (part > 0)
            text += group == 3 && yuan / 100'000'000 % 10'000 > 0 ? "万" : groups[group];
    }
    if (yuan > 0)
        text += "元";
    if (jiao == 0 && last == 0)
        return (negative ? "负" : "") + (text.empty() ? std::string("零元") : text) + "整";
    if (jiao > 0)
        text += std::string(digits[jiao]) + "角";
    else if (yuan > 0)
        text += "零";
    text += last > 0 ? std::string(digits[last]) + "分" : "整";
    return (negative ? "负" : "") + text;
}

std::vector<std::string> missing(const Definition& definition, const json::object& record)
{
    std::vector<std::string> names;
    for (const auto& name : definition.required)
        if (empty(record.if_contains(name)))
            names.push_back(name);
    return names;
}

Result<std::string> filled(const definitions::Release& release, const Definition& definition, const json::object& record, const Facts& facts)
{
    const definitions::Record* kind = release.record(definition.record);
    if (!kind)
        return base::Error{base::Kind::Internal, "DOCUMENT_TEMPLATE"};
    const Filler filler{release, definition, record};
    const auto or_blank = [&](const std::string& text) { return text.empty() ? definition.blank : text; };
    data root;
    root.set("document.title", definition.title.zh);
    root.set("document.number", or_blank(facts.number));
    root.set("document.date", chinese_date(facts.date));
    root.set("document.version", std::to_string(facts.version));
    root.set("document.code", facts.code);
    root.set("document.copies", std::to_string(definition.copies));
    root.set("agency.name", or_blank(facts.agency));
    root.set("user.name", or_blank(facts.user));

    std::vector<markup::Fault> faults;
    const std::vector<Tag> tags = tags_of(definition.text, faults);
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto* rows = tags[i].kind == '#' || tags[i].kind == '^' ? kind->child(tags[i].name) : nullptr;
        if (!rows) {
            if (tags[i].kind != '/' && tags[i].kind != '!')
                filler.put(root, tags[i], nullptr, record);
            continue;
        }
        std::size_t end = i + 1;
        while (end < tags.size() && !(tags[end].kind == '/' && tags[end].name == tags[i].name))
            ++end;
        data list{data::type::list};
        const json::value* values = record.if_contains(rows->name);
        int position = 0;
        if (values && values->is_array())
            for (const json::value& row : values->as_array()) {
                data one;
                one.set("position", std::to_string(++position));
                for (std::size_t t = i + 1; t < end; ++t)
                    if (tags[t].kind != '/' && tags[t].kind != '!' && row.is_object())
                        filler.put(one, tags[t], rows, row.as_object());
                list.push_back(std::move(one));
            }
        root.set(tags[i].name, std::move(list));
        i = end;
    }
    kainjow::mustache::mustache parsed{definition.text};
    Context context{root};
    std::string text = parsed.is_valid() ? parsed.render(context) : "";
    if (!parsed.is_valid())
        return base::Error{base::Kind::Internal, "DOCUMENT_TEMPLATE", {}, {}, {}, parsed.error_message()};
    return text;
}

}  // namespace documents
