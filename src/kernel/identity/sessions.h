#pragma once

// Who a token belongs to. Sessions live in the database as the SM3 of their token; a cache in
// front answers most requests without it. Idle time is exact on a node and written down once a
// minute; a change of rights, organisations or accounts empties the cache (`forget`).

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/identity/access.h"
#include "kernel/identity/account_policy.h"
#include "kernel/identity/cause.h"

namespace identity {

struct NewSession {
    Id user = 0;
    std::string remote, user_agent;
    std::string device_hash = {};
    bool second_factor = false;
    bool administrator = false;
};
struct MadeSession {
    Id id = 0;
    std::string token;
};
// Ends the oldest ones above the limit: the newest wins.
Result<MadeSession> create_session(Transaction&, base::IdGenerator&, const NewSession&, const AccountPolicy&,
    base::Timestamp);
// A new token for a running session, after the person's rights in it have changed.
Result<std::string> renew_session(Transaction&, Id session, bool second_factor);
Status delete_session(Transaction&, Id session);

struct SessionInfo {
    Id id = 0;
    base::Timestamp created_at, last_used_at;
    std::string remote, user_agent;
};
Result<std::vector<SessionInfo>> sessions_of(Transaction&, Id user, base::Timestamp now);

// Tokens of machines, for service accounts only; shown once.
struct MadeToken {
    Id id = 0;
    std::string token;
};
Result<MadeToken> create_access_token(Transaction&, base::IdGenerator&, Id user, const std::string& title,
    base::Date valid_to, const Cause&);
Status revoke_access_token(Transaction&, Id user, Id token, const Cause&);
struct TokenInfo {
    Id id = 0;
    std::string title;
    base::Timestamp created_at;
    base::Date valid_to;
};
Result<std::vector<TokenInfo>> access_tokens_of(Transaction&, Id user);

std::string token_hash(std::string_view token);
std::string csrf_of(std::string_view session_token);  // what the browser sends back in X-CSRF-Token

// The person with everything valid now. Empty when he may not act (frozen, left, expired).
Result<std::shared_ptr<Subject>> load_subject(Transaction&, Id user, const Policy&, const AccountPolicy&,
    base::Timestamp now);

class Sessions {
public:
    Sessions(storage::Database& database) : database_(database) {}

    // Null when the token is unknown or its time is over.
    Result<std::shared_ptr<const Subject>> find(std::string_view token, const Policy&, const AccountPolicy&,
        base::Timestamp now);
    Result<std::shared_ptr<const Subject>> find_machine(std::string_view token, const Policy&, const AccountPolicy&,
        base::Timestamp now);
    void forget() { generation_.fetch_add(1); }
    void forget_user(Id);

private:
    struct Entry {
        std::shared_ptr<const Subject> subject;
        std::uint64_t generation = 0;
        base::Timestamp loaded_at, expires_at;
        std::int64_t idle_ms = 0;  // 0: a machine's token
        std::atomic<std::int64_t> last_used{0};
        std::atomic<std::int64_t> written{0};
    };
    std::shared_ptr<Entry> cached(const std::string& hash, base::Timestamp now) const;
    void keep(const std::string& hash, std::shared_ptr<Entry>);
    void drop(const std::string& hash);
    Result<std::shared_ptr<Entry>> load(const std::string& hash, const Policy&, const AccountPolicy&, base::Timestamp);
    Status use(Entry&, base::Timestamp now);

    storage::Database& database_;
    std::atomic<std::uint64_t> generation_{1};
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace identity
