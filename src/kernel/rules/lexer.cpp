#include "kernel/rules/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "kernel/rules/ast.h"

namespace rules {
namespace {

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool hex_digit(char c)
{
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run()
    {
        for (;;) {
            skip_space();
            if (at_ >= text_.size())
                break;
            TRY(next());
        }
        tokens_.push_back({Token::Kind::End, text_.size(), {}, {}, false});
        return std::move(tokens_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void skip_space()
    {
        while (at_ < text_.size()) {
            if (std::string_view{" \t\n\f\r"}.find(text_[at_]) != std::string_view::npos)
                ++at_;
            else if (peek() == '/' && peek(1) == '/')
                at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
            else
                break;
        }
    }

    base::Error fault(std::size_t at, std::string message) const
    {
        return rule_error("RULE_SYNTAX", text_, at, std::move(message));
    }

    void push(Token::Kind kind, std::size_t length, Value value = {}, bool out_of_range = false)
    {
        tokens_.push_back({kind, at_, text_.substr(at_, length), std::move(value), out_of_range});
        at_ += length;
    }

    bool quote_ahead() const
    {
        std::size_t prefix = 0;
        bool raw = false, bytes = false;
        for (; prefix < 2; ++prefix) {
            char c = peek(prefix);
            if ((c == 'r' || c == 'R') && !raw)
                raw = true;
            else if ((c == 'b' || c == 'B') && !bytes)
                bytes = true;
            else
                break;
        }
        return peek(prefix) == '"' || peek(prefix) == '\'';
    }

    base::Status next()
    {
        char c = peek();
        if (quote_ahead()) {
            Quoted quoted = read_quoted(text_.substr(at_));
            if (!quoted.fault.empty())
                return fault(at_ + quoted.fault_at, quoted.fault);
            push(Token::Kind::Literal, quoted.length, std::move(quoted.value));
            return {};
        }
        if (digit(c) || (c == '.' && digit(peek(1))))
            return number();
        if (letter(c)) {
            std::size_t length = 1;
            while (letter(peek(length)) || digit(peek(length)))
                ++length;
            push(Token::Kind::Identifier, length);
            return {};
        }
        constexpr std::array<std::string_view, 6> pairs = {"==", "!=", "<=", ">=", "&&", "||"};
        if (std::find(pairs.begin(), pairs.end(), text_.substr(at_, 2)) != pairs.end()) {
            push(Token::Kind::Symbol, 2);
            return {};
        }
        if (std::string_view{"+-*/%<>!?:.,()[]{}"}.find(c) != std::string_view::npos) {
            push(Token::Kind::Symbol, 1);
            return {};
        }
        return fault(at_, c == '=' ? "write == to compare" : "unexpected character");
    }

    base::Status number()
    {
        bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && hex_digit(peek(2));
        std::size_t length = hex ? 2 : 0;
        while (hex ? hex_digit(peek(length)) : digit(peek(length)))
            ++length;
        bool real = false;
        if (!hex && peek(length) == '.' && digit(peek(length + 1))) {
            real = true;
            for (++length; digit(peek(length));)
                ++length;
        }
        if (!hex && (peek(length) == 'e' || peek(length) == 'E')) {
            std::size_t mark = length + 1;
            if (peek(mark) == '+' || peek(mark) == '-')
                ++mark;
            if (!digit(peek(mark)))
                return fault(at_ + length, "the exponent has no digits");
            real = true;
            for (length = mark; digit(peek(length));)
                ++length;
        }
        if (real)
            return real_number(length);
        std::uint64_t value = 0;
        std::string_view digits = text_.substr(at_ + (hex ? 2 : 0), length - (hex ? 2 : 0));
        bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10).ec == std::errc{};
        bool is_unsigned = peek(length) == 'u' || peek(length) == 'U';
        std::size_t end = length + (is_unsigned ? 1 : 0);
        if (letter(peek(end)) || digit(peek(end)))
            return fault(at_ + end, "a number is followed by a letter");
        constexpr std::uint64_t limit = std::uint64_t{1} << 63;
        if (!fits || (!is_unsigned && value > limit))
            return fault(at_, "the number is out of range");
        if (is_unsigned)
            push(Token::Kind::Literal, end, Value::Held{value});
        else
            push(Token::Kind::Literal, end, Value::Held{static_cast<std::int64_t>(value)}, value == limit);
        return {};
    }

    base::Status real_number(std::size_t length)
    {
        if (letter(peek(length)))
            return fault(at_ + length, "a number is followed by a letter");
        double value = 0;
        std::string_view written = text_.substr(at_, length);
        auto [end, code] = std::from_chars(written.data(), written.data() + written.size(), value);
        if (code == std::errc::result_out_of_range && written.find('-') != std::string_view::npos)
            value = 0;  // underflow
        else if (code != std::errc{} || !std::isfinite(value))
            return fault(at_, "the number is out of range");
        push(Token::Kind::Literal, length, Value::Held{value});
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text)
{
    return Lexer{text}.run();
}

}  // namespace rules
