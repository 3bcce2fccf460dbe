#include <cerrno>

#include "storage/sqlite/connection.h"

namespace storage::sqlite {

namespace {

// "UNIQUE constraint failed: unit.code, unit.name" names columns; an index on an expression gives
// "index 'name'".
std::vector<std::string> columns_of(std::string_view message)
{
    std::vector<std::string> columns;
    const auto colon = message.find(": ");
    if (colon == std::string_view::npos)
        return columns;
    message.remove_prefix(colon + 2);
    while (!message.empty()) {
        const auto comma = message.find(", ");
        std::string_view name = message.substr(0, comma);
        if (const auto dot = name.rfind('.'); dot != std::string_view::npos)
            columns.emplace_back(name.substr(dot + 1));
        message.remove_prefix(comma == std::string_view::npos ? message.size() : comma + 2);
    }
    return columns;
}

// A check named `<column>_length`, or an unnamed one written as `length(column) <= n`.
Error check_failed(std::string_view message)
{
    const auto colon = message.find(": ");
    const std::string_view name = colon == std::string_view::npos ? "" : message.substr(colon + 2);
    constexpr std::string_view suffix = "_length", call = "length(";
    if (name.ends_with(suffix)) {
        const std::string column(name.substr(0, name.size() - suffix.size()));
        return {.kind = Kind::Invalid, .code = "VALUE_TOO_LONG", .fields = {column}};
    }
    if (name.starts_with(call) && name.find(')') != std::string_view::npos) {
        const std::string column(name.substr(call.size(), name.find(')') - call.size()));
        return {.kind = Kind::Invalid, .code = "VALUE_TOO_LONG", .fields = {column}};
    }
    return {.kind = Kind::Invalid, .code = "VALUE_CHECK", .parameters = {{"constraint", std::string(name)}}};
}

Error constraint_failed(int code, std::string_view message)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return {.kind = Kind::Conflict, .code = "UNIQUE", .fields = columns_of(message)};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return {.kind = Kind::Conflict, .code = "REFERENCE"};
    case SQLITE_CONSTRAINT_NOTNULL:
        return {.kind = Kind::Invalid, .code = "VALUE_REQUIRED", .fields = columns_of(message)};
    case SQLITE_CONSTRAINT_CHECK:
        return check_failed(message);
    case SQLITE_CONSTRAINT_DATATYPE:
        return {.kind = Kind::Invalid, .code = "VALUE_TYPE", .fields = columns_of(message)};
    default:
        return {.kind = Kind::Invalid, .code = "VALUE_CHECK", .detail = std::string(message)};
    }
}

Error unavailable(std::string code, std::string_view message)
{
    return {.kind = Kind::Unavailable, .code = std::move(code), .detail = std::string(message)};
}

}  // namespace

Error error_of(sqlite3* handle)
{
    const int code = sqlite3_extended_errcode(handle);
    const std::string_view message = sqlite3_errmsg(handle);
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return constraint_failed(code, message);
    case SQLITE_MISMATCH:
        return {.kind = Kind::Invalid, .code = "VALUE_TYPE"};
    case SQLITE_TOOBIG:
        return {.kind = Kind::Invalid, .code = "VALUE_TOO_LONG"};
    case SQLITE_FULL:
        return unavailable("DISK_FULL", message);
    case SQLITE_IOERR: {
        const int reason = sqlite3_system_errno(handle);
        const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
        return unavailable(full ? "DISK_FULL" : "DATABASE_UNAVAILABLE", message);
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return unavailable("DATABASE_BUSY", message);
    case SQLITE_NOTADB:
        return {.kind = Kind::Internal, .code = "DATABASE_FOREIGN", .detail = std::string(message)};
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
        return unavailable("DATABASE_UNAVAILABLE", message);
    case SQLITE_READONLY:
        return {.kind = Kind::Internal, .code = "READ_ONLY", .detail = std::string(message)};
    default:
        return {.kind = Kind::Internal, .code = "SQL", .detail = std::string(message)};
    }
}

bool disk_failed(const Error& error)
{
    return error.code == "DISK_FULL" || error.code == "DATABASE_UNAVAILABLE";
}

}  // namespace storage::sqlite
