#pragma once

// Everything an opened installation has: configuration, database, keys, files, the active release.
// Commands and the service share it; nobody else wires parts together.

#include <memory>

#include "base/calendar.h"
#include "base/ids.h"
#include "base/time.h"
#include "http/message.h"
#include "kernel/definitions/loader.h"
#include "kernel/identity/identity.h"
#include "kernel/records/apply.h"
#include "kernel/records/store.h"
#include "server/config.h"
#include "storage/blobs.h"
#include "storage/database.h"

namespace server {

using base::Result;
using base::Status;

struct Installation {
    Config config;
    const base::Clock* clock = nullptr;
    std::unique_ptr<base::IdGenerator> ids;
    std::unique_ptr<storage::Database> database;
    std::unique_ptr<storage::Blobs> blobs;
    std::unique_ptr<identity::Identity> identity;
    std::shared_ptr<const base::WorkCalendar> calendar;
    http::Messages messages;
    std::shared_ptr<const definitions::Release> release;

    std::filesystem::path root_key() const { return config.keys / "root.key"; }
    std::filesystem::path seal_key() const { return config.keys / "seal.key"; }
    std::filesystem::path seal_copy() const { return config.seals / "seals.log"; }
};

// Makes folders, keys and tables, and activates `release` (the shipped systems when null).
// INSTALLED_EARLIER when the data folder has an installation.
Result<Installation> create_installation(const Config&, const base::Clock&,
    std::shared_ptr<const definitions::Release> release = nullptr);

// CONFIG_MISSING, KEY_FILE_*, DATABASE_*, and what the definitions say.
Result<Installation> open_installation(const std::filesystem::path& data, const base::Clock&);

// The release in force, read from the database when it is not `known` already; its generation too.
// RELEASE_UNKNOWN, DEFINITIONS_BROKEN (this program is older than the release).
struct InForce {
    std::shared_ptr<const definitions::Release> release;
    std::int64_t generation = 0;
    bool migrating = false;
};
Result<InForce> release_in_force(storage::Database&, std::shared_ptr<const definitions::Release> known = nullptr);

// The records of the release in force; the installation knows it then.
Result<std::unique_ptr<records::Store>> make_store(Installation&);

// The definitions shipped with the program and the overrides of this authority; prints nothing.
// DEFINITIONS_BROKEN with the problems in `detail`, a line each.
Result<std::shared_ptr<const definitions::Release>> load_definitions(
    const std::filesystem::path& systems, const std::filesystem::path& overrides, bool for_release = false);

// One line: "file:line:column: message (hint)".
std::string line_of(const base::Problem&);

}  // namespace server
