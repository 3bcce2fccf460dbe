#include "base/crypto.h"

namespace base::crypto {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64_url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string written(std::string_view data, int bits_each, std::string_view digits)
{
    std::string out;
    out.reserve(data.size() * 8 / static_cast<std::size_t>(bits_each) + 4);
    std::uint32_t pending = 0;
    int bits = 0;
    const std::uint32_t mask = (1u << bits_each) - 1;
    for (const char c : data) {
        pending = (pending << 8) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= bits_each; bits -= bits_each)
            out += digits[(pending >> (bits - bits_each)) & mask];
    }
    if (bits > 0)
        out += digits[(pending << (bits_each - bits)) & mask];
    return out;
}

Error malformed(const char* code)
{
    return Error{.kind = Kind::Malformed, .code = code};
}

// `value_of` gives a digit's value or -1. Bits left over must be zero, so each text has one meaning.
template <class ValueOf>
Result<std::string> read_digits(std::string_view text, int bits_each, ValueOf value_of, const char* code)
{
    std::string out;
    out.reserve(text.size() * static_cast<std::size_t>(bits_each) / 8);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = value_of(c);
        if (value < 0)
            return malformed(code);
        pending = (pending << bits_each) | static_cast<std::uint32_t>(value);
        bits += bits_each;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>((pending >> bits) & 0xFF);
        }
    }
    if (bits >= bits_each || (pending & ((1u << bits) - 1)) != 0)
        return malformed(code);
    return out;
}

}  // namespace

std::string hex(std::string_view data)
{
    return written(data, 4, hex_digits);
}
std::string hex(const Digest& digest)
{
    return hex(view(digest));
}

Result<std::string> from_hex(std::string_view text)
{
    const auto value_of = [](char c) {
        if (c >= '0' && c <= '9')
            return c - '0';
        if (c >= 'a' && c <= 'f')
            return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    return read_digits(text, 4, value_of, "HEX_SYNTAX");
}

std::string base64(std::string_view data)
{
    std::string out = written(data, 6, base64_digits);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::string base64_url(std::string_view data)
{
    return written(data, 6, base64_url_digits);
}

Result<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 == 0) {
        for (int i = 0; i < 2 && text.ends_with('='); ++i)
            text.remove_suffix(1);
    }
    const auto value_of = [](char c) {
        const auto at = base64_digits.find(c);
        const auto found = at != std::string_view::npos ? at : base64_url_digits.find(c);
        return found == std::string_view::npos ? -1 : static_cast<int>(found);
    };
    return read_digits(text, 6, value_of, "BASE64_SYNTAX");
}

std::string base32(std::string_view data)
{
    return written(data, 5, base32_digits);
}

Result<std::string> from_base32(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c != ' ' && c != '-')
            digits += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    while (digits.ends_with('='))
        digits.pop_back();
    const auto value_of = [](char c) {
        const auto at = base32_digits.find(c);
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    return read_digits(digits, 5, value_of, "BASE32_SYNTAX");
}

}  // namespace base::crypto
