// Days, numbers and divisions as people write them.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "base/checks.h"
#include "base/regions.h"
#include "base/text.h"
#include "base/time.h"
#include "kernel/imports/convert.h"

namespace imports {

namespace {

bool digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<std::string> day(int year, int month, int day_of_month)
{
    if (year < 1000 || year > 9999)
        return std::nullopt;
    std::string text = std::to_string(year);
    text += (month < 10 ? "-0" : "-") + std::to_string(month);
    text += (day_of_month < 10 ? "-0" : "-") + std::to_string(day_of_month);
    return text;  // whether there is such a day is for records to say: DATE_RANGE
}

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

bool is_unit(std::string_view rest, std::string_view unit)
{
    if (rest.empty() || rest == unit || rest == base::text::nfkc(unit))
        return true;
    const std::string lower = base::text::lower(rest);
    if (unit == "㎡")
        return lower == "m2" || lower == "平方米" || lower == "平米" || lower == "平方" || lower == "m^2";
    if (unit == "吨")
        return lower == "t";
    return unit == "人" && (lower == "名" || lower == "个");
}

using Names = std::unordered_map<std::string, std::vector<std::string>>;

// Each division under its own name and under its name behind those of the divisions above.
const Names& region_names()
{
    static const Names names = [] {
        Names result;
        for (const auto& region : base::regions::all()) {
            std::string name(region.name);
            result[name].emplace_back(region.code);
            std::string skipped = name;  // "北京市朝阳区" without "市辖区" between them
            for (const auto* above = base::regions::find(region.parent); above; above = base::regions::find(above->parent)) {
                name.insert(0, above->name);
                result[name].emplace_back(region.code);
                if (above->name != "市辖区" && above->name != "县")
                    skipped.insert(0, above->name);
                if (skipped != name)
                    result[skipped].emplace_back(region.code);
            }
        }
        for (auto& [_, codes] : result) {
            std::ranges::sort(codes);
            codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
        }
        return result;
    }();
    return names;
}

}  // namespace

std::optional<std::string> date_text(std::string_view given)
{
    std::string text = base::text::nfkc(base::text::trimmed(given));
    if (const auto space = text.find_first_of(" T"); space != std::string::npos && text.find(':') != std::string::npos)
        text.erase(space);
    std::erase(text, ' ');
    if (digits(text)) {
        if (text.size() == 8)
            return day(number(text.substr(0, 4)), number(text.substr(4, 2)), number(text.substr(6)));
        // Excel counts days from 1899-12-30; five digits are 1927 to 2173.
        return text.size() == 5 ? std::optional{base::Date::of(1899, 12, 30).plus_days(number(text)).text()} : std::nullopt;
    }
    replace_all(text, "年", "-");
    replace_all(text, "月", "-");
    replace_all(text, "日", "");
    replace_all(text, "号", "");
    replace_all(text, "。", "-");
    for (char& c : text)
        if (c == '/' || c == '.' || c == '\\')
            c = '-';
    const auto parts = base::text::split(text, '-');
    if (parts.size() != 3 || parts[0].size() != 4 || parts[1].size() > 2 || parts[2].size() > 2
        || !std::ranges::all_of(parts, digits))
        return std::nullopt;
    return day(number(parts[0]), number(parts[1]), number(parts[2]));
}

std::optional<std::string> number_text(std::string_view given, std::string_view unit)
{
    std::string text;
    std::size_t at = 0;
    if (at < given.size() && (given[at] == '-' || given[at] == '+')) {
        if (given[at] == '-')
            text += '-';
        ++at;
    }
    const std::size_t begin = text.size();
    std::size_t group = 0;  // digits since the last separator
    bool grouped = false, point = false;
    for (; at < given.size(); ++at) {
        const char c = given[at];
        if (c >= '0' && c <= '9') {
            text += c;
            ++group;
        } else if (c == ',' && !point && text.size() > begin && (!grouped || group == 3) && group <= 3) {
            grouped = true;
            group = 0;
        } else if (c == '.' && !point && text.size() > begin && (!grouped || group == 3)) {
            point = true;
            text += c;
        } else {
            break;
        }
    }
    if (text.size() == begin || text.ends_with('.') || (grouped && !point && group != 3) || !is_unit(given.substr(at), unit))
        return std::nullopt;
    if (point) {
        while (text.ends_with('0'))
            text.pop_back();
        if (text.ends_with('.'))
            text.pop_back();
    }
    return text;
}

std::optional<double> degrees(std::string_view given)
{
    std::string text = base::text::nfkc(given);
    for (const std::string_view direction : {"东经", "北纬", "E", "N", "e", "n"})
        replace_all(text, direction, "");
    for (const std::string_view mark : {"度", "分", "秒", "°", "′", "″", "'", "\"", "’", "”"})
        replace_all(text, mark, " ");
    double result = 0, share = 1;
    for (const std::string_view part : base::text::split(text, ' ')) {
        if (part.empty())
            continue;
        double number = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (error != std::errc{} || end != part.data() + part.size() || !std::isfinite(number))
            return std::nullopt;
        if (share < 1 && (number < 0 || number >= 60 || result < 0 || share < 1.0 / 3600))
            return std::nullopt;
        result += number * share;
        share /= 60;
    }
    return share < 1 ? std::optional{result} : std::nullopt;
}

std::vector<std::string> regions_named(std::string_view text, std::string_view within)
{
    if (digits(text))
        return base::checks::region(text) ? std::vector<std::string>{} : std::vector<std::string>{std::string(text)};
    const auto found = region_names().find(std::string(text));
    if (found == region_names().end())
        return {};
    std::vector<std::string> inside;
    for (const std::string& code : found->second)
        if (!within.empty() && base::regions::within(code, within))
            inside.push_back(code);
    return inside.empty() ? found->second : inside;
}

}  // namespace imports
