#pragma once

// The parsed form of an expression. Inside this library only.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernel/rules/rules.h"

namespace re2 {
class RE2;
}

namespace rules {

enum class Op : std::uint8_t {
    Constant,   // constant
    Name,       // text; slot once bound
    Local,      // text; local = index of the macro variable
    Select,     // children[0].text
    Has,        // has(children[0].text)
    Index,      // children[0][children[1]]
    MakeList,   // children
    MakeMap,    // key, value, key, value ...
    Not,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    And,        // two or more children
    Or,
    Conditional,
    Call,       // text, function; children are the receiver (if any) and the arguments
    All,        // macros: children[0] range, children[1] body; local = index of the variable
    Exists,
    ExistsOne,
    Map,        // children[1] body, or children[1] filter and children[2] body
    Filter,
    Sum,
};

struct Function;

struct Expression::Node {
    Op op = Op::Constant;
    bool receiver = false;  // Call: written e.f(...)
    std::uint16_t depth = 1;
    std::uint32_t offset = 0;  // in the text, for error positions
    std::int32_t slot = -1;    // Name: position in Activation::slots, once bound
    std::int32_t local = -1;
    std::uint32_t size = 1;    // nodes of this subtree
    const Function* function = nullptr;
    Value constant;
    std::string text;
    std::vector<Node> children;
    std::shared_ptr<const re2::RE2> pattern;  // matches() with a constant pattern
};
using Node = Expression::Node;

inline bool macro(Op op)
{
    return op >= Op::All;
}

// Line and column (both from 1, columns in characters) of a byte offset.
struct Position {
    int line = 1;
    int column = 1;
};
Position position_of(std::string_view text, std::size_t offset);
base::Error rule_error(std::string code, std::string_view text, std::size_t offset, std::string message);

Result<Node> parse_tree(std::string_view text);

}  // namespace rules
