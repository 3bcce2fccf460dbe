#pragma once

// One connection to PostgreSQL in pipeline mode: statements are queued and go to the server together,
// so that BEGIN, settings and the first statement cost one round trip. Used by one thread at a time.

#include <deque>
#include <string>
#include <unordered_map>

#include "storage/postgres/values.h"

namespace storage::postgres {

class Connection {
public:
    static Result<std::unique_ptr<Connection>> open(const PostgresOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Kept: prepared once and remembered by its text. Once: for statements that come with another
    // text every time, and for schema changes.
    enum class Use { Kept, Once };
    Status queue(std::string_view sql, std::span<const Value> values, Use use = Use::Kept);
    Status queue(std::string_view sql) { return queue(sql, {}, Use::Kept); }
    // Sends what is queued; gives the answer of the last statement. The first failure is told by
    // `failure`.
    Result<Answer> run();
    // Sends what is queued without waiting; the next use of the connection reads the answers.
    void send();
    // Outside the pipeline: several statements in one text, and COPY.
    Status script(const std::string& sql);
    Status limit_time(std::chrono::milliseconds time_max);  // of each statement; zero for none
    Result<std::int64_t> copy(const std::string& sql, std::span<const Values> rows);

    const Failure& failure() const { return failure_; }
    bool alive();  // false when the server has closed the connection meanwhile
    bool full() const;  // more statements kept than a server should hold
    void forget_statements();
    // Rows inserted, changed or deleted since the connection was opened.
    std::int64_t rows_written() const { return rows_written_; }
    std::size_t queued() const { return expected_.size(); }

    std::uint64_t schema = 0;  // the pool's count of migrations when the statements were prepared

private:
    explicit Connection(PGconn* handle) : handle_(handle) {}

    struct Prepared {
        std::string name;
        std::vector<Oid> types;
    };
    struct Expected {
        enum class What { Prepare, Execute, Sync } what;
        std::string sql = {};   // of a Prepare: to forget it when it fails
        std::string name = {};
    };

    Result<std::string> prepared_name(std::string_view sql, const Arguments& arguments);
    void forget(const Expected& failed);
    Answer read_answer();
    void note(const Expected& expected, const PGresult* result);
    Status fail_as(Failure failure);
    Status read_until_quiet();
    Status leave_pipeline();
    Status enter_pipeline();

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    PGconn* handle_;
    std::deque<Expected> expected_;
    std::unordered_map<std::string, std::vector<Prepared>, Hash, std::equal_to<>> kept_;
    std::uint64_t statement_count_ = 0;
    std::int64_t rows_written_ = 0;
    Answer last_;
    Failure failure_;
    bool failed_ = false;
};

}  // namespace storage::postgres
