#include "storage/sqlite/connection.h"

#include <algorithm>
#include <cctype>

namespace storage::sqlite {

namespace {

constexpr std::size_t statements_max = 500;
constexpr int busy_timeout_ms = 5'000;

Error internal(std::string code, std::string detail)
{
    return {.kind = Kind::Internal, .code = std::move(code), .detail = std::move(detail)};
}

struct Binder {
    sqlite3_stmt* statement;
    int index;

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(bool value) const { return sqlite3_bind_int(statement, index, value ? 1 : 0); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
    int operator()(const std::string& value) const
    {
        return sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(const Bytes& value) const
    {
        // A null pointer would bind NULL; an empty string's data() never is one.
        return sqlite3_bind_blob64(statement, index, value.data.data(), value.data.size(), SQLITE_STATIC);
    }
    int operator()(base::Decimal value) const { return sqlite3_bind_int64(statement, index, value.unscaled()); }
    int operator()(base::Date value) const { return sqlite3_bind_int64(statement, index, value.days); }
    int operator()(base::Timestamp value) const
    {
        return sqlite3_bind_int64(statement, index, value.milliseconds);
    }
};

// Whether anything but blanks and semicolons is left behind the first statement.
bool more_follows(const char* tail, const char* end)
{
    return std::any_of(tail, end, [](char c) {
        return c != ';' && std::isspace(static_cast<unsigned char>(c)) == 0;
    });
}

}  // namespace

Statement::~Statement()
{
    if (in_use_ == nullptr) {
        sqlite3_finalize(statement_);
        return;
    }
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    *in_use_ = false;
}

Status Statement::bind(std::span<const Value> values)
{
    if (sqlite3_bind_parameter_count(statement_) != static_cast<int>(values.size()))
        return internal("SQL_PARAMETERS", sqlite3_sql(statement_));
    int index = 0;
    for (const Value& value : values) {
        ++index;
        if (const auto* text = std::get_if<std::string>(&value); text && text->find('\0') != std::string::npos)
            return Error{.kind = Kind::Invalid, .code = "TEXT_NUL"};
        if (std::visit(Binder{statement_, index}, value) != SQLITE_OK)
            return error_of(handle_);
    }
    return {};
}

Result<bool> Statement::step()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return error_of(handle_);
}

Row Statement::row() const
{
    const int count = sqlite3_column_count(statement_);
    std::vector<Row::Cell> cells;
    cells.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column) {
        switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_INTEGER:
            cells.emplace_back(std::int64_t{sqlite3_column_int64(statement_, column)});
            break;
        case SQLITE_FLOAT:
            cells.emplace_back(sqlite3_column_double(statement_, column));
            break;
        case SQLITE_NULL:
            cells.emplace_back();
            break;
        default: {
            // The blob view works for text and bytes alike; the pointer comes before the length.
            const void* data = sqlite3_column_blob(statement_, column);
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
            cells.emplace_back(data ? std::string(static_cast<const char*>(data), size) : std::string());
        }
        }
    }
    return Row(Dialect::Sqlite, std::move(cells));
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options)
{
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(options.path.c_str(), &handle, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
    if (handle == nullptr)
        return Error{.kind = Kind::Unavailable, .code = "DATABASE_UNAVAILABLE", .detail = "out of memory"};
    std::unique_ptr<Connection> connection(new Connection(handle));
    if (code != SQLITE_OK)
        return error_of(handle);

    sqlite3_busy_timeout(handle, busy_timeout_ms);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    // A misspelled column in double quotes must be an error, not a text.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    std::string setup = "PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;"
                        "PRAGMA journal_size_limit = 67108864;"
                        "PRAGMA case_sensitive_like = ON; PRAGMA cache_size = -" +
                        std::to_string(options.cache_kib) + ";";
    setup += options.synchronous_full ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = NORMAL;";
    if (options.query_only)
        setup += "PRAGMA query_only = ON;";
    TRY(connection->script(setup));
    return connection;
}

Connection::~Connection()
{
    for (auto& [text, kept] : kept_)
        sqlite3_finalize(kept.statement);
    sqlite3_close(handle_);
}

Result<sqlite3_stmt*> Connection::compile(std::string_view sql, unsigned flags)
{
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), flags, &statement, &tail) != SQLITE_OK) {
        Error error = error_of(handle_);
        if (error.kind == Kind::Internal)
            error.detail += ": " + std::string(sql);
        return error;
    }
    if (statement == nullptr || more_follows(tail, sql.data() + sql.size())) {
        sqlite3_finalize(statement);
        return internal("SQL_ONE_STATEMENT", std::string(sql));
    }
    return statement;
}

Result<Statement> Connection::prepare(std::string_view sql)
{
    auto found = kept_.find(sql);
    if (found == kept_.end()) {
        TRY_ASSIGN(sqlite3_stmt* statement, compile(sql, SQLITE_PREPARE_PERSISTENT));
        if (kept_.size() >= statements_max)
            forget_idle_statements();
        found = kept_.emplace(std::string(sql), Kept{statement}).first;
    } else if (found->second.in_use) {
        // The same text inside its own loop: a second one, for this time only.
        TRY_ASSIGN(sqlite3_stmt* statement, compile(sql, 0));
        return Statement(handle_, statement, nullptr);
    }
    found->second.in_use = true;
    return Statement(handle_, found->second.statement, &found->second.in_use);
}

void Connection::forget_idle_statements()
{
    std::erase_if(kept_, [](auto& entry) {
        if (entry.second.in_use)
            return false;
        sqlite3_finalize(entry.second.statement);
        return true;
    });
}

Status Connection::script(std::string_view sql)
{
    if (sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return error_of(handle_);
    return {};
}

Status Connection::run(std::string_view sql)
{
    TRY_ASSIGN(Statement statement, prepare(sql));
    TRY(statement.step());
    return {};
}

Result<std::int64_t> Connection::number(std::string_view sql)
{
    TRY_ASSIGN(Statement statement, prepare(sql));
    TRY_ASSIGN(const bool found, statement.step());
    return found ? statement.row().integer(0) : 0;
}

void Connection::roll_back()
{
    if (in_transaction())
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace storage::sqlite
