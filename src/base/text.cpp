#include "base/text.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace base::text {
namespace {

// True when eight bytes at a time are all ASCII; the common case of codes and numbers.
bool ascii(std::string_view text)
{
    std::uint64_t all = 0;
    while (text.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        all |= word;
        text.remove_prefix(8);
    }
    for (const char c : text)
        all |= static_cast<unsigned char>(c);
    return (all & 0x8080808080808080u) == 0;
}

// Printable ASCII and ideographs (U+3400 to U+9FFF), with Wide::Too also the full-width forms: most of what
// people write, and in its normal form as it stands. Full-width forms are so in NFC alone.
enum class Wide { No, Too };
bool ordinary(std::string_view text, Wide wide)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t ahead) { return static_cast<unsigned char>(text[i + ahead]); };
        if (byte(0) < 0x80) {
            if (byte(0) < 0x20 || byte(0) == 0x7F)
                return false;
            ++i;
            continue;
        }
        if (i + 2 >= text.size() || (byte(1) & 0xC0) != 0x80 || (byte(2) & 0xC0) != 0x80)
            return false;
        const bool ideograph = (byte(0) >= 0xE4 && byte(0) <= 0xE9) || (byte(0) == 0xE3 && byte(1) >= 0x90);
        const bool form = byte(0) == 0xEF && ((byte(1) == 0xBC && byte(2) >= 0x81) || (byte(1) == 0xBD && byte(2) <= 0x9E));
        if (!ideograph && !(form && wide == Wide::Too))
            return false;
        i += 3;
    }
    return true;
}

std::string lower_ascii(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

// Calls `visit(code point, start, end)`; a broken sequence gives a negative code point.
template <class Visit>
void each_character(std::string_view text, Visit visit)
{
    const auto* bytes = text.data();
    const auto size = static_cast<std::int64_t>(text.size());
    for (std::int64_t i = 0; i < size;) {
        const std::int64_t start = i;
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        if (!visit(c, static_cast<std::size_t>(start), static_cast<std::size_t>(i)))
            return;
    }
}

icu::StringPiece piece(std::string_view text)
{
    return {text.data(), static_cast<std::int32_t>(text.size())};
}

std::string normalised(const icu::Normalizer2* form, std::string_view text)
{
    std::string out;
    icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
    UErrorCode status = U_ZERO_ERROR;
    form->normalizeUTF8(0, piece(text), sink, nullptr, status);
    return U_SUCCESS(status) ? out : std::string(text);
}

bool control(UChar32 c)
{
    if (c == '\n' || c == '\t')
        return false;
    const bool direction_override = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return c < 0 || u_charType(c) == U_CONTROL_CHAR || direction_override;
}

std::vector<UChar32> characters(std::string_view text)
{
    std::vector<UChar32> result;
    result.reserve(text.size());
    each_character(text, [&](UChar32 c, auto, auto) { return result.push_back(c), true; });
    return result;
}

}  // namespace

bool valid_utf8(std::string_view text)
{
    if (ascii(text) || ordinary(text, Wide::Too))
        return true;
    bool valid = true;
    each_character(text, [&](UChar32 c, auto, auto) { return valid = c >= 0; });
    return valid;
}

std::size_t length(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string nfc(std::string_view text)
{
    if (ascii(text) || ordinary(text, Wide::Too))
        return std::string(text);
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFCInstance(status);
    return U_SUCCESS(status) ? normalised(form, text) : std::string(text);
}

std::string nfkc(std::string_view text)
{
    if (ascii(text) || ordinary(text, Wide::No))
        return std::string(text);
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFKCInstance(status);
    return U_SUCCESS(status) ? normalised(form, text) : std::string(text);
}

std::string lower(std::string_view text)
{
    if (ascii(text) || ordinary(text, Wide::No))
        return lower_ascii(text);
    std::string out;
    icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
    UErrorCode status = U_ZERO_ERROR;
    icu::CaseMap::utf8ToLower("", 0, piece(text), sink, nullptr, status);
    return U_SUCCESS(status) ? out : std::string(text);
}

std::string trimmed(std::string_view text)
{
    // The character that begins at `from`, and where it ends.
    const auto space_at = [&](std::size_t from, std::size_t& end) {
        const auto first = static_cast<unsigned char>(text[from]);
        if ((first > 0x20 && first < 0x80) || first > 0xE3)  // most of what people write; U+3000 is the last space
            return false;
        auto next = static_cast<std::int64_t>(from);
        UChar32 c = 0;
        U8_NEXT(text.data(), next, static_cast<std::int64_t>(text.size()), c);
        end = static_cast<std::size_t>(next);
        return c >= 0 && u_isUWhiteSpace(c);
    };
    std::size_t end = 0;
    while (!text.empty() && space_at(0, end))
        text.remove_prefix(end);
    while (!text.empty()) {
        std::size_t from = text.size() - 1;
        while (from > 0 && text.size() - from < 3 && (text[from] & 0xC0) == 0x80)
            --from;  // no white space is longer than three bytes
        if (!space_at(from, end) || end != text.size())
            break;
        text.remove_suffix(text.size() - from);
    }
    return std::string(text);
}

bool has_control_characters(std::string_view text)
{
    if (ordinary(text, Wide::Too))
        return false;
    bool found = false;
    each_character(text, [&](UChar32 c, auto, auto) { return !(found = control(c)); });
    return found;
}

std::string prefix(std::string_view text, std::size_t count)
{
    std::size_t end = text.size();
    each_character(text, [&](UChar32, std::size_t from, auto) {
        if (count-- == 0) {
            end = from;
            return false;
        }
        return true;
    });
    return std::string(text.substr(0, end));
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

double similarity(std::string_view first, std::string_view second)
{
    const auto a = characters(first);
    const auto b = characters(second);
    const std::size_t longer = std::max(a.size(), b.size());
    if (longer == 0)
        return 1;
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return 1 - static_cast<double>(row[b.size()]) / static_cast<double>(longer);
}

}  // namespace base::text
