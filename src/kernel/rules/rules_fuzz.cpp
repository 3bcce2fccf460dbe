// Any bytes: parsing, checking, evaluating and translating end soon and without a crash; what the SQL
// profile accepts translates for both databases, and the translation holds no text of the rule.

#include <cstdlib>

#include "kernel/rules/rules.h"

namespace {

using rules::Declaration;
using rules::Type;
using rules::Value;

const rules::Declarations& declarations()
{
    static const rules::Declarations names = {{"i", {.type = Type::Int}}, {"d", {.type = Type::Decimal, .scale = 2}},
        {"s", {.type = Type::String}}, {"b", {.type = Type::Bool}}, {"day", {.type = Type::Date}}, {"at", {.type = Type::Timestamp}},
        {"rows", {.type = Type::List, .fields = {{"n", {.type = Type::Int}}, {"note", {.type = Type::String}}}}},
        {"any", {.type = Type::Any}}};
    return names;
}

rules::SqlNames sql_names(rules::SqlNames::Dialect dialect)
{
    rules::SqlNames names{.dialect = dialect};
    for (const auto& [name, declaration] : declarations()) {
        if (declaration.type != Type::List)
            names.columns.emplace(name, rules::SqlColumn{"t." + name, declaration});
    }
    rules::SqlRows rows{.table = "r", .parent_condition = "r.parent = t.id"};
    for (const auto& [name, declaration] : declarations().find("rows")->second.fields)
        rows.columns.emplace(name, rules::SqlColumn{"r." + name, declaration});
    names.rows.emplace("rows", std::move(rows));
    return names;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto expression = rules::Expression::parse(text);
    if (!expression)
        return 0;
    rules::MapActivation activation;
    rules::Map row = {{"n", Value::Held{std::int64_t{1}}}, {"note", Value::Held{std::string{"x"}}}};
    activation.values = {{"i", Value::Held{std::int64_t{3}}}, {"d", Value::Held{base::Decimal{150, 2}}},
        {"s", Value::Held{std::string{"中"}}}, {"b", Value::Held{true}}, {"day", Value::Held{base::Date{0}}},
        {"at", Value::Held{base::Timestamp{0}}}, {"rows", Value::list({Value::map(std::move(row))})}};
    (void)expression->evaluate(activation);

    auto type = expression->check(declarations());
    auto profile = expression->check_sql(declarations());
    if (profile.ok() && !type.ok())
        std::abort();
    for (auto dialect : {rules::SqlNames::Dialect::Sqlite, rules::SqlNames::Dialect::Postgres}) {
        auto sql = expression->to_sql(sql_names(dialect));
        if (profile.ok() && !sql.ok())
            std::abort();
        if (sql.ok() && text.find("';") != std::string_view::npos && sql->text.find("';") != std::string::npos)
            std::abort();
    }
    return 0;
}
