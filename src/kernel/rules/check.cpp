#include "kernel/rules/check.h"

#include <algorithm>

#include "kernel/rules/functions.h"
#include "kernel/rules/operations.h"

namespace rules {
namespace {

std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
            corner = above;
        }
    }
    return row[b.size()];
}

Declaration of(Type type)
{
    return {.type = type};
}

Declaration element_of(const Declaration& range)
{
    if (range.type == Type::Map)
        return of(Type::String);
    if (!range.fields.empty())
        return {.type = Type::Map, .fields = range.fields};
    return of(range.type == Type::List ? range.element : Type::Any);
}

bool numeric_pair(Type a, Type b)
{
    return (a == Type::Int && b == Type::Decimal) || (a == Type::Decimal && b == Type::Int);
}

// `==` and the branches of a condition: the same type, or one side null or of any type.
bool comparable(Type a, Type b)
{
    return a == b || a == Type::Any || b == Type::Any || a == Type::Null || b == Type::Null || numeric_pair(a, b);
}

bool ordered(Type type)
{
    return type != Type::Null && type != Type::List && type != Type::Map;
}

std::string_view symbol(Op op)
{
    switch (op) {
    case Op::Add: return "+";
    case Op::Subtract: return "-";
    case Op::Multiply: return "*";
    case Op::Divide: return "/";
    case Op::Modulo: return "%";
    case Op::Equal: return "==";
    case Op::NotEqual: return "!=";
    case Op::Less: return "<";
    case Op::LessEqual: return "<=";
    case Op::Greater: return ">";
    case Op::GreaterEqual: return ">=";
    case Op::In: return "in";
    case Op::And: return "&&";
    case Op::Or: return "||";
    default: return "?";
    }
}

class Checker {
public:
    using Checked = Result<Declaration>;
    Checker(std::string_view text, const Declarations& names) : text_(text), names_(names) {}

    Checked check(const Node& node)
    {
        switch (node.op) {
        case Op::Constant: return constant(node);
        case Op::Name: return name(node);
        case Op::Local: return locals_[static_cast<std::size_t>(node.local)];
        case Op::Select:
        case Op::Has: return select(node);
        case Op::Index: return index(node);
        case Op::MakeList: return list(node);
        case Op::MakeMap: return map(node);
        case Op::Not:
        case Op::And:
        case Op::Or: return logical(node);
        case Op::Negate: return negate(node);
        case Op::Equal:
        case Op::NotEqual:
        case Op::Less:
        case Op::LessEqual:
        case Op::Greater:
        case Op::GreaterEqual: return comparison(node);
        case Op::In: return in(node);
        case Op::Conditional: return conditional(node);
        case Op::Call: return call(node);
        case Op::Add:
        case Op::Subtract:
        case Op::Multiply:
        case Op::Divide:
        case Op::Modulo: return arithmetic(node);
        default: return macro_call(node);
        }
    }

private:
    base::Error fault(const char* code, const Node& node, std::string message) const
    {
        return rule_error(code, text_, node.offset, std::move(message));
    }
    base::Error type_fault(const Node& node, std::string message) const
    {
        return fault("RULE_TYPE", node, std::move(message));
    }
    base::Error no_operator(const Node& node, Type a, Type b) const
    {
        std::string message = "\"" + std::string{symbol(node.op)} + "\" does not take " + std::string{name_of(a)} + " and "
            + std::string{name_of(b)};
        auto either = [&](Type x, Type y) { return (a == x && b == y) || (a == y && b == x); };
        if (either(Type::Int, Type::Double))
            message += "; write the whole number with a point, such as 2.0";
        else if (either(Type::Decimal, Type::Double))
            message += "; write the number as decimal(\"2.5\")";
        else if (either(Type::Date, Type::Timestamp))
            message += "; compare days, such as date(closed_at)";
        else if (either(Type::Date, Type::String) || either(Type::Timestamp, Type::String))
            message += "; write the day as date(\"2026-09-28\")";
        else if (a == Type::Date && b == Type::Int)
            message += "; write addDays(day, count)";
        else if (a == Type::Date && b == Type::Date)
            message += "; write days(from, to)";
        return type_fault(node, std::move(message));
    }
    base::Error unknown_name(const Node& node, const std::string& what, std::vector<std::string> known) const
    {
        std::string hint = near_name(node.text, known);
        base::Error error = fault("RULE_NAME", node,
            what + " \"" + node.text + "\" is not known" + (hint.empty() ? "" : "; did you mean \"" + hint + "\"?"));
        error.parameters.emplace_back("name", node.text);
        if (!hint.empty())
            error.parameters.emplace_back("hint", hint);
        return error;
    }

    Checked constant(const Node& node)
    {
        constexpr Type types[] = {Type::Any, Type::Null, Type::Bool, Type::Int, Type::Uint, Type::Double, Type::String,
            Type::Decimal, Type::Date, Type::Timestamp, Type::Duration, Type::List, Type::Map, Type::Bytes};
        Declaration result = of(types[node.constant.held().index()]);
        if (const auto* decimal = node.constant.get<base::Decimal>())
            result.scale = decimal->scale();
        return result;
    }

    Checked name(const Node& node)
    {
        auto found = names_.find(node.text);
        if (found != names_.end())
            return found->second;
        std::vector<std::string> known;
        for (std::size_t i = 0; i < locals_.size(); ++i)
            known.push_back(local_names_[i]);
        for (const auto& [other, declaration] : names_)
            known.push_back(other);
        return unknown_name(node, "the name", std::move(known));
    }

    Checked select(const Node& node)
    {
        TRY_ASSIGN(Declaration container, check(node.children[0]));
        if (container.type == Type::Any || (container.type == Type::Map && container.fields.empty()))
            return of(node.op == Op::Has ? Type::Bool : Type::Any);
        if (container.type != Type::Map)
            return type_fault(node, "a value of type " + std::string{name_of(container.type)} + " has no fields"
                    + (container.type == Type::List ? "; write rows.exists(r, r." + node.text + " != null)" : ""));
        auto found = container.fields.find(node.text);
        if (found == container.fields.end()) {
            std::vector<std::string> known;
            for (const auto& [other, declaration] : container.fields)
                known.push_back(other);
            return unknown_name(node, "the field", std::move(known));
        }
        return node.op == Op::Has ? of(Type::Bool) : found->second;
    }

    Checked index(const Node& node)
    {
        TRY_ASSIGN(Declaration container, check(node.children[0]));
        TRY_ASSIGN(Declaration key, check(node.children[1]));
        auto accepts = [&](Type type) { return key.type == type || key.type == Type::Any; };
        if (container.type == Type::List && accepts(Type::Int))
            return element_of(container);
        if (container.type == Type::Any || (container.type == Type::Map && accepts(Type::String)))
            return of(Type::Any);
        return type_fault(node, "[ ] does not take " + std::string{name_of(container.type)} + " and "
                + std::string{name_of(key.type)});
    }

    Checked list(const Node& node)
    {
        Declaration result{.type = Type::List};
        bool first = true;
        for (const Node& child : node.children) {
            TRY_ASSIGN(Declaration item, check(child));
            if (!first && !comparable(result.element, item.type))
                return type_fault(child, "the list mixes " + std::string{name_of(result.element)} + " and "
                        + std::string{name_of(item.type)});
            if (first || result.element == Type::Null || numeric_pair(result.element, item.type))
                result.element = !first && result.element != Type::Null ? Type::Decimal : item.type;
            first = false;
        }
        return result;
    }

    Checked map(const Node& node)
    {
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            TRY_ASSIGN(Declaration item, check(node.children[i]));
            if (i % 2 == 0 && item.type != Type::String && item.type != Type::Any)
                return type_fault(node.children[i], "the keys of a map are text");
        }
        return of(Type::Map);
    }

    Checked logical(const Node& node)
    {
        for (const Node& child : node.children) {
            TRY_ASSIGN(Declaration operand, check(child));
            if (operand.type != Type::Bool && operand.type != Type::Any)
                return type_fault(child, "expected a condition, found " + std::string{name_of(operand.type)});
        }
        return of(Type::Bool);
    }

    Checked negate(const Node& node)
    {
        TRY_ASSIGN(Declaration operand, check(node.children[0]));
        constexpr Type accepted[] = {Type::Any, Type::Int, Type::Double, Type::Decimal, Type::Duration};
        if (std::find(std::begin(accepted), std::end(accepted), operand.type) == std::end(accepted))
            return type_fault(node, "\"-\" does not take " + std::string{name_of(operand.type)});
        return operand;
    }

    Checked comparison(const Node& node)
    {
        TRY_ASSIGN(Declaration a, check(node.children[0]));
        TRY_ASSIGN(Declaration b, check(node.children[1]));
        bool equality = node.op == Op::Equal || node.op == Op::NotEqual;
        if (!comparable(a.type, b.type) || (!equality && (!ordered(a.type) || !ordered(b.type))))
            return no_operator(node, a.type, b.type);
        return of(Type::Bool);
    }

    Checked in(const Node& node)
    {
        TRY_ASSIGN(Declaration item, check(node.children[0]));
        TRY_ASSIGN(Declaration range, check(node.children[1]));
        bool right = range.type == Type::Any || (range.type == Type::Map && comparable(item.type, Type::String))
            || (range.type == Type::List && (node.children[1].children.empty() && range.element == Type::Any
                    ? true : comparable(item.type, element_of(range).type)));
        if (!right)
            return type_fault(node, std::string{name_of(item.type)} + " cannot be in "
                    + (range.type == Type::List ? "a list of " + std::string{name_of(element_of(range).type)}
                                                : std::string{name_of(range.type)}));
        return of(Type::Bool);
    }

    Checked conditional(const Node& node)
    {
        TRY_ASSIGN(Declaration condition, check(node.children[0]));
        if (condition.type != Type::Bool && condition.type != Type::Any)
            return type_fault(node, "expected a condition before \"?\", found " + std::string{name_of(condition.type)});
        TRY_ASSIGN(Declaration yes, check(node.children[1]));
        TRY_ASSIGN(Declaration no, check(node.children[2]));
        if (!comparable(yes.type, no.type))
            return type_fault(node, "both results need one type, found " + std::string{name_of(yes.type)} + " and "
                    + std::string{name_of(no.type)});
        if (yes.type == Type::Any || no.type == Type::Any)
            return of(Type::Any);
        if (yes.type == Type::Null || (yes.type == Type::Int && no.type == Type::Decimal))
            std::swap(yes, no);
        yes.scale = std::max(yes.scale, no.scale);
        return yes;
    }

    Checked arithmetic(const Node& node)
    {
        TRY_ASSIGN(Declaration a, check(node.children[0]));
        TRY_ASSIGN(Declaration b, check(node.children[1]));
        if (a.type == Type::Any || b.type == Type::Any)
            return of(a.type == Type::Any ? (b.type == Type::Decimal ? b.type : Type::Any) : a.type == Type::Decimal ? a.type : Type::Any);
        Op op = node.op;
        bool additive = op == Op::Add || op == Op::Subtract;
        if (a.type == b.type && (a.type == Type::Int || a.type == Type::Uint))
            return a;
        if (a.type == b.type && a.type == Type::Double && op != Op::Modulo)
            return a;
        if ((a.type == Type::Decimal && b.type == Type::Decimal) || numeric_pair(a.type, b.type)) {
            if (op == Op::Modulo)
                return no_operator(node, a.type, b.type);
            return decimal(node, a, b);
        }
        if (op == Op::Add && a.type == b.type && (a.type == Type::String || a.type == Type::Bytes || a.type == Type::List))
            return a;
        if (additive && b.type == Type::Duration && (a.type == Type::Timestamp || a.type == Type::Duration))
            return a;
        if (op == Op::Add && a.type == Type::Duration && b.type == Type::Timestamp)
            return b;
        if (op == Op::Subtract && a.type == Type::Timestamp && b.type == Type::Timestamp)
            return of(Type::Duration);
        return no_operator(node, a.type, b.type);
    }

    Checked decimal(const Node& node, const Declaration& a, const Declaration& b)
    {
        Declaration result = of(Type::Decimal);
        if (node.op == Op::Multiply)
            result.scale = a.scale + b.scale;
        else
            result.scale = std::max(a.scale, node.op == Op::Divide ? division_scale : b.scale);
        if (result.scale > base::Decimal::digits_max)
            return type_fault(node, "the result would have more than 18 decimal places");
        return result;
    }

    Checked call(const Node& node)
    {
        if (!node.function) {
            std::vector<std::string> known;
            for (const Function& function : all_functions())
                known.emplace_back(function.name);
            std::string hint = near_name(node.text, known);
            return fault("RULE_FUNCTION", node, "the function \"" + node.text + "\" is not known"
                    + (hint.empty() ? "" : "; did you mean \"" + hint + "\"?"));
        }
        using Style = Function::Style;
        if (node.receiver && node.function->style == Style::Global)
            return fault("RULE_FUNCTION", node, "write " + node.text + "(value), not value." + node.text + "()");
        if (!node.receiver && node.function->style == Style::Receiver)
            return fault("RULE_FUNCTION", node, "write value." + node.text + "(...), not " + node.text + "(value, ...)");
        std::vector<Declaration> arguments;
        for (const Node& child : node.children) {
            TRY_ASSIGN(Declaration argument, check(child));
            arguments.push_back(std::move(argument));
        }
        auto accepts = [&](const Overload& overload) {
            return std::equal(arguments.begin(), arguments.end(), overload.arguments.begin(), overload.arguments.end(),
                [](const Declaration& given, Type wanted) {
                    return wanted == Type::Any || given.type == Type::Any || given.type == wanted;
                });
        };
        const auto& overloads = node.function->overloads;
        auto match = std::find_if(overloads.begin(), overloads.end(), accepts);
        if (match == overloads.end())
            return no_overload(node, arguments);
        if (!node.children.empty() && node.children.back().op == Op::Constant)
            TRY(constant_argument(node));
        Declaration result = of(match->result);
        if (match->result == Type::Decimal && arguments[0].type == Type::Decimal)
            result.scale = arguments[0].scale;
        return result;
    }

    // A conversion of a constant that parsing could not do, a broken pattern, an unknown zone.
    base::Status constant_argument(const Node& node) const
    {
        const Node& last = node.children.back();
        if (node.text == "matches" && !node.pattern && last.constant.get<std::string>())
            return type_fault(last, "the pattern is not a regular expression (RE2 syntax)");
        const auto* text = last.constant.get<std::string>();
        if (node.function->foldable && text)
            return type_fault(last, "\"" + text->substr(0, 40) + "\" cannot be read by " + node.text + "()");
        if (node.children.size() == 2 && node.text.starts_with("get") && text && !zone_offset(*text))
            return type_fault(last, "the time zone is UTC, Asia/Shanghai or an offset such as +08:00");
        return {};
    }

    base::Error no_overload(const Node& node, const std::vector<Declaration>& arguments) const
    {
        std::string given;
        for (const Declaration& argument : arguments)
            given += (given.empty() ? "" : ", ") + std::string{name_of(argument.type)};
        return type_fault(node, node.text + "() does not take (" + given + ")");
    }

    Checked macro_call(const Node& node)
    {
        TRY_ASSIGN(Declaration range, check(node.children[0]));
        bool over_map = range.type == Type::Map && node.op != Op::Map && node.op != Op::Filter && node.op != Op::Sum;
        if (range.type != Type::List && range.type != Type::Any && !over_map)
            return type_fault(node, "expected rows or a list, found " + std::string{name_of(range.type)});
        locals_.resize(static_cast<std::size_t>(node.local) + 1);
        local_names_.resize(locals_.size());
        locals_.back() = element_of(range);
        local_names_.back() = node.text;
        std::vector<Declaration> bodies;
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            locals_.resize(static_cast<std::size_t>(node.local) + 1);
            TRY_ASSIGN(Declaration body, check(node.children[i]));
            bodies.push_back(std::move(body));
        }
        locals_.resize(static_cast<std::size_t>(node.local));
        local_names_.resize(locals_.size());
        if ((node.op != Op::Map && node.op != Op::Sum) || bodies.size() == 2) {
            if (bodies[0].type != Type::Bool && bodies[0].type != Type::Any)
                return type_fault(node.children[1], "expected a condition, found " + std::string{name_of(bodies[0].type)});
        }
        if (node.op == Op::Map)
            return Declaration{.type = Type::List, .element = bodies.back().type};
        if (node.op == Op::Filter)
            return range;
        if (node.op != Op::Sum)
            return of(Type::Bool);
        Type term = bodies[0].type;
        if (term != Type::Int && term != Type::Decimal && term != Type::Any)
            return type_fault(node.children[1], "sum() adds int or decimal, found " + std::string{name_of(term)});
        return bodies[0];
    }

    std::string_view text_;
    const Declarations& names_;
    std::vector<Declaration> locals_;
    std::vector<std::string> local_names_;
};

}  // namespace

std::string near_name(std::string_view wrong, const std::vector<std::string>& names)
{
    std::string best;
    std::size_t nearest = wrong.size() < 4 ? 2 : 3;  // one or two letters differ
    for (const std::string& name : names) {
        if (std::size_t found = distance(wrong, name); found < nearest) {
            nearest = found;
            best = name;
        }
    }
    return best;
}

Result<Declaration> check_tree(const Node& root, std::string_view text, const Declarations& names)
{
    return Checker{text, names}.check(root);
}

}  // namespace rules
