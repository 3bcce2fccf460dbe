#pragma once

// A transaction on one PostgreSQL connection. It begins with its first statement, in one round trip.

#include "storage/postgres/connection.h"

namespace storage::postgres {

// Columns of a unique index by its name; the server hides them where row-level security is on.
using ColumnsOf = std::function<std::vector<std::string>(const std::string& constraint)>;

class PostgresTransaction final : public Transaction {
public:
    enum class Mode { Write, Read, Migrate };
    PostgresTransaction(Connection& connection, Mode mode, const ColumnsOf& columns_of)
        : connection_(connection), mode_(mode), columns_of_(columns_of), written_before_(connection.rows_written()) {}

    using Transaction::execute;
    using Transaction::execute_later;
    Dialect dialect() const override { return Dialect::Postgres; }
    Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) override;
    Status execute_later(std::string_view sql, std::span<const Value> values) override;
    Status execute_script(std::string_view sql) override;
    Status query_each(std::string_view sql, std::span<const Value> values,
                      const std::function<bool(const Row&)>& each) override;
    Status attempt(const std::function<Status(Transaction&)>& work) override;
    Result<std::vector<Row>> query(std::string_view sql, std::span<const Value> values) override;
    Result<std::optional<Row>> first(std::string_view sql, std::span<const Value> values) override;
    Result<std::int64_t> insert_many(std::string_view table, std::span<const std::string> columns,
                                     std::span<const Values> rows) override;
    Status set_local(std::string_view name, std::string_view value) override;

    // Ends the transaction: commits, or gives the error that made it fail.
    Status finish();
    void abandon();
    Trouble trouble() const { return trouble_; }
    bool commit_sent() const { return commit_sent_; }
    bool wrote() const { return connection_.rows_written() != written_before_; }

private:
    Status begin();
    Status failed() const;
    Status remember(Status status);  // of a statement that the server or libpq answered
    Result<Answer> run(std::string_view sql, std::span<const Value> values);
    Status deliver(const std::string& cursor, const std::function<bool(const Row&)>& each);

    Connection& connection_;
    Mode mode_;
    const ColumnsOf& columns_of_;
    std::int64_t written_before_;
    bool begun_ = false;
    bool commit_sent_ = false;
    bool later_ = false;  // something queued whose outcome nobody has seen
    int cursors_ = 0;
    std::optional<Error> failed_;
    Trouble trouble_ = Trouble::None;
};

}  // namespace storage::postgres
