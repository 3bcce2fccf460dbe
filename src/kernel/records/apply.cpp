#include "kernel/records/apply.h"

#include <algorithm>

#include "kernel/changes/generation.h"
#include "kernel/records/reshape.h"
#include "kernel/records/scope.h"

std::span<const base::EmbeddedFile> records_files();

namespace records {

using storage::Database;
using storage::Dialect;
using storage::Transaction;

std::span<const base::EmbeddedFile> migrations() { return records_files(); }

namespace {

struct State {
    bool any = false;
    std::string hash;
    Layout layout;
    std::string target;
    std::vector<std::string> pending;
};

constexpr std::string_view select_active = "SELECT hash, layout, target, pending FROM records_active WHERE id = 1";

Result<State> load_state(Transaction& transaction)
{
    State state;
    TRY_ASSIGN(const auto row, transaction.first(select_active));
    if (!row)
        return state;
    state.any = true;
    state.hash = row->text(0);
    TRY_ASSIGN(const json::value layout, base::parse_json(row->text(1)));
    TRY_ASSIGN(state.layout, layout_from_json(layout));
    state.target = row->text(2);
    if (!row->null(3)) {
        TRY_ASSIGN(const json::value pending, base::parse_json(row->text(3)));
        for (const json::value& statement : pending.as_array())
            state.pending.emplace_back(statement.as_string());
    }
    return state;
}

constexpr std::string_view upsert_active = R"sql(
    INSERT INTO records_active (id, hash, layout, target, pending, activated_at) VALUES (1, ?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, layout = excluded.layout, target = excluded.target,
        pending = excluded.pending, activated_at = excluded.activated_at
)sql";

Status save_state(Transaction& transaction, const State& state, base::Timestamp at)
{
    json::array pending;
    for (const std::string& statement : state.pending)
        pending.emplace_back(statement);
    const storage::Value none;
    TRY(transaction.execute(upsert_active, {state.hash, json::serialize(to_json(state.layout)),
        state.target.empty() ? none : storage::Value{state.target},
        state.pending.empty() ? none : storage::Value{json::serialize(pending)}, at}));
    return {};
}

constexpr std::string_view insert_release = R"sql(
    INSERT INTO records_release (hash, files, stored_at, stored_by) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING
)sql";

Status store_release(Transaction& transaction, const definitions::Release& release, const ApplyOptions& options)
{
    json::object files;
    for (const auto& [path, content] : release.files)
        files[path] = content;
    TRY(transaction.execute(insert_release, {release.hash, json::serialize(files), options.at, options.actor}));
    return {};
}

// Nodes follow the release through the change log: `begin` when the tables have changed and indexes are
// still being built, `activate` at the end. Until they know it, their writes are refused.
Status announce(Transaction& transaction, const std::string& hash, const char* action, const ApplyOptions& options)
{
    changes::Change change;
    change.at = options.at;
    change.actor = options.actor;
    change.record = "release";
    change.action = action;
    change.diff = json::object{{"hash", json::array{nullptr, hash}}};
    TRY(changes::append(transaction, change));
    return changes::advance(transaction, changes::Subject::Release);
}

Status refuse_unconfirmed(const Migration& migration)
{
    if (migration.unconfirmed.empty())
        return {};
    std::string list;
    for (const std::string& subject : migration.unconfirmed)
        list += (list.empty() ? "" : " ") + subject;
    return Error{Kind::Conflict, "MIGRATION_CONFIRM", migration.unconfirmed, {{"subjects", list}}};
}

// A state that live rows hold cannot go unseen.
Status add_removed_states(Transaction& transaction, const State& state, const definitions::Release& release,
    const std::set<std::string>& confirmed, Migration& migration)
{
    for (const auto& [name, record] : release.records) {
        const std::string table = table_of(name);
        if (!state.layout.contains(table) || record.states.empty())
            continue;
        TRY_ASSIGN(const auto rows, transaction.query("SELECT DISTINCT state FROM " + sql_name(table) + " WHERE deleted_at IS NULL"));
        for (const auto& row : rows) {
            const std::string held = row.text(0);
            if (std::ranges::find(record.states, held) != record.states.end())
                continue;
            const std::string subject = name + ".state." + held;
            migration.steps.push_back({Step::Kind::RemoveState, table, subject, held, {}, false, true});
            if (!confirmed.contains(subject))
                migration.unconfirmed.push_back(subject);
        }
    }
    return {};
}

Result<Migration> plan_in(Transaction& transaction, const State& state, const definitions::Release& release,
    const Layout& after, const std::set<std::string>& confirmed)
{
    Migration migration = compare(state.layout, after, confirmed);
    migration.from = state.hash;
    migration.to = release.hash;
    if (state.hash != release.hash)
        TRY(add_removed_states(transaction, state, release, confirmed, migration));
    return migration;
}

Status move_removed_states(Transaction& transaction, const definitions::Release& release, const Migration& migration)
{
    for (const Step& step : migration.steps) {
        if (step.kind != Step::Kind::RemoveState)
            continue;
        const auto record = std::ranges::find_if(release.records,
            [&](const auto& entry) { return table_of(entry.first) == step.table; });
        TRY(transaction.execute("UPDATE " + sql_name(step.table) + " SET state = ?1, version = version + 1 WHERE state = ?2",
            {record->second.states.front(), step.name}));
    }
    return {};
}

}  // namespace

Result<Migration> plan_migration(Database& database, const definitions::Release& release,
    const std::set<std::string>& confirmed)
{
    return database.read([&](Transaction& transaction) -> Result<Migration> {
        TRY(set_scope(transaction, everything));
        TRY_ASSIGN(const State state, load_state(transaction));
        return plan_in(transaction, state, release, layout_of(release), confirmed);
    });
}

Result<Migration> apply(Database& database, const std::shared_ptr<const definitions::Release>& release,
    const ApplyOptions& options)
{
    const Layout after = layout_of(*release);
    std::vector<std::string> pending;
    auto outcome = database.migrate([&](Transaction& transaction) -> Result<Migration> {
        TRY(changes::hold_writers(transaction));
        TRY(set_scope(transaction, everything));
        TRY_ASSIGN(State state, load_state(transaction));
        if (state.target == release->hash) {  // killed before the end: go on
            pending = state.pending;
            Migration rest;
            rest.from = state.hash;
            rest.to = release->hash;
            return rest;
        }
        TRY_ASSIGN(Migration migration, plan_in(transaction, state, *release, after, options.confirmed));
        if (state.any && state.hash == release->hash && migration.empty())
            return migration;
        TRY(refuse_unconfirmed(migration));
        TRY(move_removed_states(transaction, *release, migration));
        TRY_ASSIGN(pending, reshape(transaction, {state.layout, after, *release, options.progress}, migration));
        pending.insert(pending.begin(), state.pending.begin(), state.pending.end());
        TRY(store_release(transaction, *release, options));
        state.layout = after;
        state.target = pending.empty() ? "" : release->hash;
        state.pending = pending;
        if (pending.empty())
            state.hash = release->hash;
        TRY(announce(transaction, release->hash, pending.empty() ? "activate" : "begin", options));
        TRY(save_state(transaction, state, options.at));
        return migration;
    });
    if (!outcome.ok() || pending.empty())
        return outcome;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        if (options.progress)
            options.progress(pending[i], static_cast<std::int64_t>(i));
        TRY(database.execute_outside(pending[i]));
    }
    const Status finished = database.migrate([&](Transaction& transaction) -> Status {
        TRY(changes::hold_writers(transaction));
        TRY_ASSIGN(State state, load_state(transaction));
        state.hash = release->hash;
        state.target.clear();
        state.pending.clear();
        TRY(announce(transaction, release->hash, "activate", options));
        return save_state(transaction, state, options.at);
    });
    TRY(finished);
    return outcome;
}

Result<std::optional<Active>> active(Transaction& transaction)
{
    TRY_ASSIGN(const auto row, transaction.first("SELECT hash, target FROM records_active WHERE id = 1"));
    if (!row)
        return std::optional<Active>{};
    TRY_ASSIGN(const changes::Generation now, changes::generation(transaction));
    return std::optional<Active>{{row->null(1) ? row->text(0) : row->text(1), !row->null(1), now.release}};
}

Result<std::optional<Active>> active(Database& database)
{
    return database.read([](Transaction& transaction) { return active(transaction); });
}

Result<std::map<std::string, std::string, std::less<>>> release_files(Transaction& transaction, const std::string& hash)
{
    TRY_ASSIGN(const auto row, transaction.first("SELECT files FROM records_release WHERE hash = ?1", {hash}));
    if (!row)
        return Error{Kind::NotFound, "RELEASE_UNKNOWN", {}, {{"hash", hash}}};
    TRY_ASSIGN(const json::value stored, base::parse_json(row->text(0)));
    std::map<std::string, std::string, std::less<>> files;
    for (const auto& [path, content] : stored.as_object())
        files.emplace(std::string(path), std::string(content.as_string()));
    return files;
}

Result<std::map<std::string, std::string, std::less<>>> release_files(Database& database, const std::string& hash)
{
    return database.read([&](Transaction& transaction) { return release_files(transaction, hash); });
}

}  // namespace records
