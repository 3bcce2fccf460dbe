#pragma once

// How a page of a list is read. The rows in sight are those of a few organisations, and in an index
// each organisation's rows stand in the order of the list: a page is merged from one short read of
// each. What is in sight by region, creator or assignment comes in reads of its own; no row is in two.
//
// A filter that leaves few rows is read by its index and sorted instead. SQLite keeps no figures about
// its tables, so it is told what to do, after counting up to a limit; PostgreSQL plans by itself.

#include <functional>
#include <string>
#include <vector>

#include "kernel/records/query.h"

namespace records {

struct Read {
    std::string index;  // that SQLite must use; empty: it chooses
    std::function<std::string(Sql&)> condition;
    // The filter that `condition` stands for: beside it SQLite would read the filter's range and sort.
    std::string instead_of = {};
};

inline constexpr std::int64_t narrow_max = 2000;  // rows that are sorted rather than met along the order

Result<std::vector<Read>> reads_of(storage::Transaction&, const Table&, const Listing&, std::int64_t narrow = narrow_max);

// SELECT of one segment of a page.
Sql page_sql(const Listing&, const std::vector<Read>&, bool null_segment, bool continued, std::size_t limit);

}  // namespace records
