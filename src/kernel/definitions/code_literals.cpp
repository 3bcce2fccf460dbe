#include "kernel/definitions/code_literals.h"

#include <regex>

#include "base/text.h"

namespace definitions {

namespace {

// field == "CODE", field != "CODE", field in ["A", "B"]; a name behind a dot belongs to something else,
// but for `parent.`, which is the record.
const std::regex& comparison()
{
    static const std::regex pattern(R"re((^|[^.\w])(parent\.)?([a-z]\w*)\s*(?:(?:==|!=)\s*("[^"]*"|'[^']*')|in\s*(\[[^\]]*\])))re");
    return pattern;
}

const std::regex& literal()
{
    static const std::regex pattern(R"re("([^"]*)"|'([^']*)')re");
    return pattern;
}

void judge(Loading& loading, const Dictionary& dictionary, const RuleUse& use, const std::string& codes, std::size_t offset)
{
    for (std::sregex_iterator at(codes.begin(), codes.end(), literal()), end; at != end; ++at) {
        const auto code = (*at)[(*at)[1].matched ? 1 : 2].str();
        if (dictionary.find(code))
            continue;
        std::vector<std::string_view> known;
        for (const auto& entry : dictionary.entries)
            known.push_back(entry.code);
        auto place = use.node.in(use.file);
        const auto before = use.node.text.substr(0, offset + static_cast<std::size_t>(at->position()));
        if (!use.node.block_indent && before.find('\n') == std::string::npos)
            place.column += (use.node.quoted ? 1 : 0) + static_cast<int>(base::text::length(before));
        loading.problems.add(place, "`" + code + "` is no code of " + dictionary.name, hint_for(code, known));
    }
}

}  // namespace

void check_code_literals(Loading& loading, const Release& release, const Record& record, const Rows* rows, const RuleUse& use)
{
    const auto& text = use.node.text;
    for (std::sregex_iterator at(text.begin(), text.end(), comparison()), end; at != end; ++at) {
        const auto& match = *at;
        const auto name = match[3].str();
        const auto* field = rows && !match[2].matched ? rows->field(name) : record.field(name);
        if (!field || (field->type != FieldType::Code && field->type != FieldType::Codes))
            continue;
        const auto dictionary = release.dictionaries.find(field->dictionary);
        if (dictionary == release.dictionaries.end())
            continue;
        const auto group = match[4].matched ? 4U : 5U;
        judge(loading, dictionary->second, use, match[group].str(), static_cast<std::size_t>(match.position(group)));
    }
}

}  // namespace definitions
