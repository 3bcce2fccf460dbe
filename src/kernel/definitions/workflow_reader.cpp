#include "kernel/definitions/workflow_reader.h"

#include <algorithm>

#include "kernel/definitions/names.h"
#include "kernel/definitions/workflow_parts.h"

namespace definitions {

using Kind = YamlNode::Kind;

namespace {

const std::vector<std::string_view> colours = {"grey", "blue", "green", "gold", "orange", "red", "purple"};
// Words that `access:` and the kernel use already.
const std::vector<std::string_view> taken_actions = {"create", "read", "update", "delete", "export", "import", "unmask", "print",
    "look_up", "clear", "restore", "check", "history", "related", "files", "actions", "documents", "open", "list", "duplicate"};

FlowTask read_task(const FlowReader& flow, const YamlNode& node)
{
    FlowTask task;
    if (node.kind == Kind::Text || node.kind == Kind::List || (node.kind == Kind::Map && node.find("field"))) {
        task.to = flow.parties(node, "task", FlowReader::People::Assignable);
        return task;
    }
    MapReader reader(flow.loading, flow.file, node, "a task", {"to", "title", "organisation"});
    if (node.kind != Kind::Map)
        return task;
    if (const auto* to = reader.need("to"))
        task.to = flow.parties(*to, "to", FlowReader::People::Assignable);
    task.title = reader.title("title", false);
    task.organisation = flow.field(reader, "organisation", FieldName::Want::Organisation);
    return task;
}

void read_states(const FlowReader& flow, const YamlNode& node, Workflow& into)
{
    for (const auto& [name, value] : node.members) {
        flow.check_name(name, "state");
        MapReader reader(flow.loading, flow.file, value, "a state", {"title", "kind", "colour", "locked", "task"});
        FlowState state;
        state.name = name.text;
        state.line = name.line;
        if (value.kind == Kind::Map) {
            state.title = reader.title("title", true);
            const auto kind = reader.one_of("kind", {"open", "waiting", "final"}, "open");
            state.kind = kind == "final" ? FlowState::Kind::Final : kind == "waiting" ? FlowState::Kind::Waiting : FlowState::Kind::Open;
            state.colour = reader.one_of("colour", colours, kind == "final" ? "grey" : kind == "waiting" ? "gold" : "blue");
            state.locked = reader.boolean("locked", state.kind == FlowState::Kind::Final);
            if (const auto* task = reader.find("task"))
                state.task = read_task(flow, *task);
        }
        into.states.push_back(std::move(state));
    }
}

void read_officers(const FlowReader& flow, const YamlNode& node, FlowAction& action)
{
    MapReader reader(flow.loading, flow.file, node, "the officers", {"fields", "count", "eligible", "when", "record", "account", "rule"});
    if (node.kind != Kind::Map)
        return;
    Officers officers;
    officers.line = node.line;
    reader.need("fields");
    officers.fields = flow.fields(reader, "fields", FieldName::Want::People);
    officers.count = reader.integer("count", 1, 10, officers.count);
    officers.eligible = reader.text("eligible", 80);
    if (const auto* rule = reader.find("when"))
        officers.rule = flow.rule(*rule, {.officer = true});
    officers.record = reader.text("record", 60);
    if (officers.record.empty() != !reader.has("account") || officers.record.empty() != !reader.has("rule"))
        reader.report("`record`, `account` and `rule` of the officers belong together",
                      "for example  record: officer, account: account, rule: valid_to >= today()");
    if (!officers.record.empty()) {
        flow.loading.references.push_back({Reference::Kind::Record, officers.record, reader.find("record")->in(flow.file)});
        officers.account = flow.field(reader, "account", FieldName::Want::User, officers.record);
        if (const auto* rule = reader.find("rule"))
            officers.row_rule = flow.rule(*rule, {.record = officers.record});
    }
    action.officers = std::move(officers);
}

void read_guards(const FlowReader& flow, const YamlNode& node, FlowAction& action)
{
    const std::vector<YamlNode> one{node};
    for (const auto& item : node.kind == Kind::List ? node.items : one) {
        MapReader reader(flow.loading, flow.file, item, "a guard", {"rule", "message", "code", "fields"});
        if (item.kind != Kind::Map)
            continue;
        Check check;
        check.code = "GUARD";
        if (const auto* rule = reader.need("rule"))
            if (auto read = flow.rule(*rule, {}))
                check.rule = *std::move(read);
        check.message = reader.title("message", true);
        check.code = reader.has("code") ? reader.text("code", 60) : check.code;
        check.fields = flow.fields(reader, "fields", FieldName::Want::AnyOrRows);
        action.when.push_back(std::move(check));
    }
}

void read_form_items(const FlowReader& flow, const MapReader& reader, FlowAction& action)
{
    const auto* node = reader.find("form");
    if (!node)
        return;
    if (node->kind != Kind::List)
        return reader.report(*node, "`form` must list the fields that the action asks for", "for example  [reason, {field: note, required: true}]");
    for (const auto& item : node->items) {
        FormItem entry;
        const YamlNode* name = &item;
        if (item.kind == Kind::Map) {
            MapReader one(flow.loading, flow.file, item, "an entry of the form", {"field", "required"});
            name = one.need("field");
            entry.required = one.boolean("required", false);
        }
        if (!name || !name->is_text())
            continue;
        entry.name = name->text;
        flow.name_field(*name, FieldName::Want::Fillable);
        if (std::ranges::find(action.form, entry.name, &FormItem::name) != action.form.end())
            reader.report(item, "`" + entry.name + "` stands in the form twice");
        action.form.push_back(std::move(entry));
    }
}

std::map<std::string, Rule> read_set(const FlowReader& flow, const MapReader& reader, const std::string& target)
{
    std::map<std::string, Rule> set;
    const auto* node = reader.find("set");
    if (!node)
        return set;
    if (node->kind != Kind::Map)
        reader.report(*node, "`set` must give fields their rules", "for example  {closed_at: now()}");
    for (const auto& [name, value] : node->members) {
        flow.name_field(name, FieldName::Want::Settable, target);
        if (auto rule = flow.rule(value, {.field = name.text, .target = target}))
            set.emplace(name.text, *std::move(rule));
    }
    return set;
}

void read_creations(const FlowReader& flow, const MapReader& reader, FlowAction& action)
{
    const auto* node = reader.find("create");
    if (!node)
        return;
    if (node->kind != Kind::List)
        reader.report(*node, "`create` must be a list", "each begins with  - record:");
    for (const auto& item : node->items) {
        MapReader one(flow.loading, flow.file, item, "a record to create", {"record", "set", "link"});
        if (item.kind != Kind::Map)
            continue;
        Creation creation;
        creation.line = item.line;
        creation.record = one.needed_text("record", 60);
        if (!creation.record.empty())
            flow.loading.references.push_back({Reference::Kind::Record, creation.record, one.find("record")->in(flow.file)});
        creation.set = read_set(flow, one, creation.record);
        creation.link = flow.field(one, "link", FieldName::Want::Any);
        action.create.push_back(std::move(creation));
    }
}

void read_notices(const FlowReader& flow, const MapReader& reader, FlowAction& action)
{
    const auto* node = reader.find("notify");
    if (!node)
        return;
    if (node->kind != Kind::List)
        reader.report(*node, "`notify` must be a list", "each begins with  - to:");
    for (const auto& item : node->items) {
        MapReader one(flow.loading, flow.file, item, "a notice", {"to", "title", "text"});
        if (item.kind != Kind::Map)
            continue;
        FlowNotice notice;
        if (const auto* to = one.need("to"))
            notice.to = flow.parties(*to, "to", FlowReader::People::Known);
        notice.title = one.title("title", true);
        notice.text = one.title("text", false);
        action.notify.push_back(std::move(notice));
    }
}

void read_clocks(const FlowReader& flow, const MapReader& reader, FlowAction& action)
{
    const auto* node = reader.find("deadlines");
    if (!node)
        return;
    MapReader one(flow.loading, flow.file, *node, "`deadlines` of an action", {"start", "stop", "suspend", "resume", "extend"});
    action.start = one.names("start");
    action.stop = one.names("stop");
    action.suspend = one.names("suspend");
    action.resume = one.names("resume");
    action.extend = one.names("extend");
}

FlowAction read_action(const FlowReader& flow, const YamlNode& name, const YamlNode& value)
{
    MapReader reader(flow.loading, flow.file, value, "an action",
                     {"title", "from", "to", "by", "when", "form", "set", "create", "notify", "call", "documents",
                      "deadlines", "round", "officers", "confirm", "batch", "comment"});
    FlowAction action;
    action.name = name.text;
    action.line = name.line;
    if (value.kind != Kind::Map)
        return action;
    action.title = reader.title("title", true);
    if (const auto* from = reader.need("from"); from && !(from->is_text() && from->text == "*"))
        action.from = from->is_text() ? std::vector{from->text} : reader.names("from");
    if (const auto* to = reader.find("to"))
        action.to = flow.destinations(*to);
    if (const auto* by = reader.need("by"))
        action.by = flow.parties(*by, "by", FlowReader::People::Actors);
    if (const auto* when = reader.find("when"))
        read_guards(flow, *when, action);
    read_form_items(flow, reader, action);
    action.set = read_set(flow, reader, {});
    read_creations(flow, reader, action);
    read_notices(flow, reader, action);
    action.calls = reader.names("call");
    action.documents = reader.names("documents");
    read_clocks(flow, reader, action);
    action.round = reader.text("round", 60);
    if (const auto* officers = reader.find("officers"))
        read_officers(flow, *officers, action);
    action.confirm = reader.title("confirm", false);
    action.batch = reader.boolean("batch", false);
    action.comment_required = reader.one_of("comment", {"optional", "required"}, "optional") == "required";
    return action;
}

void read_actions(const FlowReader& flow, const YamlNode& node, Workflow& into)
{
    for (const auto& [name, value] : node.members) {
        flow.check_name(name, "action");
        if (std::find(taken_actions.begin(), taken_actions.end(), name.text) != taken_actions.end())
            flow.loading.problems.add(name.in(flow.file), "the action name `" + name.text + "` is taken by the kernel", "choose another verb");
        into.actions.push_back(read_action(flow, name, value));
    }
}

void read_rounds(const FlowReader& flow, const YamlNode& node, Workflow& into)
{
    for (const auto& [name, value] : node.members) {
        flow.check_name(name, "round");
        MapReader reader(flow.loading, flow.file, value, "a round",
                         {"title", "approvers", "count", "timeout", "agreed", "refused", "expired"});
        FlowRound round;
        round.name = name.text;
        round.line = name.line;
        if (value.kind == Kind::Map) {
            round.title = reader.title("title", true);
            if (const auto* approvers = reader.need("approvers"))
                round.approvers = flow.parties(*approvers, "approvers", FlowReader::People::Known);
            const auto count = reader.one_of("count", {"all", "any", "majority"}, "all");
            round.count = count == "any" ? FlowRound::Count::Any : count == "majority" ? FlowRound::Count::Majority : FlowRound::Count::All;
            if (const auto* timeout = reader.find("timeout"))
                round.timeout = flow.term(*timeout, {"count", "figure", "unit", "roll"});
            round.agreed = reader.needed_text("agreed", 60);
            round.refused = reader.needed_text("refused", 60);
            round.expired = reader.text("expired", 60);
            if (round.timeout && round.expired.empty())
                reader.report("a round with a time limit needs `expired`", "name the action that the kernel then does");
        }
        into.rounds.push_back(std::move(round));
    }
}

}  // namespace

std::optional<Workflow> read_workflow(Loading& loading, const std::string& file, const YamlNode& node, const std::string& system)
{
    MapReader reader(loading, file, node, "a workflow",
                     {"workflow", "record", "title", "initial", "states", "actions", "deadlines", "rounds"});
    Workflow workflow;
    workflow.name = reader.needed_text("workflow", 60);
    workflow.record = reader.needed_text("record", 60);
    if (workflow.name.empty() || workflow.record.empty())
        return std::nullopt;
    if (!snake_case(workflow.name))
        reader.report(*reader.find("workflow"), "the name of a workflow must be lower snake_case");
    workflow.system = system;
    workflow.file = file;
    workflow.line = node.line;
    loading.references.push_back({Reference::Kind::Record, workflow.record, reader.find("record")->in(file)});
    workflow.title = reader.title("title", true);
    workflow.initial = reader.needed_text("initial", 60);
    const FlowReader flow{loading, file, workflow.record};
    const auto group = [&](std::string_view key, bool needed, auto read, std::string_view hint) {
        const auto* members = needed ? reader.need(key) : reader.find(key);
        if (members && (members->kind != Kind::Map || members->members.empty()))
            reader.report(*members, "`" + std::string(key) + "` must name them", std::string(hint));
        else if (members)
            read(flow, *members, workflow);
    };
    group("states", true, read_states, "for example  received: {title: {zh: 已接收}}");
    group("actions", true, read_actions, "for example  accept: {title: {zh: 受理}, from: [received], to: accepted, by: [desk]}");
    group("deadlines", false, read_deadlines, "for example  reply: {title: {zh: 答复}, count: 7, unit: days}");
    group("rounds", false, read_rounds, "for example  review: {title: {zh: 会签}, approvers: [head], agreed: approve, refused: return}");
    check_workflow_shape(reader, workflow);
    return workflow;
}

}  // namespace definitions
