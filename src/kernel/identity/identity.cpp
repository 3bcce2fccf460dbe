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
    identity->dummy_hash_ = base::crypto::unmatched_password(identity->account_policy_.scheme);
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

namespace {

bool changes_rights(const changes::Change& change)
{
    if (change.record == "user_account")  // signing in changes nobody's rights
        return change.action != "login_ok" && change.action != "login_fail" && change.action != "login_blocked";
    return change.record == "organisation" || change.record == "user_policy";
}

}  // namespace

Status Identity::follow(const std::vector<changes::Entry>& entries)
{
    if (std::ranges::any_of(entries, [](const auto& entry) { return entry.change.record == "data_key"; }))
        TRY(cipher_->reload());
    if (std::ranges::any_of(entries, [](const auto& entry) { return changes_rights(entry.change); }))
        refresh();
    return {};
}

Result<std::string> hash_password(Identity& identity, std::string_view password)
{
    return identity.hashes().hash(password, identity.cipher().pepper(), identity.account_policy().scheme);
}

}  // namespace identity
