#include "storage/sqlite/transaction.h"

#include "storage/sql_text.h"

namespace storage::sqlite {

Error SqliteTransaction::remember(Error error)
{
    if (!failed_)
        failed_ = error;
    return error;
}

Status SqliteTransaction::failed() const
{
    if (failed_)
        return *failed_;
    return {};
}

Result<std::int64_t> SqliteTransaction::execute(std::string_view sql, std::span<const Value> values)
{
    TRY(failed());
    auto statement = connection_.prepare(sql);
    if (!statement.ok())
        return remember(std::move(statement).error());
    if (Status bound = statement->bind(values); !bound.ok())
        return remember(std::move(bound).error());
    const auto before = sqlite3_total_changes64(connection_.handle());
    for (;;) {
        auto row = statement->step();
        if (!row.ok())
            return remember(std::move(row).error());
        if (!*row)
            break;
    }
    // SQLite keeps the count of the statement before when this one changed nothing.
    if (sqlite3_total_changes64(connection_.handle()) == before)
        return 0;
    return std::int64_t{sqlite3_changes64(connection_.handle())};
}

Status SqliteTransaction::execute_script(std::string_view sql)
{
    TRY(failed());
    if (Status status = connection_.script(sql); !status.ok())
        return remember(std::move(status).error());
    return {};
}

Status SqliteTransaction::query_each(std::string_view sql, std::span<const Value> values,
                                     const std::function<bool(const Row&)>& each)
{
    TRY(failed());
    auto statement = connection_.prepare(sql);
    if (!statement.ok())
        return remember(std::move(statement).error());
    if (Status bound = statement->bind(values); !bound.ok())
        return remember(std::move(bound).error());
    for (;;) {
        auto row = statement->step();
        if (!row.ok())
            return remember(std::move(row).error());
        if (!*row || !each(statement->row()))
            return {};
    }
}

Status SqliteTransaction::attempt(const std::function<Status(Transaction&)>& work)
{
    TRY(failed());
    TRY(connection_.run("SAVEPOINT attempt"));
    Status status = work(*this);
    if (status.ok())
        status = failed();
    // A failing disk ends the whole transaction, which no savepoint survives.
    if (!connection_.in_transaction())
        return status.ok() ? remember({.kind = Kind::Unavailable, .code = "DATABASE_UNAVAILABLE"}) : status;
    if (status.ok()) {
        if (Status released = connection_.run("RELEASE attempt"); !released.ok())
            return remember(std::move(released).error());
        return {};
    }
    if (Status undone = connection_.run("ROLLBACK TO attempt"); !undone.ok())
        return remember(std::move(undone).error());
    TRY(connection_.run("RELEASE attempt"));
    failed_.reset();
    return status;
}

Result<std::int64_t> SqliteTransaction::insert_many(std::string_view table, std::span<const std::string> columns,
                                                    std::span<const Values> rows)
{
    TRY(failed());
    std::string names, marks;
    for (std::size_t index = 0; index < columns.size(); ++index) {
        names += (index ? ", " : "") + quoted_name(columns[index]);
        marks += (index ? ", ?" : "?") + std::to_string(index + 1);
    }
    auto statement = connection_.prepare("INSERT INTO " + quoted_name(table) + " (" + names + ") VALUES (" + marks + ")");
    if (!statement.ok())
        return remember(std::move(statement).error());
    for (const Values& row : rows) {
        if (Status bound = statement->bind(row); !bound.ok())
            return remember(std::move(bound).error());
        if (auto stepped = statement->step(); !stepped.ok())
            return remember(std::move(stepped).error());
        statement->reset();
    }
    return static_cast<std::int64_t>(rows.size());
}

}  // namespace storage::sqlite
