#pragma once

// JSON is Boost.JSON; this adds what every module would write again: reading with limits, and
// fields with errors that name them.

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace json = boost::json;

namespace base {

// UTF-8 text of one JSON value; depth at most 32; refuses duplicate keys.
// JSON_SYNTAX (Kind::Malformed) with the line and column in the parameters, JSON_DUPLICATE_KEY.
Result<json::value> parse_json(std::string_view text);

// FIELD_MISSING / FIELD_TYPE with the name when it is not there or not of the type.
Result<std::string> required_string(const json::object&, std::string_view name);
std::string string_or(const json::object&, std::string_view name, std::string_view otherwise);

// RFC 8785 (keys sorted by UTF-16 code units, shortest numbers) for hashing. Integers beyond 2^53
// are written exactly, where the RFC would round them to a double.
std::string canonical_json(const json::value&);
// Appends one text as RFC 8785 writes it, with its quotes: for what is put together by hand.
void append_canonical(std::string& out, std::string_view text);

}  // namespace base
