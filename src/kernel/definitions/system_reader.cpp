#include "kernel/definitions/system_reader.h"

#include <algorithm>

#include "kernel/definitions/csv.h"
#include "kernel/definitions/names.h"

namespace definitions {

using Kind = YamlNode::Kind;

std::optional<System> read_system(Loading& loading, const std::string& file, const YamlNode& node,
                                  const std::string& folder)
{
    MapReader reader(loading, file, node, "a system",
                     {"system", "title", "purpose", "menu", "menu_order", "icon", "needs", "records"});
    System system;
    system.name = reader.needed_text("system");
    if (system.name.empty())
        return std::nullopt;
    if (auto fault = fault_of_name(Naming::System, system.name); !fault.empty())
        reader.report(*reader.find("system"), "the system name " + fault);
    else if (system.name != folder)
        reader.report(*reader.find("system"), "the system is named `" + system.name + "` but its folder `" + folder + "`",
                      "give both the same name");
    system.name = folder;
    system.folder = folder;
    system.title = reader.title("title", true);
    system.purpose = reader.title("purpose", true);
    system.menu = reader.title("menu", false);
    system.menu_order = reader.integer("menu_order", 0, 100'000, system.menu_order);
    system.icon = reader.text("icon", 40);
    system.needs = reader.names("needs");
    if (const auto* needs = reader.find("needs"))
        for (const auto& item : needs->items)
            loading.references.push_back({Reference::Kind::System, item.text, item.in(file)});
    system.records = reader.names("records");
    if (const auto* records = reader.find("records"))
        for (const auto& item : records->items)
            loading.references.push_back({Reference::Kind::Record, item.text, item.in(file)});
    return system;
}

std::vector<Role> read_roles(Loading& loading, const std::string& file, const YamlNode& node, const std::string& system)
{
    std::vector<Role> roles;
    MapReader reader(loading, file, node, "roles.yaml", {"roles"});
    const auto* map = reader.need("roles");
    if (map && map->kind != Kind::Map)
        reader.report(*map, "`roles` must name the roles", "for example  officer: {title: {zh: 监督员}}");
    if (!map || map->kind != Kind::Map) {
        loading.roles_doubtful = true;
        return roles;
    }
    for (const auto& [name, value] : map->members) {
        if (auto fault = fault_of_name(Naming::Role, name.text); !fault.empty())
            reader.report(name, "the role name " + fault);
        MapReader role_reader(loading, file, value, "a role", {"title", "sensitive", "clearance"});
        Role role;
        role.name = name.text;
        role.system = system;
        role.line = name.line;
        if (value.kind == Kind::Map) {
            role.title = role_reader.title("title", true);
            role.sensitive = role_reader.boolean("sensitive", false);
            role.clearance = role_reader.integer("clearance", 1, 4, role.clearance);
        }
        roles.push_back(std::move(role));
    }
    return roles;
}

std::vector<Figure> read_figures(Loading& loading, const std::string& file, const YamlNode& node,
                                 const std::string& system)
{
    std::vector<Figure> figures;
    MapReader reader(loading, file, node, "a file of legal figures", {"figures"});
    const auto* list = reader.need("figures");
    if (list && list->kind != Kind::List)
        reader.report(*list, "`figures` must be a list", "each begins with  - rule_code:");
    if (!list)
        return figures;
    for (const auto& item : list->items) {
        MapReader one(loading, file, item, "a legal figure",
                      {"rule_code", "title", "legal_basis", "value", "unit", "effective_from", "effective_to", "source_mark"});
        if (item.kind != Kind::Map)
            continue;
        Figure figure;
        figure.system = system;
        figure.file = file;
        figure.line = item.line;
        figure.rule_code = one.needed_text("rule_code", 60);
        if (!figure.rule_code.empty() && !snake_case(figure.rule_code))
            one.report(*one.find("rule_code"), "`rule_code` must be lower snake_case", "for example fine_late_fee_rate");
        figure.title = one.title("title", true);
        figure.legal_basis = one.needed_text("legal_basis", 300);
        if (const auto* value = one.need("value")) {
            if (!value->scalar() || value->kind == Kind::Null)
                one.report(*value, "`value` must be a number or text");
            figure.value = value->text;
        }
        figure.unit = one.text("unit", 20);
        if (one.need("effective_from"))
            figure.effective_from = one.date("effective_from").value_or(base::Date{});
        figure.effective_to = one.date("effective_to");
        if (figure.effective_to && *figure.effective_to < figure.effective_from)
            one.report(*one.find("effective_to"), "`effective_to` lies before `effective_from`");
        if (one.need("source_mark"))
            figure.source_mark = one.one_of("source_mark", {"statute", "unconfirmed", "default"}, "unconfirmed");
        figures.push_back(std::move(figure));
    }
    return figures;
}

namespace {

class DictionaryReader {
public:
    DictionaryReader(Loading& loading, const std::string& file, bool addition, Dictionary& into)
        : loading_(loading), file_(file), addition_(addition), into_(into), before_(into.entries.size())
    {
    }

    void read(std::string_view text)
    {
        const auto lines = read_csv(file_, text, loading_.problems);
        if (lines.empty() || !read_heading(lines.front()))
            return;
        for (std::size_t i = 1; i < lines.size(); ++i)
            read_entry(lines[i]);
        if (lines.size() == 1)
            report(1, 1, "the dictionary has no entry");
    }

private:
    void report(int line, std::size_t cell, std::string message, std::string hint = {})
    {
        loading_.problems.add({file_, line, static_cast<int>(cell)}, std::move(message), std::move(hint));
    }
    bool read_heading(const CsvLine& heading)
    {
        heading_ = heading.cells;
        bool good = true;
        for (std::size_t i = 0; i < heading_.size(); ++i) {
            if (!snake_case(heading_[i]))
                report(heading.line, i + 1, "the heading `" + heading_[i] + "` is not lower snake_case");
            if (std::count(heading_.begin(), heading_.end(), heading_[i]) > 1)
                report(heading.line, i + 1, "the heading `" + heading_[i] + "` stands twice");
        }
        for (std::string_view needed : {"code", "zh"}) {
            if (std::find(heading_.begin(), heading_.end(), needed) == heading_.end()) {
                report(heading.line, 1, "the heading `" + std::string(needed) + "` is missing",
                       "the first line is  code,zh,en,parent,valid_from,valid_to  and further columns");
                good = false;
            }
        }
        return good;
    }
    std::optional<base::Date> date(const CsvLine& line, std::size_t cell)
    {
        if (line.cells[cell].empty())
            return std::nullopt;
        if (auto day = base::Date::parse(line.cells[cell]))
            return *day;
        report(line.line, cell + 1, "`" + line.cells[cell] + "` is not an existing day such as 2026-01-31");
        return std::nullopt;
    }
    void read_entry(const CsvLine& line)
    {
        if (line.cells.size() != heading_.size())
            return report(line.line, 1, "the line has " + std::to_string(line.cells.size()) + " cells, the heading " +
                                            std::to_string(heading_.size()), "put text with commas in double quotes");
        DictionaryEntry entry;
        for (std::size_t i = 0; i < heading_.size(); ++i) {
            const auto& name = heading_[i];
            if (name == "code")
                entry.code = line.cells[i];
            else if (name == "zh")
                entry.title.zh = line.cells[i];
            else if (name == "en")
                entry.title.en = line.cells[i];
            else if (name == "parent")
                entry.parent = line.cells[i];
            else if (name == "valid_from")
                entry.valid_from = date(line, i);
            else if (name == "valid_to")
                entry.valid_to = date(line, i);
            else if (!line.cells[i].empty())
                entry.extra[name] = line.cells[i];
        }
        judge(line, entry);
    }
    void judge(const CsvLine& line, DictionaryEntry entry)
    {
        const bool good_code = !entry.code.empty() && entry.code.size() <= 40 &&
                               std::all_of(entry.code.begin(), entry.code.end(), [](unsigned char c) {
                                   return std::isalnum(c) || c == '_' || c == '-' || c == '.';
                               });
        if (!good_code)
            return report(line.line, 1, "`" + entry.code + "` is not a code: 1 to 40 letters, digits, _ - .");
        if (entry.title.zh.empty())
            report(line.line, 1, "the code `" + entry.code + "` has no Chinese text");
        if (loading_.release && entry.title.en.empty())
            report(line.line, 1, "the code `" + entry.code + "` has no English text, which a release needs");
        if (entry.valid_from && entry.valid_to && *entry.valid_to < *entry.valid_from)
            report(line.line, 1, "the code `" + entry.code + "` ends before it begins");
        loading_.code_places.emplace(std::pair{into_.name, entry.code}, Position{file_, line.line, 1});
        const auto at = std::find_if(into_.entries.begin(), into_.entries.end(),
                                     [&](const auto& e) { return e.code == entry.code; });
        if (at == into_.entries.end())
            into_.entries.push_back(std::move(entry));
        else if (addition_ && at - into_.entries.begin() < static_cast<std::ptrdiff_t>(before_))
            *at = std::move(entry);
        else
            report(line.line, 1, "the code `" + entry.code + "` stands twice");
    }

    Loading& loading_;
    const std::string& file_;
    bool addition_;
    Dictionary& into_;
    std::size_t before_;
    std::vector<std::string> heading_;
};

}  // namespace

void read_dictionary(Loading& loading, const std::string& file, std::string_view text, bool addition, Dictionary& into)
{
    DictionaryReader(loading, file, addition, into).read(text);
}

}  // namespace definitions
