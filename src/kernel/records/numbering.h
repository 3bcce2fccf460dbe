#pragma once

// Business numbers such as "TS{yyyyMMdd}{seq:5}": gap-free per record, organisation and period,
// because the counter moves in the transaction of the record.

#include <string>
#include <string_view>

#include "base/ids.h"
#include "storage/database.h"

namespace records {

// NUMBER_PATTERN. Parts: {yyyy} {yy} {MM} {dd}, together as {yyyyMMdd}, {region}, {organisation} and
// {seq:N}.
struct NumberParts {
    std::string before, after;  // text around the serial, dates filled in
    std::string period;         // what the serial is counted in: "20260928", "202609", "2026" or ""
    int digits = 0;
};
struct NumberNames {
    std::string region, organisation;
};
base::Result<NumberParts> number_parts(std::string_view pattern, base::Date day, const NumberNames&);

// `count` serials in a row; gives the first of them.
base::Result<std::int64_t> take_serials(storage::Transaction&, std::string_view record, base::Id organisation,
    const std::string& period, std::int64_t count);
std::string number_of(const NumberParts&, std::int64_t serial);
base::Result<std::string> next_number(storage::Transaction&, std::string_view record, base::Id organisation,
    const NumberParts&);

}  // namespace records
