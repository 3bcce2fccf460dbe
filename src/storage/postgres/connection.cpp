#include "storage/postgres/connection.h"

#include <poll.h>

#include <cstdlib>

#include "storage/sql_text.h"

namespace storage::postgres {

namespace {

constexpr std::size_t statements_max = 500;

// One round trip after connecting. A database that was told to acknowledge before the disk has it
// would break our promise, so that setting is raised again.
constexpr const char* session_settings = R"sql(
    SET timezone = 'UTC';
    SET datestyle = 'ISO, YMD';
    SET bytea_output = 'hex';
    SET extra_float_digits = 1;
    SET standard_conforming_strings = on;
    SET idle_in_transaction_session_timeout = '30s';
    SET cursor_tuple_fraction = 1;
    SELECT set_config('synchronous_commit', 'on', false)
     WHERE current_setting('synchronous_commit') IN ('off', 'local')
)sql";

void ignore_notice(void*, const char*) {}

bool succeeded(const PGresult* result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_IN:
    case PGRES_PIPELINE_SYNC:
        return true;
    default:
        return false;
    }
}

bool writes(std::string_view tag)
{
    return tag.starts_with("INSERT") || tag.starts_with("UPDATE") || tag.starts_with("DELETE") ||
           tag.starts_with("MERGE") || tag.starts_with("COPY");
}

// As the text form of COPY wants it: tab between, newline behind, backslash before both.
void append_copy_field(std::string& line, const Value& value)
{
    if (std::holds_alternative<std::monostate>(value)) {
        line += "\\N";
        return;
    }
    for (const char c : text_of(value)) {
        switch (c) {
        case '\\': line += "\\\\"; break;
        case '\t': line += "\\t"; break;
        case '\n': line += "\\n"; break;
        case '\r': line += "\\r"; break;
        default: line += c;
        }
    }
}

bool has_nul(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text && text->find('\0') != std::string::npos;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const PostgresOptions& options)
{
    const char* const names[] = {"dbname", "client_encoding", "connect_timeout", "fallback_application_name", nullptr};
    const char* const values[] = {options.url.c_str(), "UTF8", "5", "weijian", nullptr};
    PGconn* handle = PQconnectdbParams(names, values, 1);
    std::unique_ptr<Connection> connection(new Connection(handle));
    if (PQstatus(handle) != CONNECTION_OK)
        return lost(PQerrorMessage(handle)).error;
    PQsetNoticeProcessor(handle, ignore_notice, nullptr);
    const Answer settings(PQexec(handle, session_settings));
    if (!succeeded(settings.get()))
        return failure_of(settings.get()).error;
    TRY(connection->enter_pipeline());
    TRY(connection->limit_time(options.statement_time_max));
    return connection;
}

Connection::~Connection()
{
    PQfinish(handle_);
}

Status Connection::fail_as(Failure failure)
{
    failure_ = std::move(failure);
    failed_ = true;
    return failure_.error;
}

Status Connection::enter_pipeline()
{
    if (PQenterPipelineMode(handle_) != 1)
        return fail_as(lost(PQerrorMessage(handle_)));
    return {};
}

Status Connection::leave_pipeline()
{
    if (!expected_.empty())
        TRY(run());
    if (PQexitPipelineMode(handle_) != 1)
        return fail_as(lost(PQerrorMessage(handle_)));
    return {};
}

Result<std::string> Connection::prepared_name(std::string_view sql, const Arguments& arguments)
{
    auto found = kept_.find(sql);
    if (found != kept_.end()) {
        for (const Prepared& prepared : found->second)
            if (arguments.fit(prepared.types))
                return prepared.name;
    } else {
        found = kept_.emplace(std::string(sql), std::vector<Prepared>{}).first;
    }
    Prepared prepared{"s" + std::to_string(++statement_count_), arguments.type_list()};
    const std::string text = with_dollar_placeholders(sql);
    if (PQsendPrepare(handle_, prepared.name.c_str(), text.c_str(), arguments.count(), arguments.types()) != 1)
        return fail_as(lost(PQerrorMessage(handle_))).error();
    expected_.push_back({Expected::What::Prepare, std::string(sql), prepared.name});
    found->second.push_back(prepared);
    return prepared.name;
}

Status Connection::queue(std::string_view sql, std::span<const Value> values, Use use)
{
    TRY_ASSIGN(const Arguments arguments, Arguments::of(values));
    int sent = 0;
    if (use == Use::Kept) {
        TRY_ASSIGN(const std::string name, prepared_name(sql, arguments));
        sent = PQsendQueryPrepared(handle_, name.c_str(), arguments.count(), arguments.pointers(), arguments.lengths(),
                                   arguments.formats(), 0);
    } else {
        sent = PQsendQueryParams(handle_, with_dollar_placeholders(sql).c_str(), arguments.count(), arguments.types(),
                                 arguments.pointers(), arguments.lengths(), arguments.formats(), 0);
    }
    if (sent != 1)
        return fail_as(lost(PQerrorMessage(handle_)));
    expected_.push_back({Expected::What::Execute});
    return {};
}

void Connection::send()
{
    PQpipelineSync(handle_);
    expected_.push_back({Expected::What::Sync});
}

Result<Answer> Connection::run()
{
    send();
    TRY(read_until_quiet());
    return std::move(last_);
}

// One statement's answer; libpq marks its end with a null.
Answer Connection::read_answer()
{
    Answer answer(PQgetResult(handle_));
    while (answer) {
        const Answer end(PQgetResult(handle_));
        if (!end || PQstatus(handle_) == CONNECTION_BAD)
            break;
    }
    return answer;
}

void Connection::note(const Expected& expected, const PGresult* result)
{
    if (succeeded(result)) {
        if (writes(PQcmdStatus(const_cast<PGresult*>(result))))
            rows_written_ += std::atoll(PQcmdTuples(const_cast<PGresult*>(result)));
        return;
    }
    if (expected.what == Expected::What::Prepare)
        forget(expected);
    // What follows a failed statement in the pipeline is skipped by the server.
    if (!failed_ && PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
        static_cast<void>(fail_as(failure_of(result)).ok());
}

void Connection::forget(const Expected& failed)
{
    const auto found = kept_.find(failed.sql);
    if (found == kept_.end())
        return;
    std::erase_if(found->second, [&](const Prepared& prepared) { return prepared.name == failed.name; });
    if (found->second.empty())
        kept_.erase(found);
}

Status Connection::read_until_quiet()
{
    failed_ = false;
    while (!expected_.empty()) {
        const Expected expected = std::move(expected_.front());
        expected_.pop_front();
        const bool sync = expected.what == Expected::What::Sync;
        Answer answer = sync ? Answer(PQgetResult(handle_)) : read_answer();
        if (!answer) {
            expected_.clear();
            return fail_as(lost(PQerrorMessage(handle_)));
        }
        note(expected, answer.get());
        if (expected.what == Expected::What::Execute)
            last_ = std::move(answer);
        if (PQstatus(handle_) == CONNECTION_BAD) {
            expected_.clear();
            return fail_as(lost(PQerrorMessage(handle_)));
        }
    }
    if (failed_)
        return failure_.error;
    return {};
}

Status Connection::script(const std::string& sql)
{
    TRY(leave_pipeline());
    failed_ = false;
    const Answer answer(PQexec(handle_, sql.c_str()));
    Status status;
    if (!succeeded(answer.get()))
        status = fail_as(PQstatus(handle_) == CONNECTION_BAD ? lost(PQerrorMessage(handle_)) : failure_of(answer.get()));
    TRY(enter_pipeline());
    return status;
}

Status Connection::limit_time(std::chrono::milliseconds time_max)
{
    return script("SET statement_timeout = " + std::to_string(time_max.count()));
}

Result<std::int64_t> Connection::copy(const std::string& sql, std::span<const Values> rows)
{
    for (const Values& row : rows)
        for (const Value& value : row)
            if (has_nul(value))
                return fail_as({.error = {.kind = Kind::Invalid, .code = "TEXT_NUL"}}).error();
    TRY(leave_pipeline());
    failed_ = false;
    Answer answer(PQexec(handle_, sql.c_str()));
    if (PQresultStatus(answer.get()) == PGRES_COPY_IN) {
        std::string lines;
        constexpr std::size_t piece = 1 << 16;
        for (std::size_t index = 0; index < rows.size(); ++index) {
            for (std::size_t column = 0; column < rows[index].size(); ++column) {
                if (column)
                    lines += '\t';
                append_copy_field(lines, rows[index][column]);
            }
            lines += '\n';
            if (lines.size() >= piece || index + 1 == rows.size()) {
                PQputCopyData(handle_, lines.data(), static_cast<int>(lines.size()));
                lines.clear();
            }
        }
        PQputCopyEnd(handle_, nullptr);
        answer.reset(PQgetResult(handle_));
        while (const Answer more{PQgetResult(handle_)}) {
        }
    }
    Status status;
    if (!succeeded(answer.get()))
        status = fail_as(PQstatus(handle_) == CONNECTION_BAD ? lost(PQerrorMessage(handle_)) : failure_of(answer.get()));
    else
        rows_written_ += static_cast<std::int64_t>(rows.size());
    TRY(enter_pipeline());
    TRY(std::move(status));
    return static_cast<std::int64_t>(rows.size());
}

bool Connection::alive()
{
    // Answers of an earlier `send`; a failure there was nobody's any more.
    if (!expected_.empty() && !read_until_quiet().ok() && failure_.trouble == Trouble::Lost)
        return false;
    pollfd readable{.fd = PQsocket(handle_), .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, 0) > 0)
        PQconsumeInput(handle_);  // notices, or the end
    return PQstatus(handle_) == CONNECTION_OK && PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

bool Connection::full() const
{
    return kept_.size() > statements_max;
}

void Connection::forget_statements()
{
    if (script("DEALLOCATE ALL").ok())
        kept_.clear();
}

}  // namespace storage::postgres
