#pragma once

// A transaction on one SQLite connection. Begin and end belong to the writer and the reader pool.

#include "storage/sqlite/connection.h"

namespace storage::sqlite {

class SqliteTransaction final : public Transaction {
public:
    explicit SqliteTransaction(Connection& connection) : connection_(connection) {}

    using Transaction::execute;
    using Transaction::execute_later;
    Dialect dialect() const override { return Dialect::Sqlite; }
    Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) override;
    Status execute_script(std::string_view sql) override;
    Status query_each(std::string_view sql, std::span<const Value> values,
                      const std::function<bool(const Row&)>& each) override;
    Status attempt(const std::function<Status(Transaction&)>& work) override;
    Result<std::int64_t> insert_many(std::string_view table, std::span<const std::string> columns,
                                     std::span<const Values> rows) override;
    Status set_local(std::string_view, std::string_view) override { return failed(); }

    // The error of the first statement that failed, if any.
    Status failed() const;

private:
    Error remember(Error error);

    Connection& connection_;
    std::optional<Error> failed_;
};

}  // namespace storage::sqlite
