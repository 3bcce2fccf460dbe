// A rule of the rule language as a filter.

#include "kernel/records/query.h"

namespace records {

namespace {

storage::Value bound(const rules::Value& value)
{
    if (const auto* text = value.get<std::string>())
        return *text;
    if (const auto* number = value.get<std::int64_t>())
        return *number;
    if (const auto* flag = value.get<bool>())
        return *flag;
    if (const auto* real = value.get<double>())
        return *real;
    if (const auto* decimal = value.get<base::Decimal>())
        return *decimal;
    if (const auto* day = value.get<base::Date>())
        return *day;
    if (const auto* at = value.get<base::Timestamp>())
        return *at;
    return std::monostate{};
}

bool hidden(const FieldSet& set, std::string_view name)
{
    const FieldPlan* field = set.find(name);
    return field && field->masked;
}

}  // namespace

Result<std::string> rule_condition(const Plan& plans, const RecordPlan& plan, const std::string& rule, const Context& context,
    storage::Dialect dialect, Sql& sql)
{
    rules::Declarations declared = definitions::declarations_of(*plans.release, *plan.record);
    rules::SqlNames names;
    names.dialect = dialect == storage::Dialect::Sqlite ? rules::SqlNames::Dialect::Sqlite : rules::SqlNames::Dialect::Postgres;
    names.now = context.at;
    names.first_parameter = static_cast<int>(sql.values.size()) + 1;
    const std::string table = sql_name(plan.table);
    std::erase_if(declared, [&](const auto& entry) { return hidden(plan.set, entry.first); });
    for (auto& [name, declaration] : declared) {
        if (name == "user")
            continue;
        if (const RowsPlan* rows = plan.child(name)) {
            rules::SqlRows sql_rows{sql_name(rows->table), sql_name(rows->table) + ".parent = " + table + ".id", {}};
            std::erase_if(declaration.fields, [&](const auto& entry) { return hidden(rows->set, entry.first); });
            for (const auto& [field, of] : declaration.fields)
                sql_rows.columns.emplace(field, rules::SqlColumn{sql_name(field), of});
            names.rows.emplace(name, std::move(sql_rows));
        } else if (declaration.type != rules::Type::Map) {
            names.columns.emplace(name, rules::SqlColumn{table + "." + sql_name(name), declaration});
        }
    }
    const Image nothing = empty_image(plan);
    const RecordActivation user{plan, nothing, context.subject};
    names.values.emplace("user", *user.find("user"));
    TRY_ASSIGN(const rules::Expression expression, rules::Expression::parse(rule));
    TRY_ASSIGN(const rules::Type type, expression.check_sql(declared));
    if (type != rules::Type::Bool)
        return Error{Kind::Invalid, "RULE_TYPE", {"rule"}, {{"expected", "bool"}}};
    TRY_ASSIGN(const rules::Sql made, expression.to_sql(names));
    for (const rules::Value& value : made.parameters)
        sql.bind(bound(value));
    return made.text;
}

}  // namespace records
