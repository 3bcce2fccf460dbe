#pragma once

// The parts of a request that arrive as text in URL syntax, and what the browser says about
// itself in headers. Everything here refuses rather than repairs.

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

struct Target {
    std::string path;       // decoded; "/a//b/" became "/a/b"
    std::string query_text; // raw, without '?'
    Pairs query;            // decoded, '+' is a space
};

// PATH_MALFORMED: bad escapes, invalid UTF-8, control characters, "." or ".." segments, an escaped
// slash. QUERY_MALFORMED likewise.
Result<Target> parse_target(std::string_view target);

Result<Pairs> parse_query(std::string_view query);
std::string percent_encoded(std::string_view bytes); // everything but unreserved characters
std::optional<std::string> cookie_value(std::string_view cookie_header, std::string_view name);

// "zh" unless the browser prefers English.
std::string language_of(std::string_view accept_language);
// Whether Accept-Encoding names the coding and does not forbid it with q=0.
bool accepts_encoding(std::string_view accept_encoding, std::string_view coding);

std::string_view trimmed(std::string_view); // blanks and tabs
bool equals_ignoring_case(std::string_view, std::string_view);

// "GET"; nothing for methods the product does not use.
std::optional<Method> method_of(std::string_view);
std::string_view name_of(Method);

} // namespace http
