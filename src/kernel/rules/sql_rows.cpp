// Macros over child rows: exists, all, exists_one, sum, size, with at most one filter.

#include "kernel/rules/operations.h"
#include "kernel/rules/sql_writer.h"

namespace rules {

bool SqlWriter::rows_range(const Node& node) const
{
    if (node.op == Op::Filter)
        return rows_range(node.children[0]);
    return node.op == Op::Name && terms_.names().rows.contains(node.text);
}

Result<SqlWriter::Source> SqlWriter::source(const Node& range)
{
    if (range.op == Op::Name) {
        auto found = terms_.names().rows.find(range.text);
        if (found == terms_.names().rows.end())
            return refused(range, "a macro over \"" + range.text + "\", which is not rows");
        for (const SqlRows* open : locals_) {
            if (open && open->table == found->second.table)
                return refused(range, "the rows \"" + range.text + "\" within themselves");
        }
        return Source{&found->second, found->second.parent_condition, {}};
    }
    if (range.op != Op::Filter)
        return refused(range, "a macro over a computed list");
    if (range.children[0].op == Op::Filter)
        return refused(range, "a filter of a filter (join the conditions with &&)");
    TRY_ASSIGN(Source from, source(range.children[0]));
    TRY_ASSIGN(std::string keep, on_row(range.children[1], range.local, *from.rows));
    from.unclear = "EXISTS (SELECT 1 FROM " + from.rows->table + " WHERE " + from.where + " AND " + keep + " IS NULL)";
    from.where += " AND " + keep;
    return from;
}

Result<std::string> SqlWriter::on_row(const Node& body, std::int32_t local, const SqlRows& rows)
{
    auto slot = static_cast<std::size_t>(local);
    if (locals_.size() <= slot)
        locals_.resize(slot + 1, nullptr);
    locals_[slot] = &rows;
    auto text = condition(body);
    locals_[slot] = nullptr;
    return text;
}

// A filter that is unknown for some row makes the whole unknown.
std::string SqlWriter::when_clear(const Source& source, std::string value) const
{
    return source.unclear.empty() ? value : "(CASE WHEN " + source.unclear + " THEN NULL ELSE " + value + " END)";
}

SqlWriter::Written SqlWriter::macro_call(const Node& node)
{
    TRY_ASSIGN(Source from, source(node.children[0]));
    TRY_ASSIGN(std::string body, on_row(node.children[1], node.local, *from.rows));
    // The condition is named inside, as an aggregate of outer columns alone would belong to the outer query.
    std::string tail = " FROM (SELECT " + body + " AS p_ FROM " + from.rows->table + " WHERE " + from.where + ") AS rows_)";
    if (node.op == Op::ExistsOne)
        return truth(when_clear(from,
            "(SELECT CASE WHEN count(*) = count(p_) THEN coalesce(sum(CASE p_ WHEN TRUE THEN 1 ELSE 0 END), 0) = 1 END" + tail));
    // 2 for true, 1 for unknown, 0 for false: the best of them for exists, the worst for all.
    bool exists = node.op == Op::Exists;
    std::string best = "(SELECT " + std::string{exists ? "max" : "min"} + "(CASE p_ WHEN TRUE THEN 2 WHEN FALSE THEN 0 ELSE 1 END)" + tail;
    return truth(when_clear(from, "(CASE coalesce(" + best + ", " + (exists ? "0" : "2") + ") WHEN 2 THEN TRUE WHEN 0 THEN FALSE END)"));
}

SqlWriter::Written SqlWriter::sum(const Node& node)
{
    TRY_ASSIGN(Source from, source(node.children[0]));
    auto slot = static_cast<std::size_t>(node.local);
    if (locals_.size() <= slot)
        locals_.resize(slot + 1, nullptr);
    locals_[slot] = from.rows;
    Written body = term(node.children[1]);
    locals_[slot] = nullptr;
    if (!body)
        return body;
    if (node.children.size() != 2 || (body->type != Type::Int && body->type != Type::Decimal))
        return refused(node, "a sum of other than int or decimal");
    bool decimal = body->type == Type::Decimal;
    if (decimal && body->least_scale != body->scale)
        return refused(node, "a sum of results with different decimal places");
    std::string value = decimal ? terms_.decimal(*body, body->scale) : terms_.text(*body);
    std::string rows = "SELECT " + value + " AS v_ FROM " + from.rows->table + " WHERE " + from.where;
    std::string text;
    if (terms_.sqlite()) {
        // sum() of SQLite raises on overflow, so the halves of the terms are added apart.
        text = "(SELECT CASE WHEN h_ + (l_ >> 32) BETWEEN -2147483648 AND 2147483647 THEN ((h_ + (l_ >> 32)) << 32) | (l_ & 4294967295) END"
               " FROM (SELECT count(*) AS n_, count(v_) AS k_, coalesce(sum(v_ >> 32), 0) AS h_, coalesce(sum(v_ & 4294967295), 0) AS l_ FROM ("
            + rows + ")) WHERE n_ = k_)";
    } else {
        text = "(SELECT CASE WHEN count(*) = count(v_) THEN coalesce(sum(CAST(v_ AS numeric)), 0) END FROM (" + rows + ") AS rows_)";
        if (decimal)
            text = terms_.within_decimal(text, body->scale);
        else
            text = terms_.within(text, "-9223372036854775809", "9223372036854775808");
    }
    Term result{.type = body->type, .scale = decimal ? body->scale : 0, .only_zero = decimal};
    result.text = when_clear(from, std::move(text));
    return result;
}

SqlWriter::Written SqlWriter::row_count(const Node& node)
{
    TRY_ASSIGN(Source from, source(node.children[0]));
    std::string text = "(SELECT count(*) FROM " + from.rows->table + " WHERE " + from.where + ")";
    return Term{.text = when_clear(from, std::move(text)), .type = Type::Int};
}

}  // namespace rules
