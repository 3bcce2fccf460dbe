#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "kernel/rules/ast.h"
#include "kernel/rules/fold.h"
#include "kernel/rules/functions.h"
#include "kernel/rules/lexer.h"

namespace rules {
namespace {

constexpr int depth_max = 256;  // of the tree; chains such as a + b + c lean to the left

constexpr std::array<std::string_view, 22> reserved = {"false", "in", "null", "true", "as", "break", "const",
    "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
    "void", "while", "__proto__"};

struct BinaryOperator {
    std::string_view symbol;
    Op op;
};
constexpr BinaryOperator relations[] = {{"==", Op::Equal}, {"!=", Op::NotEqual}, {"<", Op::Less}, {"<=", Op::LessEqual},
    {">", Op::Greater}, {">=", Op::GreaterEqual}, {"in", Op::In}};
constexpr BinaryOperator additions[] = {{"+", Op::Add}, {"-", Op::Subtract}};
constexpr BinaryOperator multiplications[] = {{"*", Op::Multiply}, {"/", Op::Divide}, {"%", Op::Modulo}};

struct MacroName {
    std::string_view name;
    Op op;
    std::size_t arguments;
};
constexpr MacroName macros[] = {{"all", Op::All, 2}, {"exists", Op::Exists, 2}, {"exists_one", Op::ExistsOne, 2},
    {"map", Op::Map, 2}, {"map", Op::Map, 3}, {"filter", Op::Filter, 2}, {"sum", Op::Sum, 2}};

class Parser {
public:
    Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

    Result<Node> run()
    {
        TRY_ASSIGN(Node root, expression());
        if (token().kind != Token::Kind::End)
            return fault("unexpected " + written(token()));
        return root;
    }

private:
    using Parsed = Result<Node>;

    const Token& token(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
    bool symbol(std::string_view text, std::size_t ahead = 0) const
    {
        return token(ahead).kind == Token::Kind::Symbol && token(ahead).text == text;
    }
    bool take(std::string_view text)
    {
        if (!symbol(text))
            return false;
        ++at_;
        return true;
    }
    static std::string written(const Token& token)
    {
        return token.kind == Token::Kind::End ? "end of the rule" : "\"" + std::string{token.text.substr(0, 40)} + "\"";
    }
    base::Error fault(std::string message) const { return fault(token().offset, std::move(message)); }
    base::Error fault(std::size_t offset, std::string message) const
    {
        return rule_error("RULE_SYNTAX", text_, offset, std::move(message));
    }
    base::Status expect(std::string_view text)
    {
        if (take(text))
            return {};
        return fault("expected \"" + std::string{text} + "\", found " + written(token()));
    }

    Parsed finish(Node node)
    {
        unsigned depth = 0;
        node.size = 1;
        for (const Node& child : node.children) {
            depth = std::max<unsigned>(depth, child.depth);
            node.size += child.size;
        }
        node.depth = static_cast<std::uint16_t>(depth + 1);
        if (node.depth > depth_max)
            return fault(node.offset, "the rule is nested too deeply");
        if (++nodes_ > Expression::nodes_max)
            return fault(node.offset, "the rule is too long");
        fold(node);
        return node;
    }
    Parsed make(Op op, std::size_t offset, std::vector<Node> children, std::string text = {})
    {
        Node node;
        node.op = op;
        node.offset = static_cast<std::uint32_t>(offset);
        node.children = std::move(children);
        node.text = std::move(text);
        return finish(std::move(node));
    }
    template <class... Nodes>
    static std::vector<Node> nodes(Nodes... node)
    {
        std::vector<Node> list;
        list.reserve(sizeof...(node));
        (list.push_back(std::move(node)), ...);
        return list;
    }

    // Counts one level of nesting while it lives.
    struct Level {
        explicit Level(int& depth) : depth_(depth) { ++depth_; }
        ~Level() { --depth_; }
        int& depth_;
    };

    Parsed expression()
    {
        Level level{nesting_};
        if (nesting_ > Expression::nesting_max)
            return fault("the rule is nested too deeply");
        TRY_ASSIGN(Node condition, chain(Op::Or));
        std::size_t offset = token().offset;
        if (!take("?"))
            return condition;
        TRY_ASSIGN(Node yes, chain(Op::Or));
        TRY(expect(":"));
        TRY_ASSIGN(Node no, expression());
        return make(Op::Conditional, offset, nodes(std::move(condition), std::move(yes), std::move(no)));
    }

    // a || b || c and a && b && c: one node with all operands.
    Parsed chain(Op op)
    {
        auto operand = [&]() -> Parsed { return op == Op::Or ? chain(Op::And) : binary(relations, 0); };
        std::string_view sign = op == Op::Or ? "||" : "&&";
        TRY_ASSIGN(Node first, operand());
        if (!symbol(sign))
            return first;
        std::size_t offset = token().offset;
        std::vector<Node> operands = nodes(std::move(first));
        while (take(sign)) {
            TRY_ASSIGN(Node next, operand());
            operands.push_back(std::move(next));
        }
        return make(op, offset, std::move(operands));
    }

    Parsed binary(std::span<const BinaryOperator> operators, int level)
    {
        auto operand = [&]() -> Parsed {
            if (level == 0)
                return binary(additions, 1);
            return level == 1 ? binary(multiplications, 2) : unary();
        };
        TRY_ASSIGN(Node left, operand());
        bool after_equality = false;
        for (;;) {
            auto found = std::find_if(operators.begin(), operators.end(), [&](const BinaryOperator& candidate) {
                return token().kind != Token::Kind::End && token().kind != Token::Kind::Literal
                    && token().text == candidate.symbol;
            });
            if (found == operators.end())
                return left;
            std::size_t offset = token().offset;
            bool equality = found->op == Op::Equal || found->op == Op::NotEqual;
            if (level == 0 && after_equality && !equality)  // C and CEL read it differently, so nobody has to
                return fault("write parentheses around the == or != before \"" + std::string{found->symbol} + "\"");
            after_equality = equality;
            ++at_;
            TRY_ASSIGN(Node right, operand());
            TRY_ASSIGN(left, make(found->op, offset, nodes(std::move(left), std::move(right))));
        }
    }

    Parsed unary()
    {
        std::size_t offset = token().offset;
        if (!symbol("!") && !symbol("-"))
            return member();
        Level level{nesting_};
        if (nesting_ > Expression::nesting_max)
            return fault("the rule is nested too deeply");
        if (take("!")) {
            TRY_ASSIGN(Node operand, unary());
            return make(Op::Not, offset, nodes(std::move(operand)));
        }
        ++at_;
        if (token().out_of_range) {
            tokens_[at_].out_of_range = false;
            tokens_[at_].value = Value::Held{std::numeric_limits<std::int64_t>::min()};
            return member();
        }
        TRY_ASSIGN(Node operand, unary());
        return make(Op::Negate, offset, nodes(std::move(operand)));
    }

    Parsed member()
    {
        TRY_ASSIGN(Node node, primary());
        for (;;) {
            std::size_t offset = token().offset;
            if (take("[")) {
                TRY_ASSIGN(Node index, expression());
                TRY(expect("]"));
                TRY_ASSIGN(node, make(Op::Index, offset, nodes(std::move(node), std::move(index))));
            } else if (take(".")) {
                offset = token().offset;
                TRY_ASSIGN(std::string name, identifier());
                if (symbol("(")) {
                    TRY_ASSIGN(node, method(std::move(node), std::move(name), offset));
                } else {
                    TRY_ASSIGN(node, make(Op::Select, offset, nodes(std::move(node)), std::move(name)));
                }
            } else if (symbol("{") && (node.op == Op::Name || node.op == Op::Select)) {
                return fault("messages such as T{...} are not part of the rule language");
            } else {
                return node;
            }
        }
    }

    Result<std::string> identifier()
    {
        if (token().kind != Token::Kind::Identifier)
            return fault("expected a name, found " + written(token()));
        return std::string{tokens_[at_++].text};
    }

    Result<std::vector<Node>> list(std::string_view close, bool trailing_comma)
    {
        std::vector<Node> items;
        while (!take(close)) {
            TRY_ASSIGN(Node item, expression());
            items.push_back(std::move(item));
            if (take(",")) {
                if (symbol(close) && !trailing_comma)
                    return fault("expected an expression after the comma");
                continue;
            }
            if (!symbol(close))
                return fault("expected \",\" or \"" + std::string{close} + "\", found " + written(token()));
        }
        return items;
    }

    Parsed primary()
    {
        const Token& first = token();
        std::size_t offset = first.offset;
        if (first.kind == Token::Kind::Literal) {
            if (first.out_of_range)
                return fault("the number is out of range");
            Node node;
            node.offset = static_cast<std::uint32_t>(offset);
            node.constant = first.value;
            ++at_;
            return finish(std::move(node));
        }
        if (take("(")) {
            TRY_ASSIGN(Node inner, expression());
            TRY(expect(")"));
            return inner;
        }
        if (take("[")) {
            TRY_ASSIGN(auto items, list("]", true));
            return make(Op::MakeList, offset, std::move(items));
        }
        if (take("{"))
            return map(offset);
        bool root = take(".");
        if (token().kind == Token::Kind::Identifier)
            return name(root);
        return fault("expected a value, found " + written(token()));
    }

    Parsed map(std::size_t offset)
    {
        std::vector<Node> entries;
        while (!take("}")) {
            TRY_ASSIGN(Node key, expression());
            TRY(expect(":"));
            TRY_ASSIGN(Node value, expression());
            entries.push_back(std::move(key));
            entries.push_back(std::move(value));
            if (!take(",") && !symbol("}"))
                return fault("expected \",\" or \"}\", found " + written(token()));
        }
        return make(Op::MakeMap, offset, std::move(entries));
    }

    Parsed name(bool root)
    {
        std::size_t offset = token().offset;
        TRY_ASSIGN(std::string name, identifier());
        Node node;
        node.offset = static_cast<std::uint32_t>(offset);
        if (name == "true" || name == "false" || name == "null") {
            if (name != "null")
                node.constant = Value::Held{name == "true"};
            return finish(std::move(node));
        }
        if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
            return fault(offset, "\"" + name + "\" is a reserved word");
        if (take("(")) {
            TRY_ASSIGN(auto arguments, list(")", false));
            if (name == "has")
                return has(std::move(arguments), offset);
            return call(std::move(name), std::move(arguments), false, offset);
        }
        node.op = Op::Name;
        for (std::size_t i = locals_.size(); i-- > 0 && !root;) {
            if (locals_[i] == name) {
                node.op = Op::Local;
                node.local = static_cast<std::int32_t>(i);
                break;
            }
        }
        node.text = std::move(name);
        return finish(std::move(node));
    }

    Parsed has(std::vector<Node> arguments, std::size_t offset)
    {
        if (arguments.size() != 1 || arguments[0].op != Op::Select)
            return fault(offset, "has() takes one field selection, such as has(user.name)");
        Node node = std::move(arguments[0]);
        node.op = Op::Has;
        return node;
    }

    Parsed call(std::string name, std::vector<Node> arguments, bool receiver, std::size_t offset)
    {
        Node node;
        node.op = Op::Call;
        node.receiver = receiver;
        node.offset = static_cast<std::uint32_t>(offset);
        node.function = find_function(name);
        node.text = std::move(name);
        node.children = std::move(arguments);
        return finish(std::move(node));
    }

    // e.f(...): a macro, or a call with a receiver.
    Parsed method(Node receiver, std::string name, std::size_t offset)
    {
        bool known = std::any_of(std::begin(macros), std::end(macros), [&](const MacroName& m) { return m.name == name; });
        ++at_;
        if (known) {
            bool variable = token().kind == Token::Kind::Identifier && symbol(",", 1);
            if (!variable)
                return fault(token().offset, name + "() takes a variable and an expression, such as " + name + "(x, x > 0)");
            return macro_call(std::move(receiver), name, offset);
        }
        TRY_ASSIGN(auto arguments, list(")", false));
        arguments.insert(arguments.begin(), std::move(receiver));
        return call(std::move(name), std::move(arguments), true, offset);
    }

    Parsed macro_call(Node range, const std::string& name, std::size_t offset)
    {
        std::size_t variable_at = token().offset;
        TRY_ASSIGN(std::string variable, identifier());
        if (std::find(reserved.begin(), reserved.end(), variable) != reserved.end())
            return fault(variable_at, "\"" + variable + "\" is a reserved word");
        ++at_;  // the comma
        auto local = static_cast<std::int32_t>(locals_.size());
        locals_.push_back(variable);
        auto bodies = list(")", false);
        locals_.pop_back();
        if (!bodies)
            return std::move(bodies).error();
        auto match = std::find_if(std::begin(macros), std::end(macros), [&](const MacroName& m) {
            return m.name == name && m.arguments == bodies->size() + 1;
        });
        if (match == std::end(macros))
            return fault(offset, name + "() has the wrong number of arguments");
        Node node;
        node.op = match->op;
        node.local = local;
        node.offset = static_cast<std::uint32_t>(offset);
        node.text = std::move(variable);
        node.children = std::move(*bodies);
        node.children.insert(node.children.begin(), std::move(range));
        return finish(std::move(node));
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int nesting_ = 0;
    int nodes_ = 0;
    std::vector<std::string> locals_;
};

}  // namespace

Position position_of(std::string_view text, std::size_t offset)
{
    Position position;
    for (char c : text.substr(0, std::min(offset, text.size()))) {
        if (c == '\n') {
            ++position.line;
            position.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            ++position.column;
        }
    }
    return position;
}

base::Error rule_error(std::string code, std::string_view text, std::size_t offset, std::string message)
{
    Position position = position_of(text, offset);
    return base::Error{.kind = base::Kind::Invalid,
        .code = std::move(code),
        .parameters = {{"line", std::to_string(position.line)}, {"column", std::to_string(position.column)},
            {"message", std::move(message)}}};
}

Result<Node> parse_tree(std::string_view text)
{
    if (text.size() > Expression::text_max)
        return rule_error("RULE_SYNTAX", {}, 0, "the rule is longer than 16 KiB");
    if (!base::text::valid_utf8(text))
        return rule_error("RULE_SYNTAX", {}, 0, "the rule is not UTF-8");
    TRY_ASSIGN(auto tokens, tokenize(text));
    return Parser{text, std::move(tokens)}.run();
}

}  // namespace rules
