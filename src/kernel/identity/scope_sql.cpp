#include "kernel/identity/scope_sql.h"

namespace identity {

std::string placeholder(storage::Values& values, storage::Value value)
{
    values.push_back(std::move(value));
    return "?" + std::to_string(values.size());
}

std::string condition(const Predicate& predicate, const ScopeSql& columns, storage::Values& values)
{
    if (predicate.all)
        return "1 = 1";
    std::string sql = "1 = 0";
    if (predicate.created_by || predicate.assigned)
        sql += " OR " + columns.own + " = " + placeholder(values, columns.own_value);
    for (const auto organisation : predicate.organisations)
        sql += " OR " + columns.organisation + " = " + placeholder(values, organisation);
    const auto begins = [&](const std::string& column, const std::string& prefix) {
        const auto length = std::to_string(prefix.size());  // digits and slashes only
        sql += " OR substr(" + column + ", 1, " + length + ") = " + placeholder(values, prefix);
    };
    for (const auto& path : predicate.subtrees)
        if (!path.empty())
            begins(columns.path, path);
    for (const auto& region : predicate.regions)
        if (!region.empty())
            begins(columns.region, region);
    return sql;
}

std::string escaped_like(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            escaped.push_back('\\');
        escaped.push_back(c);
    }
    return escaped;
}

}  // namespace identity
