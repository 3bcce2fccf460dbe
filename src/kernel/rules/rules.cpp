#include "kernel/rules/rules.h"

#include <algorithm>

#include "kernel/rules/ast.h"
#include "kernel/rules/check.h"
#include "kernel/rules/evaluate.h"
#include "kernel/rules/sql.h"

namespace rules {
namespace {

void collect(const Node& node, std::vector<std::string>& names)
{
    if (node.op == Op::Name && std::find(names.begin(), names.end(), node.text) == names.end())
        names.push_back(node.text);
    for (const Node& child : node.children)
        collect(child, names);
}

void bind(Node& node, std::span<const std::string> slots)
{
    if (node.op == Op::Name) {
        auto found = std::find(slots.begin(), slots.end(), node.text);
        node.slot = static_cast<std::int32_t>(found - slots.begin());
    }
    for (Node& child : node.children)
        bind(child, slots);
}

// A default-made expression is `null`.
const Node& tree(const std::shared_ptr<const Node>& root)
{
    static const Node nothing;
    return root ? *root : nothing;
}

}  // namespace

std::string_view name_of(Type type)
{
    constexpr std::string_view names[] = {"any", "null", "bool", "int", "uint", "double", "string", "decimal", "date",
        "timestamp", "duration", "list", "map", "bytes"};
    return names[static_cast<std::size_t>(type)];
}

std::optional<Value> MapActivation::find(std::string_view name) const
{
    auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional{found->second};
}

Result<Expression> Expression::parse(std::string_view text)
{
    TRY_ASSIGN(Node root, parse_tree(text));
    Expression expression;
    expression.text_ = text;
    expression.root_ = std::make_shared<const Node>(std::move(root));
    return expression;
}

Result<Type> Expression::check(const Declarations& names) const
{
    TRY_ASSIGN(Declaration result, check_tree(tree(root_), text_, names));
    return result.type;
}

Result<Type> Expression::check_sql(const Declarations& names) const
{
    TRY_ASSIGN(Declaration result, check_tree(tree(root_), text_, names));
    SqlNames sample = sample_names(names);
    for (auto dialect : {SqlNames::Dialect::Sqlite, SqlNames::Dialect::Postgres}) {
        sample.dialect = dialect;
        TRY(write_sql(tree(root_), text_, sample));
    }
    return result.type;
}

Value Expression::evaluate(const Activation& activation) const
{
    return evaluate_tree(tree(root_), activation);
}

Result<Sql> Expression::to_sql(const SqlNames& names) const
{
    TRY(check_tree(tree(root_), text_, declarations_of(names)));
    return write_sql(tree(root_), text_, names);
}

const std::string& Expression::text() const
{
    return text_;
}

std::vector<std::string> Expression::names() const
{
    std::vector<std::string> names;
    if (root_)
        collect(*root_, names);
    return names;
}

Expression Expression::bound(std::span<const std::string> slots) const
{
    Expression expression = *this;
    if (root_) {
        Node root = *root_;
        bind(root, slots);
        expression.root_ = std::make_shared<const Node>(std::move(root));
    }
    return expression;
}

}  // namespace rules
