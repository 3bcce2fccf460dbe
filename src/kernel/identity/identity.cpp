#include "kernel/identity/identity.h"

#include <algorithm>

#include "base/log.h"

namespace identity {

Result<std::unique_ptr<Identity>> Identity::open(storage::Database& database, const base::Clock& clock,
    base::IdGenerator& ids, Options options)
{
    std::unique_ptr<Identity> identity{new Identity{database, clock, ids, std::move(options)}};
    TRY_ASSIGN(identity->cipher_, FieldCipher::open(database, clock, identity->options_.root_key_file));
    TRY_ASSIGN(identity->account_policy_, database.read([](Transaction& transaction) { return load_policy(transaction); }));
    TRY_ASSIGN(identity->dummy_hash_, hash_password(*identity, base::crypto::random_token()));
    return identity;
}

Policy Identity::policy() const
{
    const std::lock_guard lock{mutex_};
    return {.release = release_,
        .second_factor_enforced = options_.second_factor_enforced && account_policy_.second_factor_enforced};
}

AccountPolicy Identity::account_policy() const
{
    const std::lock_guard lock{mutex_};
    return account_policy_;
}

void Identity::set_release(std::shared_ptr<const definitions::Release> release)
{
    {
        const std::lock_guard lock{mutex_};
        release_ = std::move(release);
    }
    sessions_.forget();
}

void Identity::refresh()
{
    auto policy = database_.read([](Transaction& transaction) { return load_policy(transaction); });
    if (policy.ok()) {
        const std::lock_guard lock{mutex_};
        account_policy_ = *std::move(policy);
    } else {
        base::log::error("identity: the account policy could not be read: " + policy.error().code);
    }
    sessions_.forget();
}

changes::Reader Identity::reader()
{
    const auto handle = [this](Transaction&, const std::vector<changes::Entry>& entries) -> Status {
        const bool ours = std::ranges::any_of(entries, [](const changes::Entry& entry) {
            const auto& record = entry.change.record;
            const auto& action = entry.change.action;
            if (record == "user_account")  // signing in changes nobody's rights
                return action != "login_ok" && action != "login_fail" && action != "login_blocked";
            return record == "organisation" || record == "user_policy";
        });
        stale_ = stale_ || ours;
        return {};
    };
    const auto settle = [this]() -> Status {
        if (stale_.exchange(false))
            refresh();
        return {};
    };
    return {.name = "identity", .handle = handle, .settle = settle};
}

Result<std::string> hash_password(Identity& identity, std::string_view password)
{
    return identity.hashes().hash(password, identity.cipher().pepper(), identity.account_policy().scheme);
}

}  // namespace identity
