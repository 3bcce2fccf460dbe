#include "kernel/rules/sql.h"

#include <algorithm>

#include "kernel/rules/operations.h"
#include "kernel/rules/sql_writer.h"

namespace rules {
namespace {

constexpr int depth_max = 60;
constexpr std::size_t parser_depth_max = 95;
constexpr std::size_t text_max = 256 * 1024;

// "user.organisation" for a chain of selections that starts at a free name; empty otherwise.
std::string path_of(const Node& node)
{
    if (node.op == Op::Name)
        return node.text;
    if (node.op != Op::Select)
        return {};
    std::string path = path_of(node.children[0]);
    return path.empty() ? path : path + "." + node.text;
}

bool scalar(Type type)
{
    constexpr Type types[] = {Type::Bool, Type::Int, Type::Double, Type::String, Type::Decimal, Type::Date, Type::Timestamp};
    return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

bool is_zero(const Value& literal)
{
    Trouble trouble;
    return equal(literal, Value::Held{std::int64_t{0}}, trouble) == Truth::True;
}

// A literal number that still fits when written with `scale` places.
bool fits(const Value& literal, int scale)
{
    Trouble trouble;
    base::Decimal one{power_of_ten(scale), scale};
    return !multiply(literal, Value::Held{one}, trouble).unknown();
}

// SQLite's parser keeps 100 symbols at most; an estimate of what the nesting of `sql` needs.
std::size_t parser_depth(std::string_view sql)
{
    std::size_t depth = 0, deepest = 0;
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        bool call = sql[at] == '(' && at > 0 && sql[at - 1] >= 'a' && sql[at - 1] <= 'z';
        std::string_view rest = sql.substr(at);
        std::size_t cost = call ? 5 : sql[at] == '(' ? (rest.starts_with("(SELECT") ? 8 : 3) : rest.starts_with("CASE ") ? 6 : 0;
        if (cost > 0) {
            open.push_back(cost);
            deepest = std::max(deepest, depth += cost);
        } else if ((sql[at] == ')' || rest.starts_with(" END")) && !open.empty()) {
            depth -= open.back();
            open.pop_back();
        }
    }
    return deepest;
}

const Value* known(const Map& values, const Node& node)
{
    if (node.op == Op::Name) {
        auto found = values.find(node.text);
        return found == values.end() ? nullptr : &found->second;
    }
    const Value* holder = node.op == Op::Select ? known(values, node.children[0]) : nullptr;
    return holder ? field(*holder, node.text) : nullptr;
}

}  // namespace

base::Error SqlWriter::refused(const Node& node, std::string construct) const
{
    base::Error error = rule_error("RULE_NOT_SQL", text_, node.offset, construct);
    error.parameters.emplace_back("construct", std::move(construct));
    return error;
}

Result<Sql> SqlWriter::run(const Node& root)
{
    if (root.depth > depth_max)
        return refused(root, "so many levels of nesting");
    TRY_ASSIGN(Term result, term(root));
    Sql sql{.type = result.type, .scale = result.scale};
    if (result.type == Type::Decimal)
        sql.text = terms_.within_digits(terms_.decimal(result, result.scale), result.scale);
    else if (!terms_.sqlite() && result.milliseconds && result.type == Type::Timestamp)
        sql.text = "CAST(to_timestamp((" + result.text + ") / 1000.0) AS timestamptz(3))";
    else
        sql.text = terms_.text(result);
    if (!terms_.sqlite() && result.type == Type::Int)
        sql.text = "CAST(" + sql.text + " AS bigint)";
    if (terms_.sqlite() && parser_depth(sql.text) > parser_depth_max)
        return refused(root, "so many levels of nesting");
    if (sql.text.size() > text_max)
        return refused(root, "a rule of this size");
    sql.parameters = terms_.take_parameters();
    return sql;
}

SqlWriter::Written SqlWriter::term(const Node& node)
{
    switch (node.op) {
    case Op::Constant: return literal(node.constant, node);
    case Op::Name: return name(node);
    case Op::Select: return select(node);
    case Op::Has: {
        TRY_ASSIGN(Term field, select(node));
        Value nothing;
        return truth(terms_.equal(field, {.type = Type::Null, .literal = &nothing}, true));
    }
    case Op::Not:
    case Op::And:
    case Op::Or: return logical(node);
    case Op::Equal:
    case Op::NotEqual:
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual: return comparison(node);
    case Op::In: return in(node);
    case Op::Conditional: return conditional(node);
    case Op::Negate: {
        TRY_ASSIGN(Term operand, term(node.children[0]));
        if (operand.type == Type::Double)
            return refused(node, "arithmetic on double");
        return terms_.negated(operand);
    }
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Divide:
    case Op::Modulo: return arithmetic(node);
    case Op::Call: return call(node);
    case Op::All:
    case Op::Exists:
    case Op::ExistsOne: return macro_call(node);
    case Op::Sum: return sum(node);
    case Op::Local: return refused(node, "a whole row (use its fields)");
    case Op::Index: return refused(node, "[ ]");
    case Op::MakeList: return refused(node, "a list outside \"in\"");
    case Op::MakeMap: return refused(node, "a map");
    default: return refused(node, node.op == Op::Map ? "map()" : "filter() without exists, all, sum or size");
    }
}

Result<std::string> SqlWriter::condition(const Node& node)
{
    TRY_ASSIGN(Term result, term(node));
    if (result.type != Type::Bool)
        return refused(node, "a condition that is not bool");
    return terms_.boolean(result);
}

SqlWriter::Written SqlWriter::literal(const Value& value, const Node& node)
{
    constexpr Type types[] = {Type::Null, Type::Null, Type::Bool, Type::Int, Type::Uint, Type::Double, Type::String,
        Type::Decimal, Type::Date, Type::Timestamp, Type::Duration, Type::List, Type::Map, Type::Bytes};
    Term result{.type = types[value.held().index()], .literal = &value};
    if (result.type != Type::Null && result.type != Type::Duration && !scalar(result.type))
        return refused(node, "a value of type " + std::string{name_of(result.type)});
    if (const auto* text = value.get<std::string>(); text && text->find('\0') != std::string::npos)
        return refused(node, "the character U+0000");
    if (const auto* decimal = value.get<base::Decimal>())
        result.scale = result.least_scale = decimal->scale();
    return result;
}

SqlWriter::Written SqlWriter::column(const SqlColumn& column, const Node& node)
{
    if (!scalar(column.declaration.type))
        return refused(node, "\"" + node.text + "\" of type " + std::string{name_of(column.declaration.type)});
    int scale = column.declaration.type == Type::Decimal ? column.declaration.scale : 0;
    return Term{.text = column.sql, .type = column.declaration.type, .scale = scale, .least_scale = scale, .column = true};
}

SqlWriter::Written SqlWriter::name(const Node& node)
{
    const SqlNames& names = terms_.names();
    if (auto found = names.columns.find(node.text); found != names.columns.end())
        return column(found->second, node);
    if (const Value* value = known(names.values, node))
        return literal(*value, node);
    return refused(node, "\"" + node.text + "\"");
}

SqlWriter::Written SqlWriter::select(const Node& node)
{
    const SqlNames& names = terms_.names();
    const Node& holder = node.children[0];
    if (holder.op == Op::Local) {
        const SqlRows* rows = locals_[static_cast<std::size_t>(holder.local)];
        auto found = rows->columns.find(node.text);
        if (found != rows->columns.end())
            return column(found->second, node);
        return refused(node, "\"" + holder.text + "." + node.text + "\"");
    }
    Node plain = node;
    plain.op = Op::Select;
    std::string path = path_of(plain);
    if (path.empty())
        return refused(node, "a selection on a computed value");
    if (auto found = names.columns.find(path); found != names.columns.end())
        return column(found->second, node);
    if (const Value* value = known(names.values, plain))
        return literal(*value, node);
    return refused(node, "\"" + path + "\"");
}

SqlWriter::Written SqlWriter::logical(const Node& node)
{
    if (node.op == Op::Not) {
        TRY_ASSIGN(std::string operand, condition(node.children[0]));
        return truth("(NOT " + operand + ")");
    }
    TRY_ASSIGN(std::string text, chain(node, 0, node.children.size()));
    return truth(std::move(text));
}

// Long chains are halved, so that the databases see a flat tree.
Result<std::string> SqlWriter::chain(const Node& node, std::size_t from, std::size_t to)
{
    if (to - from == 1)
        return condition(node.children[from]);
    std::size_t middle = from + (to - from) / 2;
    TRY_ASSIGN(std::string left, chain(node, from, middle));
    TRY_ASSIGN(std::string right, chain(node, middle, to));
    return "(" + left + (node.op == Op::And ? " AND " : " OR ") + right + ")";
}

SqlWriter::Written SqlWriter::comparison(const Node& node)
{
    TRY_ASSIGN(Term a, term(node.children[0]));
    TRY_ASSIGN(Term b, term(node.children[1]));
    if (node.op == Op::Equal || node.op == Op::NotEqual)
        return truth(terms_.equal(a, b, node.op == Op::NotEqual));
    return truth(terms_.ordered(node.op, a, b));
}

// The evaluator holds a decimal with the places its value came with; where these may be fewer than
// the column form has, adding or dividing could leave the range on one side only.
base::Status SqlWriter::certain_scale(const Node& node, const Term& a, const Term& b) const
{
    auto fault = refused(node, "arithmetic on results with different decimal places (write decimal(\"0.00\"))");
    for (const Term* term : {&a, &b}) {
        if (term->type != Type::Decimal || term->least_scale == term->scale)
            continue;
        bool additive = node.op == Op::Add || node.op == Op::Subtract;
        const Term& other = term == &a ? b : a;
        bool safe = term->only_zero && (!additive || (other.type == Type::Decimal && other.least_scale >= term->scale));
        if (!safe)
            return fault;
    }
    return {};
}

SqlWriter::Written SqlWriter::arithmetic(const Node& node)
{
    TRY_ASSIGN(Term a, term(node.children[0]));
    TRY_ASSIGN(Term b, term(node.children[1]));
    if (a.type == Type::Int && b.type == Type::Int)
        return terms_.integer_operation(node.op, a, b);
    if (a.type == Type::Decimal || b.type == Type::Decimal) {
        TRY(certain_scale(node, a, b));
        int places = std::max(division_scale, a.type == Type::Decimal ? a.scale : 0) - (a.type == Type::Decimal ? a.scale : 0)
            + (b.type == Type::Decimal ? b.scale : 0);
        if (node.op == Op::Divide && places > base::Decimal::digits_max)
            return refused(node, "a division that needs more than 18 places");
        return terms_.decimal_operation(node.op, a, b);
    }
    if (a.type == Type::String && b.type == Type::String) {
        std::string left = terms_.text(a);
        return Term{.text = "(" + left + " || " + terms_.text(b) + ")", .type = Type::String};
    }
    if (a.type == Type::Double || b.type == Type::Double)
        return refused(node, "arithmetic on double");
    return instant_arithmetic(node, a, b);
}

SqlWriter::Written SqlWriter::instant_arithmetic(const Node& node, const Term& a, const Term& b)
{
    auto time = [](Type type) { return type == Type::Timestamp || type == Type::Duration; };
    if (!time(a.type) || !time(b.type))
        return refused(node, "arithmetic on " + std::string{name_of(a.type)} + " and " + std::string{name_of(b.type)});
    std::string left = terms_.milliseconds(a);
    std::string text = "(" + left + (node.op == Op::Add ? " + " : " - ") + terms_.milliseconds(b) + ")";
    if (a.type == Type::Timestamp && b.type == Type::Timestamp)
        return Term{.text = std::move(text), .type = Type::Duration};
    bool instant = a.type == Type::Timestamp || b.type == Type::Timestamp;
    constexpr std::int64_t span = 315'576'000'000'001;
    text = instant ? terms_.within(text, std::to_string(timestamp_min - 1), std::to_string(timestamp_max + 1))
                   : terms_.within(text, std::to_string(-span), std::to_string(span));
    return Term{.text = std::move(text), .type = instant ? Type::Timestamp : Type::Duration, .milliseconds = instant};
}

SqlWriter::Written SqlWriter::in(const Node& node)
{
    const Node& range = node.children[1];
    TRY_ASSIGN(Term item, term(node.children[0]));
    std::vector<Term> elements;
    if (range.op != Op::MakeList)
        return refused(node, "\"in\" with anything but a list such as [1, 2]");
    for (const Node& child : range.children) {
        TRY_ASSIGN(Term element, term(child));
        elements.push_back(std::move(element));
    }
    if (elements.empty())
        return truth("FALSE");
    bool plain = item.column && std::all_of(elements.begin(), elements.end(), [&](const Term& element) {
        bool same_form = element.type != Type::Decimal || element.scale <= item.scale;
        return element.literal && element.type == item.type && same_form;
    });
    std::string text;
    for (const Term& element : elements) {
        if (!text.empty())
            text += plain ? ", " : " OR ";
        if (plain)
            text += item.type == Type::Decimal ? terms_.decimal(element, item.scale) : terms_.text(element);
        else
            text += terms_.equal(item, element, false);
    }
    if (plain)  // NULL is in no such list, and that is decided
        return truth("(" + item.text + " IN (" + text + ") AND " + item.text + " IS NOT NULL)");
    return truth("(" + text + ")");
}

SqlWriter::Written SqlWriter::conditional(const Node& node)
{
    TRY_ASSIGN(std::string condition_text, condition(node.children[0]));
    TRY_ASSIGN(Term yes, term(node.children[1]));
    TRY_ASSIGN(Term no, term(node.children[2]));
    Term result{.type = yes.type == Type::Null ? no.type : yes.type};
    std::string left, right;
    if (yes.type == Type::Decimal || no.type == Type::Decimal) {
        result.type = Type::Decimal;
        auto scale = [](const Term& term) { return term.type == Type::Decimal ? term.scale : 0; };
        result.scale = std::max(scale(yes), scale(no));
        result.least_scale = result.scale;
        result.only_zero = true;
        for (const Term* branch : {&yes, &no}) {
            if (branch->type == Type::Null)
                continue;
            int least = branch->type == Type::Decimal ? branch->least_scale : 0;
            bool zero = branch->literal ? is_zero(*branch->literal) : branch->only_zero;
            // Bringing a branch to more places must not take it out of range.
            bool safe = branch->literal ? fits(*branch->literal, result.scale)
                                        : branch->type == Type::Decimal && branch->scale == result.scale;
            if (!safe)
                return refused(node, "results with different decimal places");
            result.least_scale = std::min(result.least_scale, least);
            result.only_zero = result.only_zero && (least == result.scale || zero);
        }
        left = terms_.decimal(yes, result.scale);
        right = terms_.decimal(no, result.scale);
    } else if (result.type == Type::Timestamp && (yes.milliseconds || no.milliseconds)) {
        result.milliseconds = true;
        left = yes.type == Type::Null ? "NULL" : terms_.milliseconds(yes);
        right = no.type == Type::Null ? "NULL" : terms_.milliseconds(no);
    } else {
        left = terms_.text(yes);
        right = terms_.text(no);
    }
    result.text = "(CASE " + condition_text + " WHEN TRUE THEN " + left + " WHEN FALSE THEN " + right + " END)";
    return result;
}

Result<Sql> write_sql(const Node& root, std::string_view text, const SqlNames& names)
{
    return SqlWriter{text, names}.run(root);
}

namespace {

void add_sample(SqlNames& sample, const std::string& path, const Declaration& declaration, int depth)
{
    if (declaration.type == Type::Map && depth < 4) {
        for (const auto& [name, field] : declaration.fields)
            add_sample(sample, path + "." + name, field, depth + 1);
    } else if (declaration.type == Type::List && !declaration.fields.empty()) {
        SqlRows rows{.table = "r", .parent_condition = "r.parent = t.id"};
        for (const auto& [name, field] : declaration.fields)
            rows.columns.emplace(name, SqlColumn{"r." + name, field});
        sample.rows.emplace(path, std::move(rows));
    } else {
        sample.columns.emplace(path, SqlColumn{"t." + path, declaration});
    }
}

Declaration declaration_of(const Value& value)
{
    constexpr Type types[] = {Type::Null, Type::Null, Type::Bool, Type::Int, Type::Uint, Type::Double, Type::String,
        Type::Decimal, Type::Date, Type::Timestamp, Type::Duration, Type::List, Type::Map, Type::Bytes};
    Declaration declaration{.type = types[value.held().index()]};
    if (missing(value))
        declaration.type = Type::Any;
    if (const auto* decimal = value.get<base::Decimal>())
        declaration.scale = decimal->scale();
    if (const auto* map = value.get<std::shared_ptr<const Map>>()) {
        for (const auto& [name, field] : **map)
            declaration.fields.emplace(name, declaration_of(field));
    }
    return declaration;
}

// "unit.name" declares the field `name` of a map `unit`.
Declaration& declared(Declaration& holder, std::string_view path)
{
    holder.type = Type::Map;
    auto point = path.find('.');
    Declaration& first = holder.fields[std::string{path.substr(0, point)}];
    return point == std::string_view::npos ? first : declared(first, path.substr(point + 1));
}

}  // namespace

Declarations declarations_of(const SqlNames& names)
{
    Declaration root;
    for (const auto& [name, value] : names.values)
        root.fields[name] = declaration_of(value);
    for (const auto& [path, column] : names.columns)
        declared(root, path) = column.declaration;
    for (const auto& [name, rows] : names.rows) {
        Declaration& list = root.fields[name];
        list.type = Type::List;
        for (const auto& [field, column] : rows.columns)
            list.fields[field] = column.declaration;
    }
    return {root.fields.begin(), root.fields.end()};
}

SqlNames sample_names(const Declarations& declarations)
{
    SqlNames sample;
    for (const auto& [name, declaration] : declarations)
        add_sample(sample, name, declaration, 0);
    return sample;
}

}  // namespace rules
