#include "kernel/imports/convert.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/checks.h"
#include "base/text.h"
#include "base/time.h"

namespace imports {

using definitions::FieldType;

namespace {

bool ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string compact(std::string_view text)
{
    std::string result = ascii(text) ? std::string(text) : base::text::nfkc(text);
    std::erase_if(result, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return result;
}

std::string one_line(std::string text)
{
    if (text.find_first_of("\r\n") == std::string::npos)
        return text;
    std::string result;
    for (const char c : text)
        if (c == '\n' || c == '\r')
            result += result.ends_with(' ') ? "" : " ";
        else
            result += c;
    return result;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> list)
{
    return std::ranges::find(list, text) != list.end();
}

std::optional<bool> boolean(std::string_view text)
{
    const std::string lower = base::text::lower(text);
    if (one_of(lower, {"是", "有", "对", "已", "√", "✓", "y", "yes", "true", "t", "1"}))
        return true;
    if (one_of(lower, {"否", "无", "没有", "不是", "未", "×", "✗", "n", "no", "false", "f", "0"}))
        return false;
    return std::nullopt;
}

// "116.4,39.9"; the other order is meant when only it lies in the range of a latitude.
std::optional<json::object> point(std::string text)
{
    std::string system = "CGCS2000";
    for (const std::string_view name : {"CGCS2000", "WGS84", "GCJ02"})
        if (const auto at = text.find(name); at != std::string::npos) {
            system = name;
            text.erase(at, name.size());
        }
    std::ranges::replace(text, ';', ',');
    std::erase_if(text, [](char c) { return c == '(' || c == ')' || c == 'E' || c == 'N'; });
    while (text.ends_with(','))
        text.pop_back();
    const auto comma = text.find_first_of(",/");
    if (comma == std::string::npos)
        return std::nullopt;
    std::array<double, 2> degrees{};
    const std::array<std::string_view, 2> parts{std::string_view(text).substr(0, comma), std::string_view(text).substr(comma + 1)};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto [end, error] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), degrees[i]);
        if (error != std::errc{} || end != parts[i].data() + parts[i].size())
            return std::nullopt;
    }
    if (degrees[1] > 90 && degrees[0] <= 90)
        std::swap(degrees[0], degrees[1]);
    return json::object{{"lng", degrees[0]}, {"lat", degrees[1]}, {"system", system}};
}

std::optional<std::string> instant(const std::string& text)
{
    if (base::Timestamp::parse(text).ok())
        return text;
    const auto space = text.find_first_of(" T");
    const auto day = date_text(std::string_view(text).substr(0, space));
    if (!day)
        return std::nullopt;
    std::string time = space == std::string::npos ? "00:00" : text.substr(space + 1);
    if (const auto colon = time.find(':'); colon == 1)
        time.insert(0, "0");
    if (time.size() == 5)
        time += ":00";
    const std::string whole = *day + "T" + time + "+08:00";
    return base::Timestamp::parse(whole).ok() ? std::optional{whole} : std::nullopt;
}

Converted fault(std::string code, base::Parameters parameters = {}) { return {nullptr, std::move(code), std::move(parameters)}; }

template <class T>
Converted or_fault(const std::optional<T>& value, std::string code)
{
    return value ? Converted{json::value(*value)} : fault(std::move(code));
}

}  // namespace

std::string narrow(std::string_view text)
{
    if (text.find('\xEF') == std::string_view::npos && text.find("\xE3\x80") == std::string_view::npos)
        return base::text::trimmed(text);
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        // U+FF01..FF5E stand 0xFEE0 above ASCII; U+3000 is the wide space.
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
        if (byte(i) == 0xEF && i + 2 < text.size() && (byte(i + 1) == 0xBC || byte(i + 1) == 0xBD)) {
            const unsigned code = 0xF000U | (byte(i + 1) & 0x3FU) << 6 | (byte(i + 2) & 0x3FU);
            const unsigned plain = code - 0xFEE0U;
            if (code > 0xFEE0U && plain < 0x7F && std::isalnum(static_cast<int>(plain))) {
                result += static_cast<char>(plain);
                i += 2;
                continue;
            }
        }
        if (i + 2 < text.size() && byte(i) == 0xE3 && byte(i + 1) == 0x80 && byte(i + 2) == 0x80) {
            result += ' ';
            i += 2;
            continue;
        }
        result += text[i];
    }
    return base::text::trimmed(result);
}

Converter::Converter(const records::FieldPlan& field, const LookUp& look_up) : field_(&field), look_up_(&look_up)
{
    if (!field.dictionary)
        return;
    const auto add = [&](const std::string& name, const std::string& code) {
        if (name.empty())
            return;
        const auto [found, fresh] = codes_.emplace(normalised(name), code);
        if (!fresh && found->second != code)
            found->second.clear();
    };
    for (const auto& entry : field.dictionary->entries) {
        add(entry.title.zh, entry.code);
        add(entry.title.en, entry.code);
        const std::string plain = normalised(entry.title.zh);
        if (const auto bracket = plain.find('('); bracket != std::string::npos && bracket > 0)
            add(plain.substr(0, bracket), entry.code);
    }
    for (const auto& entry : field.dictionary->entries)  // a code is never ambiguous
        codes_[normalised(entry.code)] = entry.code;
}

Converted Converter::code(const std::string& text) const
{
    if (field_->codes.contains(text))
        return {json::value(text)};
    const auto found = codes_.find(normalised(text));
    if (found == codes_.end())
        return fault("CODE_UNKNOWN", {{"code", text}, {"dictionary", field_->field->dictionary}});
    if (found->second.empty())
        return fault("CODE_AMBIGUOUS", {{"name", text}});
    return {json::value(found->second)};
}

// "内科、外科"; a name that holds a separator itself ("农、林、牧、渔业") is tried whole first.
Converted Converter::codes(const std::string& text) const
{
    if (Converted whole = code(text); whole.code.empty())
        return {json::array{whole.value}};
    std::string list = text;
    for (const std::string_view separator : {"、", "，", "；", ";", "|", "\n"})
        for (auto at = list.find(separator); at != std::string::npos; at = list.find(separator))
            list.replace(at, separator.size(), ",");
    json::array values;
    for (const std::string_view part : base::text::split(list, ',')) {
        const std::string one = base::text::trimmed(part);
        if (one.empty())
            continue;
        Converted converted = code(one);
        if (!converted.code.empty())
            return converted;
        values.push_back(converted.value);
    }
    return {values.empty() ? json::value(nullptr) : json::value(values)};
}

Converted Converter::found(const std::vector<base::Id>& ids) const
{
    if (ids.size() == 1)
        return {json::value(std::to_string(ids.front()))};
    return fault(ids.empty() ? "NAME_UNKNOWN" : "NAME_AMBIGUOUS");
}

Converted Converter::region(const std::string& text) const
{
    const auto codes = regions_named(text, look_up_->region);
    if (codes.size() == 1)
        return {json::value(codes.front())};
    return codes.empty() ? fault(std::isdigit(static_cast<unsigned char>(text[0])) ? "REGION_FORMAT" : "REGION_UNKNOWN") : fault("REGION_AMBIGUOUS");
}

Converted Converter::operator()(std::string_view cell) const
{
    std::string text = narrow(cell);
    if (text.empty() || text == "-" || text == "/" || text == "—" || text == "--")
        return {};
    const auto ids = [&](const LookUp::Find& find) { return found(find ? find(text) : std::vector<base::Id>{}); };
    switch (field_->field->type) {
    case FieldType::Integer:
    case FieldType::Decimal:
    case FieldType::Money: return or_fault(number_text(compact(text), field_->field->unit), "IMPORT_NUMBER");
    case FieldType::Boolean: return or_fault(boolean(compact(text)), "IMPORT_BOOLEAN");
    case FieldType::Date: return or_fault(date_text(text), "DATE_SYNTAX");
    case FieldType::DateTime: return or_fault(instant(text), "DATE_SYNTAX");
    case FieldType::Code: return code(text);
    case FieldType::Codes: return codes(text);
    case FieldType::Region: return region(compact(text));
    case FieldType::IdCard: {
        const std::string card = base::checks::normalise_id_card(text);
        const auto longer = card.size() == 15 ? base::checks::id_card_from_15(card) : std::nullopt;
        return {json::value(longer ? *longer : card)};
    }
    case FieldType::CreditCode: return {json::value(base::checks::normalise_credit_code(text))};
    case FieldType::Phone: return {json::value(base::checks::normalise_phone(text))};
    case FieldType::User: return ids(look_up_->users);
    case FieldType::Organisation: return ids(look_up_->organisations);
    case FieldType::Ref:
        return found(look_up_->records ? look_up_->records(field_->field->record, text) : std::vector<base::Id>{});
    case FieldType::Point: return or_fault(point(compact(text)), "POINT_SYNTAX");
    default: return {json::value(field_->field->multiline ? text : one_line(std::move(text)))};
    }
}

}  // namespace imports
