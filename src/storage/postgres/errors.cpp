#include "storage/postgres/values.h"

namespace storage::postgres {

namespace {

std::string field(const PGresult* result, int code)
{
    const char* text = PQresultErrorField(result, code);
    return text ? text : "";
}

// "Key (code, name)=(…) already exists." The values in it may be personal and go nowhere.
std::vector<std::string> columns_of(const std::string& detail)
{
    std::vector<std::string> columns;
    const auto open = detail.find('(');
    const auto close = detail.find(")=(");
    if (open == std::string::npos || close == std::string::npos || close < open)
        return columns;
    std::string_view names = std::string_view(detail).substr(open + 1, close - open - 1);
    while (!names.empty()) {
        const auto comma = names.find(", ");
        std::string_view name = names.substr(0, comma);
        if (name.size() > 1 && name.front() == '"')
            name = name.substr(1, name.size() - 2);
        columns.emplace_back(name);
        names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 2);
    }
    return columns;
}

Error check_failed(std::string constraint)
{
    const std::string suffix = "_length";
    if (constraint.ends_with(suffix))
        return {.kind = Kind::Invalid,
                .code = "VALUE_TOO_LONG",
                .fields = {constraint.substr(0, constraint.size() - suffix.size())}};
    return {.kind = Kind::Invalid, .code = "VALUE_CHECK", .parameters = {{"constraint", std::move(constraint)}}};
}

Error with_column(Kind kind, std::string code, std::string column)
{
    Error error{.kind = kind, .code = std::move(code)};
    if (!column.empty())
        error.fields.push_back(std::move(column));
    return error;
}

// Class 23, integrity. The messages of these classes may quote values, so only names are kept.
Error constraint_failed(const std::string& state, const PGresult* result)
{
    if (state == "23505" || state == "23P01")
        return {.kind = Kind::Conflict, .code = "UNIQUE", .fields = columns_of(field(result, PG_DIAG_MESSAGE_DETAIL))};
    if (state == "23503")
        return {.kind = Kind::Conflict, .code = "REFERENCE"};
    if (state == "23502")
        return with_column(Kind::Invalid, "VALUE_REQUIRED", field(result, PG_DIAG_COLUMN_NAME));
    return check_failed(field(result, PG_DIAG_CONSTRAINT_NAME));
}

// Class 22, data.
Error value_refused(const std::string& state, const PGresult* result)
{
    const std::string column = field(result, PG_DIAG_COLUMN_NAME);
    if (state == "22001")
        return with_column(Kind::Invalid, "VALUE_TOO_LONG", column);
    if (state == "22003" || state == "22008")
        return with_column(Kind::Invalid, "VALUE_RANGE", column);
    if (state == "22021")
        return with_column(Kind::Invalid, "VALUE_ENCODING", column);
    Error error = with_column(Kind::Invalid, "VALUE_TYPE", column);
    error.detail = "SQLSTATE " + state;
    return error;
}

Error unavailable(std::string code, std::string detail)
{
    return {.kind = Kind::Unavailable, .code = std::move(code), .detail = std::move(detail)};
}

}  // namespace

Failure lost(std::string detail)
{
    return {.error = unavailable("DATABASE_UNAVAILABLE", std::move(detail)), .trouble = Trouble::Lost};
}

Failure failure_of(const PGresult* result)
{
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    const std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (state.empty())
        return lost(PQresultErrorMessage(result));
    if (state == "40001" || state == "40P01")
        return {.error = unavailable("DATABASE_BUSY", message), .trouble = Trouble::Conflict};
    if (state.starts_with("23")) {
        Failure failure{.error = constraint_failed(state, result)};
        if (failure.error.code == "UNIQUE" && failure.error.fields.empty())
            failure.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
        return failure;
    }
    if (state.starts_with("22"))
        return {.error = value_refused(state, result)};
    if (state == "53100")
        return {.error = unavailable("DISK_FULL", message)};
    if (state == "57014" || state == "55P03" || state == "53300")
        return {.error = unavailable("DATABASE_BUSY", message)};
    if (state == "08P01")  // a statement with another number of placeholders than values
        return {.error = {.kind = Kind::Internal, .code = "SQL_PARAMETERS", .detail = message}};
    if (state.starts_with("08") || state.starts_with("57P") || state == "25P03")
        return lost(message);
    if (state.starts_with("53") || state.starts_with("58") || state.starts_with("XX"))
        return {.error = unavailable("DATABASE_UNAVAILABLE", message)};
    if (state == "25006")
        return {.error = {.kind = Kind::Internal, .code = "READ_ONLY", .detail = message}};
    if (state == "42501")
        return {.error = {.kind = Kind::Forbidden, .code = "ROW_SECURITY", .detail = message}};
    if (state == "WJ503")  // raised by a function of ours; its message is the code
        return {.error = unavailable(message, "")};
    // A plan made before a migration; the statement is prepared anew and the work runs again.
    if (state == "26000" || (state == "0A000" && message.find("cached plan") != std::string::npos))
        return {.error = unavailable("DATABASE_BUSY", message), .trouble = Trouble::StalePlan};
    return {.error = {.kind = Kind::Internal, .code = "SQL", .detail = state + " " + message}};
}

}  // namespace storage::postgres
