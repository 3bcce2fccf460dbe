#include "kernel/definitions/names.h"

#include <algorithm>
#include <array>
#include <string>

#include "kernel/definitions/model.h"

namespace definitions {

namespace {

// Reserved by SQLite or PostgreSQL as a column or table name.
constexpr std::string_view sql_words =
    " abort add after all alter analyse analyze and any array as asc asymmetric authorization autoincrement before"
    " begin between binary both by case cast check collate collation column commit concurrently constraint create"
    " cross current_catalog current_date current_role current_schema current_time current_timestamp current_user"
    " default deferrable delete desc distinct do drop else end escape except exists explain false fetch for foreign"
    " freeze from full glob grant group having if ilike in index initially inner insert intersect into is isnull join"
    " lateral leading left like limit localtime localtimestamp match natural not nothing notnull null offset on only"
    " or order outer over overlaps placing primary raise references regexp replace returning right rollback row rowid"
    " select session_user set similar some symmetric table tablesample then to trailing transaction trigger true"
    " union unique update user using values variadic verbose view when where window with without xmin xmax ctid"
    " oid tableoid cmin cmax ";
// Words of the rule language, and names every rule has.
constexpr std::string_view rule_words =
    " break const continue function import let loop namespace now package parent return today type var void while"
    " bool bytes date decimal double duration has int list map size string timestamp uint workdays ";
// Members and parameters of the HTTP interface.
constexpr std::string_view interface_words =
    " columns count deleted format masked q rights rule undecided duplicates history related label ";
// What the kernel itself gives rights to; records stand beside them.
constexpr std::string_view kernel_resources =
    " approvals audit calendars definitions grants jobs keys organisations policies roles service_accounts settings users ";
// A role of a business system must not pass for one of the kernel.
constexpr std::string_view kernel_roles =
    " any audit_administrator auditadmin organisation_administrator orgadmin secadmin security_administrator sysadmin"
    " system_administrator sys_admin sec_admin audit_admin org_admin ";
constexpr std::string_view row_columns = " id parent position ";
constexpr std::string_view kernel_columns = " organisation_path search_text ";

constexpr std::size_t name_size_max = 40;

bool among(std::string_view words, std::string_view name)
{
    return words.find(" " + std::string(name) + " ") != std::string_view::npos;
}

bool standard_column(std::string_view name)
{
    const auto& fields = standard_fields();
    return std::any_of(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
}

}  // namespace

bool snake_case(std::string_view name)
{
    if (name.empty() || name.front() < 'a' || name.front() > 'z' || name.back() == '_')
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           }) && name.find("__") == std::string_view::npos;
}

std::string fault_of_name(Naming naming, std::string_view name)
{
    const std::string shown = "`" + std::string(name) + "`";
    if (!snake_case(name))
        return shown + " is not a name: lower-case letters, digits and single underscores, first a letter";
    if (name.size() > name_size_max)
        return shown + " is longer than " + std::to_string(name_size_max) + " characters";
    if (naming == Naming::Role)
        return among(kernel_roles, name) ? shown + " is a role of the kernel" : std::string{};
    if (naming == Naming::System || naming == Naming::Dictionary)
        return {};
    if (among(sql_words, name))
        return shown + " is a reserved word of SQL";
    if (naming == Naming::Record)
        return among(kernel_resources, name) ? shown + " is a resource of the kernel" : std::string{};
    if (among(rule_words, name))
        return shown + " is a word of the rule language";
    if (among(interface_words, name))
        return shown + " has a meaning of its own in the HTTP interface";
    if (naming == Naming::RowField)
        return among(row_columns, name) ? shown + " is a standard column of every row" : std::string{};
    if (standard_column(name) || among(kernel_columns, name))
        return shown + " is a standard column of every record";
    return {};
}

}  // namespace definitions
