#include "kernel/records/migration.h"

#include <algorithm>

namespace records {

namespace {

bool same_type(const Column& a, const Column& b)
{
    if (a.type != b.type)
        return false;
    return a.type != storage::ColumnType::Decimal || (a.precision == b.precision && a.scale == b.scale);
}

// Derived columns are computed again for every row when they are new.
class Comparison {
public:
    Comparison(const Table& before, const Table& after, std::vector<Step>& steps) :
        before_(before), after_(after), steps_(steps) {}

    void run()
    {
        for (const Column& column : after_.columns)
            compare_column(column);
        for (const Column& column : before_.columns)
            if (!kept_.contains(column.name))
                add(Step::Kind::RemoveColumn, column, {}, false, !column.derived);
        for (const Index& index : before_.indexes) {
            const Index* same = after_.index(index.name);
            if (!same || !(*same == index))
                steps_.push_back({Step::Kind::RemoveIndex, after_.name, after_.record, index.name});
        }
        for (const Index& index : after_.indexes) {
            const Index* same = before_.index(index.name);
            if (!same || !(*same == index))
                steps_.push_back({Step::Kind::AddIndex, after_.name, after_.record, index.name});
        }
        if (refill_)
            steps_.push_back({Step::Kind::Refill, after_.name, after_.record});
    }

private:
    void compare_column(const Column& column)
    {
        const Column* former = before_.column(column.name);
        std::string was;
        if (!former && !column.was.empty()) {
            former = before_.column(column.was);
            was = column.was;
        }
        if (!former) {
            add(Step::Kind::AddColumn, column, {}, false, false);
            refill_ = refill_ || column.derived;
            return;
        }
        kept_.insert(former->name);
        if (!was.empty())
            add(Step::Kind::RenameColumn, column, was, false, false);
        const bool narrower = column.length_max > 0 && (former->length_max == 0 || former->length_max > column.length_max);
        const bool shorter_decimal = column.type == storage::ColumnType::Decimal && former->type == column.type
            && (column.precision - column.scale < former->precision - former->scale || column.scale < former->scale);
        refill_ = refill_ || (column.derived && !same_type(*former, column));
        if (!same_type(*former, column))
            add(Step::Kind::ChangeColumn, column, was, true, !column.derived && (former->type != column.type || shorter_decimal));
        else if (former->length_max != column.length_max || former->references != column.references)
            add(Step::Kind::ChangeColumn, column, was, false, narrower || former->references != column.references);
    }

    void add(Step::Kind kind, const Column& column, std::string was, bool converts, bool loses)
    {
        Step step{kind, after_.name, column.owner.empty() ? after_.record + "." + column.name : column.owner, column.name,
            std::move(was), converts, loses};
        steps_.push_back(std::move(step));
    }

    const Table& before_;
    const Table& after_;
    std::vector<Step>& steps_;
    std::set<std::string> kept_;
    bool refill_ = false;
};

}  // namespace

std::string_view name_of(Step::Kind kind)
{
    switch (kind) {
    case Step::Kind::CreateTable: return "create_table";
    case Step::Kind::RemoveTable: return "remove_table";
    case Step::Kind::AddColumn: return "add_column";
    case Step::Kind::RenameColumn: return "rename_column";
    case Step::Kind::RemoveColumn: return "remove_column";
    case Step::Kind::ChangeColumn: return "change_column";
    case Step::Kind::Refill: return "refill";
    case Step::Kind::AddIndex: return "add_index";
    case Step::Kind::RemoveIndex: return "remove_index";
    case Step::Kind::RemoveState: return "remove_state";
    }
    return "";
}

Migration compare(const Layout& before, const Layout& after, const std::set<std::string>& confirmed)
{
    Migration migration;
    for (const auto& [name, table] : after) {
        const auto former = before.find(name);
        if (former == before.end()) {
            migration.steps.push_back({Step::Kind::CreateTable, name, table.record});
            if (table.role == Table::Role::Link)
                migration.steps.push_back({Step::Kind::Refill, name, table.record});
        } else {
            Comparison{former->second, table, migration.steps}.run();
        }
    }
    for (const auto& [name, table] : before)
        if (!after.contains(name))
            migration.steps.push_back(
                {Step::Kind::RemoveTable, name, table.record, {}, {}, false, table.role != Table::Role::Link});
    std::set<std::string> unconfirmed;
    for (const Step& step : migration.steps)
        if (step.loses && !confirmed.contains(step.subject))
            unconfirmed.insert(step.subject);
    migration.unconfirmed.assign(unconfirmed.begin(), unconfirmed.end());
    return migration;
}

bool needs_rebuild(const std::vector<Step>& steps)
{
    return std::ranges::any_of(steps, [](const Step& step) {
        return step.kind == Step::Kind::RemoveColumn || step.kind == Step::Kind::ChangeColumn
            || step.kind == Step::Kind::RenameColumn;
    });
}

json::object to_json(const Migration& migration)
{
    json::array steps;
    for (const Step& step : migration.steps) {
        json::object object{{"step", name_of(step.kind)}, {"table", step.table}, {"subject", step.subject}};
        if (!step.name.empty())
            object["name"] = step.name;
        if (!step.before.empty())
            object["before"] = step.before;
        if (step.loses)
            object["loses"] = true;
        steps.push_back(std::move(object));
    }
    json::array unconfirmed;
    for (const std::string& subject : migration.unconfirmed)
        unconfirmed.emplace_back(subject);
    return {{"from", migration.from}, {"to", migration.to}, {"steps", std::move(steps)},
        {"unconfirmed", std::move(unconfirmed)}};
}

}  // namespace records
