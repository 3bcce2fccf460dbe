#pragma once

// Lists: filters, search, a rule, order and keyset paging over one record, always inside the scope
// of the access function.
//
// Keyset paging knows two segments: rows that have a value in the order column, then rows that have
// none ("nulls last"). Each segment is served by an index on both databases, from either end.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/records/scope.h"
#include "kernel/records/store.h"

namespace records {

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

struct OrderColumn {
    std::string field;   // as named in the query
    std::string column;  // sort key for Chinese text
    storage::ColumnType type = storage::ColumnType::Timestamp;
    int scale = 0;
    bool nullable = false;
    bool descending = true;
};

// The last row of the page before.
struct Cursor {
    bool null_segment = false;
    storage::Value value;  // of the order column
    base::Id id = 0;
};
std::string encode(const Cursor&, const OrderColumn&);
Result<Cursor> decode_cursor(std::string_view text, const OrderColumn&);  // CURSOR

// One filter as a condition, and what it says about its column where an index can make use of it.
struct Filter {
    std::string condition;
    std::string column = {};                    // empty: no index knows it
    std::vector<storage::Value> values = {};    // one of these, or
    std::string from = {}, end = {};            // from `from` to before `end`
    bool near = false;                          // about a place: the column is its latitude
};
// The values alone, once more.
std::string column_condition(const Filter&, Sql&);

struct Listing {
    const RecordPlan& plan;
    OrderColumn order;
    identity::Predicate scope = {};
    std::optional<Cursor> after = {};
    std::size_t limit = 50;
    bool count = false;
    bool by_identity = false;  // an identity number was searched for: leaves a row in the log
    std::optional<std::set<std::string, std::less<>>> columns = {};
    std::string select = {};   // the select list; empty: every column
    bool deleted = false;
    std::vector<Filter> filters = {};
    Sql where = {};            // deleted, filters, search; the scope is not in it
    std::string rule = {};     // the rule's condition; its values follow those of `where`
};

// QUERY_FIELD, QUERY_OPERATOR, QUERY_VALUE, QUERY_ORDER, QUERY_LIMIT, CURSOR and those of the rules;
// fields names the parameter.
Result<Listing> read_query(const Plan&, const RecordPlan&, const QueryPairs&, const identity::Predicate&, const Context&,
    const identity::FieldCipher&, storage::Dialect);

// One filter such as "gte.2026-01-01" on a field, as a condition.
Result<Filter> filter_condition(const Plan&, const RecordPlan&, const std::string& name, std::string_view text,
    const Context&, const identity::FieldCipher&, storage::Dialect, Sql&, bool& by_identity);

// The names of a record for rules in SQL. Protected fields are not among them: a filter must not
// tell what the screen hides.
Result<std::string> rule_condition(const Plan&, const RecordPlan&, const std::string& rule, const Context&, storage::Dialect, Sql&);

// The columns of a record's select in their places, those that nobody asked for as NULL.
std::string select_of(const RecordPlan&, const std::set<std::string, std::less<>>& wanted);

}  // namespace records
