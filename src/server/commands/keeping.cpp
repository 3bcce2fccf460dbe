// user, key, audit: what an operator does at the console.

#include <cstdio>

#include "base/files.h"
#include "base/text.h"
#include "kernel/changes/seals.h"
#include "kernel/identity/account.h"
#include "kernel/identity/users.h"
#include "kernel/records/upkeep.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"
#include "server/installation.h"
#include "server/rotating.h"

namespace server {

namespace {

const base::SystemClock system_clock;

template <class Work>
int with_installation(const Common& common, Work work)
{
    auto installation = open_installation(common.data, system_clock);
    if (!installation.ok())
        return refuse(common, installation.error());
    const Status status = work(*installation);
    return status.ok() ? 0 : refuse(common, status.error());
}

Result<base::Id> account(Installation& installation, const std::string& login_name)
{
    return installation.database->read([&](storage::Transaction& transaction) -> Result<base::Id> {
        TRY_ASSIGN(const auto found, identity::find_login(transaction, login_name));
        if (!found)
            return base::Error{base::Kind::NotFound, "USER_UNKNOWN", {"login"}};
        return *found;
    });
}

identity::Cause console(const Installation& installation, const char* reason)
{
    identity::Cause cause;
    cause.at = installation.clock->now();
    cause.remote = "console";
    cause.reason = reason;
    return cause;
}

}  // namespace

int user_list(const Common& common, const std::string& text)
{
    return with_installation(common, [&](Installation& installation) -> Status {
        identity::Predicate everybody;
        everybody.all = true;
        identity::UserFilter filter;
        filter.text = text;
        filter.limit = 500;
        TRY_ASSIGN(const auto users, installation.database->read([&](storage::Transaction& transaction) {
            return identity::list_users(transaction, everybody, identity::Subject{}, filter);
        }));
        json::array items;
        std::string lines;
        for (const identity::User& user : users) {
            json::array roles(user.roles.begin(), user.roles.end());
            items.push_back(json::object{{"login_name", user.login_name}, {"status", user.status}, {"roles", roles},
                {"organisation", user.organisation_name}});
            lines += user.login_name + "  " + user.status + "  " + user.organisation_name + " ";
            for (const std::string& role : user.roles)
                lines += " " + role;
            lines += "\n";
        }
        tell(common, {{"ok", true}, {"users", items}}, lines + std::to_string(users.size()) + " accounts");
        return {};
    });
}

int user_reset_password(const Common& common, const std::string& login_name)
{
    return with_installation(common, [&](Installation& installation) -> Status {
        TRY_ASSIGN(const base::Id user, account(installation, login_name));
        TRY_ASSIGN(const std::string password,
            identity::reset_password(*installation.identity, user, console(installation, "reset at the console")));
        tell(common, {{"ok", true}, {"temporary_password", password}},
            "Temporary password, valid for a day and to be changed at once: " + password);
        return {};
    });
}

int user_unlock(const Common& common, const std::string& login_name)
{
    return with_installation(common, [&](Installation& installation) -> Status {
        TRY_ASSIGN(const base::Id user, account(installation, login_name));
        TRY(identity::unlock(*installation.identity, user, console(installation, "unlocked at the console")));
        tell(common, {{"ok", true}}, login_name + " may sign in again.");
        return {};
    });
}

int key_list(const Common& common)
{
    return with_installation(common, [&](Installation& installation) -> Status {
        TRY_ASSIGN(const auto keys, installation.identity->cipher().list());
        json::array items;
        std::string lines;
        for (const auto& key : keys) {
            items.push_back(json::object{{"id", key.id}, {"domain", key.domain}, {"status", key.status}, {"created_at", key.created_at.text()}});
            lines += std::to_string(key.id) + "  " + key.domain + "  " + key.status + "  " + key.created_at.local_text() + "\n";
        }
        TRY_ASSIGN(const auto rotations, identity::rotations(*installation.database, 20));
        json::array moves;
        for (const auto& rotation : rotations) {
            moves.push_back(json::object{{"domain", rotation.domain}, {"from", rotation.from_key}, {"to", rotation.to_key},
                {"rows", rotation.rows_done}, {"finished", rotation.finished_at.has_value()}});
            if (!rotation.finished_at)
                lines += "re-encrypting " + rotation.domain + " from key " + std::to_string(rotation.from_key) + " to "
                    + std::to_string(rotation.to_key) + ": " + std::to_string(rotation.rows_done) + " rows so far\n";
        }
        tell(common, {{"ok", true}, {"keys", items}, {"rotations", moves}}, lines + std::to_string(keys.size()) + " keys");
        return {};
    });
}

int key_export(const Common& common)
{
    const auto config = load_config(common.data);
    if (!config.ok())
        return refuse(common, config.error());
    const auto text = identity::export_root_key(config->keys / "root.key");
    if (!text.ok())
        return refuse(common, text.error());
    tell(common, {{"ok", true}, {"key", *text}}, *text);
    return 0;
}

int key_import(const Common& common, const std::filesystem::path& text_file)
{
    const auto config = load_config(common.data);
    if (!config.ok())
        return refuse(common, config.error());
    const auto text = base::files::read(text_file, 4096);
    if (!text.ok())
        return refuse(common, text.error());
    const auto imported = identity::import_root_key(config->keys / "root.key", base::text::trimmed(*text));
    if (!imported.ok())
        return refuse(common, imported.error());
    tell(common, {{"ok", true}}, "The root key is in place: " + (config->keys / "root.key").string());
    return 0;
}

int key_rotate(const Common& common, const std::string& domain, bool later)
{
    return with_installation(common, [&](Installation& installation) -> Status {
        TRY_ASSIGN(const auto store, make_store(installation));
        TRY_ASSIGN(const auto begun, identity::begin_rotation(installation.identity->keys(), *installation.ids, domain, console(installation, "rotated at the console")));
        json::object answer{{"ok", true}, {"key", begun.to_key}, {"former", begun.from_key}};
        const std::string used = "New values of " + domain + " use key " + std::to_string(begun.to_key) + ". ";
        if (later) {
            tell(common, answer, used + "A running service brings the old ones under it.");
            return {};
        }
        Progress progress{"re-encrypt", 0, common.json || common.quiet};
        std::int64_t rows = 0;
        bool mine = false;
        for (bool more = true; more;) {
            TRY_ASSIGN(const auto worked, work_rotation(installation, *store, [&](std::int64_t done) -> Status {
                progress.at(done);
                return {};
            }));
            more = worked.has_value();
            if (worked && worked->id == begun.id) {
                mine = true;
                rows = worked->rows_done;
            }
        }
        answer["rows"] = rows;
        answer["finished"] = mine;
        const std::string former = std::to_string(begun.from_key);
        tell(common, answer, used + (mine ? std::to_string(rows) + " rows were brought under it. Key " + former
                + " still opens older backups and history; `weijian key retire " + former + "` wipes it."
            : "A running service is bringing the old values under it; see `weijian key list`."));
        return {};
    });
}

int key_retire(const Common& common, std::uint32_t key, bool forget_history)
{
    return with_installation(common, [&](Installation& installation) -> Status {
        TRY_ASSIGN(const auto store, make_store(installation));
        if (!forget_history) {
            TRY_ASSIGN(const auto entries, installation.database->read([&](storage::Transaction& transaction) {
                return records::history_key_uses(transaction, key);
            }));
            if (entries > 0)
                return base::Error{base::Kind::Conflict, "KEY_IN_HISTORY", {},
                    {{"key", std::to_string(key)}, {"count", std::to_string(entries)}}};
        }
        TRY(identity::retire_key(*installation.database, installation.identity->keys(), key,
            [&](storage::Transaction& transaction) { return key_uses(transaction, *store, key); },
            console(installation, "retired at the console")));
        tell(common, {{"ok", true}, {"key", key}}, "Key " + std::to_string(key) + " is wiped. Backups made before stay unreadable without it.");
        return {};
    });
}

int audit_verify(const Common& common)
{
    int exit_code = 0;
    const int opened = with_installation(common, [&](Installation& installation) -> Status {
        Progress progress{"verify", 0, true};
        TRY_ASSIGN(const changes::Verification found,
            changes::verify(*installation.database, {installation.seal_key(), installation.seal_copy()},
                [&](std::int64_t rows) { progress.at(rows); }));
        exit_code = found.exit_code;
        json::object object{{"ok", found.exit_code == 0}, {"finding", found.finding}, {"rows", found.rows},
            {"blocks", found.blocks}, {"unsealed", found.unsealed}};
        std::string text = found.finding + ": " + std::to_string(found.rows) + " rows, " + std::to_string(found.blocks) +
            " signed blocks, " + std::to_string(found.unsealed) + " rows not yet sealed";
        if (found.first_bad_seq) {
            object["first_bad_seq"] = *found.first_bad_seq;
            text += "; first bad row: seq " + std::to_string(*found.first_bad_seq);
        }
        tell(common, object, text);
        return {};
    });
    return opened != 0 ? opened : exit_code;
}

}  // namespace server
