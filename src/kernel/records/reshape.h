#pragma once

// Carries out a migration inside one transaction of storage::Database::migrate.

#include <functional>
#include <string>
#include <vector>

#include "kernel/records/migration.h"

namespace records {

struct Reshape {
    const Layout& before;
    const Layout& after;
    const definitions::Release& release;
    std::function<void(const std::string& step, std::int64_t done)> progress = {};
};

// Gives the statements that PostgreSQL runs afterwards, outside a transaction; each may be repeated.
Result<std::vector<std::string>> reshape(storage::Transaction&, const Reshape&, const Migration&);

// Reads every value of a column and writes it in another type. MIGRATION_VALUES when one does not fit,
// MIGRATION_PROTECTION when a column becomes encrypted or stops to be.
struct Conversion {
    std::string source_table, target_table, subject;
    Column before, after;
};
Status convert(storage::Transaction&, const Conversion&);
// Refuses when values are longer than a narrowed column allows.
Status check_length(storage::Transaction&, const std::string& table, const std::string& column, int length_max,
    const std::string& subject);

// Computes derived columns (sort keys, search text, computed fields, link tables) of every row again.
Status refill(storage::Transaction&, const definitions::Release&, const Table&,
    const std::function<void(const std::string& step, std::int64_t done)>& progress);

}  // namespace records
