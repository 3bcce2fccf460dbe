// The shape of a workflow: what can be told from the file alone.

#include <algorithm>
#include <set>

#include "kernel/definitions/workflow_reader.h"

namespace definitions {

namespace {

class Shape {
public:
    Shape(const MapReader& reader, const Workflow& flow) : reader_(reader), flow_(flow)
    {
        for (const auto& state : flow.states)
            states_.push_back(state.name);
        for (const auto& action : flow.actions)
            actions_.push_back(action.name);
        for (const auto& deadline : flow.deadlines)
            deadlines_.push_back(deadline.name);
        for (const auto& round : flow.rounds)
            rounds_.push_back(round.name);
    }

    void check()
    {
        if (flow_.states.empty() || flow_.actions.empty())
            return;
        need(states_, flow_.initial, "state", at("initial", {}, {}));
        for (const auto& action : flow_.actions)
            check_action(action);
        for (const auto& deadline : flow_.deadlines)
            check_deadline(deadline);
        for (const auto& round : flow_.rounds)
            check_round(round);
        if (sound_)
            check_ways();
    }

private:
    using Names = std::vector<std::string_view>;

    // The place of a word in `group: {name: {key: …word…}}`; the name itself when it is not found.
    const YamlNode& at(std::string_view group, std::string_view name, std::string_view key, std::string_view word = {}) const
    {
        const YamlNode* node = reader_.find(group);
        if (!node || name.empty())
            return node ? *node : reader_.node();
        for (const auto& [label, value] : node->members) {
            if (label.text != name)
                continue;
            const YamlNode* inner = key.empty() ? nullptr : find_deep(value, key);
            if (!inner)
                return label;
            const YamlNode* exact = find_word(*inner, word);
            return exact ? *exact : *inner;
        }
        return *node;
    }
    static const YamlNode* find_deep(const YamlNode& value, std::string_view key)
    {
        if (const auto* direct = value.find(key))
            return direct;
        const auto* clocks = value.find("deadlines");
        return clocks ? clocks->find(key) : nullptr;
    }
    static const YamlNode* find_word(const YamlNode& node, std::string_view word)
    {
        if (word.empty() || (node.scalar() && node.text == word))
            return &node;
        for (const auto& item : node.items)
            if (const auto* found = find_word(item, word))
                return found;
        for (const auto& [key, value] : node.members)
            if (const auto* found = find_word(value, word))
                return found;
        return nullptr;
    }

    void need(const Names& known, const std::string& name, const std::string& kind, const YamlNode& place)
    {
        if (name.empty() || std::find(known.begin(), known.end(), name) != known.end())
            return;
        sound_ = false;
        reader_.report(place, "there is no " + kind + " `" + name + "` in this workflow", hint_for(name, known));
    }
    void need_all(const Names& known, const std::vector<std::string>& names, const std::string& kind, std::string_view group,
                  const std::string& owner, std::string_view key)
    {
        for (const auto& name : names)
            need(known, name, kind, at(group, owner, key, name));
    }

    void check_action(const FlowAction& action)
    {
        need_all(states_, action.from, "state", "actions", action.name, "from");
        for (const auto& to : action.to)
            need(states_, to.state, "state", at("actions", action.name, "to", to.state));
        for (const auto& [key, names] : {std::pair{"start", &action.start}, {"stop", &action.stop}, {"suspend", &action.suspend},
                 {"resume", &action.resume}, {"extend", &action.extend}}) {
            need_all(deadlines_, *names, "deadline", "actions", action.name, key);
            for (const auto& name : *names)
                if (const auto* deadline = flow_.deadline(name); deadline && std::string_view(key) == "extend" && !deadline->extension)
                    reader_.report(at("actions", action.name, "extend", name), "the deadline `" + name + "` has no `extension`");
        }
        need(rounds_, action.round, "round", at("actions", action.name, "round"));
        if (action.batch && action.officers)
            reader_.report(at("actions", action.name, "batch"), "an action that names its officers cannot be done in a batch");
    }

    void check_deadline(const FlowDeadline& deadline)
    {
        need_all(states_, deadline.start_in, "state", "deadlines", deadline.name, "start_in");
        need_all(states_, deadline.stop_in, "state", "deadlines", deadline.name, "stop_in");
        need_all(states_, deadline.suspend_in, "state", "deadlines", deadline.name, "suspend_in");
        need(actions_, deadline.expired, "action", at("deadlines", deadline.name, "expired"));
        check_system_action(deadline.expired, at("deadlines", deadline.name, "expired"));
        const bool started = !deadline.start_in.empty() || std::any_of(flow_.actions.begin(), flow_.actions.end(), [&](const auto& action) {
            return std::find(action.start.begin(), action.start.end(), deadline.name) != action.start.end();
        });
        if (!started)
            reader_.report(at("deadlines", deadline.name, {}), "nothing starts the deadline `" + deadline.name + "`",
                           "give it `start_in`, or let an action start it");
    }

    void check_round(const FlowRound& round)
    {
        for (const auto& [key, action] : {std::pair{"agreed", &round.agreed}, {"refused", &round.refused}, {"expired", &round.expired}}) {
            need(actions_, *action, "action", at("rounds", round.name, key));
            check_system_action(*action, at("rounds", round.name, key));
        }
        const bool opened = std::any_of(flow_.actions.begin(), flow_.actions.end(), [&](const auto& a) { return a.round == round.name; });
        if (!opened)
            reader_.report(at("rounds", round.name, {}), "nothing opens the round `" + round.name + "`", "let an action have  round: " + round.name);
    }
    void check_system_action(const std::string& name, const YamlNode& place)
    {
        const auto* action = flow_.action(name);
        if (!action)
            return;
        if (std::find(action->by.begin(), action->by.end(), Party{Party::Kind::System}) == action->by.end())
            reader_.report(place, "the kernel does `" + name + "`, but `by` does not let it", "write  by: [system]");
        for (const auto& item : action->form)
            if (item.required)
                return reader_.report(place, "the kernel does `" + name + "`, which asks for `" + item.name + "`");
    }

    // Every state can be reached, and every state that is not final can be left for a final one.
    void check_ways()
    {
        std::set<std::string> reached{flow_.initial};
        for (bool grown = true; grown;) {
            grown = false;
            for (const auto& action : flow_.actions)
                for (const auto& state : flow_.states)
                    if (reached.contains(state.name) && flow_.applies(action, state.name))
                        for (const auto& to : action.to)
                            grown = reached.insert(to.state).second || grown;
        }
        for (const auto& state : flow_.states)
            if (!reached.contains(state.name))
                reader_.report(at("states", state.name, {}), "nothing leads to the state `" + state.name + "`",
                               "let an action go there, or take it away");
        std::set<std::string> ending;
        for (const auto& state : flow_.states)
            if (state.kind == FlowState::Kind::Final)
                ending.insert(state.name);
        if (ending.empty())
            return reader_.report(at("states", {}, {}), "no state is final", "give the last one  kind: final");
        for (bool grown = true; grown;) {
            grown = false;
            for (const auto& action : flow_.actions)
                for (const auto& state : flow_.states)
                    if (flow_.applies(action, state.name)
                        && std::any_of(action.to.begin(), action.to.end(), [&](const auto& to) { return ending.contains(to.state); }))
                        grown = ending.insert(state.name).second || grown;
        }
        for (const auto& state : flow_.states)
            if (!ending.contains(state.name) && reached.contains(state.name))
                reader_.report(at("states", state.name, {}), "from the state `" + state.name + "` no action leads to an end",
                               "add an action, or make it  kind: final");
    }

    const MapReader& reader_;
    const Workflow& flow_;
    Names states_, actions_, deadlines_, rounds_;
    bool sound_ = true;
};

}  // namespace

void check_workflow_shape(const MapReader& reader, const Workflow& workflow) { Shape(reader, workflow).check(); }

}  // namespace definitions
