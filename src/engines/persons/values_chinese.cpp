// Names and addresses in Chinese.

#include <algorithm>

#include "base/text.h"
#include "engines/persons/chinese.h"
#include "engines/persons/hash.h"
#include "engines/persons/values.h"

namespace persons {

using namespace chinese;

namespace {

constexpr char32_t middle_dot = 0xB7;

bool is_dot(char32_t c)
{
    return c == middle_dot || c == 0x2022 || c == 0xFF0E || c == '.' || c == 0x2027 || c == 0x30FB || c == 0x2219 || c == 0xFF65;
}

std::u32string characters_of(std::string_view text)
{
    std::u32string out;
    for (std::size_t at = 0; at < text.size();)
        out += next_character(text, at);
    return out;
}

char32_t narrow(char32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    else if (c == 0x3000 || c == 0xA0)
        c = ' ';
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool any_han(const std::u32string& text)
{
    return std::any_of(text.begin(), text.end(), is_han);
}

constexpr std::array<std::u32string_view, 6> titles{U"先生", U"女士", U"小姐", U"同志", U"老师", U"医生"};
constexpr std::array<std::u32string_view, 4> newborn_endings{U"之子", U"之女", U"之婴", U"婴"};
constexpr std::array<std::u32string_view, 10> placeholders{
    U"无名氏", U"不详", U"未知", U"测试", U"无名", U"佚名", U"匿名", U"未命名", U"不明", U"测试病人"};

}  // namespace

std::string normalised_name(std::string_view text)
{
    std::u32string kept;
    for (std::size_t at = 0; at < text.size();) {
        char32_t c = next_character(text, at);
        if (is_dot(c)) {
            kept += middle_dot;
            continue;
        }
        c = narrow(folded(c));
        if (c == ' ' || c == '\t' || c < ' ')
            continue;
        kept += c;
    }
    for (const std::u32string_view title : titles) {
        if (kept.size() > title.size() + 1 && kept.ends_with(title))
            kept.resize(kept.size() - title.size());
    }
    std::string out;
    for (const char32_t c : kept)
        append(out, c);
    return is_blank(out) ? std::string{} : out;
}

NameValue name_value(std::string_view normalised)
{
    NameValue value;
    const std::u32string text = characters_of(normalised);
    value.length = static_cast<std::uint8_t>(std::min<std::size_t>(text.size(), 255));
    value.han = any_han(text);
    for (const std::u32string_view placeholder : placeholders)
        value.placeholder = value.placeholder || text == placeholder || (placeholder == U"测试" && text.starts_with(placeholder));
    for (const std::u32string_view ending : newborn_endings)
        value.newborn = value.newborn || (text.size() > ending.size() + (ending.size() == 1 ? 1 : 0) && text.ends_with(ending));
    if (!value.han)
        return value;
    const auto count = static_cast<unsigned>(std::min<std::size_t>(text.size(), 4));
    value.surname = static_cast<std::uint8_t>(surname_length(text.data(), static_cast<unsigned>(text.size())));
    for (unsigned at = 0; at < count; ++at) {
        value.characters[at] = text[at];
        value.syllables[at] = at == 0 && value.surname == 1 ? surname_reading(text[at]) : reading(text[at]);
        value.two_readings = value.two_readings || other_reading(text[at]) != 0;
    }
    return value;
}

std::uint64_t pinyin_key(const NameValue& value, std::string_view normalised)
{
    if (!value.han || value.length > 4)
        return hash_of(normalised);
    std::uint64_t key = value.length;
    for (unsigned at = 0; at < value.length; ++at)
        key = mixed(key, value.syllables[at] != 0 ? value.syllables[at] : 0x10000 + value.characters[at]);
    return key;
}

std::uint64_t initial_key(const NameValue& value, std::string_view normalised)
{
    if (!value.han)
        return static_cast<unsigned char>(normalised.front());
    const char initial = reading_initial(value.syllables[0]);
    return initial != 0 ? static_cast<std::uint64_t>(initial) : 0x10000 + value.characters[0];
}

std::uint64_t surname_key(const NameValue& value, std::string_view normalised)
{
    if (!value.han)
        return hash_of(normalised.substr(0, 4));
    return value.surname == 2 ? mixed(value.characters[0], value.characters[1]) : value.characters[0];
}

// --- addresses --------------------------------------------------------------------------------------------

namespace {

// 0 when it is no numeral; 〇 and 零 are both zero.
int numeral(char32_t c)
{
    constexpr std::u32string_view numerals = U"〇一二三四五六七八九";
    if (c == U'零')
        return 0;
    const std::size_t at = numerals.find(c);
    return at == std::u32string_view::npos ? -1 : static_cast<int>(at);
}

bool counts(char32_t c)  // what a house number stands before
{
    return std::u32string_view{U"号弄幢室栋座楼层组队单户"}.find(c) != std::u32string_view::npos;
}

// 十二号 -> 12号, 三〇五室 -> 305室; elsewhere numerals belong to names (三官堂村).
void arabic_numerals(std::u32string& text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::size_t end = at;
        while (end < text.size() && (numeral(text[end]) >= 0 || text[end] == U'十' || text[end] == U'百'))
            ++end;
        if (end == at)
            continue;
        if (end >= text.size() || !counts(text[end])) {
            at = end - 1;
            continue;
        }
        unsigned value = 0, pending = 0;
        bool units = false;
        for (std::size_t each = at; each < end; ++each) {
            if (text[each] == U'十' || text[each] == U'百') {
                value += (pending == 0 ? 1 : pending) * (text[each] == U'十' ? 10 : 100);
                pending = 0;
                units = true;
            } else {
                pending = units ? static_cast<unsigned>(numeral(text[each])) : pending * 10 + static_cast<unsigned>(numeral(text[each]));
            }
        }
        const std::string digits = std::to_string(value + pending);
        text.replace(at, end - at, std::u32string(digits.begin(), digits.end()));
        at += digits.size() - 1;
    }
}

bool division_mark(char32_t c)
{
    return std::u32string_view{U"省市区县旗州盟"}.find(c) != std::u32string_view::npos;
}

// Where the town's name begins when its mark stands at `mark`.
std::size_t town_start(const std::u32string& text, std::size_t mark)
{
    for (std::size_t at = mark; at > 0; --at) {
        if (division_mark(text[at - 1]))
            return at;
    }
    return 0;
}

struct Span {
    std::size_t begin = 0, end = 0;
    bool found() const { return end > begin; }
};

Span find_town(const std::u32string& text)
{
    const std::size_t street = text.find(U"街道");
    if (street != std::u32string::npos && street > 0)
        return {town_start(text, street), street + 2};
    for (const char32_t mark : std::u32string_view{U"镇乡"}) {
        for (std::size_t at = text.find(mark); at != std::u32string::npos; at = text.find(mark, at + 1)) {
            const std::size_t begin = town_start(text, at);
            if (at > begin && at - begin <= 6)
                return {begin, at + 1};
        }
    }
    return {};
}

std::uint32_t hashed(const std::u32string& text, std::size_t begin, std::size_t end)
{
    std::uint64_t hash = 1;
    for (std::size_t at = begin; at < end; ++at)
        hash = mixed(hash, text[at]);
    const auto short_hash = static_cast<std::uint32_t>(hash >> 32);
    return end > begin ? short_hash | 1 : 0;
}

// The village's bare name and where what follows it begins.
std::pair<Span, std::size_t> find_village(const std::u32string& text, std::size_t from)
{
    static constexpr std::array<std::u32string_view, 8> marks{
        U"村民委员会", U"居民委员会", U"村委会", U"居委会", U"委员会", U"社区", U"小区", U"村"};
    Span best;
    std::size_t after = 0;
    for (const std::u32string_view mark : marks) {
        const std::size_t at = text.find(mark, from);
        if (at == std::u32string::npos || at == from || (best.found() && best.end <= at))
            continue;
        best = {from, at};
        after = at + mark.size();
    }
    if (best.found()) {
        if (text[best.end - 1] == U'村' && best.end - 1 > best.begin)
            --best.end;  // 星阳村村委会
        return {best, after};
    }
    std::size_t end = from;
    while (end < text.size() && !(text[end] >= '0' && text[end] <= '9'))
        ++end;
    return {{from, end}, end};
}

}  // namespace

std::string normalised_address(std::string_view text)
{
    std::u32string kept;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = narrow(folded(next_character(text, at)));
        if (c > ' ' && std::u32string_view{U",.，。、;；()（）#"}.find(c) == std::u32string_view::npos)
            kept += c;
    }
    arabic_numerals(kept);
    std::string out;
    for (const char32_t c : kept)
        append(out, c);
    return is_blank(out) ? std::string{} : out;
}

AddressValue address_value(std::string_view normalised)
{
    AddressValue value;
    const std::u32string text = characters_of(normalised);
    const Span town = find_town(text);
    value.town = hashed(text, town.begin, town.end);
    std::size_t from = town.end;
    if (!town.found()) {
        for (std::size_t at = 0; at < std::min<std::size_t>(text.size(), 14); ++at) {
            const bool inside = at > 0 && (text[at - 1] == U'社' || text[at - 1] == U'小');
            if (division_mark(text[at]) && at > 0 && !inside && at + 1 < text.size())
                from = at + 1;
        }
    }
    const auto [village, after] = find_village(text, from);
    value.village = hashed(text, village.begin, village.end);
    std::u32string rest;
    for (std::size_t at = after; at < text.size(); ++at) {
        const bool plain = (text[at] >= '0' && text[at] <= '9') || (text[at] >= 'a' && text[at] <= 'z') || (is_han(text[at]) && !counts(text[at]) && text[at] != U'元');
        if (plain)
            rest += text[at];
        else if (!rest.empty() && rest.back() != '-')
            rest += '-';
    }
    while (!rest.empty() && rest.back() == '-')
        rest.pop_back();
    value.rest = hashed(rest, 0, rest.size());
    return value;
}

}  // namespace persons
