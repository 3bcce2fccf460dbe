#pragma once

// The one rule language: CEL (Common Expression Language, github.com/google/cel-spec) with
// Decimal, Date and Timestamp, evaluated on a record in C++ and translated to SQL for sets.
// Both give the same answer (DESIGN section 4.1); tests/rules holds the shared case file.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "kernel/rules/value.h"

namespace rules {

using base::Error;
using base::Result;

enum class Type { Any, Null, Bool, Int, Uint, Double, String, Decimal, Date, Timestamp, Duration, List, Map, Bytes };
std::string_view name_of(Type);  // "int", "decimal", as error texts and docs/rules.md write it

// What a name means: its type, and for lists of child rows the fields of a row.
struct Declaration {
    Type type = Type::Any;
    Type element = Type::Any;                        // of a list of scalars (codes, refs)
    std::map<std::string, Declaration> fields = {};  // of a map, or of each row of a list of rows
    int scale = 0;                                   // of a Decimal
};
using Declarations = std::map<std::string, Declaration, std::less<>>;

// Names in scope when an expression is evaluated. Values are asked for only when needed.
// An expression made by `Expression::bound` reads `slots` by number and never asks `find`.
class Activation {
public:
    virtual ~Activation() = default;
    virtual std::optional<Value> find(std::string_view name) const = 0;
    // The value itself where the activation holds it; null: ask `find`.
    virtual const Value* held(std::string_view) const { return nullptr; }
    std::span<const Value> slots = {};                // in the order given to `bound`
    base::Timestamp now;                              // bound once per request
    const base::WorkCalendar* calendar = nullptr;     // for workdays(a, b)
};
class MapActivation final : public Activation {
public:
    std::optional<Value> find(std::string_view name) const override;
    Map values;
};
// For hot loops: `activation.slots = row` and a bound expression; no look-up by name.
class SlotActivation final : public Activation {
public:
    std::optional<Value> find(std::string_view) const override { return std::nullopt; }
};

// How SQL sees a name.
struct SqlColumn {
    std::string sql;  // "complaint.closed_at", quoted as needed
    Declaration declaration;
};
struct SqlRows {  // child rows: `contacts.exists(c, c.note != "")`
    std::string table;
    std::string parent_condition;  // "contacts.parent = complaint.id"
    std::map<std::string, SqlColumn, std::less<>> columns;
};
struct SqlNames {
    enum class Dialect { Sqlite, Postgres } dialect = Dialect::Sqlite;
    // A dotted name ("unit.name") stands for the selection written the same way.
    std::map<std::string, SqlColumn, std::less<>> columns;
    std::map<std::string, SqlRows, std::less<>> rows;
    Map values = {};  // names known now, such as `user`; their values are bound as parameters
    std::string calendar_table = "work_calendar";  // day, workday_number
    base::Timestamp now;
    int first_parameter = 1;  // number of the first `?N`
};
struct Sql {
    std::string text;  // a boolean (or value) expression; unknown is NULL
    std::vector<Value> parameters;
    Type type = Type::Bool;  // of the result; a Decimal is scaled by `scale` on SQLite
    int scale = 0;
};

class Expression {
public:
    // RULE_SYNTAX with position in the parameters (line, column, message).
    static Result<Expression> parse(std::string_view text);
    // Type-checks against the declarations and gives the type of the result.
    // RULE_NAME (with a hint when a name is near), RULE_TYPE, RULE_FUNCTION.
    Result<Type> check(const Declarations&) const;
    // RULE_NOT_SQL names what lies outside the SQL profile.
    Result<Type> check_sql(const Declarations&) const;
    Value evaluate(const Activation&) const;  // never throws; errors are Unknown with a reason
    // The errors of `check` against the types of the columns, and RULE_NOT_SQL.
    Result<Sql> to_sql(const SqlNames&) const;
    const std::string& text() const;
    std::vector<std::string> names() const;  // free names used

    // The same expression with its free names resolved to positions in `slots`; a name that is
    // not there stays unknown. Evaluating it costs no look-up and, for scalars, no allocation.
    Expression bound(std::span<const std::string> slots) const;

    // Limits of one expression; beyond them `parse` gives RULE_SYNTAX.
    static constexpr std::size_t text_max = 16 * 1024;
    static constexpr int nesting_max = 64;
    static constexpr int nodes_max = 4096;

    struct Node;

private:
    std::string text_;
    std::shared_ptr<const Node> root_;
};

}  // namespace rules
