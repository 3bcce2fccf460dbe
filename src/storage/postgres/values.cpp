#include "storage/postgres/values.h"

#include <charconv>
#include <chrono>
#include <cstring>

namespace storage::postgres {

namespace {

// From the server's catalogue (pg_type); these numbers never change.
constexpr Oid boolean_type = 16, bytes_type = 17, int8_type = 20, int2_type = 21, int4_type = 23, oid_type = 26,
              float4_type = 700, float8_type = 701, date_type = 1082, timestamp_type = 1114,
              timestamptz_type = 1184, numeric_type = 1700;
// Nulls and texts take the type of their place.
constexpr Oid unknown_type = 0;

struct TypeOf {
    Oid operator()(std::monostate) const { return unknown_type; }
    Oid operator()(bool) const { return boolean_type; }
    Oid operator()(std::int64_t) const { return int8_type; }
    Oid operator()(double) const { return float8_type; }
    Oid operator()(const std::string&) const { return unknown_type; }
    Oid operator()(const Bytes&) const { return bytes_type; }
    Oid operator()(base::Decimal) const { return numeric_type; }
    Oid operator()(base::Date) const { return date_type; }
    Oid operator()(base::Timestamp) const { return timestamptz_type; }
};

struct TextOf {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool value) const { return value ? "t" : "f"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const
    {
        char buffer[32];  // the shortest text that reads back as the same double
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
        return {buffer, end};
    }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const Bytes& value) const
    {
        constexpr char digits[] = "0123456789abcdef";
        std::string text = "\\x";
        for (const char c : value.data) {
            const auto byte = static_cast<unsigned char>(c);
            text += digits[byte >> 4];
            text += digits[byte & 15];
        }
        return text;
    }
    std::string operator()(base::Decimal value) const { return value.text(); }
    std::string operator()(base::Date value) const { return value.text(); }
    std::string operator()(base::Timestamp value) const { return value.text(); }
};

int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

std::string bytes_of(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 2; at + 1 < text.size(); at += 2)
        bytes += static_cast<char>(hex_digit(text[at]) * 16 + hex_digit(text[at + 1]));
    return bytes;
}

// Reads digits up to `end_mark`, or to the end of the text when it is 0; moves `text` behind.
std::optional<std::int64_t> take_number(std::string_view& text, char end_mark)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc())
        return {};
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (end_mark != 0) {
        if (!text.starts_with(end_mark))
            return {};
        text.remove_prefix(1);
    }
    return number;
}

// "2026-09-28", and what follows it is left in `text`. Nothing for "infinity" and years before 1.
std::optional<std::int64_t> take_days(std::string_view& text)
{
    const auto year = take_number(text, '-');
    const auto month = year ? take_number(text, '-') : std::nullopt;
    const auto day = month ? take_number(text, 0) : std::nullopt;
    if (!day || text.ends_with("BC"))
        return {};
    using namespace std::chrono;
    const sys_days days = std::chrono::year(static_cast<int>(*year)) / static_cast<int>(*month) / static_cast<int>(*day);
    return days.time_since_epoch().count();
}

// "2026-09-28 08:00:00.123+00": the session's zone is UTC.
std::optional<std::int64_t> milliseconds_of(std::string_view text)
{
    const auto days = take_days(text);
    if (!days || text.size() < 9)
        return {};
    text.remove_prefix(1);
    const auto hours = take_number(text, ':');
    const auto minutes = hours ? take_number(text, ':') : std::nullopt;
    const auto seconds = minutes ? take_number(text, 0) : std::nullopt;
    if (!seconds)
        return {};
    std::int64_t milliseconds = (*days * 86'400 + *hours * 3'600 + *minutes * 60 + *seconds) * 1'000;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        for (std::int64_t unit = 100; unit > 0 && !text.empty() && text[0] >= '0' && text[0] <= '9'; unit /= 10) {
            milliseconds += unit * (text[0] - '0');
            text.remove_prefix(1);
        }
    }
    return milliseconds;
}

Row::Cell cell_of(Oid type, std::string_view text)
{
    const auto number_or_text = [&](std::optional<std::int64_t> number) -> Row::Cell {
        if (number)
            return *number;
        return std::string(text);
    };
    std::string_view rest = text;
    switch (type) {
    case boolean_type:
        return std::int64_t{text == "t"};
    case int2_type:
    case int4_type:
    case int8_type:
    case oid_type:
        return number_or_text(take_number(rest, 0));
    case float4_type:
    case float8_type:
        return std::strtod(text.data(), nullptr);
    case date_type:
        return number_or_text(take_days(rest));
    case timestamp_type:
    case timestamptz_type:
        return number_or_text(milliseconds_of(text));
    case bytes_type:
        return bytes_of(text);
    default:
        return std::string(text);
    }
}

}  // namespace

Result<Arguments> Arguments::of(std::span<const Value> values)
{
    Arguments made;
    made.texts_.reserve(values.size());  // pointers into it must stay
    for (const Value& value : values) {
        const bool null = std::holds_alternative<std::monostate>(value);
        const auto* text = std::get_if<std::string>(&value);
        const auto* bytes = std::get_if<Bytes>(&value);
        if (text && text->find('\0') != std::string::npos)
            return Error{.kind = Kind::Invalid, .code = "TEXT_NUL"};
        const std::string* sent = text ? text : bytes ? &bytes->data : nullptr;
        if (!sent)
            sent = &made.texts_.emplace_back(std::visit(TextOf{}, value));
        made.pointers_.push_back(null ? nullptr : sent->c_str());
        made.lengths_.push_back(static_cast<int>(sent->size()));
        made.formats_.push_back(bytes ? 1 : 0);
        made.types_.push_back(std::visit(TypeOf{}, value));
    }
    return made;
}

bool Arguments::fit(const std::vector<Oid>& types) const
{
    if (types.size() != types_.size())
        return false;
    for (std::size_t index = 0; index < types.size(); ++index) {
        // Bytes go as they are, and the server must not take them for text.
        const bool binary = formats_[index] != 0;
        if (pointers_[index] && types[index] != types_[index] && (binary || types[index] != unknown_type))
            return false;
    }
    return true;
}

std::string text_of(const Value& value)
{
    return std::visit(TextOf{}, value);
}

Row row_of(const PGresult* result, int index)
{
    const int count = PQnfields(result);
    std::vector<Row::Cell> cells;
    cells.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column) {
        if (PQgetisnull(result, index, column)) {
            cells.emplace_back();
            continue;
        }
        const std::string_view text(PQgetvalue(result, index, column),
                                    static_cast<std::size_t>(PQgetlength(result, index, column)));
        cells.push_back(cell_of(PQftype(result, column), text));
    }
    return Row(Dialect::Postgres, std::move(cells));
}

}  // namespace storage::postgres
