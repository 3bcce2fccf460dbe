#include "storage/contents.h"

#include <algorithm>

namespace storage {

namespace {

constexpr std::string_view select_tables_sqlite = "SELECT name FROM sqlite_master WHERE type = 'table'";
constexpr std::string_view select_tables_postgres = R"sql(
    SELECT c.relname::text FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)sql";

}  // namespace

Result<Contents> contents(Database& database)
{
    const auto select = database.dialect() == Dialect::Sqlite ? select_tables_sqlite : select_tables_postgres;
    return database.read([&](Transaction& transaction) -> Result<Contents> {
        TRY_ASSIGN(const auto tables, transaction.query(select));
        if (tables.empty())
            return Contents::Nothing;
        const bool ours = std::ranges::any_of(tables, [](const Row& row) { return row.text(0) == "storage_migration"; });
        return ours ? Contents::Ours : Contents::Foreign;
    });
}

}  // namespace storage
