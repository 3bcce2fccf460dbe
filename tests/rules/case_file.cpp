#include "case_file.h"

#include "base/files.h"
#include "base/text.h"

namespace rules_tests {
namespace {

base::Error broken(int line)
{
    return {.kind = base::Kind::Invalid, .code = "CASE", .parameters = {{"line", std::to_string(line)}}};
}

void replace(std::string& text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

}  // namespace

// RULE  =>  EXPECTED  [with {"i": 1}]  [not in sql]; ⏎ in a rule stands for a line break.
base::Result<std::vector<Case>> read_cases(const std::string& path)
{
    TRY_ASSIGN(std::string content, base::files::read(path));
    std::vector<Case> cases;
    std::string section;
    int number = 0;
    for (std::string_view line : base::text::split(content, '\n')) {
        ++number;
        if (line.starts_with("## "))
            section = line.substr(3);
        if (line.empty() || line.starts_with("#"))
            continue;
        auto arrow = line.rfind("  =>  ");
        if (arrow == std::string_view::npos)
            return broken(number);
        Case one{.line = number, .section = section, .rule = std::string{line.substr(0, arrow)}};
        std::string rest{line.substr(arrow + 6)};
        if (rest.ends_with("  server only"))
            rest.resize(rest.size() - 13);
        if (rest.ends_with("  not in sql")) {
            one.sql = false;
            rest.resize(rest.size() - 12);
        }
        if (auto with = rest.find("  with "); with != std::string::npos) {
            TRY_ASSIGN(json::value row, base::parse_json(rest.substr(with + 7)));
            if (!row.is_object())
                return broken(number);
            one.row = row.as_object();
            rest.resize(with);
        }
        one.expected = rest;
        replace(one.rule, "⏎", "\n");
        cases.push_back(std::move(one));
    }
    return cases;
}

}  // namespace rules_tests
