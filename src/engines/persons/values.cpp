#include "engines/persons/values.h"

#include <algorithm>

#include "base/checks.h"
#include "base/text.h"
#include "base/time.h"

namespace persons {

namespace {

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ')
        text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ')
        text.remove_suffix(1);
    return text;
}

}  // namespace

bool is_blank(std::string_view text)
{
    text = trimmed(text);
    if (text.size() > 9)
        return false;
    static constexpr std::array<std::string_view, 16> blanks{"", "-", "--", "/", "null", "NULL", "None", "none",
        "nan", "NaN", "N/A", "n/a", "\\N", "不详", "未知", "无"};
    return std::find(blanks.begin(), blanks.end(), text) != blanks.end();
}

std::string normalised_text(std::string_view text)
{
    std::string wide;
    if (!ascii(text)) {
        wide = base::text::lower(base::text::nfkc(text));
        text = wide;
    }
    std::string out;
    if (is_blank(text))
        return out;
    for (const char c : text) {
        if (letter(c) || digit(c) || static_cast<unsigned char>(c) >= 0x80)
            out += lowered(c);
    }
    return out;
}

std::string normalised_number(std::string_view text)
{
    std::string out = normalised_text(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 32);
    }
    // 000000, 999999: filled in because the form asked.
    if (out.size() >= 6 && std::all_of(out.begin(), out.end(), [&](char c) { return c == out.front(); }))
        out.clear();
    return out;
}

TextValue text_value(std::string_view text)
{
    TextValue value;
    static constexpr std::string_view codes = "01230120022455012623010202";
    std::uint32_t sound = 0;
    int count = 0;
    char before = '0';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const unsigned bit = digit(c) ? byte - '0' : letter(c) ? 10U + byte - 'a' : 36U + byte % 28;
        value.letters |= std::uint64_t{1} << bit;
        if (!letter(c))
            continue;
        const char code = codes[static_cast<std::size_t>(c - 'a')];
        if (count == 0) {
            sound = byte;
            count = 1;
        } else if (code != '0' && code != before && count < 4) {
            sound = sound << 8 | static_cast<unsigned char>(code);
            ++count;
        }
        if (c != 'h' && c != 'w')
            before = code;
    }
    value.sound = sound;
    return value;
}

// --- dates ---------------------------------------------------------------------------------------------

bool real_date(std::uint32_t packed)
{
    const auto two = [&](unsigned shift) { return ((packed >> (shift + 4)) & 15) * 10 + ((packed >> shift) & 15); };
    const unsigned year = two(24) * 100 + two(16), month = two(8), day = two(0);
    if (year < 1880 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    static constexpr std::array<unsigned, 13> lengths{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (day > lengths[month])
        return false;
    return !(month == 2 && day == 29) || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

std::int32_t day_number(std::uint32_t packed)
{
    const auto two = [&](unsigned shift) { return ((packed >> (shift + 4)) & 15) * 10 + ((packed >> shift) & 15); };
    const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(two(24) * 100 + two(16))},
        std::chrono::month{two(8)}, std::chrono::day{two(0)}};
    return static_cast<std::int32_t>(std::chrono::sys_days{day}.time_since_epoch().count());
}

namespace {

std::uint32_t pack_date(unsigned year, unsigned month, unsigned day)
{
    const auto bcd = [](unsigned two) { return (two / 10) << 4 | two % 10; };
    return bcd(year / 100) << 24 | bcd(year % 100) << 16 | bcd(month) << 8 | bcd(day);
}

// Up to three groups of digits: 1985-3-12, 1985年3月12日, 12/03/1985, 19850312T101500.
std::uint32_t date_from_groups(std::string_view text)
{
    std::array<unsigned, 3> groups{};
    std::array<unsigned, 3> lengths{};
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size() && count < 3;) {
        if (!digit(text[at])) {
            ++at;
            continue;
        }
        while (at < text.size() && digit(text[at]) && lengths[count] < 8) {
            groups[count] = groups[count] * 10 + static_cast<unsigned>(text[at++] - '0');
            ++lengths[count];
        }
        ++count;
    }
    std::uint32_t packed = 0;
    if (lengths[0] == 8)
        packed = pack_date(groups[0] / 10000, groups[0] / 100 % 100, groups[0] % 100);
    else if (count == 3 && lengths[0] == 4 && groups[1] < 100 && groups[2] < 100)
        packed = pack_date(groups[0], groups[1], groups[2]);
    else if (count == 3 && lengths[2] == 4 && groups[0] < 100 && groups[1] < 100)
        packed = groups[1] > 12 ? pack_date(groups[2], groups[0], groups[1]) : pack_date(groups[2], groups[1], groups[0]);
    return packed;
}

}  // namespace

std::uint32_t packed_date(std::string_view text)
{
    text = trimmed(text);
    std::uint32_t packed = 0;
    if (text.size() == 8 && std::all_of(text.begin(), text.end(), digit)) {
        for (const char c : text)
            packed = packed << 4 | static_cast<std::uint32_t>(c - '0');
    } else if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        for (std::size_t at = 0; at < 10; ++at) {
            if (at != 4 && at != 7)
                packed = digit(text[at]) ? packed << 4 | static_cast<std::uint32_t>(text[at] - '0') : 0;
        }
        if (packed < 0x10000000)
            packed = 0;
    } else if (text.size() >= 6) {
        packed = date_from_groups(text);
    }
    // Placeholders of old systems. A mistyped date stays: it may still be close to the right one.
    if (packed == 0x19000101 || packed == 0x99991231 || packed == 0x00000000)
        return 0;
    return packed;
}

std::uint64_t packed_phone(std::string_view text)
{
    std::array<char, 24> digits{};
    std::size_t count = 0;
    text = trimmed(text);
    for (const char c : text) {
        if (digit(c) && count < digits.size())
            digits[count++] = c;
    }
    std::string_view kept{digits.data(), count};
    if (kept.size() > 11 && kept.starts_with("0086"))
        kept.remove_prefix(4);
    else if (kept.size() == 13 && kept.starts_with("86"))
        kept.remove_prefix(2);
    if (kept.size() < 6 || kept.size() > 14)
        return 0;
    if (kept == "13800000000" || kept == "12345678901" || kept.find_first_not_of(kept.back(), 1) == std::string_view::npos)
        return 0;
    std::uint64_t packed = kept.size();
    for (const char c : kept)
        packed = packed << 4 | static_cast<std::uint64_t>(c - '0');
    return packed;
}

std::uint32_t sex_code(std::string_view text)
{
    text = trimmed(text);
    if (text.size() == 1) {
        switch (text[0]) {
        case '1': case 'm': case 'M': return 1;
        case '2': case 'f': case 'F': return 2;
        default: return 0;
        }
    }
    if (text == "男" || text == "男性" || text == "male" || text == "Male" || text == "MALE" || text == "01")
        return 1;
    if (text == "女" || text == "女性" || text == "female" || text == "Female" || text == "FEMALE" || text == "02")
        return 2;
    return 0;
}

// --- cards -----------------------------------------------------------------------------------------------

namespace {

constexpr std::array<unsigned, 17> card_weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr std::array<unsigned, 11> card_checks{1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2};

bool province(unsigned two)
{
    constexpr std::uint64_t low = 0b111ULL << 21 | 0b11111ULL << 11 | 0b1111111ULL << 31 | 0b111111ULL << 41 | 0b11111ULL << 50
        | 0b1111ULL << 54 | 0b11ULL << 61 | 1ULL << 63;
    return two < 64 ? (low >> two & 1) != 0 : two == 64 || two == 65 || two == 71 || two == 81 || two == 82 || two == 83 || two == 91;
}

Card card_from_18(std::string_view text)
{
    std::array<unsigned, 18> values{};
    for (std::size_t at = 0; at < 18; ++at) {
        if (digit(text[at]))
            values[at] = static_cast<unsigned>(text[at] - '0');
        else if (at == 17 && (text[at] == 'X' || text[at] == 'x'))
            values[at] = 10;
        else
            return {};
    }
    Card card;
    unsigned sum = 0;
    for (std::size_t at = 0; at < 17; ++at)
        sum += values[at] * card_weights[at];
    card.head = values[0] << 4 | values[1];
    for (std::size_t at = 2; at < 18; ++at)
        card.tail = card.tail << 4 | values[at];
    card.valid = card_checks[sum % 11] == values[17] && province(values[0] * 10 + values[1]) && real_date(card.birth_date());
    const std::uint64_t sevens = (card.tail & 15) * 0x1111111111111111U;
    if (card.tail == sevens && values[0] == values[1])
        return {};  // eighteen times the same digit
    return card;
}

}  // namespace

Card packed_card(std::string_view text)
{
    text = trimmed(text);
    if (text.size() == 18)
        return card_from_18(text);
    if (text.size() < 15 || text.size() > 60)
        return {};
    const std::string narrow = base::checks::normalise_id_card(text);
    if (narrow.size() == 15) {
        const auto longer = base::checks::id_card_from_15(narrow);
        return longer ? card_from_18(*longer) : Card{};
    }
    return narrow.size() == 18 ? card_from_18(narrow) : Card{};
}

std::string card_text(const Card& card)
{
    std::string out;
    out += static_cast<char>('0' + (card.head >> 4));
    out += static_cast<char>('0' + (card.head & 15));
    for (int shift = 60; shift >= 0; shift -= 4) {
        const unsigned value = static_cast<unsigned>(card.tail >> shift) & 15;
        out += value == 10 ? 'X' : static_cast<char>('0' + value);
    }
    return out;
}

}  // namespace persons
