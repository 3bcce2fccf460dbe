#include <algorithm>

#include "base/crypto.h"
#include "storage/database.h"
#include "storage/sql_text.h"

namespace storage {

namespace {

constexpr std::string_view create_table = R"sql(
    CREATE TABLE IF NOT EXISTS storage_migration (
        module {{text}} NOT NULL,
        name {{text}} NOT NULL,
        digest {{text}} NOT NULL,
        PRIMARY KEY (module, name)
    )
)sql";

constexpr std::string_view select_done = "SELECT name, digest FROM storage_migration WHERE module = ?1 ORDER BY name";
constexpr std::string_view insert_done = "INSERT INTO storage_migration (module, name, digest) VALUES (?1, ?2, ?3)";

Error problem(std::string code, std::string_view module, std::string_view name)
{
    return {.kind = Kind::Internal,
            .code = std::move(code),
            .parameters = {{"module", std::string(module)}, {"file", std::string(name)}}};
}

Status run_new(Transaction& transaction, std::string_view module, std::span<const base::EmbeddedFile> files)
{
    TRY(transaction.execute_script(for_dialect(create_table, transaction.dialect())));
    TRY_ASSIGN(const auto done, transaction.query(select_done, {std::string(module)}));
    for (const Row& row : done) {
        const auto known = std::ranges::find(files, row.text(0), [](const auto& file) { return std::string(file.name); });
        if (known == files.end())
            return problem("DATABASE_NEWER", module, row.text(0));
        if (base::crypto::hex(base::crypto::sm3(known->content)) != row.text(1))
            return problem("MIGRATION_CHANGED", module, row.text(0));
    }
    for (const auto& file : files.subspan(std::min(done.size(), files.size()))) {
        if (Status status = transaction.execute_script(for_dialect(file.content, transaction.dialect())); !status.ok()) {
            Error error = std::move(status).error();
            error.detail = std::string(module) + "/" + std::string(file.name) + ": " + error.detail;
            return error;
        }
        TRY(transaction.execute(insert_done, {std::string(module), std::string(file.name),
                                              base::crypto::hex(base::crypto::sm3(file.content))}));
    }
    return {};
}

// Whether every file is known already, so that a start needs no writing transaction.
Result<bool> nothing_new(Database& database, std::string_view module, std::span<const base::EmbeddedFile> files)
{
    const std::string_view find_table = database.dialect() == Dialect::Sqlite
                                            ? "SELECT 1 FROM sqlite_master WHERE name = 'storage_migration'"
                                            : "SELECT 1 WHERE to_regclass('storage_migration') IS NOT NULL";
    return database.read([&](Transaction& transaction) -> Result<bool> {
        TRY_ASSIGN(const auto table, transaction.first(find_table));
        if (!table)
            return false;
        TRY_ASSIGN(const auto done, transaction.query(select_done, {std::string(module)}));
        return std::ranges::equal(done, files, [](const Row& row, const base::EmbeddedFile& file) {
            return row.text(0) == file.name && row.text(1) == base::crypto::hex(base::crypto::sm3(file.content));
        });
    });
}

}  // namespace

Status migrate(Database& database, std::string_view module, std::span<const base::EmbeddedFile> files)
{
    std::vector<base::EmbeddedFile> sorted(files.begin(), files.end());
    std::ranges::sort(sorted, {}, &base::EmbeddedFile::name);
    TRY_ASSIGN(const bool up_to_date, nothing_new(database, module, sorted));
    if (up_to_date)
        return {};
    return database.migrate([&](Transaction& transaction) { return run_new(transaction, module, sorted); });
}

}  // namespace storage
