#include "kernel/identity/failures.h"

#include <arpa/inet.h>

#include <algorithm>

namespace identity {

namespace {

constexpr std::size_t networks_max = 100'000;
constexpr std::int64_t minute_ms = 60'000;

std::int64_t window_start(const AccountPolicy& policy, base::Timestamp now)
{
    return now.milliseconds - policy.failures_window_minutes * minute_ms;
}

}  // namespace

constexpr std::string_view select_failures = R"sql(
    SELECT failures, locked_until, lock_level FROM user_failure
     WHERE login_key = ?1 AND device_key = ?2 AND kind = ?3
)sql";

Result<Failures> load_failures(Transaction& transaction, const FailureKey& key)
{
    Failures failures;
    TRY_ASSIGN(const auto row,
        transaction.first(select_failures, {storage::Bytes{key.login}, storage::Bytes{key.device}, key.kind}));
    if (!row)
        return failures;
    boost::system::error_code broken;
    const auto list = json::parse(row->text(0), broken);
    if (!broken && list.is_array())
        for (const auto& item : list.get_array())
            if (item.is_int64())
                failures.at.push_back(item.get_int64());
    if (!row->null(1))
        failures.locked_until = row->timestamp(1);
    failures.lock_level = static_cast<int>(row->integer(2));
    return failures;
}

constexpr std::string_view store_failures = R"sql(
    INSERT INTO user_failure (login_key, device_key, kind, failures, locked_until, lock_level, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (login_key, device_key, kind) DO UPDATE
       SET failures = excluded.failures, locked_until = excluded.locked_until,
           lock_level = excluded.lock_level, updated_at = excluded.updated_at
)sql";

Result<Counted> count_failure(Transaction& transaction, const FailureKey& key, const AccountPolicy& policy,
    base::Timestamp now)
{
    TRY_ASSIGN(auto failures, load_failures(transaction, key));
    std::erase_if(failures.at, [&](auto at) { return at <= window_start(policy, now); });
    failures.at.push_back(now.milliseconds);
    Counted counted;
    counted.remaining = std::max(0, policy.failures_max - static_cast<int>(failures.at.size()));
    if (counted.remaining == 0) {
        const auto doubled = static_cast<std::int64_t>(policy.lock_minutes) << std::min(failures.lock_level, 10);
        counted.now_locked = true;
        counted.minutes = static_cast<int>(std::min<std::int64_t>(doubled, policy.lock_minutes_max));
        failures.locked_until = now.plus(std::chrono::minutes{counted.minutes});
        failures.lock_level += 1;
        failures.at.clear();
    }
    json::array list;
    for (const auto at : failures.at)
        list.emplace_back(at);
    TRY(transaction.execute(store_failures,
        {storage::Bytes{key.login}, storage::Bytes{key.device}, key.kind, json::serialize(list),
            failures.locked_until ? storage::Value{*failures.locked_until} : storage::Value{},
            std::int64_t{failures.lock_level}, now}));
    return counted;
}

constexpr std::string_view delete_failures = R"sql(
    DELETE FROM user_failure WHERE login_key = ?1 AND device_key = ?2 AND kind = ?3
)sql";

Status clear_failures(Transaction& transaction, const FailureKey& key)
{
    TRY(transaction.execute(delete_failures, {storage::Bytes{key.login}, storage::Bytes{key.device}, key.kind}));
    return {};
}

constexpr std::string_view delete_all_failures = "DELETE FROM user_failure WHERE login_key = ?1";

Status clear_all_failures(Transaction& transaction, const std::string& login_key)
{
    TRY(transaction.execute(delete_all_failures, {storage::Bytes{login_key}}));
    return {};
}

constexpr std::string_view delete_old_failures = R"sql(
    DELETE FROM user_failure WHERE updated_at < ?1 AND (locked_until IS NULL OR locked_until < ?1)
)sql";

Status forget_old_failures(Transaction& transaction, base::Timestamp now)
{
    TRY(transaction.execute(delete_old_failures, {now.plus(-std::chrono::hours{48})}));
    return {};
}

int minutes_left(const Failures& failures, base::Timestamp now)
{
    if (!failures.locked(now))
        return 0;
    return static_cast<int>((failures.locked_until->milliseconds - now.milliseconds + minute_ms - 1) / minute_ms);
}

std::string network_of(const std::string& remote)
{
    unsigned char bytes[16] = {};
    if (inet_pton(AF_INET, remote.c_str(), bytes) == 1)
        return remote.substr(0, remote.rfind('.')) + ".0/24";
    if (inet_pton(AF_INET6, remote.c_str(), bytes) != 1)
        return remote;
    std::fill(bytes + 8, bytes + 16, static_cast<unsigned char>(0));
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(AF_INET6, bytes, text, sizeof text);
    return std::string{text} + "/64";
}

Status AddressThrottle::check(const std::string& remote, const AccountPolicy& policy, base::Timestamp now)
{
    const std::lock_guard lock{mutex_};
    const auto found = failures_.find(network_of(remote));
    if (found == failures_.end())
        return {};
    auto& recent = found->second;
    const auto start = now.milliseconds - policy.address_window_minutes * minute_ms;
    while (!recent.empty() && recent.front() <= start)
        recent.pop_front();
    if (static_cast<int>(recent.size()) < policy.address_failures_max)
        return {};
    const auto seconds = (recent.front() - start) / 1000 + 1;
    return Error{.kind = Kind::TooMany, .code = "AUTH_THROTTLED",
        .parameters = {{"retry_after", std::to_string(seconds)}, {"minutes", std::to_string((seconds + 59) / 60)}}};
}

void AddressThrottle::count(const std::string& remote, const AccountPolicy& policy, base::Timestamp now)
{
    const std::lock_guard lock{mutex_};
    if (failures_.size() >= networks_max) {
        const auto start = now.milliseconds - policy.address_window_minutes * minute_ms;
        std::erase_if(failures_, [&](const auto& entry) { return entry.second.empty() || entry.second.back() <= start; });
        if (failures_.size() >= networks_max)
            failures_.clear();
    }
    auto& recent = failures_[network_of(remote)];
    recent.push_back(now.milliseconds);
    if (static_cast<int>(recent.size()) > policy.address_failures_max)
        recent.pop_front();
}

}  // namespace identity
