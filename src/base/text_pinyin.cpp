#include "base/text.h"

#include <unicode/coll.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <array>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/embedded.h"

namespace base::text {
namespace {

// Readings that one character alone cannot tell; longest first where one begins with another.
constexpr std::pair<std::u16string_view, std::string_view> words[] = {
    {u"重庆", "chong qing"},
    {u"银行", "yin hang"},
    {u"行业", "hang ye"},
    {u"音乐", "yin yue"},
    {u"会计", "kuai ji"},
    {u"厦门", "xia men"},
    {u"西藏", "xi zang"},
    {u"重阳", "chong yang"},
    {u"长春", "chang chun"},
    {u"长沙", "chang sha"},
    {u"长城", "chang cheng"},
    {u"长安", "chang an"},
    {u"长江", "chang jiang"},
    {u"都市", "du shi"},
    {u"成都", "cheng du"},
    {u"首都", "shou du"},
    {u"朝阳", "chao yang"},
    {u"大夫", "dai fu"},
    {u"调查", "diao cha"},
    {u"参茸", "shen rong"},
    {u"血液", "xue ye"},
};

// Surnames read otherwise than the same character elsewhere; applied at the start of names of two
// to four characters.
constexpr std::pair<std::u16string_view, std::string_view> surnames[] = {
    {u"欧阳", "ou yang"},
    {u"尉迟", "yu chi"},
    {u"万俟", "mo qi"},
    {u"长孙", "zhang sun"},
    {u"单于", "chan yu"},
    {u"澹台", "tan tai"},
    {u"曾", "zeng"},
    {u"仇", "qiu"},
    {u"解", "xie"},
    {u"查", "zha"},
    {u"朴", "piao"},
    {u"翟", "zhai"},
    {u"覃", "qin"},
    {u"任", "ren"},
    {u"单", "shan"},
    {u"盖", "ge"},
    {u"缪", "miao"},
    {u"葛", "ge"},
    {u"柏", "bai"},
    {u"乐", "yue"},
};
constexpr std::u16string_view not_surnames[] = {
    u"单位", u"任务", u"任命", u"解放", u"查验", u"乐园", u"解剖"};

// Toneless readings from share/pinyin.txt: a table costs a millisecond and 60 KiB once, ICU's own
// transliterator 200 ms and 5 MiB.
class Readings {
public:
    Readings()
    {
        for (const auto& file : base_files()) {
            if (file.name == "pinyin.txt")
                load(file.content);
        }
    }

    // Empty when the character has none.
    std::string_view of(UChar32 c) const
    {
        if (c < first || c >= last)
            return {};
        return syllables_[slots_[static_cast<std::size_t>(c - first)]];
    }

private:
    static constexpr UChar32 first = 0x3400;
    static constexpr UChar32 last = 0xA000;

    void load(std::string_view table)
    {
        for (const auto line : split(table, '\n')) {
            const auto space = line.find(' ');
            if (line.starts_with('#') || space == std::string_view::npos)
                continue;
            syllables_.push_back(line.substr(0, space));
            const auto* bytes = line.data();
            const auto size = static_cast<std::int64_t>(line.size());
            for (std::int64_t i = static_cast<std::int64_t>(space) + 1; i < size;) {
                UChar32 c = 0;
                U8_NEXT(bytes, i, size, c);
                if (c >= first && c < last)
                    slots_[static_cast<std::size_t>(c - first)] =
                        static_cast<std::uint16_t>(syllables_.size() - 1);
            }
        }
    }

    std::vector<std::string_view> syllables_{{}};  // number 0 is "none"
    std::array<std::uint16_t, last - first> slots_{};
};

const Readings& readings()
{
    static const Readings instance;
    return instance;
}

template <class Table>
std::pair<std::size_t, std::string_view> longest_at(const Table& table, std::u16string_view text)
{
    for (const auto& [word, reading] : table) {
        if (text.starts_with(word))
            return {word.size(), reading};
    }
    return {0, {}};
}

bool maybe_name(std::u16string_view text)
{
    if (text.size() < 2 || text.size() > 4)
        return false;
    for (const char16_t c : text) {
        if (readings().of(c).empty())
            return false;
    }
    for (const auto word : not_surnames) {
        if (text.starts_with(word))
            return false;
    }
    return true;
}

// Calls `syllable(reading)` for each Chinese character and `other(code point)` for the rest.
template <class Syllable, class Other>
void read(std::string_view utf8, Syllable syllable, Other other)
{
    const auto unicode = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
    std::u16string_view rest(unicode.getBuffer(), static_cast<std::size_t>(unicode.length()));
    bool start = maybe_name(rest);
    while (!rest.empty()) {
        auto [count, reading] = start ? longest_at(surnames, rest) : longest_at(words, rest);
        if (start && count == 0)
            std::tie(count, reading) = longest_at(words, rest);
        start = false;
        if (count > 0) {
            for (const auto part : split(reading, ' '))
                syllable(part);
            rest.remove_prefix(count);
            continue;
        }
        std::int32_t length = 0;
        UChar32 c = 0;
        U16_NEXT(rest.data(), length, static_cast<std::int32_t>(rest.size()), c);
        rest.remove_prefix(static_cast<std::size_t>(length));
        if (const auto known = readings().of(c); !known.empty())
            syllable(known);
        else
            other(c);
    }
}

void append(std::string& out, UChar32 c)
{
    char buffer[4];
    std::int32_t length = 0;
    UBool failed = false;
    U8_APPEND(buffer, length, 4, c, failed);
    if (!failed)
        out.append(buffer, static_cast<std::size_t>(length));
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

}  // namespace

std::string pinyin(std::string_view utf8)
{
    std::string out;
    bool after_syllable = false;
    read(
        utf8,
        [&](std::string_view syllable) {
            if (!out.empty() && out.back() != ' ')
                out += ' ';
            out += upper(syllable.front());
            out += syllable.substr(1);
            after_syllable = true;
        },
        [&](UChar32 c) {
            if (after_syllable && u_isalnum(c))
                out += ' ';
            append(out, c);
            after_syllable = false;
        });
    return out;
}

std::string pinyin_initials(std::string_view utf8)
{
    std::string out;
    read(
        utf8, [&](std::string_view syllable) { out += upper(syllable.front()); },
        [&](UChar32 c) {
            if (!u_isUWhiteSpace(c))
                append(out, u_toupper(c));
        });
    return out;
}

namespace {

const icu::Collator* collator()
{
    static const std::unique_ptr<const icu::Collator> instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::Collator> made(icu::Collator::createInstance(icu::Locale("zh_Hans_CN"), status));
        if (U_FAILURE(status))
            made.reset();
        return made;
    }();
    return instance.get();
}

// Six bits a character, in ascending ASCII, so the order of the bytes is kept and the key may stand
// in any text column.
std::string printable(const std::uint8_t* bytes, std::size_t size)
{
    constexpr char digits[] = "+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string out;
    out.reserve(size * 4 / 3 + 2);
    std::uint32_t pending = 0;
    int bits = 0;
    for (std::size_t i = 0; i < size; ++i) {
        pending = (pending << 8) | bytes[i];
        for (bits += 8; bits >= 6; bits -= 6)
            out += digits[(pending >> (bits - 6)) & 63];
    }
    if (bits > 0)
        out += digits[(pending << (6 - bits)) & 63];
    return out;
}

}  // namespace

std::string sort_key(std::string_view utf8)
{
    const auto* order = collator();
    if (order == nullptr)
        return std::string(utf8);
    const auto text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
    std::array<std::uint8_t, 512> small;
    auto size = static_cast<std::size_t>(
        order->getSortKey(text, small.data(), static_cast<std::int32_t>(small.size())));
    if (size <= small.size())
        return printable(small.data(), size > 0 ? size - 1 : 0);  // without the closing zero
    std::vector<std::uint8_t> large(size);
    size = static_cast<std::size_t>(
        order->getSortKey(text, large.data(), static_cast<std::int32_t>(large.size())));
    return printable(large.data(), size - 1);
}

}  // namespace base::text
