#include "kernel/definitions/code_literals.h"

#include <cctype>

#include "base/text.h"

namespace definitions {

namespace {

struct Token {
    enum class Kind { Name, Text, Sign } kind;
    std::string_view text;  // of a Text without its quotes
    std::size_t offset = 0;
};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Enough of the rule language to see names, texts and signs; the expression has been parsed before.
std::vector<Token> tokens_of(std::string_view rule)
{
    std::vector<Token> tokens;
    for (std::size_t at = 0; at < rule.size();) {
        const char c = rule[at];
        const auto begin = at;
        if (c == '"' || c == '\'') {
            for (++at; at < rule.size() && rule[at] != c; ++at)
                at += rule[at] == '\\' ? 1 : 0;
            const auto end = std::min(at, rule.size());
            tokens.push_back({Token::Kind::Text, rule.substr(begin + 1, end - begin - 1), begin});
            at = end + 1;
        } else if (is_name(c)) {
            while (at < rule.size() && is_name(rule[at]))
                ++at;
            tokens.push_back({Token::Kind::Name, rule.substr(begin, at - begin), begin});
        } else if (std::isspace(static_cast<unsigned char>(c))) {
            ++at;
        } else {
            at += (c == '=' || c == '!') && at + 1 < rule.size() && rule[at + 1] == '=' ? 2 : 1;
            tokens.push_back({Token::Kind::Sign, rule.substr(begin, at - begin), begin});
        }
    }
    return tokens;
}

class Judge {
public:
    Judge(Loading& loading, const Release& release, const Record& record, const Rows* rows, const RuleUse& use)
        : loading_(loading), release_(release), record_(record), rows_(rows), use_(use), tokens_(tokens_of(use.node.text))
    {
    }

    // field == "CODE", "CODE" != field, field in ["A", "B"]
    void judge()
    {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const auto* dictionary = dictionary_at(i);
            if (!dictionary)
                continue;
            if (compares(i + 1) && text_at(i + 2))
                judge(*dictionary, tokens_[i + 2]);
            const auto before = name_begin(i);
            if (before >= 2 && compares(before - 1) && text_at(before - 2))
                judge(*dictionary, tokens_[before - 2]);
            if (sign_at(i + 1, "in") && sign_at(i + 2, "["))
                for (auto at = i + 3; at < tokens_.size() && !sign_at(at, "]"); ++at)
                    if (text_at(at))
                        judge(*dictionary, tokens_[at]);
        }
    }

private:
    bool sign_at(std::size_t i, std::string_view text) const
    {
        return i < tokens_.size() && tokens_[i].kind != Token::Kind::Text && tokens_[i].text == text;
    }
    bool text_at(std::size_t i) const { return i < tokens_.size() && tokens_[i].kind == Token::Kind::Text; }
    bool compares(std::size_t i) const { return sign_at(i, "==") || sign_at(i, "!="); }

    // Behind a dot stands a member of something else, but for `parent.`, which is the record.
    bool of_parent(std::size_t i) const { return i >= 2 && sign_at(i - 1, ".") && sign_at(i - 2, "parent"); }
    std::size_t name_begin(std::size_t i) const { return of_parent(i) ? i - 2 : i; }

    const Dictionary* dictionary_at(std::size_t i) const
    {
        if (tokens_[i].kind != Token::Kind::Name)
            return nullptr;
        const auto begin = name_begin(i);
        if (begin >= 1 && sign_at(begin - 1, "."))
            return nullptr;
        const auto* field = rows_ && begin == i ? rows_->field(tokens_[i].text) : record_.field(tokens_[i].text);
        if (!field || (field->type != FieldType::Code && field->type != FieldType::Codes))
            return nullptr;
        const auto found = release_.dictionaries.find(field->dictionary);
        return found == release_.dictionaries.end() ? nullptr : &found->second;
    }
    void judge(const Dictionary& dictionary, const Token& code)
    {
        if (dictionary.find(code.text))
            return;
        std::vector<std::string_view> known;
        for (const auto& entry : dictionary.entries)
            known.push_back(entry.code);
        const auto before = std::string_view(use_.node.text).substr(0, code.offset);
        auto place = use_.node.in(use_.file);
        if (!use_.node.block_indent && before.find('\n') == std::string_view::npos)
            place.column += (use_.node.quoted ? 1 : 0) + static_cast<int>(base::text::length(before));
        loading_.problems.add(place, "`" + std::string(code.text) + "` is no code of " + dictionary.name,
                              hint_for(code.text, known));
    }

    Loading& loading_;
    const Release& release_;
    const Record& record_;
    const Rows* rows_;
    const RuleUse& use_;
    std::vector<Token> tokens_;
};

}  // namespace

void check_code_literals(Loading& loading, const Release& release, const Record& record, const Rows* rows, const RuleUse& use)
{
    Judge(loading, release, record, rows, use).judge();
}

}  // namespace definitions
