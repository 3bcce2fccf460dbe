#include "base/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <unordered_set>
#include <vector>

namespace base {
namespace {

constexpr std::size_t depth_max = 32;

// The keys of one object while it is read: a plain list while short, a set when long.
class Keys {
public:
    // False when the key was there already.
    bool insert(std::string key)
    {
        if (list_.size() < list_max) {
            if (std::find(list_.begin(), list_.end(), key) != list_.end())
                return false;
            list_.push_back(std::move(key));
            return true;
        }
        if (set_.empty())
            set_.insert(list_.begin(), list_.end());
        return set_.insert(std::move(key)).second;
    }

private:
    static constexpr std::size_t list_max = 16;
    std::vector<std::string> list_;
    std::unordered_set<std::string> set_;
};

// Builds values as boost::json::parser does, and also refuses duplicate keys and reads doubles
// exactly (Boost 1.81's own conversion may be wrong in the last bit).
struct Handler {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using Code = boost::json::error_code;
    using Text = boost::json::string_view;

    json::value_stack stack;
    std::vector<Keys> objects;
    std::string key;
    std::string number;
    bool duplicate = false;

    bool on_document_begin(Code&) { return stack.reset(), true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return objects.emplace_back(), true; }
    bool on_object_end(std::size_t count, Code&)
    {
        objects.pop_back();
        stack.push_object(count);
        return true;
    }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t count, Code&) { return stack.push_array(count), true; }
    bool on_key_part(Text part, std::size_t, Code&)
    {
        key.append(part.data(), part.size());
        stack.push_chars(part);
        return true;
    }
    bool on_key(Text part, std::size_t, Code& code)
    {
        key.append(part.data(), part.size());
        if (!objects.back().insert(key)) {
            duplicate = true;
            code = boost::json::error::extra_data;
            return false;
        }
        key.clear();
        stack.push_key(part);
        return true;
    }
    bool on_string_part(Text part, std::size_t, Code&) { return stack.push_chars(part), true; }
    bool on_string(Text part, std::size_t, Code&) { return stack.push_string(part), true; }
    bool on_number_part(Text part, Code&) { return number.append(part.data(), part.size()), true; }
    bool on_int64(std::int64_t value, Text, Code&) { return number.clear(), stack.push_int64(value), true; }
    bool on_uint64(std::uint64_t value, Text, Code&)
    {
        return number.clear(), stack.push_uint64(value), true;
    }
    bool on_double(double rough, Text part, Code& code)
    {
        number.append(part.data(), part.size());
        double value = 0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
        const bool too_small = error == std::errc::result_out_of_range && std::abs(rough) < 1;
        if ((error != std::errc{} && !too_small) || !std::isfinite(value)) {
            code = boost::json::error::exponent_overflow;
            return false;
        }
        number.clear();
        stack.push_double(value);
        return true;
    }
    bool on_bool(bool value, Code&) { return stack.push_bool(value), true; }
    bool on_null(Code&) { return stack.push_null(), true; }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }
};

// Line and column (in characters) of a byte offset, both from 1.
std::pair<std::size_t, std::size_t> position(std::string_view text, std::size_t offset)
{
    const auto before = text.substr(0, offset);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const auto line_start = before.rfind('\n');
    const auto rest = line_start == std::string_view::npos ? before : before.substr(line_start + 1);
    const auto column = std::count_if(rest.begin(), rest.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return {line, static_cast<std::size_t>(column) + 1};
}

Error at_position(const char* code, std::string_view text, std::size_t offset, std::string detail)
{
    const auto [line, column] = position(text, std::min(offset, text.size()));
    return Error{.kind = Kind::Malformed,
        .code = code,
        .parameters = {{"line", std::to_string(line)}, {"column", std::to_string(column)}},
        .detail = std::move(detail)};
}

}  // namespace

Result<json::value> parse_json(std::string_view text)
{
    json::parse_options options;
    options.max_depth = depth_max;
    json::basic_parser<Handler> parser(options);
    boost::json::error_code code;
    const std::size_t consumed = parser.write_some(false, text.data(), text.size(), code);
    if (parser.handler().duplicate)
        return at_position("JSON_DUPLICATE_KEY", text, consumed, "a member occurs twice in one object");
    if (!code && consumed < text.size())
        code = boost::json::error::extra_data;
    if (code)
        return at_position("JSON_SYNTAX", text, consumed, code.message());
    return parser.handler().stack.release();
}

Result<std::string> required_string(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    if (value == nullptr || value->is_null())
        return Error{.kind = Kind::Invalid,
            .code = "FIELD_MISSING",
            .fields = {std::string(name)},
            .parameters = {{"name", std::string(name)}}};
    if (!value->is_string())
        return Error{.kind = Kind::Invalid,
            .code = "FIELD_TYPE",
            .fields = {std::string(name)},
            .parameters = {{"name", std::string(name)}, {"type", "string"}}};
    return std::string(value->get_string());
}

std::string string_or(const json::object& object, std::string_view name, std::string_view otherwise)
{
    const json::value* value = object.if_contains(name);
    return std::string(
        value != nullptr && value->is_string() ? std::string_view(value->get_string()) : otherwise);
}

namespace {

void write_string(std::string& out, std::string_view text)
{
    constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out += digits[c >> 4];
                out += digits[c & 15];
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

// ECMAScript's Number::toString: shortest digits, exponent only below 1e-6 and from 1e21.
void write_double(std::string& out, double value)
{
    if (value == 0) {
        out += '0';
        return;
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    if (text.front() == '-') {
        out += '-';
        text.remove_prefix(1);
    }
    const auto mark = text.find('e');
    std::string digits(1, text.front());
    if (mark > 2)
        digits += text.substr(2, mark - 2);
    const char* exponent_begin = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
    int exponent = 0;
    std::from_chars(exponent_begin, text.data() + text.size(), exponent);

    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the decimal point
    if (point > 21 || point < -5) {
        out += digits.substr(0, 1);
        if (count > 1)
            out += '.' + digits.substr(1);
        out += exponent < 0 ? "e-" : "e+";
        out += std::to_string(std::abs(exponent));
    } else if (point <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else if (count <= point) {
        out += digits + std::string(static_cast<std::size_t>(point - count), '0');
    } else {
        out += digits.substr(0, static_cast<std::size_t>(point)) + '.' +
               digits.substr(static_cast<std::size_t>(point));
    }
}

// UTF-8 bytes in the order of UTF-16 code units: surrogates (lead bytes F0..F4) come before U+E000.
bool utf16_less(std::string_view a, std::string_view b)
{
    const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (left == a.end() || right == b.end())
        return left == a.end() && right != b.end();
    const auto rank = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
    };
    return rank(*left) < rank(*right);
}

void write_canonical(std::string& out, const json::value& value);

void write_object(std::string& out, const json::object& object)
{
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object)
        members.push_back(&member);
    std::sort(members.begin(), members.end(),
        [](const auto* a, const auto* b) { return utf16_less(a->key(), b->key()); });
    out += '{';
    for (const auto* member : members) {
        if (member != members.front())
            out += ',';
        write_string(out, member->key());
        out += ':';
        write_canonical(out, member->value());
    }
    out += '}';
}

void write_canonical(std::string& out, const json::value& value)
{
    switch (value.kind()) {
    case json::kind::null:
        out += "null";
        break;
    case json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        break;
    case json::kind::int64:
        out += std::to_string(value.get_int64());
        break;
    case json::kind::uint64:
        out += std::to_string(value.get_uint64());
        break;
    case json::kind::double_:
        write_double(out, value.get_double());
        break;
    case json::kind::string:
        write_string(out, value.get_string());
        break;
    case json::kind::object:
        write_object(out, value.get_object());
        break;
    case json::kind::array: {
        out += '[';
        bool first = true;
        for (const auto& item : value.get_array()) {
            if (!std::exchange(first, false))
                out += ',';
            write_canonical(out, item);
        }
        out += ']';
        break;
    }
    }
}

}  // namespace

void append_canonical(std::string& out, std::string_view text) { write_string(out, text); }

std::string canonical_json(const json::value& value)
{
    std::string out;
    write_canonical(out, value);
    return out;
}

}  // namespace base
