#include "storage/postgres/transaction.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "storage/sql_text.h"

namespace storage::postgres {

namespace {

constexpr int batch_rows = 500;

std::string_view begin_text(PostgresTransaction::Mode mode)
{
    switch (mode) {
    case PostgresTransaction::Mode::Write:
        return "BEGIN ISOLATION LEVEL SERIALIZABLE";
    case PostgresTransaction::Mode::Read:
        return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    case PostgresTransaction::Mode::Migrate:
        break;
    }
    return "BEGIN ISOLATION LEVEL READ COMMITTED";
}

bool starts_with_word(std::string_view sql, std::string_view word)
{
    const auto start = std::ranges::find_if(sql, [](char c) { return std::isspace(static_cast<unsigned char>(c)) == 0; });
    const std::string_view rest(start, sql.end());
    return rest.size() >= word.size() && std::ranges::equal(rest.substr(0, word.size()), word, [](char a, char b) {
        return std::toupper(static_cast<unsigned char>(a)) == b;
    });
}

// Statements worth keeping; schema changes are not, and a cursor takes a SELECT only.
bool selects(std::string_view sql)
{
    return starts_with_word(sql, "SELECT") || starts_with_word(sql, "WITH");
}

Connection::Use use_of(std::string_view sql)
{
    const bool kept = selects(sql) || starts_with_word(sql, "INSERT") || starts_with_word(sql, "UPDATE") ||
                      starts_with_word(sql, "DELETE");
    return kept ? Connection::Use::Kept : Connection::Use::Once;
}

std::int64_t count_of(const Answer& answer)
{
    return answer ? std::atoll(PQcmdTuples(answer.get())) : 0;
}

}  // namespace

Status PostgresTransaction::failed() const
{
    if (failed_)
        return *failed_;
    return {};
}

Status PostgresTransaction::remember(Status status)
{
    if (status.ok() || failed_)
        return status;
    failed_ = status.error();
    const Failure& failure = connection_.failure();
    if (failure.error.code != failed_->code)
        return *failed_;  // refused before it reached the server
    trouble_ = failure.trouble;
    if (!failure.constraint.empty())
        failed_->fields = columns_of_(failure.constraint);
    return *failed_;
}

Status PostgresTransaction::begin()
{
    TRY(failed());
    if (begun_)
        return {};
    begun_ = true;
    return remember(connection_.queue(begin_text(mode_)));
}

Result<Answer> PostgresTransaction::run(std::string_view sql, std::span<const Value> values)
{
    TRY(begin());
    TRY(remember(connection_.queue(sql, values, use_of(sql))));
    auto answer = connection_.run();
    later_ = false;
    if (!answer.ok())
        return remember(answer.error()).error();
    return answer;
}

Result<std::int64_t> PostgresTransaction::execute(std::string_view sql, std::span<const Value> values)
{
    TRY_ASSIGN(const Answer answer, run(sql, values));
    // A SELECT has a count too, but changes nothing.
    return selects(sql) && starts_with_word(PQcmdStatus(answer.get()), "SELECT") ? 0 : count_of(answer);
}

Status PostgresTransaction::execute_later(std::string_view sql, std::span<const Value> values)
{
    TRY(begin());
    TRY(remember(connection_.queue(sql, values, use_of(sql))));
    later_ = true;
    // libpq blocks when both sides have much to say; long queues are sent at once.
    constexpr std::size_t queue_max = 100;
    if (connection_.queued() < queue_max)
        return {};
    auto answer = connection_.run();
    later_ = false;
    return answer.ok() ? Status{} : remember(answer.error());
}

Status PostgresTransaction::execute_script(std::string_view sql)
{
    TRY(begin());
    if (connection_.queued() > 0) {
        auto answer = connection_.run();
        later_ = false;
        if (!answer.ok())
            return remember(answer.error());
    }
    return remember(connection_.script(std::string(sql)));
}

Result<std::vector<Row>> PostgresTransaction::query(std::string_view sql, std::span<const Value> values)
{
    TRY_ASSIGN(const Answer answer, run(sql, values));
    std::vector<Row> rows;
    const int count = PQntuples(answer.get());
    rows.reserve(static_cast<std::size_t>(count));
    for (int index = 0; index < count; ++index)
        rows.push_back(row_of(answer.get(), index));
    return rows;
}

Result<std::optional<Row>> PostgresTransaction::first(std::string_view sql, std::span<const Value> values)
{
    TRY_ASSIGN(const Answer answer, run(sql, values));
    if (PQntuples(answer.get()) == 0)
        return std::optional<Row>();
    return std::optional<Row>(row_of(answer.get(), 0));
}

Status PostgresTransaction::query_each(std::string_view sql, std::span<const Value> values,
                                       const std::function<bool(const Row&)>& each)
{
    if (!selects(sql)) {
        TRY_ASSIGN(const auto rows, query(sql, values));
        for (const Row& row : rows)
            if (!each(row))
                break;
        return {};
    }
    TRY(begin());
    const std::string cursor = "each_" + std::to_string(++cursors_);
    const std::string declare = "DECLARE " + cursor + " NO SCROLL CURSOR FOR " + std::string(sql);
    TRY(remember(connection_.queue(declare, values, Connection::Use::Once)));
    TRY(deliver(cursor, each));
    return remember(connection_.queue("CLOSE " + cursor, {}, Connection::Use::Once));
}

Status PostgresTransaction::deliver(const std::string& cursor, const std::function<bool(const Row&)>& each)
{
    const std::string fetch = "FETCH " + std::to_string(batch_rows) + " FROM " + cursor;
    for (;;) {
        TRY_ASSIGN(const Answer answer, run(fetch, {}));
        const int count = PQntuples(answer.get());
        for (int index = 0; index < count; ++index)
            if (!each(row_of(answer.get(), index)))
                return {};
        if (count < batch_rows)
            return {};
    }
}

Status PostgresTransaction::attempt(const std::function<Status(Transaction&)>& work)
{
    TRY(begin());
    if (later_)
        TRY(run("SAVEPOINT attempt", {}));
    else
        TRY(remember(connection_.queue("SAVEPOINT attempt")));
    Status status = work(*this);
    if (status.ok())
        status = failed();
    if (status.ok()) {
        if (later_)
            TRY(run("RELEASE attempt", {}));
        else
            TRY(remember(connection_.queue("RELEASE attempt")));
        return {};
    }
    // Races and lost connections end the whole transaction; it runs again from the start.
    if (trouble_ != Trouble::None)
        return status;
    failed_.reset();
    TRY(remember(connection_.queue("ROLLBACK TO attempt")));
    TRY(run("RELEASE attempt", {}));
    return status;
}

Result<std::int64_t> PostgresTransaction::insert_many(std::string_view table, std::span<const std::string> columns,
                                                      std::span<const Values> rows)
{
    TRY(begin());
    if (rows.empty())
        return 0;
    std::string names;
    for (const std::string& column : columns)
        names += (names.empty() ? "" : ", ") + quoted_name(column);
    for (const Values& row : rows)
        if (row.size() != columns.size())
            return remember(Error{.kind = Kind::Internal, .code = "SQL_PARAMETERS", .detail = std::string(table)}).error();
    if (connection_.queued() > 0) {
        auto answer = connection_.run();
        later_ = false;
        if (!answer.ok())
            return remember(answer.error()).error();
    }
    auto copied = connection_.copy("COPY " + quoted_name(table) + " (" + names + ") FROM STDIN", rows);
    if (!copied.ok())
        return remember(copied.error()).error();
    return copied;
}

Status PostgresTransaction::set_local(std::string_view name, std::string_view value)
{
    TRY(begin());
    const Value values[] = {std::string(name), std::string(value)};
    return remember(connection_.queue("SELECT set_config(?1, ?2, true)", values));
}

Status PostgresTransaction::finish()
{
    if (failed_) {
        abandon();
        return *failed_;
    }
    if (!begun_)
        return {};
    begun_ = false;
    TRY(remember(connection_.queue("COMMIT")));
    if (mode_ == Mode::Read && !later_) {
        connection_.send();  // nobody waits for the end of a read
        return {};
    }
    commit_sent_ = true;
    auto answer = connection_.run();
    return answer.ok() ? Status{} : remember(answer.error());
}

void PostgresTransaction::abandon()
{
    if (!begun_)
        return;
    begun_ = false;
    if (trouble_ == Trouble::Lost || !connection_.queue("ROLLBACK").ok())
        return;
    static_cast<void>(connection_.run().ok());
}

}  // namespace storage::postgres
