#pragma once

// Pieces of SQL with their type, and the arithmetic that both databases must do alike.
//
// SQLite holds decimals as scaled integers, days and instants as integers, and turns integer
// overflow into a real number; PostgreSQL raises on overflow. Here every operation that may leave
// its range gives NULL on both: SQLite carries the real number to the end of the arithmetic, where it
// is found out (its parser takes few levels of nesting), PostgreSQL checks each step.

#include "kernel/rules/ast.h"

namespace rules {

struct Term {
    std::string text;
    Type type = Type::Null;
    int scale = 0;              // of a Decimal, as the SQL holds it
    int least_scale = 0;        // smaller when the evaluator may hold the value with fewer places
    bool only_zero = false;     // ... which then is zero
    bool column = false;        // a plain column: an index may serve it
    bool open_range = false;    // SQLite arithmetic that may have become real
    bool milliseconds = false;  // PostgreSQL: a Timestamp as bigint milliseconds
    const Value* literal = nullptr;  // a constant; its text is made where the type is known
};

class Terms {
public:
    explicit Terms(const SqlNames& names) : names_(names) {}

    bool sqlite() const { return names_.dialect == SqlNames::Dialect::Sqlite; }
    const SqlNames& names() const { return names_; }
    std::vector<Value> take_parameters() { return std::move(parameters_); }

    std::string parameter(Value value, Type type);
    std::string boolean(const Term&);
    std::string text(const Term&);        // any type but Decimal, in its ordinary form
    std::string decimal(const Term&, int scale);  // for comparing: never NULL for being too large
    std::string milliseconds(const Term&);        // of a Timestamp or Duration
    std::string day_number(const Term&);          // days since 1970 of a Date, or of a Timestamp in UTC+8

    // NULL when the value is `low` or less, or `high` or more.
    std::string within(const std::string& text, const std::string& low, const std::string& high) const;

    std::string within_digits(const std::string& decimal, int scale) const;  // 18 of them
    std::string within_decimal(const std::string& text, int scale) const;

    Term integer_operation(Op, const Term&, const Term&);
    Term decimal_operation(Op, const Term&, const Term&);
    Term negated(const Term&);
    Term date(std::string day_number) const;
    std::string equal(const Term&, const Term&, bool negate);
    std::string ordered(Op, const Term&, const Term&);

private:
    struct Pair {
        std::string left, right;
    };
    std::string guarded(const Term&) const;
    std::string operand(const Term&, int scale);  // of decimal arithmetic
    std::string quotient(const Term&, const Term&, int scale, int places);
    Pair alike(const Term&, const Term&);

    const SqlNames& names_;
    std::vector<Value> parameters_;
};

}  // namespace rules
