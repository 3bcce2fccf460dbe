#include "server/installation.h"

#include "base/crypto.h"
#include "base/files.h"
#include "kernel/changes/generation.h"
#include "kernel/changes/seals.h"
#include "kernel/identity/identity.h"
#include "kernel/jobs/jobs.h"
#include "kernel/workflow/engine.h"
#include "storage/contents.h"

namespace server {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;

namespace {

Status make_folder(const fs::path& folder, fs::perms rights)
{
    std::error_code fault;
    fs::create_directories(folder, fault);
    if (!fault)
        fs::permissions(folder, rights, fault);
    if (fault)
        return Error{Kind::Internal, "FOLDER_UNWRITABLE", {}, {{"folder", folder.string()}}, {}, fault.message()};
    return {};
}

// Nothing is added to tables of another program, and a database that has gone is not made again in silence.
enum class Expected { Empty, Installation };
Result<std::unique_ptr<storage::Database>> open_database(const std::string& where, Expected expected)
{
    std::error_code fault;
    const bool file = !where.starts_with("postgres");
    if (file && expected == Expected::Installation && fs::status(where, fault).type() == fs::file_type::not_found)
        return Error{Kind::NotFound, "DATABASE_MISSING", {}, {{"path", where}}};
    TRY_ASSIGN(auto database, storage::open(where));
    TRY_ASSIGN(const storage::Contents contents, storage::contents(*database));
    if (contents == storage::Contents::Foreign)
        return Error{Kind::Internal, "DATABASE_TABLES_FOREIGN"};
    if (contents == storage::Contents::Nothing && expected == Expected::Installation)
        return Error{Kind::NotFound, "DATABASE_EMPTY"};
    return database;
}

Status migrate_kernel(storage::Database& database)
{
    TRY(changes::migrate(database));
    TRY(jobs::migrate(database));
    TRY(storage::migrate(database, "identity", identity::migrations()));
    TRY(storage::migrate(database, "records", records::migrations()));
    return workflow::migrate(database);
}

Status open_parts(Installation& installation, Expected expected)
{
    TRY_ASSIGN(installation.messages, http::Messages::load((share_folder() / "messages").string()));
    TRY_ASSIGN(installation.database, open_database(installation.config.database, expected));
    TRY(migrate_kernel(*installation.database));
    TRY_ASSIGN(const unsigned node, changes::take_node_number(*installation.database));
    installation.ids = std::make_unique<base::IdGenerator>(*installation.clock, node);
    identity::Identity::Options options;
    options.root_key_file = installation.root_key();
    TRY_ASSIGN(installation.identity,
        identity::Identity::open(*installation.database, *installation.clock, *installation.ids, options));
    TRY_ASSIGN(installation.blobs, storage::Blobs::open(installation.config.data / "blobs"));
    TRY_ASSIGN(base::WorkCalendar calendar, base::shipped_calendar());
    installation.calendar = std::make_shared<const base::WorkCalendar>(std::move(calendar));
    return {};
}

Installation begin(const Config& config, const base::Clock& clock)
{
    Installation installation;
    installation.config = config;
    installation.clock = &clock;
    return installation;
}

void use_release(Installation& installation, const InForce& found)
{
    installation.release = found.release;
    installation.identity->set_release(installation.release);
}

}  // namespace

std::string line_of(const base::Problem& problem)
{
    std::string line = problem.file + ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column) +
        ": " + problem.message;
    if (!problem.hint.empty())
        line += " (" + problem.hint + ")";
    return line;
}

Result<std::shared_ptr<const definitions::Release>> load_definitions(
    const fs::path& systems, const fs::path& overrides, bool for_release)
{
    definitions::LoadOptions options;
    options.folders = {systems.string()};
    options.release = for_release;
    if (fs::exists(overrides))
        options.overrides = overrides.string();
    auto loaded = definitions::load(options);
    if (auto* release = std::get_if<0>(&loaded))
        return *release;
    std::string lines;
    for (const base::Problem& problem : std::get<1>(loaded))
        lines += line_of(problem) + "\n";
    return Error{Kind::Invalid, "DEFINITIONS_BROKEN", {},
        {{"count", std::to_string(std::get<1>(loaded).size())}}, {}, lines};
}

Result<std::unique_ptr<records::Store>> make_store(Installation& parts)
{
    TRY_ASSIGN(const InForce found, release_in_force(*parts.database, parts.release));
    use_release(parts, found);
    TRY_ASSIGN(auto plan, records::make_plan(found.release, found.generation));
    records::Options options;
    options.calendar = parts.calendar;
    return std::make_unique<records::Store>(
        records::Store::Parts{*parts.database, parts.blobs.get(), *parts.clock, *parts.ids, parts.identity->cipher()},
        std::move(plan), options);
}

Result<Installation> create_installation(const Config& config, const base::Clock& clock,
    std::shared_ptr<const definitions::Release> release)
{
    TRY(base::crypto::self_test());
    if (fs::exists(config.data / "weijian.yaml"))
        return Error{Kind::Conflict, "INSTALLED_EARLIER", {}, {{"folder", config.data.string()}}};
    TRY(make_folder(config.data, fs::perms::owner_all));
    TRY(make_folder(config.keys, fs::perms::owner_all));
    TRY(make_folder(config.seals, fs::perms::owner_all));

    Installation installation = begin(config, clock);
    if (!fs::exists(installation.root_key()))
        TRY(identity::create_root_key(installation.root_key()));
    if (!fs::exists(installation.seal_key()))
        TRY(changes::create_seal_key(installation.seal_key()));
    TRY(open_parts(installation, Expected::Empty));
    if (!release) {
        TRY_ASSIGN(release, load_definitions(share_folder() / "systems", config.overrides));
    }
    records::ApplyOptions options;
    options.at = clock.now();
    TRY(records::apply(*installation.database, release, options));
    TRY_ASSIGN(const InForce found, release_in_force(*installation.database, std::move(release)));
    use_release(installation, found);
    // Written last: the folder counts as installed only when everything is there.
    TRY(save_config(config));
    return installation;
}

Result<InForce> release_in_force(storage::Database& database, std::shared_ptr<const definitions::Release> known)
{
    InForce found{.release = std::move(known)};
    std::map<std::string, std::string, std::less<>> files;
    TRY(database.read([&](storage::Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto active, records::active(transaction));
        if (!active)
            return Error{Kind::Unavailable, "RELEASE_UNFINISHED"};
        found.generation = active->generation;
        found.migrating = active->migrating;
        if (found.release && found.release->hash == active->hash)
            return {};
        found.release = nullptr;
        TRY_ASSIGN(files, records::release_files(transaction, active->hash));
        return {};
    }));
    if (found.release)
        return found;
    auto loaded = definitions::load_files(files);
    if (auto* release = std::get_if<0>(&loaded)) {
        found.release = *release;
        return found;
    }
    return Error{Kind::Internal, "DEFINITIONS_BROKEN", {}, {}, {}, line_of(std::get<1>(loaded).front())};
}

Result<Installation> open_installation(const fs::path& data, const base::Clock& clock)
{
    TRY(base::crypto::self_test());
    TRY_ASSIGN(const Config config, load_config(data));
    Installation installation = begin(config, clock);
    TRY(open_parts(installation, Expected::Installation));
    TRY(records::resume(*installation.database, clock.now()));
    TRY_ASSIGN(InForce found, release_in_force(*installation.database));
    if (found.migrating)
        return Error{Kind::Unavailable, "RELEASE_UNFINISHED"};
    // A newer program may want other indexes for the same definitions.
    TRY_ASSIGN(const records::Migration migration, records::plan_migration(*installation.database, *found.release));
    if (!migration.empty()) {
        TRY(records::apply(*installation.database, found.release, {.at = clock.now()}));
        TRY_ASSIGN(found, release_in_force(*installation.database, found.release));
    }
    use_release(installation, found);
    return installation;
}

}  // namespace server
