#pragma once

// The one record type that all rule tests speak about: a column of each kind, and child rows. Every
// runner sees the same declarations and the same rows.

#include <string>
#include <vector>

#include "base/json.h"
#include "kernel/rules/rules.h"
#include "storage/database.h"

namespace rules_tests {

using rules::Declarations;
using rules::Value;

// i j k int; d0 d2 e2 d6 decimal; s t string; b c bool; day until date; at closed timestamp;
// items rows of n int, amount decimal(2), note string, ok bool, day date; user {organisation, name}.
const Declarations& declarations();

base::Timestamp now();                 // 2026-09-28T16:00:00+08:00
const base::WorkCalendar& calendar();  // 2026 alone, with the autumn holiday

struct SheetRow {
    rules::Map values;  // every column; what is not given is null
};
base::Result<SheetRow> read_row(const json::object&);
json::object write_row(const SheetRow&);
rules::Map user();

class SheetActivation final : public rules::Activation {
public:
    explicit SheetActivation(const SheetRow& row);
    std::optional<Value> find(std::string_view name) const override;

private:
    const SheetRow& row_;
};

base::Status create_tables(storage::Database&);
base::Status insert_rows(storage::Database&, std::span<const SheetRow>);  // ids from 1
rules::SqlNames sql_names(storage::Dialect);

// `5`, `decimal(1.50)`, `date(2026-09-28)`, `"text"`, `null`, `unknown`; SQL cannot tell null from
// unknown nor how many zeros end a decimal, so `plain` gives both as `none` and cuts the zeros.
std::string canonical(const Value&);
std::string plain(std::string canonical);

// One expression on all rows; canonical texts by id - 1, in the plain form.
base::Result<std::vector<std::string>> run_sql(storage::Database&, const rules::Sql&, std::size_t row_count);
// Several expressions in one statement; outer index: expression.
base::Result<std::vector<std::vector<std::string>>> run_sql(
    storage::Database&, std::span<const rules::Sql>, std::size_t row_count);

}  // namespace rules_tests
