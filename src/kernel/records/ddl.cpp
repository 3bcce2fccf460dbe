#include "kernel/records/ddl.h"

#include "base/crypto.h"

namespace records::ddl {

namespace {

std::string constraint_name(const Table& table, const Column& column, std::string_view ending)
{
    std::string name = table.name + "_" + column.name + std::string(ending);
    if (name.size() > 63)
        name = name.substr(0, 54) + "_" + base::crypto::hex(base::crypto::sha256(name)).substr(0, 8);
    return name;
}

std::string length_check(const Column& column)
{
    return "CHECK (length(" + sql_name(column.name) + ") <= " + std::to_string(column.length_max) + ")";
}

std::string column_text(Dialect dialect, const Table& table, const Column& column)
{
    std::string text = sql_name(column.name) + " ";
    if (column.name == "id")
        return text + (dialect == Dialect::Sqlite ? "INTEGER PRIMARY KEY" : "BIGINT PRIMARY KEY");
    text += storage::column_type(dialect, column.type, column.precision, column.scale);
    if (column.required)
        text += " NOT NULL";
    if (column.length_max > 0)
        text += " CONSTRAINT " + sql_name(length_constraint(table, column)) + " " + length_check(column);
    if (dialect == Dialect::Sqlite && !column.references.empty())
        text += " REFERENCES " + sql_name(column.references) + "(id)";
    return text;
}

}  // namespace

std::string length_constraint(const Table& table, const Column& column)
{
    return constraint_name(table, column, "_length");
}

std::string reference_constraint(const Table& table, const Column& column)
{
    return constraint_name(table, column, "_reference");
}

std::string create_table(Dialect dialect, const Table& table, const std::string& as)
{
    std::string text = "CREATE TABLE " + sql_name(as) + " (";
    bool first = true;
    for (const Column& column : table.columns) {
        text += (first ? "\n    " : ",\n    ") + column_text(dialect, table, column);
        first = false;
    }
    return text + "\n)";
}

std::string add_column(Dialect dialect, const Table& table, const Column& column)
{
    return "ALTER TABLE " + sql_name(table.name) + " ADD COLUMN " + column_text(dialect, table, column);
}

std::string create_index(Dialect, const Table& table, const Index& index, bool concurrently)
{
    std::string text = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    if (concurrently)
        text += "CONCURRENTLY ";
    text += "IF NOT EXISTS " + sql_name(index.name) + " ON " + sql_name(table.name) + " (";
    for (std::size_t i = 0; i < index.columns.size(); ++i)
        text += (i ? ", " : "") + sql_name(index.columns[i]);
    text += ")";
    if (index.live_only)
        text += " WHERE deleted_at IS NULL";
    if (!index.present.empty())
        text += (index.live_only ? " AND " : " WHERE ") + sql_name(index.present) + " IS NOT NULL";
    return text;
}

std::string drop_index(Dialect, const Index& index, bool concurrently)
{
    return std::string("DROP INDEX ") + (concurrently ? "CONCURRENTLY " : "") + "IF EXISTS " + sql_name(index.name);
}

std::string add_length(const Table& table, const Column& column)
{
    return "ALTER TABLE " + sql_name(table.name) + " ADD CONSTRAINT " + sql_name(length_constraint(table, column)) + " "
        + length_check(column) + " NOT VALID";
}

std::string add_reference(const Table& table, const Column& column)
{
    return "ALTER TABLE " + sql_name(table.name) + " ADD CONSTRAINT " + sql_name(reference_constraint(table, column))
        + " FOREIGN KEY (" + sql_name(column.name) + ") REFERENCES " + sql_name(column.references) + "(id) NOT VALID";
}

std::string validate(const Table& table, const std::string& constraint)
{
    return "ALTER TABLE " + sql_name(table.name) + " VALIDATE CONSTRAINT " + sql_name(constraint);
}

std::string drop_constraint(const Table& table, const std::string& constraint)
{
    return "ALTER TABLE " + sql_name(table.name) + " DROP CONSTRAINT IF EXISTS " + sql_name(constraint);
}

// The setting `weijian.scope` is "all|user|organisations|subtrees|regions|assigned" with commas inside
// (records::scope_setting writes it); an unset one shows nothing. Sub-selects make PostgreSQL read
// it once per query instead of once per row.
std::vector<std::string> row_security(const Table& table)
{
    const auto part = [](int number) {
        return "nullif(split_part(current_setting('weijian.scope', true), '|', " + std::to_string(number) + "), '')";
    };
    const auto list = [&](int number) { return "(SELECT string_to_array(" + part(number) + ", ','))"; };
    std::string condition;
    if (table.role == Table::Role::Record) {
        condition = "(SELECT " + part(1) + " = 'all')"
            + " OR created_by = (SELECT " + part(2) + "::bigint)"
            + " OR organisation = ANY (" + list(3) + "::bigint[])"
            + " OR organisation_path ^@ ANY (" + list(4) + "::text[])"
            + " OR region ^@ ANY (" + list(5) + "::text[])"
            + " OR id IN (SELECT a.id FROM records_assignment a WHERE a.account = (SELECT " + part(6) + "::bigint))";
    } else {
        condition = "EXISTS (SELECT 1 FROM " + sql_name(table.parent) + " p WHERE p.id = parent)";
    }
    const std::string name = sql_name(table.name);
    return {
        "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY",
        "DROP POLICY IF EXISTS scope ON " + name,
        "CREATE POLICY scope ON " + name + " USING (" + condition + ") WITH CHECK (" + condition + ")",
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'weijian_app') THEN GRANT SELECT, INSERT, UPDATE, DELETE ON "
            + name + " TO weijian_app; END IF; END $$",
    };
}

}  // namespace records::ddl
