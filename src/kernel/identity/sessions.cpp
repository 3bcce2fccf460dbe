#include "kernel/identity/sessions.h"

#include <algorithm>
#include <mutex>

#include "kernel/identity/grants.h"
#include "kernel/identity/permissions.h"

namespace identity {

namespace {

constexpr std::int64_t reload_ms = 60'000;
constexpr std::int64_t write_ms = 60'000;
constexpr std::size_t entries_max = 200'000;

}  // namespace

std::string token_hash(std::string_view token)
{
    const auto digest = base::crypto::sm3(token);
    return std::string{base::crypto::view(digest)};
}

std::string csrf_of(std::string_view session_token)
{
    const auto digest = base::crypto::sm3("csrf|" + std::string{session_token});
    return base::crypto::base64_url(base::crypto::view(digest));
}

constexpr std::string_view delete_surplus = R"sql(
    DELETE FROM user_session
     WHERE account = ?1 AND state = 'full'
       AND id NOT IN (SELECT id FROM user_session WHERE account = ?1 AND state = 'full'
                       ORDER BY created_at DESC, id DESC LIMIT ?2)
)sql";
constexpr std::string_view delete_over = "DELETE FROM user_session WHERE account = ?1 AND expires_at <= ?2";
constexpr std::string_view insert_session = R"sql(
    INSERT INTO user_session (id, token_hash, account, state, created_at, last_used_at, expires_at, remote,
                              user_agent, second_factor, device_hash)
    VALUES (?1, ?2, ?3, 'full', ?4, ?4, ?5, ?6, ?7, ?8, ?9)
)sql";

Result<MadeSession> create_session(Transaction& transaction, base::IdGenerator& ids, const NewSession& wanted,
    const AccountPolicy& policy, base::Timestamp now)
{
    MadeSession made{.id = ids.next(), .token = base::crypto::random_token()};
    const int hours = wanted.administrator ? policy.absolute_hours_administrator : policy.absolute_hours;
    const int limit = wanted.administrator ? policy.sessions_max_administrator : policy.sessions_max;
    TRY(transaction.execute(delete_over, {wanted.user, now}));
    TRY(transaction.execute(delete_surplus, {wanted.user, std::int64_t{limit} - 1}));
    TRY(transaction.execute(insert_session,
        {made.id, storage::Bytes{token_hash(made.token)}, wanted.user, now, now.plus(std::chrono::hours{hours}),
            wanted.remote, wanted.user_agent.substr(0, 300), wanted.second_factor, storage::Bytes{wanted.device_hash}}));
    return made;
}

constexpr std::string_view set_token = "UPDATE user_session SET token_hash = ?2 WHERE id = ?1";
constexpr std::string_view set_factor = "UPDATE user_session SET second_factor = ?2 WHERE id = ?1";

Result<std::string> renew_session(Transaction& transaction, Id session, bool second_factor)
{
    auto token = base::crypto::random_token();
    TRY(transaction.execute(set_token, {session, storage::Bytes{token_hash(token)}}));
    TRY(transaction.execute(set_factor, {session, second_factor}));
    return token;
}

constexpr std::string_view delete_row = "DELETE FROM user_session WHERE id = ?1";

Status delete_session(Transaction& transaction, Id session)
{
    TRY(transaction.execute(delete_row, {session}));
    return {};
}

constexpr std::string_view select_sessions = R"sql(
    SELECT id, created_at, last_used_at, remote, user_agent FROM user_session
     WHERE account = ?1 AND state = 'full' AND expires_at > ?2
     ORDER BY created_at DESC, id DESC
)sql";

Result<std::vector<SessionInfo>> sessions_of(Transaction& transaction, Id user, base::Timestamp now)
{
    TRY_ASSIGN(const auto rows, transaction.query(select_sessions, {user, now}));
    std::vector<SessionInfo> sessions;
    for (const auto& row : rows)
        sessions.push_back({row.integer(0), row.timestamp(1), row.timestamp(2), row.text(3), row.text(4)});
    return sessions;
}

constexpr std::string_view select_subject = R"sql(
    SELECT u.login_name, u.display_name, u.language, u.organisation, o.path, o.region, u.kind, u.status, u.valid_to,
           u.must_change, u.password_changed_at
      FROM user_account u JOIN organisation o ON o.id = u.organisation
     WHERE u.id = ?1
)sql";

Result<std::shared_ptr<Subject>> load_subject(Transaction& transaction, Id user, const Policy& policy,
    const AccountPolicy& account_policy, base::Timestamp now)
{
    TRY_ASSIGN(const auto row, transaction.first(select_subject, {user}));
    if (!row || row->text(7) != "active" || (!row->null(8) && row->date(8) < now.date()))
        return std::shared_ptr<Subject>{};
    auto subject = std::make_shared<Subject>();
    subject->user = user;
    subject->login_name = row->text(0);
    subject->display_name = row->text(1);
    subject->chosen_language = row->text(2);
    subject->organisation = row->integer(3);
    subject->organisation_path = row->text(4);
    subject->region = row->text(5);
    subject->must_change_password = row->boolean(9);
    TRY_ASSIGN(subject->grants, effective_grants(transaction, user, now.date()));
    for (const auto& grant : subject->grants) {
        const auto facts = role_facts(policy, grant.role);
        if (!facts)
            continue;  // a role of a system that is no longer installed gives nothing
        subject->clearance = std::max(subject->clearance, facts->clearance);
        subject->second_factor_required |= facts->sensitive && policy.second_factor_enforced;
    }
    const int days = account_policy.password_max_age_days;
    if (row->text(6) != "service" && days > 0 && !row->null(10)) {
        subject->password_expires_at = row->timestamp(10).plus(std::chrono::hours{24} * days);
        subject->must_change_password |= *subject->password_expires_at <= now;
    }
    return subject;
}

std::shared_ptr<Sessions::Entry> Sessions::cached(const std::string& hash, base::Timestamp now) const
{
    const std::shared_lock lock{mutex_};
    const auto found = entries_.find(hash);
    if (found == entries_.end())
        return {};
    const auto& entry = found->second;
    const bool fresh = entry->generation == generation_.load() && now.milliseconds >= entry->loaded_at.milliseconds
        && now.milliseconds - entry->loaded_at.milliseconds < reload_ms && entry->loaded_at.date() == now.date();
    return fresh ? entry : nullptr;
}

void Sessions::keep(const std::string& hash, std::shared_ptr<Entry> entry)
{
    const std::unique_lock lock{mutex_};
    if (entries_.size() >= entries_max)
        entries_.clear();
    auto& place = entries_[hash];
    if (place)  // another thread has used the session meanwhile
        entry->last_used = std::max(entry->last_used.load(), place->last_used.load());
    place = std::move(entry);
}

void Sessions::drop(const std::string& hash)
{
    const std::unique_lock lock{mutex_};
    entries_.erase(hash);
}

void Sessions::forget_user(Id user)
{
    const std::unique_lock lock{mutex_};
    for (auto& [hash, entry] : entries_)
        if (entry->subject->user == user)
            entry->loaded_at = {};  // last use is kept, the rest is read again
}

constexpr std::string_view select_session = R"sql(
    SELECT id, account, last_used_at, expires_at, second_factor FROM user_session
     WHERE token_hash = ?1 AND state = 'full'
)sql";

Result<std::shared_ptr<Sessions::Entry>> Sessions::load(const std::string& hash, const Policy& policy,
    const AccountPolicy& account_policy, base::Timestamp now)
{
    const auto generation = generation_.load();  // before reading, so a change meanwhile is noticed
    return database_.read([&](Transaction& transaction) -> Result<std::shared_ptr<Entry>> {
        TRY_ASSIGN(const auto row, transaction.first(select_session, {storage::Bytes{hash}}));
        if (!row)
            return std::shared_ptr<Entry>{};
        TRY_ASSIGN(auto subject, load_subject(transaction, row->integer(1), policy, account_policy, now));
        if (!subject)
            return std::shared_ptr<Entry>{};
        subject->session = row->integer(0);
        subject->second_factor = row->boolean(4);
        const bool administrator = std::ranges::any_of(subject->grants,
            [](const Grant& grant) { return kernel_role(grant.role) && !grant.delegated_by; });
        auto entry = std::make_shared<Entry>();
        entry->generation = generation;
        entry->loaded_at = now;
        entry->expires_at = row->timestamp(3);
        entry->idle_ms = std::int64_t{60'000}
            * (administrator ? account_policy.idle_minutes_administrator : account_policy.idle_minutes);
        entry->last_used = entry->written = row->timestamp(2).milliseconds;
        entry->subject = std::move(subject);
        return entry;
    });
}

constexpr std::string_view touch_session = R"sql(
    UPDATE user_session SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2
)sql";

Status Sessions::use(Entry& entry, base::Timestamp now)
{
    entry.last_used = std::max(entry.last_used.load(), now.milliseconds);
    auto written = entry.written.load();
    if (now.milliseconds - written < write_ms || !entry.written.compare_exchange_strong(written, now.milliseconds))
        return {};
    const auto session = entry.subject->session;
    return database_.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(touch_session, {session, now}));
        return {};
    });
}

Result<std::shared_ptr<const Subject>> Sessions::find(std::string_view token, const Policy& policy,
    const AccountPolicy& account_policy, base::Timestamp now)
{
    const auto hash = token_hash(token);
    auto entry = cached(hash, now);
    if (!entry) {
        TRY_ASSIGN(entry, load(hash, policy, account_policy, now));
        if (!entry) {
            drop(hash);
            return std::shared_ptr<const Subject>{};
        }
        keep(hash, entry);
    }
    const bool idle = now.milliseconds - entry->last_used.load() >= entry->idle_ms;
    if (idle || now >= entry->expires_at) {
        drop(hash);
        const auto session = entry->subject->session;
        TRY(database_.write([&](Transaction& transaction) { return delete_session(transaction, session); }));
        return std::shared_ptr<const Subject>{};
    }
    TRY(use(*entry, now));
    return entry->subject;
}

}  // namespace identity
