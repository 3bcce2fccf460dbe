#pragma once

// What `workflows/<flow>.yaml` declares: the life of one record. docs/workflows.md is its manual.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/rules/rules.h"

namespace definitions {

struct Title {
    std::string zh;
    std::string en;  // may be empty in a draft
    const std::string& in(std::string_view language) const { return language == "en" && !en.empty() ? en : zh; }
};

struct Rule {
    std::string text;
    rules::Expression expression;
    int line = 0;
};

struct Check {
    Rule rule;
    Title message;
    std::string code = "CHECK";         // the error code a story names
    std::vector<std::string> fields = {};  // highlighted; default: the names used in the rule
    bool warning = false;               // shown, does not refuse
};

// Somebody, said without a name: a role in the record's organisation, the person a field names, the one
// who made the record, the one who holds its task, the kernel itself, or everybody who may read.
struct Party {
    enum class Kind { Role, Field, Creator, Assignee, System, Anyone };
    Kind kind = Kind::Role;
    std::string name = {};  // of the role or field
    int line = 0;
    bool operator==(const Party& other) const { return kind == other.kind && name == other.name; }
};

enum class TimeUnit { Workdays, Days, Months, Years, Hours };
std::string_view name_of(TimeUnit);

// How long. `figure` takes the count from a dated legal figure instead.
struct Term {
    std::optional<Rule> when = {};  // the first term whose rule holds counts; none: always
    int count = 0;
    std::string figure = {};
    TimeUnit unit = TimeUnit::Days;
    bool roll = true;  // ends on the next working day; workdays and hours never roll
    int line = 0;
};

struct FlowDeadline {
    std::string name;
    Title title;
    std::string basis = {};      // legal basis, shown to people
    std::string from = {};       // field it counts from; empty: the moment it starts
    std::vector<std::string> start_in = {}, stop_in = {}, suspend_in = {};
    std::vector<Term> terms = {};
    int yellow = 70, red = 0;    // percent of the time; red 0: the last day
    std::optional<Term> extension = {};
    int extensions_max = 1;
    std::string late_reason = {};  // field that an action must fill when it ends the deadline late
    std::map<std::string, std::vector<Party>> escalate = {};  // yellow, red, overdue -> who is told
    std::string expired = {};      // action the kernel does when the time is over
    int line = 0;
};

struct FlowTask {
    std::vector<Party> to = {};  // each gets a task of its own; roles: anybody of them may claim it
    Title title = {};
    std::string organisation = {};  // field with the organisation of the roles; empty: the record's
};

struct FlowState {
    enum class Kind { Open, Waiting, Final };
    std::string name;
    Title title;
    Kind kind = Kind::Open;
    std::string colour = {};
    bool locked = false;  // fields are changed by actions only; final states always
    std::optional<FlowTask> task = {};
    int line = 0;
};
std::string_view name_of(FlowState::Kind);

struct FormItem {
    std::string name;  // of a field or of rows
    bool required = false;
};

// Two different people, each eligible on the day of the act.
struct Officers {
    std::vector<std::string> fields = {};  // user fields, or rows.field
    std::string eligible = {};             // a named check handed in by the server
    std::optional<Rule> rule = {};         // names: those of the record and `officer` {id, organisation, region, roles}
    std::string record = {}, account = {}; // instead: a row of this record whose field names the officer …
    std::optional<Rule> row_rule = {};     // … and holds this
    int count = 2;
    int line = 0;
};

struct Creation {
    std::string record;
    std::map<std::string, Rule> set = {};
    std::string link = {};  // field of this record that keeps the id of the new one
    int line = 0;
};

struct FlowNotice {
    std::vector<Party> to;
    Title title;
    Title text = {};
};

struct Destination {
    std::optional<Rule> when = {};
    std::string state;
};

struct FlowAction {
    std::string name;
    Title title;
    std::vector<std::string> from = {};  // empty: every state that is not final
    std::vector<Destination> to = {};    // empty: the state stays
    std::vector<Party> by = {};
    std::vector<Check> when = {};
    std::vector<FormItem> form = {};
    std::map<std::string, Rule> set = {};
    std::vector<Creation> create = {};
    std::vector<FlowNotice> notify = {};
    std::vector<std::string> calls = {}, documents = {};
    std::vector<std::string> start = {}, stop = {}, suspend = {}, resume = {}, extend = {};  // deadlines
    std::string round = {};
    std::optional<Officers> officers = {};
    Title confirm = {};
    bool batch = false;
    bool comment_required = false;
    int line = 0;
};

struct FlowRound {
    enum class Count { All, Any, Majority };
    std::string name;
    Title title;
    std::vector<Party> approvers = {};
    Count count = Count::All;
    std::optional<Term> timeout = {};
    std::string agreed = {}, refused = {}, expired = {};  // actions the kernel then does
    int line = 0;
};
std::string_view name_of(FlowRound::Count);

struct Workflow {
    std::string system;
    std::string name;
    Title title;
    std::string record;
    std::string initial;
    std::vector<FlowState> states;
    std::vector<FlowAction> actions;
    std::vector<FlowDeadline> deadlines = {};
    std::vector<FlowRound> rounds = {};
    std::string file = {};
    int line = 0;

    const FlowState* state(std::string_view) const;
    const FlowAction* action(std::string_view) const;
    const FlowDeadline* deadline(std::string_view) const;
    const FlowRound* round(std::string_view) const;
    bool applies(const FlowAction&, std::string_view state) const;  // may it be done in this state?
};

}  // namespace definitions
