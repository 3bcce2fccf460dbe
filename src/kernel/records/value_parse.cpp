// Values as they come in a request.

#include <charconv>
#include <cmath>

#include "base/checks.h"
#include "base/text.h"
#include "kernel/records/patterns.h"
#include "kernel/records/values.h"

namespace records {

using definitions::FieldType;
using rules::Value;

namespace {

class Parser {
public:
    Parser(const FieldPlan& plan, const std::string& path, base::Date today, Faults& faults) :
        plan_(plan), path_(path), today_(today), faults_(faults) {}

    Value value(const json::value& given)
    {
        if (given.is_null())
            return {};
        if (given.is_string() && given.as_string().empty())
            return {};
        switch (plan_.type) {
        case FieldType::Integer: return integer(given);
        case FieldType::Decimal:
        case FieldType::Money: return decimal(given);
        case FieldType::Boolean: return given.is_bool() ? Value{given.as_bool()} : wrong("boolean");
        case FieldType::Date: return date(given);
        case FieldType::DateTime: return instant(given);
        case FieldType::Ref:
        case FieldType::Organisation:
        case FieldType::User:
        case FieldType::Person: return id(given);
        case FieldType::Refs:
        case FieldType::Codes: return list(given);
        case FieldType::Files: return files(given);
        case FieldType::Signature: return file(given);
        case FieldType::Point: return point(given);
        case FieldType::Polygon: return polygon(given);
        default: return text(given);
        }
    }

private:
    Value fault(std::string code, base::Parameters parameters = {})
    {
        faults_.add(path_, std::move(code), std::move(parameters));
        return {};
    }
    Value wrong(std::string expected) { return fault("FIELD_TYPE", {{"name", path_}, {"expected", std::move(expected)}}); }

    Value text(const json::value& given)
    {
        if (!given.is_string())
            return wrong("text");
        std::string text = base::text::nfc(given.as_string());
        if (base::text::has_control_characters(text))
            return fault("CONTROL_CHARACTERS");
        switch (plan_.type) {
        case FieldType::Code: return code(std::move(text));
        case FieldType::Region: return checked(std::move(text), base::checks::region);
        case FieldType::IdCard: return checked(base::checks::normalise_id_card(text), base::checks::id_card);
        case FieldType::CreditCode: return checked(base::checks::normalise_credit_code(text), base::checks::credit_code);
        case FieldType::Phone: return checked(base::checks::normalise_phone(text), base::checks::phone);
        default: break;
        }
        const std::size_t length = base::text::length(text);
        if (plan_.field->max > 0 && length > static_cast<std::size_t>(plan_.field->max))
            return fault("TEXT_LENGTH", {{"maximum", std::to_string(plan_.field->max)}, {"length", std::to_string(length)}});
        if (plan_.pattern && !plan_.pattern->matches(text))
            return fault("PATTERN", {{"pattern", plan_.field->pattern}});
        return Value{std::move(text)};
    }

    template <class Check>
    Value checked(std::string text, Check check)
    {
        if (auto code = check(text))
            return fault(*std::move(code));
        return Value{std::move(text)};
    }

    Value code(std::string code)
    {
        const auto found = plan_.codes.find(code);
        if (found == plan_.codes.end())
            return fault("CODE_UNKNOWN", {{"code", code}, {"dictionary", plan_.field->dictionary}});
        const auto& entry = *found->second;
        if ((entry.valid_from && today_ < *entry.valid_from) || (entry.valid_to && today_ > *entry.valid_to))
            return fault("CODE_NOT_VALID", {{"code", code}, {"dictionary", plan_.field->dictionary}});
        return Value{std::move(code)};
    }

    Value integer(const json::value& given)
    {
        std::int64_t number = 0;
        if (given.is_int64()) {
            number = given.as_int64();
        } else if (given.is_string()) {
            const std::string_view text = given.as_string();
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size())
                return wrong("integer");
        } else {
            return wrong("integer");
        }
        return in_range(base::Decimal{number, 0}, std::abs(number) < 1'000'000'000'000'000'000) ? Value{number} : Value{};
    }

    Value decimal(const json::value& given)
    {
        base::Decimal number;
        if (given.is_int64()) {
            number = base::Decimal{given.as_int64(), 0};
        } else if (given.is_string()) {
            const auto parsed = base::Decimal::parse(given.as_string());
            if (!parsed.ok())
                return fault(parsed.error().code);
            number = *parsed;
        } else {
            return wrong("decimal text");
        }
        const int scale = plan_.type == FieldType::Money ? 2 : plan_.field->scale;
        const int precision = plan_.type == FieldType::Money ? 18 : plan_.field->precision;
        const auto scaled = number.rescaled(scale);
        if (!scaled)
            return fault("DECIMAL_RANGE");
        if (!(*scaled == number))
            return fault("DECIMAL_SCALE", {{"scale", std::to_string(scale)}});
        std::int64_t limit = 1;
        for (int i = 0; i < precision; ++i)
            limit *= 10;
        if (scaled->unscaled() >= limit || scaled->unscaled() <= -limit)
            return fault("DECIMAL_RANGE");
        return in_range(*scaled, true) ? Value{*scaled} : Value{};
    }

    // Bounds are written as text in the definition; a number beyond 18 digits has no Decimal to compare.
    bool in_range(base::Decimal number, bool comparable)
    {
        const auto bound = [](const std::optional<std::string>& text) -> std::optional<base::Decimal> {
            if (!text)
                return std::nullopt;
            const auto parsed = base::Decimal::parse(*text);
            return parsed.ok() ? std::optional{*parsed} : std::nullopt;
        };
        const auto minimum = bound(plan_.field->minimum), maximum = bound(plan_.field->maximum);
        if (!minimum && !maximum)
            return true;
        if (comparable && (!minimum || number >= *minimum) && (!maximum || number <= *maximum))
            return true;
        fault("NUMBER_RANGE", {{"minimum", plan_.field->minimum.value_or("")}, {"maximum", plan_.field->maximum.value_or("")}});
        return false;
    }

    // "today" may stand for a bound.
    bool day_in_range(base::Date day)
    {
        const auto bound = [&](const std::optional<std::string>& text) -> std::optional<base::Date> {
            if (!text)
                return std::nullopt;
            if (*text == "today" || *text == "today()" || *text == "now" || *text == "now()")
                return today_;
            const auto parsed = base::Date::parse(std::string_view(*text).substr(0, 10));
            return parsed.ok() ? std::optional{*parsed} : std::nullopt;
        };
        const auto minimum = bound(plan_.field->minimum), maximum = bound(plan_.field->maximum);
        if ((!minimum || day >= *minimum) && (!maximum || day <= *maximum))
            return true;
        fault("DATE_BOUNDS", {{"minimum", minimum ? minimum->text() : ""}, {"maximum", maximum ? maximum->text() : ""}});
        return false;
    }

    Value date(const json::value& given)
    {
        if (!given.is_string())
            return wrong("date");
        const auto day = base::Date::parse(given.as_string());
        if (!day.ok())
            return fault(day.error().code);
        return day_in_range(*day) ? Value{*day} : Value{};
    }

    Value instant(const json::value& given)
    {
        if (!given.is_string())
            return wrong("datetime");
        const auto at = base::Timestamp::parse(given.as_string());
        if (!at.ok())
            return fault(at.error().code);
        return day_in_range(at->date()) ? Value{*at} : Value{};
    }

    // "42", or {id: "42", label: …} as it was read.
    Value id(const json::value& given)
    {
        const json::value* text = &given;
        if (given.is_object()) {
            text = given.as_object().if_contains("id");
            if (!text)
                return wrong("id");
        }
        if (text->is_int64() && text->as_int64() > 0)
            return Value{text->as_int64()};
        const auto number = text->is_string() ? base::parse_id(text->as_string()) : std::nullopt;
        return number ? Value{*number} : wrong("id");
    }

    Value list(const json::value& given)
    {
        if (!given.is_array())
            return wrong("list");
        if (given.as_array().size() > 1000)
            return fault("TOO_MANY", {{"maximum", "1000"}});
        rules::List list;
        for (const json::value& element : given.as_array()) {
            Value one = plan_.type == FieldType::Refs ? id(element) : element_code(element);
            if (one.null())
                continue;
            bool known = false;
            for (const Value& other : list)
                known = known || same(other, one);
            if (!known)
                list.push_back(std::move(one));
        }
        return list.empty() ? Value{} : Value::list(std::move(list));
    }

    Value element_code(const json::value& element)
    {
        return element.is_string() ? code(std::string(element.as_string())) : wrong("code");
    }

    Value files(const json::value& given)
    {
        if (!given.is_array())
            return wrong("list of files");
        const auto count_max = static_cast<std::size_t>(plan_.field->max_files);
        if (given.as_array().size() > count_max)
            return fault("TOO_MANY", {{"maximum", std::to_string(count_max)}});
        rules::List list;
        for (const json::value& element : given.as_array())
            if (Value one = file(element); !one.null())
                list.push_back(std::move(one));
        return list.empty() ? Value{} : Value::list(std::move(list));
    }

    Value file(const json::value& given);
    Value point(const json::value& given);
    Value polygon(const json::value& given);

    const FieldPlan& plan_;
    const std::string& path_;
    base::Date today_;
    Faults& faults_;
};

bool accepted(const std::vector<std::string>& accept, std::string_view media_type)
{
    if (accept.empty())
        return true;
    for (const std::string& kind : accept) {
        if ((kind == "image" && (media_type == "image/jpeg" || media_type == "image/png" || media_type == "image/webp"))
            || (kind == "video" && media_type == "video/mp4") || (kind == "audio" && media_type.starts_with("audio/"))
            || (kind == "pdf" && (media_type == "application/pdf" || media_type == "application/ofd"))
            || (kind == "sheet" && (media_type.find("spreadsheetml") != std::string_view::npos || media_type == "text/csv"))
            || (kind == "document" && (media_type.find("wordprocessingml") != std::string_view::npos || media_type == "application/pdf"
                   || media_type == "application/ofd")))
            return true;
    }
    return false;
}

Value Parser::file(const json::value& given)
{
    if (!given.is_object())
        return wrong("file");
    const json::object& object = given.as_object();
    const std::string hash = base::string_or(object, "hash", ""), name = base::text::nfc(base::string_or(object, "name", ""));
    const std::string media_type = base::string_or(object, "media_type", "");
    const json::value* size = object.if_contains("size");
    const std::int64_t bytes = size && size->is_int64() ? size->as_int64() : -1;
    if (hash.size() != 71 || !hash.starts_with("sha256:") || bytes < 0)
        return fault("FILE_SHAPE");
    if (name.empty() || base::text::length(name) > 200 || base::text::has_control_characters(name)
        || name.find_first_of("/\\\n\t") != std::string::npos)
        return fault("FILE_NAME");
    if (!accepted(plan_.field->accept, media_type))
        return fault("FILE_KIND", {{"media_type", media_type}});
    if (plan_.field->max_mb > 0 && bytes > std::int64_t{plan_.field->max_mb} << 20)
        return fault("FILE_SIZE", {{"maximum", std::to_string(plan_.field->max_mb)}});
    return Value::map({{"hash", Value{hash}}, {"name", Value{name}}, {"size", Value{bytes}}, {"media_type", Value{media_type}}});
}

Value Parser::point(const json::value& given)
{
    if (!given.is_object())
        return wrong("point");
    const json::object& object = given.as_object();
    const auto degrees = [&](std::string_view name, double limit) -> std::optional<base::Decimal> {
        const json::value* value = object.if_contains(name);
        if (value && value->is_string()) {
            const auto decimal = base::Decimal::parse(std::string_view{value->as_string()});
            if (!decimal.ok() || !(std::abs(decimal->approximate()) <= limit))
                return std::nullopt;
            return decimal->rescaled(point_scale);
        }
        if (!value || !value->is_number() || !(std::abs(value->to_number<double>()) <= limit))
            return std::nullopt;
        return base::Decimal{std::llround(value->to_number<double>() * 1e7), point_scale};
    };
    const auto lng = degrees("lng", 180), lat = degrees("lat", 90);
    if (!lng || !lat)
        return fault("POINT_RANGE");
    const std::string system = base::string_or(object, "system", "");
    if (system != "CGCS2000" && system != "WGS84" && system != "GCJ02")
        return fault("POINT_SYSTEM");
    return Value::map({{"lng", Value{*lng}}, {"lat", Value{*lat}}, {"system", Value{system}}});
}

// GeoJSON: {type: "Polygon", coordinates: [[[lng, lat], …], …]}, every ring closed.
Value Parser::polygon(const json::value& given)
{
    if (!given.is_object() || base::string_or(given.as_object(), "type", "") != "Polygon")
        return wrong("GeoJSON polygon");
    const json::value* rings = given.as_object().if_contains("coordinates");
    if (!rings || !rings->is_array() || rings->as_array().empty() || given.as_object().size() != 2)
        return wrong("GeoJSON polygon");
    std::size_t corners = 0;
    for (const json::value& ring : rings->as_array()) {
        if (!ring.is_array() || ring.as_array().size() < 4 || ring.as_array().front() != ring.as_array().back())
            return fault("POLYGON_RING");
        corners += ring.as_array().size();
        for (const json::value& corner : ring.as_array())
            if (!corner.is_array() || corner.as_array().size() != 2 || !corner.as_array()[0].is_number()
                || !corner.as_array()[1].is_number() || std::abs(corner.as_array()[0].to_number<double>()) > 180
                || std::abs(corner.as_array()[1].to_number<double>()) > 90)
                return fault("POINT_RANGE");
    }
    if (corners > 10'000)
        return fault("TOO_MANY", {{"maximum", "10000"}});
    return Value{json::serialize(given)};
}

}  // namespace

Value parse_value(const FieldPlan& plan, const json::value& given, const std::string& path, base::Date today, Faults& faults)
{
    return Parser{plan, path, today, faults}.value(given);
}

}  // namespace records
