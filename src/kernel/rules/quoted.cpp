// Quoted literals: "...", '...', """...""", raw, bytes, and their escapes.

#include "kernel/rules/lexer.h"

namespace rules {
namespace {

void append_utf8(std::string& out, std::uint32_t c)
{
    auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6));
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

int value_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

class Quotation {
public:
    explicit Quotation(std::string_view rest) : rest_(rest) {}

    Quoted run()
    {
        for (; rest_[at_] != '"' && rest_[at_] != '\''; ++at_)
            (rest_[at_] == 'r' || rest_[at_] == 'R' ? raw_ : bytes_) = true;
        quote_ = rest_.substr(at_, 1);
        triple_ = rest_.size() >= at_ + 3 && rest_[at_ + 1] == rest_[at_] && rest_[at_ + 2] == rest_[at_];
        if (triple_)
            quote_ = rest_.substr(at_, 3);
        at_ += quote_.size();
        while (quoted_.fault.empty() && !rest_.substr(at_).starts_with(quote_))
            character();
        if (quoted_.fault.empty()) {
            quoted_.length = at_ + quote_.size();
            quoted_.value = bytes_ ? Value{Value::Held{Bytes{std::move(out_)}}} : Value{Value::Held{std::move(out_)}};
        }
        return std::move(quoted_);
    }

private:
    void fault(std::size_t at, std::string message)
    {
        quoted_.fault = std::move(message);
        quoted_.fault_at = at;
    }

    void character()
    {
        if (at_ >= rest_.size())
            return fault(0, "the text has no closing quote");
        char c = rest_[at_];
        if (!triple_ && (c == '\n' || c == '\r'))
            return fault(at_, "a line break needs triple quotes");
        if (c == '\\' && !raw_)
            return escape();
        if (c == '\\' && at_ + 1 < rest_.size() && (triple_ || (rest_[at_ + 1] != '\n' && rest_[at_ + 1] != '\r')))
            out_.push_back(rest_[at_++]);  // raw: the backslash stays and keeps the next quote inside
        out_.push_back(rest_[at_++]);
    }

    void escape()
    {
        std::size_t start = at_++;
        char c = at_ < rest_.size() ? rest_[at_] : '\0';
        constexpr std::string_view letters = "abfnrtv\\?\"'`";
        constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\?\"'`";
        if (auto index = letters.find(c); c != '\0' && index != std::string_view::npos) {
            out_.push_back(meanings[index]);
            ++at_;
        } else if (c == 'x' || c == 'X') {
            ++at_;
            code(start, 2, 16);
        } else if ((c == 'u' || c == 'U') && !bytes_) {
            ++at_;
            code(start, c == 'u' ? 4 : 8, 16);
        } else if (c >= '0' && c <= '3') {
            code(start, 3, 8);
        } else {
            fault(start, "unknown escape; write \\\\ for a backslash");
        }
    }

    void code(std::size_t start, std::size_t digits, int base)
    {
        std::uint32_t c = 0;
        for (std::size_t i = 0; i < digits; ++i, ++at_) {
            int d = at_ < rest_.size() ? value_of(rest_[at_]) : 99;
            if (d >= base)
                return fault(start, "the escape has too few digits");
            c = c * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(d);
        }
        if (bytes_)
            out_.push_back(static_cast<char>(c));
        else if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            fault(start, "the escape is not a character");
        else
            append_utf8(out_, c);
    }

    std::string_view rest_;
    std::string_view quote_;
    std::size_t at_ = 0;
    bool raw_ = false, bytes_ = false, triple_ = false;
    std::string out_;
    Quoted quoted_;
};

}  // namespace

Quoted read_quoted(std::string_view rest)
{
    return Quotation{rest}.run();
}

}  // namespace rules
