#include "kernel/records/numbering.h"

#include <charconv>

namespace records {

namespace {

std::string padded(std::int64_t number, int digits)
{
    std::string text = std::to_string(number);
    if (static_cast<int>(text.size()) < digits)
        text.insert(0, static_cast<std::size_t>(digits) - text.size(), '0');
    return text;
}

// "yyyyMMdd" in any part; the finest part decides in which period the serial runs.
std::optional<std::string> date_part(std::string_view part, base::Date day, int& finest)
{
    std::string text;
    while (!part.empty()) {
        const auto take = [&](std::string_view name, std::string value, int fineness) {
            if (!part.starts_with(name))
                return false;
            part.remove_prefix(name.size());
            text += value;
            finest = std::max(finest, fineness);
            return true;
        };
        if (!take("yyyy", padded(day.year(), 4), 1) && !take("yy", padded(day.year() % 100, 2), 1)
            && !take("MM", padded(day.month(), 2), 2) && !take("dd", padded(day.day(), 2), 3))
            return std::nullopt;
    }
    return text;
}

}  // namespace

base::Result<NumberParts> number_parts(std::string_view pattern, base::Date day, const NumberNames& names)
{
    const base::Error broken{base::Kind::Internal, "NUMBER_PATTERN", {}, {{"pattern", std::string(pattern)}}};
    NumberParts parts;
    std::string* text = &parts.before;
    int finest = 0;
    while (!pattern.empty()) {
        if (pattern.front() != '{') {
            *text += pattern.front();
            pattern.remove_prefix(1);
            continue;
        }
        const auto end = pattern.find('}');
        if (end == std::string_view::npos)
            return broken;
        const std::string_view part = pattern.substr(1, end - 1);
        pattern.remove_prefix(end + 1);
        if (part == "region") {
            *text += names.region;
        } else if (part == "organisation") {
            *text += names.organisation;
        } else if (part == "seq" || part.starts_with("seq:")) {
            parts.digits = 1;
            if (part.size() > 4)
                std::from_chars(part.data() + 4, part.data() + part.size(), parts.digits);
            text = &parts.after;
        } else if (const auto filled = date_part(part, day, finest)) {
            *text += *filled;
        } else {
            return broken;
        }
    }
    if (parts.digits < 1 || parts.digits > 12)
        return broken;
    if (finest >= 1)
        parts.period += padded(day.year(), 4);
    if (finest >= 2)
        parts.period += padded(day.month(), 2);
    if (finest >= 3)
        parts.period += padded(day.day(), 2);
    return parts;
}

constexpr std::string_view step_counter = R"sql(
    INSERT INTO records_counter (record, organisation, period, value) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (record, organisation, period) DO UPDATE SET value = records_counter.value + ?4
    RETURNING value
)sql";

base::Result<std::int64_t> take_serials(storage::Transaction& transaction, std::string_view record, base::Id organisation,
    const std::string& period, std::int64_t count)
{
    TRY_ASSIGN(const auto row, transaction.first(step_counter, {std::string(record), organisation, period, count}));
    return row->integer(0) - count + 1;
}

std::string number_of(const NumberParts& parts, std::int64_t serial)
{
    return parts.before + padded(serial, parts.digits) + parts.after;
}

base::Result<std::string> next_number(storage::Transaction& transaction, std::string_view record, base::Id organisation,
    const NumberParts& parts)
{
    TRY_ASSIGN(const auto serial, take_serials(transaction, record, organisation, parts.period, 1));
    return number_of(parts, serial);
}

}  // namespace records
