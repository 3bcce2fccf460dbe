#include "kernel/sheets/number_format.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/time.h"

namespace sheets {

bool date_format(std::string_view code)
{
    for (std::size_t i = 0; i < code.size(); ++i) {
        switch (code[i]) {
        case '"':
            i = std::min(code.find('"', i + 1), code.size());
            break;
        case '\\':
        case '_':
        case '*':
            ++i;  // the next character is shown, or kept free, as it is
            break;
        case '[': {
            const auto end = std::min(code.find(']', i), code.size());
            const auto inside = code.substr(i + 1, end - i - 1);
            if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos)
                return true;  // elapsed time
            i = end;
            break;
        }
        case ';':
            return false;  // the first section decides
        default:
            if (std::string_view("yYmMdDhHsS").find(code[i]) != std::string_view::npos)
                return true;
        }
    }
    return false;
}

bool date_format_id(int id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

std::optional<std::string> date_text(double serial, bool from_1904)
{
    if (!(serial >= 0 && serial < 2'958'466))
        return std::nullopt;
    auto days = static_cast<std::int64_t>(serial);
    auto seconds = static_cast<std::int64_t>(std::llround((serial - static_cast<double>(days)) * 86'400));
    if (seconds == 86'400) {
        seconds = 0;
        ++days;
    }
    char time[16];
    std::snprintf(time, sizeof time, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
        static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    if (serial < 1 && !from_1904)
        return days == 0 ? std::optional<std::string>(time) : std::nullopt;

    base::Date base = base::Date::of(1904, 1, 1);
    if (!from_1904) {
        // Excel takes 1900 for a leap year: 60 is its 29 February, which never was.
        if (days == 60)
            return std::nullopt;
        base = days < 60 ? base::Date::of(1899, 12, 31) : base::Date::of(1899, 12, 30);
    }
    const base::Date date = base.plus_days(days);
    if (date > base::Date::of(9999, 12, 31))
        return std::nullopt;
    return seconds == 0 ? date.text() : date.text() + " " + time;
}

std::string number_text(std::string_view raw, bool& digits_lost)
{
    digits_lost = false;
    const auto digits = raw.substr(raw.starts_with('-') ? 1 : 0);
    if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos)
        return std::string(raw);  // an exact integer; Excel itself writes long ones with an exponent
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error != std::errc{} || end != raw.data() + raw.size() || !std::isfinite(value))
        return std::string(raw);
    char buffer[512];
    if (std::abs(value) >= 1e15) {
        digits_lost = true;
        std::snprintf(buffer, sizeof buffer, "%.0f", value);
        return buffer;
    }
    if (value == 0)
        return "0";
    // 15 significant digits, then written out: "%.15g" may answer with an exponent.
    const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
    const int decimals = std::min(std::max(14 - magnitude, 0), 340);
    std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    std::string text = buffer;
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.pop_back();
    }
    return text;
}

}  // namespace sheets
