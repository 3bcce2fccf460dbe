#pragma once

#include "kernel/rules/functions.h"
#include "kernel/rules/sql_terms.h"

namespace rules {

class SqlWriter {
public:
    SqlWriter(std::string_view text, const SqlNames& names) : text_(text), terms_(names) {}

    Result<Sql> run(const Node& root);

private:
    using Written = Result<Term>;

    base::Error refused(const Node&, std::string construct) const;
    Written term(const Node&);
    Result<std::string> condition(const Node&);
    Term truth(std::string text) const { return {.text = std::move(text), .type = Type::Bool}; }

    // sql.cpp
    Written literal(const Value&, const Node&);
    Written name(const Node&);
    Written select(const Node&);
    Written column(const SqlColumn&, const Node&);
    Written logical(const Node&);
    Result<std::string> chain(const Node&, std::size_t from, std::size_t to);
    Written comparison(const Node&);
    Written arithmetic(const Node&);
    Written instant_arithmetic(const Node&, const Term&, const Term&);
    Written in(const Node&);
    Written conditional(const Node&);
    base::Status certain_scale(const Node&, const Term& a, const Term& b) const;

    // sql_functions.cpp
    Written call(const Node&);
    Written text_test(const Node&);
    Written text_change(const Node&);
    Written conversion(const Node&);
    Written part(const Node&);
    Written between(const Node&);
    Written shifted_day(const Node&);
    Written shifted_month(const Node&);
    std::string calendar_part(const std::string& day_number, std::string_view function) const;
    std::string month_index(const std::string& day_number) const;

    // sql_rows.cpp
    struct Source {
        const SqlRows* rows = nullptr;
        std::string where;    // parent condition and filter
        std::string unclear;  // a filter that may be unknown for some row; empty without filter
    };
    Result<Source> source(const Node& range);
    Result<std::string> on_row(const Node& body, std::int32_t local, const SqlRows&);
    Written macro_call(const Node&);
    Written sum(const Node&);
    Written row_count(const Node&);
    std::string when_clear(const Source&, std::string value) const;
    bool rows_range(const Node&) const;

    std::string_view text_;
    Terms terms_;
    std::vector<const SqlRows*> locals_;
    std::vector<std::unique_ptr<Value>> made_;  // literals that outlive the node walk
};

}  // namespace rules
