#include "kernel/definitions/workflow_parts.h"

#include <algorithm>

#include "kernel/definitions/names.h"

namespace definitions {

using Kind = YamlNode::Kind;

namespace {

Party party_of(const YamlNode& node)
{
    for (const auto& [word, kind] : {std::pair{"creator", Party::Kind::Creator}, {"assignee", Party::Kind::Assignee},
             {"system", Party::Kind::System}, {"anyone", Party::Kind::Anyone}})
        if (node.text == word)
            return {kind, {}, node.line};
    return {Party::Kind::Role, node.text, node.line};
}

bool may_stand(Party::Kind kind, FlowReader::People people)
{
    switch (kind) {
    case Party::Kind::Role:
    case Party::Kind::Field:
    case Party::Kind::Creator: return true;
    case Party::Kind::Assignee: return people != FlowReader::People::Assignable;
    case Party::Kind::System:
    case Party::Kind::Anyone: return people == FlowReader::People::Actors;
    }
    return false;
}

}  // namespace

std::vector<Party> FlowReader::parties(const YamlNode& node, std::string_view key, People people) const
{
    std::vector<Party> result;
    const std::vector<YamlNode> one{node};
    for (const auto& item : node.kind == Kind::List ? node.items : one) {
        Party party;
        if (item.kind == Kind::Map) {
            MapReader reader(loading, file, item, "`" + std::string(key) + "`", {"field"});
            if (const auto* name = reader.need("field"); name && name->is_text()) {
                name_field(*name, FieldName::Want::People);
                party = {Party::Kind::Field, name->text, item.line};
            }
        } else if (item.is_text()) {
            party = party_of(item);
            if (party.kind == Party::Kind::Role)
                loading.references.push_back({Reference::Kind::Role, party.name, item.in(file)});
        } else {
            loading.problems.add(item.in(file), "`" + std::string(key) + "` must name roles, creator, assignee or {field: …}");
            continue;
        }
        if (!may_stand(party.kind, people))
            loading.problems.add(item.in(file), "`" + item.text + "` cannot stand in `" + std::string(key) + "`",
                                 "name a role, creator or {field: …}");
        result.push_back(std::move(party));
    }
    if (result.empty())
        loading.problems.add(node.in(file), "`" + std::string(key) + "` names nobody");
    return result;
}

void FlowReader::name_field(const YamlNode& name, FieldName::Want want, const std::string& of) const
{
    loading.field_names.push_back({of.empty() ? record : of, name.text, want, name.in(file)});
}

std::string FlowReader::field(const MapReader& reader, std::string_view key, FieldName::Want want, const std::string& of) const
{
    const auto* node = reader.find(key);
    if (!node)
        return {};
    const auto name = reader.text(key, 90);
    if (!name.empty())
        name_field(*node, want, of);
    return name;
}

std::vector<std::string> FlowReader::fields(const MapReader& reader, std::string_view key, FieldName::Want want) const
{
    auto names = reader.names(key);
    if (const auto* node = reader.find(key))
        for (const auto& item : node->items)
            if (item.is_text())
                name_field(item, want);
    return names;
}

std::optional<Rule> FlowReader::rule(const YamlNode& node, const RulePlace& place) const
{
    auto rule = read_rule(loading, file, node);
    if (!rule)
        return rule;
    RuleUse use{place.record.empty() ? record : place.record, {}, place.field,
                place.field.empty() ? RuleUse::Result::Truth : RuleUse::Result::FieldValue, false, rule->expression, node, file};
    use.target = place.target;
    use.officer = place.officer;
    loading.rules.push_back(std::move(use));
    return rule;
}

Term FlowReader::read_term(const MapReader& reader) const
{
    Term term;
    term.line = reader.node().line;
    if (const auto* when = reader.find("when"))
        term.when = rule(*when, {});
    term.figure = reader.text("figure", 60);
    if (term.figure.empty() != reader.has("count"))
        reader.report("a term has either `count` or `figure`", "for example  count: 7, unit: days");
    if (!term.figure.empty())
        loading.figure_names.push_back({term.figure, reader.find("figure")->in(file)});
    term.count = reader.integer("count", 1, 10'000, 1);
    reader.need("unit");
    const auto unit = reader.one_of("unit", {"workdays", "days", "months", "years", "hours"}, "days");
    for (const auto known : {TimeUnit::Workdays, TimeUnit::Days, TimeUnit::Months, TimeUnit::Years, TimeUnit::Hours})
        if (name_of(known) == unit)
            term.unit = known;
    const bool fixed = term.unit == TimeUnit::Workdays || term.unit == TimeUnit::Hours;
    term.roll = reader.boolean("roll", !fixed);
    if (fixed && term.roll)
        reader.report(*reader.find("roll"), "a term in " + unit + " never rolls", "take `roll` away");
    return term;
}

std::optional<Term> FlowReader::term(const YamlNode& node, const std::vector<std::string_view>& keys) const
{
    MapReader reader(loading, file, node, "a term", keys);
    return node.kind == Kind::Map ? std::optional{read_term(reader)} : std::nullopt;
}

std::vector<Destination> FlowReader::destinations(const YamlNode& node) const
{
    std::vector<Destination> list;
    if (node.is_text())
        return {{std::nullopt, node.text}};
    if (node.kind != Kind::List || node.items.empty()) {
        loading.problems.add(node.in(file), "`to` must be a state or a list of them with their rules",
                             "for example  [{when: fine > 0, state: fined}, {state: closed}]");
        return list;
    }
    for (const auto& item : node.items) {
        MapReader reader(loading, file, item, "a destination", {"when", "state"});
        if (item.kind != Kind::Map)
            continue;
        Destination one;
        one.state = reader.needed_text("state", 60);
        if (const auto* when = reader.find("when"))
            one.when = rule(*when, {});
        const bool last = &item == &node.items.back();
        if (last == reader.has("when"))
            reader.report(last ? "the last destination holds for the rest and has no `when`"
                               : "only the last destination may be without `when`");
        list.push_back(std::move(one));
    }
    return list;
}

void FlowReader::check_name(const YamlNode& name, std::string_view what) const
{
    if (!snake_case(name.text) || name.text.size() > 40)
        loading.problems.add(name.in(file), "the " + std::string(what) + " name `" + name.text +
                                                "` must be lower snake_case with at most 40 letters");
}

namespace {

void read_lights(const FlowReader& flow, const MapReader& parent, FlowDeadline& deadline)
{
    const auto* node = parent.find("lights");
    if (!node)
        return;
    MapReader reader(flow.loading, flow.file, *node, "`lights`", {"yellow", "red"});
    deadline.yellow = reader.integer("yellow", 1, 99, deadline.yellow);
    if (const auto* red = reader.find("red"); red && red->is_text() && red->text == "last_day")
        deadline.red = 0;
    else
        deadline.red = reader.integer("red", 1, 99, deadline.red);
    if (deadline.red && deadline.red <= deadline.yellow)
        reader.report("red must come after yellow");
}

void read_escalation(const FlowReader& flow, const MapReader& parent, FlowDeadline& deadline)
{
    const auto* node = parent.find("escalate");
    if (!node)
        return;
    MapReader reader(flow.loading, flow.file, *node, "`escalate`", {"yellow", "red", "overdue"});
    for (const std::string light : {"yellow", "red", "overdue"})
        if (const auto* people = reader.find(light))
            deadline.escalate[light] = flow.parties(*people, light, FlowReader::People::Known);
}

void read_terms(const FlowReader& flow, const MapReader& reader, FlowDeadline& deadline)
{
    const auto* terms = reader.find("terms");
    if (!terms) {
        deadline.terms.push_back(flow.read_term(reader));
        return;
    }
    for (const std::string key : {"count", "unit", "roll", "figure"})
        if (reader.has(key))
            reader.report(*reader.find(key), "`" + key + "` stands in each of `terms` here");
    if (terms->kind != Kind::List || terms->items.empty())
        return reader.report(*terms, "`terms` must be a list", "each begins with  - when:");
    for (const auto& item : terms->items)
        if (auto term = flow.term(item, {"when", "count", "figure", "unit", "roll"}))
            deadline.terms.push_back(*std::move(term));
}

void read_extension(const FlowReader& flow, const MapReader& parent, FlowDeadline& deadline)
{
    const auto* node = parent.find("extension");
    if (!node)
        return;
    MapReader reader(flow.loading, flow.file, *node, "`extension`", {"count", "figure", "unit", "roll", "times"});
    if (node->kind != Kind::Map)
        return;
    deadline.extensions_max = reader.integer("times", 1, 10, 1);
    deadline.extension = flow.read_term(reader);
    for (const auto& term : deadline.terms)
        if ((term.unit == TimeUnit::Hours) != (deadline.extension->unit == TimeUnit::Hours))
            return reader.report("hours are extended by hours, days by days");
}

}  // namespace

void read_deadlines(const FlowReader& flow, const YamlNode& node, Workflow& into)
{
    for (const auto& [name, value] : node.members) {
        flow.check_name(name, "deadline");
        MapReader reader(flow.loading, flow.file, value, "a deadline",
                         {"title", "basis", "from", "start_in", "stop_in", "suspend_in", "terms", "count", "figure", "unit", "roll",
                          "lights", "extension", "late_reason", "escalate", "expired"});
        FlowDeadline deadline;
        deadline.name = name.text;
        deadline.line = name.line;
        if (value.kind == Kind::Map) {
            deadline.title = reader.title("title", true);
            deadline.basis = reader.text("basis", 300);
            deadline.from = flow.field(reader, "from", FieldName::Want::Time);
            deadline.start_in = reader.names("start_in");
            deadline.stop_in = reader.names("stop_in");
            deadline.suspend_in = reader.names("suspend_in");
            read_terms(flow, reader, deadline);
            read_lights(flow, reader, deadline);
            read_extension(flow, reader, deadline);
            deadline.late_reason = flow.field(reader, "late_reason", FieldName::Want::Fillable);
            read_escalation(flow, reader, deadline);
            deadline.expired = reader.text("expired", 60);
        }
        into.deadlines.push_back(std::move(deadline));
    }
}

}  // namespace definitions
