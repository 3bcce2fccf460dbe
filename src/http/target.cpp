#include "http/target.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace http {

namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

// Nothing for a broken escape or bytes that are not UTF-8.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            decoded += ' ';
        } else if (text[i] != '%') {
            decoded += text[i];
        } else {
            const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    if (!base::text::valid_utf8(decoded))
        return std::nullopt;
    return decoded;
}

Error malformed(std::string code)
{
    return {.kind = Kind::Malformed, .code = std::move(code)};
}

Result<std::string> parse_path(std::string_view raw)
{
    std::string path;
    path.reserve(raw.size());
    while (!raw.empty()) {
        raw.remove_prefix(1); // the slash
        const auto end = std::min(raw.find('/'), raw.size());
        const auto segment = percent_decoded(raw.substr(0, end), false);
        raw.remove_prefix(end);
        if (!segment || *segment == "." || *segment == ".." || segment->find('/') != std::string::npos ||
            std::any_of(segment->begin(), segment->end(), is_control))
            return malformed("PATH_MALFORMED");
        if (!segment->empty())
            path.append("/").append(*segment);
    }
    return path.empty() ? std::string("/") : path;
}

// A client that speaks to a proxy sends "http://host/path"; the host says nothing to us.
std::string_view without_authority(std::string_view target)
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.size() > scheme.size() && equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
            const auto path = target.find_first_of("/?", scheme.size());
            return path == std::string_view::npos ? "/" : target.substr(path);
        }
    }
    return target;
}

} // namespace

Result<Target> parse_target(std::string_view text)
{
    text = without_authority(text);
    if (text.empty() || text.front() != '/' || text.find('#') != std::string_view::npos)
        return malformed("PATH_MALFORMED");
    const auto question = std::min(text.find('?'), text.size());
    Target target;
    TRY_ASSIGN(target.path, parse_path(text.substr(0, question)));
    if (question < text.size()) {
        target.query_text = text.substr(question + 1);
        TRY_ASSIGN(target.query, parse_query(target.query_text));
    }
    return target;
}

Result<Pairs> parse_query(std::string_view query)
{
    Pairs pairs;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.empty())
            continue;
        const auto equals = std::min(part.find('='), part.size());
        auto name = percent_decoded(part.substr(0, equals), true);
        auto value = percent_decoded(equals < part.size() ? part.substr(equals + 1) : "", true);
        const auto refused = [](char c) { return is_control(c) && c != '\n' && c != '\t' && c != '\r'; };
        if (!name || !value || std::any_of(name->begin(), name->end(), is_control) ||
            std::any_of(value->begin(), value->end(), refused))
            return malformed("QUERY_MALFORMED");
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::string percent_encoded(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
            c == '.' || c == '_' || c == '~')
            encoded += c;
        else
            encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return encoded;
}

std::optional<std::string> cookie_value(std::string_view header, std::string_view name)
{
    while (!header.empty()) {
        const auto end = std::min(header.find(';'), header.size());
        const auto pair = trimmed(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name)
            continue;
        auto value = trimmed(pair.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return std::string(value);
    }
    return std::nullopt;
}

namespace {

// Splits "name;q=0.5" into the name and its weight in thousandths.
std::pair<std::string_view, int> weighted(std::string_view item)
{
    const auto semicolon = std::min(item.find(';'), item.size());
    const auto name = trimmed(item.substr(0, semicolon));
    int weight = 1000;
    const auto q = item.find("q=", semicolon);
    if (q != std::string_view::npos) {
        weight = 0;
        int unit = 1000;
        for (const char c : item.substr(q + 2)) {
            if (c == '.')
                continue;
            if (c < '0' || c > '9' || unit == 0)
                break;
            weight += (c - '0') * unit;
            unit /= 10;
        }
    }
    return {name, weight};
}

template <class Visit>
void for_each_item(std::string_view list, Visit visit)
{
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        const auto [name, weight] = weighted(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
        if (!name.empty())
            visit(name, weight);
    }
}

} // namespace

std::string language_of(std::string_view accept_language)
{
    int chinese = 0;
    int english = 0;
    for_each_item(accept_language, [&](std::string_view name, int weight) {
        const auto tag = name.substr(0, std::min(name.find('-'), name.size()));
        if (equals_ignoring_case(tag, "zh"))
            chinese = std::max(chinese, weight);
        else if (equals_ignoring_case(tag, "en"))
            english = std::max(english, weight);
    });
    return english > chinese ? "en" : "zh";
}

bool accepts_encoding(std::string_view accept_encoding, std::string_view coding)
{
    bool accepted = false;
    for_each_item(accept_encoding, [&](std::string_view name, int weight) {
        if (equals_ignoring_case(name, coding))
            accepted = weight > 0;
    });
    return accepted;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

namespace {
constexpr std::array<std::string_view, 6> method_names = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
}

std::optional<Method> method_of(std::string_view name)
{
    const auto found = std::find(method_names.begin(), method_names.end(), name);
    if (found == method_names.end())
        return std::nullopt;
    return static_cast<Method>(found - method_names.begin());
}

std::string_view name_of(Method method)
{
    return method_names[static_cast<std::size_t>(method)];
}

} // namespace http
