#include "kernel/records/reshape.h"

#include "kernel/records/ddl.h"

namespace records {

using storage::Dialect;
using storage::Transaction;

namespace {

using Steps = std::map<std::string, std::vector<Step>, std::less<>>;

Status run(Transaction& transaction, const std::string& sql)
{
    TRY(transaction.execute(sql));
    return {};
}

const Column& former_of(const Table& before, const Step& step)
{
    return *before.column(step.before.empty() ? step.name : step.before);
}

// Where the values of a column are now; null for a new one.
const Column* source_of(const Table& before, const Column& column)
{
    if (const Column* same = before.column(column.name))
        return same;
    return column.was.empty() ? nullptr : before.column(column.was);
}

bool copied_as_is(const Column& before, const Column& after)
{
    return before.type == after.type && (after.type != storage::ColumnType::Decimal || before.scale == after.scale);
}

Status check_narrowing(Transaction& transaction, const Table& before, const Table& after, const std::vector<Step>& steps)
{
    for (const Step& step : steps) {
        if (step.kind != Step::Kind::ChangeColumn || step.converts)
            continue;
        const Column& column = *after.column(step.name);
        if (column.length_max > 0)
            TRY(check_length(transaction, before.name, former_of(before, step).name, column.length_max, step.subject));
    }
    return {};
}

// SQLite changes a table by making the new one beside it; foreign keys are off here and checked at
// the end of the migration.
Status rebuild(Transaction& transaction, const Table& before, const Table& after, const std::vector<Step>& steps)
{
    TRY(check_narrowing(transaction, before, after, steps));
    const std::string fresh = "new_" + after.name;
    TRY(run(transaction, ddl::create_table(Dialect::Sqlite, after, fresh)));
    std::string into, from;
    for (const Column& column : after.columns) {
        const Column* source = source_of(before, column);
        if (!source || !copied_as_is(*source, column))
            continue;
        into += (into.empty() ? "" : ", ") + sql_name(column.name);
        from += (from.empty() ? "" : ", ") + sql_name(source->name);
    }
    TRY(run(transaction, "INSERT INTO " + sql_name(fresh) + " (" + into + ") SELECT " + from + " FROM " + sql_name(before.name)));
    for (const Column& column : after.columns) {
        const Column* source = source_of(before, column);
        if (source && !column.derived && !copied_as_is(*source, column))
            TRY(convert(transaction, {before.name, fresh, column.owner, *source, column}));
    }
    TRY(run(transaction, "DROP TABLE " + sql_name(before.name)));
    TRY(run(transaction, "ALTER TABLE " + sql_name(fresh) + " RENAME TO " + sql_name(after.name)));
    for (const Index& index : after.indexes)
        TRY(run(transaction, ddl::create_index(Dialect::Sqlite, after, index, false)));
    return {};
}

Status create(Transaction& transaction, Dialect dialect, const Table& table)
{
    TRY(run(transaction, ddl::create_table(dialect, table, table.name)));
    for (const Index& index : table.indexes)
        TRY(run(transaction, ddl::create_index(dialect, table, index, false)));
    return {};
}

Status reshape_sqlite(Transaction& transaction, const Reshape& change, const Steps& by_table)
{
    for (const auto& [name, steps] : by_table) {
        const Step::Kind first = steps.front().kind;
        if (first == Step::Kind::RemoveTable) {
            TRY(run(transaction, "DROP TABLE " + sql_name(name)));
            continue;
        }
        const Table& after = change.after.find(name)->second;
        if (first == Step::Kind::CreateTable) {
            TRY(create(transaction, Dialect::Sqlite, after));
        } else if (needs_rebuild(steps)) {
            TRY(rebuild(transaction, change.before.find(name)->second, after, steps));
        } else {
            for (const Step& step : steps) {
                if (step.kind == Step::Kind::AddColumn)
                    TRY(run(transaction, ddl::add_column(Dialect::Sqlite, after, *after.column(step.name))));
                else if (step.kind == Step::Kind::RemoveIndex)
                    TRY(run(transaction, "DROP INDEX IF EXISTS " + sql_name(step.name)));
                else if (step.kind == Step::Kind::AddIndex)
                    TRY(run(transaction, ddl::create_index(Dialect::Sqlite, after, *after.index(step.name), false)));
            }
        }
    }
    return {};
}

class PostgresReshape {
public:
    PostgresReshape(Transaction& transaction, const Reshape& change) : transaction_(transaction), change_(change) {}

    Status table(const std::string& name, const std::vector<Step>& steps)
    {
        if (steps.front().kind == Step::Kind::RemoveTable)
            return run(transaction_, "DROP TABLE " + sql_name(name) + " CASCADE");
        const Table& after = change_.after.find(name)->second;
        if (steps.front().kind == Step::Kind::CreateTable) {
            TRY(create(transaction_, Dialect::Postgres, after));
            for (const Column& column : after.columns)
                if (!column.references.empty())
                    references_.push_back({&after, &column});
            created_.push_back(&after);
            return {};
        }
        const Table& before = change_.before.find(name)->second;
        TRY(check_narrowing(transaction_, before, after, steps));
        for (const Step& step : steps)
            TRY(carry_out(before, after, step));
        return {};
    }

    // When every table stands.
    Status finish()
    {
        for (const auto& [table, column] : references_) {
            TRY(run(transaction_, ddl::add_reference(*table, *column)));
            pending_.push_back(ddl::validate(*table, ddl::reference_constraint(*table, *column)));
        }
        for (const Table* table : created_)
            for (const std::string& sql : ddl::row_security(*table))
                TRY(run(transaction_, sql));
        return {};
    }

    std::vector<std::string> pending() && { return std::move(pending_); }

private:
    Status carry_out(const Table& before, const Table& after, const Step& step)
    {
        const std::string table = sql_name(after.name);
        switch (step.kind) {
        case Step::Kind::RenameColumn: {
            const Column& former = *before.column(step.before);
            TRY(run(transaction_, ddl::drop_constraint(after, ddl::length_constraint(after, former))));
            TRY(run(transaction_, ddl::drop_constraint(after, ddl::reference_constraint(after, former))));
            TRY(run(transaction_, "ALTER TABLE " + table + " RENAME COLUMN " + sql_name(step.before) + " TO " + sql_name(step.name)));
            const Column& column = *after.column(step.name);
            return former.type == column.type ? constrain(after, column) : Status{};
        }
        case Step::Kind::AddColumn: {
            const Column& column = *after.column(step.name);
            TRY(run(transaction_, ddl::add_column(Dialect::Postgres, after, column)));
            if (!column.references.empty())
                references_.push_back({&after, &column});
            return {};
        }
        case Step::Kind::RemoveColumn: return run(transaction_, "ALTER TABLE " + table + " DROP COLUMN " + sql_name(step.name));
        case Step::Kind::ChangeColumn: return change(after, former_of(before, step), *after.column(step.name), step);
        case Step::Kind::RemoveIndex: return run(transaction_, "DROP INDEX IF EXISTS " + sql_name(step.name));
        case Step::Kind::AddIndex: {
            const Index& index = *after.index(step.name);
            // Rows may break a new key. It is tried where everything can still be taken back.
            if (index.unique)
                return run(transaction_, ddl::create_index(Dialect::Postgres, after, index, false));
            // A killed CREATE INDEX CONCURRENTLY leaves an invalid index behind, so drop first.
            pending_.push_back(ddl::drop_index(Dialect::Postgres, index, true));
            pending_.push_back(ddl::create_index(Dialect::Postgres, after, index, true));
            return {};
        }
        default: return {};
        }
    }

    // The column has its new name already when it was renamed as well.
    Status change(const Table& after, const Column& before, const Column& column, const Step& step)
    {
        const std::string table = sql_name(after.name);
        if (!step.converts) {
            TRY(run(transaction_, ddl::drop_constraint(after, ddl::length_constraint(after, column))));
            TRY(run(transaction_, ddl::drop_constraint(after, ddl::reference_constraint(after, column))));
            return step.before.empty() ? constrain(after, column) : Status{};
        }
        Column former = before;
        former.name = column.name + "__before";
        TRY(run(transaction_, "ALTER TABLE " + table + " RENAME COLUMN " + sql_name(column.name) + " TO " + sql_name(former.name)));
        Column bare = column;
        bare.length_max = 0;
        TRY(run(transaction_, ddl::add_column(Dialect::Postgres, after, bare)));
        if (!column.derived)
            TRY(convert(transaction_, {after.name, after.name, step.subject, former, column}));
        TRY(run(transaction_, "ALTER TABLE " + table + " DROP COLUMN " + sql_name(former.name)));
        return constrain(after, column);
    }

    Status constrain(const Table& after, const Column& column)
    {
        if (column.length_max > 0) {
            TRY(run(transaction_, ddl::add_length(after, column)));
            pending_.push_back(ddl::validate(after, ddl::length_constraint(after, column)));
        }
        if (!column.references.empty())
            references_.push_back({&after, &column});
        return {};
    }

    Transaction& transaction_;
    const Reshape& change_;
    std::vector<std::pair<const Table*, const Column*>> references_;
    std::vector<const Table*> created_;
    std::vector<std::string> pending_;
};

}  // namespace

Result<std::vector<std::string>> reshape(Transaction& transaction, const Reshape& change, const Migration& migration)
{
    Steps by_table;
    for (const Step& step : migration.steps)
        if (step.kind != Step::Kind::RemoveState)
            by_table[step.table].push_back(step);
    std::vector<std::string> pending;
    if (transaction.dialect() == Dialect::Sqlite) {
        TRY(reshape_sqlite(transaction, change, by_table));
    } else {
        PostgresReshape work{transaction, change};
        for (const auto& [name, steps] : by_table)
            TRY(work.table(name, steps));
        TRY(work.finish());
        pending = std::move(work).pending();
    }
    for (const Step& step : migration.steps)
        if (step.kind == Step::Kind::Refill)
            TRY(refill(transaction, change.release, change.after.find(step.table)->second, change.progress));
    return pending;
}

}  // namespace records
