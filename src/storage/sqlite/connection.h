#pragma once

// One SQLite connection and its prepared statements, kept by their text. Used by one thread at a
// time.

#include <sqlite3.h>

#include <memory>
#include <string>
#include <unordered_map>

#include "storage/database.h"

namespace storage::sqlite {

// What the last call on the connection failed with, in our codes.
Error error_of(sqlite3* handle);
// Whether the disk or the file failed, so that a whole group of writers has to be told.
bool disk_failed(const Error&);

// A prepared statement on loan; given back clean when it goes out of scope.
class Statement {
public:
    Statement(sqlite3* handle, sqlite3_stmt* statement, bool* in_use)
        : handle_(handle), statement_(statement), in_use_(in_use) {}
    Statement(Statement&& other) noexcept
        : handle_(other.handle_), statement_(std::exchange(other.statement_, nullptr)),
          in_use_(std::exchange(other.in_use_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    // The values must outlive the steps.
    Status bind(std::span<const Value> values);
    Result<bool> step();  // true: there is a row
    void reset() { sqlite3_reset(statement_); }
    Row row() const;
    bool read_only() const { return sqlite3_stmt_readonly(statement_) != 0; }

private:
    sqlite3* handle_;
    sqlite3_stmt* statement_;
    bool* in_use_;  // null: not from the cache, finalised at the end
};

struct ConnectionOptions {
    std::string path;
    std::string vfs = {};
    bool synchronous_full = true;
    bool query_only = false;
    int cache_kib = 2'000;
};

class Connection {
public:
    static Result<std::unique_ptr<Connection>> open(const ConnectionOptions&);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    sqlite3* handle() { return handle_; }
    Result<Statement> prepare(std::string_view sql);
    // Several statements without values; for schema changes and pragmas.
    Status script(std::string_view sql);
    Status run(std::string_view sql);  // one kept statement without values and rows
    Result<std::int64_t> number(std::string_view sql);
    bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
    // Ends a transaction whatever happened before.
    void roll_back();

private:
    explicit Connection(sqlite3* handle) : handle_(handle) {}

    struct Kept {
        sqlite3_stmt* statement = nullptr;
        bool in_use = false;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    Result<sqlite3_stmt*> compile(std::string_view sql, unsigned flags);
    void forget_idle_statements();

    sqlite3* handle_;
    // Nodes keep their address, so a Statement may point at `in_use`.
    std::unordered_map<std::string, Kept, Hash, std::equal_to<>> kept_;
};

}  // namespace storage::sqlite
