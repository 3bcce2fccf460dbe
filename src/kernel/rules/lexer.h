#pragma once

// Splits the text of a rule into tokens (CEL language definition, "Syntax").

#include <string>
#include <string_view>
#include <vector>

#include "kernel/rules/rules.h"

namespace rules {

struct Token {
    enum class Kind { End, Identifier, Literal, Symbol };
    Kind kind = Kind::End;
    std::size_t offset = 0;
    std::string_view text;    // as written
    Value value;              // of a Literal
    bool out_of_range = false;  // 9223372036854775808, which only a minus sign before it makes an int
};

Result<std::vector<Token>> tokenize(std::string_view text);

// The value of a quoted literal with its prefix and quotes, or what is wrong with it.
struct Quoted {
    std::size_t length = 0;  // bytes of the whole literal
    Value value;
    std::string fault;       // empty when right
    std::size_t fault_at = 0;
};
Quoted read_quoted(std::string_view rest);

}  // namespace rules
