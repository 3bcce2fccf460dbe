#pragma once

// Releases in the database: stored, compared, migrated to, activated.
//
// On SQLite a migration is one transaction: after a crash the database is before it or behind it.
// On PostgreSQL tables and columns change in one transaction; constraints are then validated and
// indexes built while others read. What is still to do stands in records_active.pending, so calling
// `apply` again with the same release goes on where a killed one stopped.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/embedded.h"
#include "kernel/definitions/loader.h"
#include "kernel/records/migration.h"

namespace records {

std::span<const base::EmbeddedFile> migrations();

struct ApplyOptions {
    std::set<std::string> confirmed = {};  // subjects of steps that lose something
    base::Timestamp at = {};
    base::Id actor = 0;
    std::function<void(const std::string& step, std::int64_t done)> progress = {};
};

// What `apply` would do, without doing it.
Result<Migration> plan_migration(storage::Database&, const definitions::Release&,
    const std::set<std::string>& confirmed = {});

// Migrates, stores and activates. Does nothing when the release is active already.
// MIGRATION_CONFIRM (Conflict; fields = subjects to confirm), MIGRATION_VALUES (Conflict; a value
// does not fit the new type: subject, count and first ids in the parameters).
Result<Migration> apply(storage::Database&, const std::shared_ptr<const definitions::Release>&, const ApplyOptions&);

struct Active {
    std::string hash;        // of the release whose tables stand; while `migrating`, the new one
    bool migrating = false;  // indexes and checks of it are still on their way
    std::int64_t generation = 0;
};
Result<std::optional<Active>> active(storage::Transaction&);
Result<std::optional<Active>> active(storage::Database&);
// The files of a stored release. RELEASE_UNKNOWN.
Result<std::map<std::string, std::string, std::less<>>> release_files(storage::Transaction&, const std::string& hash);
Result<std::map<std::string, std::string, std::less<>>> release_files(storage::Database&, const std::string& hash);

}  // namespace records
