#pragma once

// Identity as one thing that main makes once and hands to whoever asks who somebody is.

#include <memory>
#include <mutex>

#include "http/router.h"
#include "kernel/changes/generation.h"
#include "kernel/identity/access.h"
#include "kernel/identity/account_policy.h"
#include "kernel/identity/failures.h"
#include "kernel/identity/keys.h"
#include "kernel/identity/passwords.h"
#include "kernel/identity/sessions.h"

namespace identity {

class Identity {
public:
    struct Options {
        std::filesystem::path root_key_file;
        std::string issuer = "Weijian";  // what an authenticator app shows
        // The demo may run without second factors; a real installation changes the policy instead.
        bool second_factor_enforced = true;
    };
    // After storage::migrate of changes and identity. KEY_FILE_*.
    static Result<std::unique_ptr<Identity>> open(storage::Database&, const base::Clock&, base::IdGenerator&, Options);

    storage::Database& database() { return database_; }
    const base::Clock& clock() const { return clock_; }
    base::IdGenerator& ids() { return ids_; }
    const FieldCipher& cipher() const { return *cipher_; }
    FieldCipher& keys() { return *cipher_; }
    HashPool& hashes() { return hashes_; }
    const Passwords& passwords() const { return passwords_; }
    AddressThrottle& throttle() { return throttle_; }
    Sessions& sessions() { return sessions_; }
    const Options& options() const { return options_; }
    // Checked against for names that do not exist, so that they take as long as others.
    const std::string& dummy_hash() const { return dummy_hash_; }

    Policy policy() const;
    AccountPolicy account_policy() const;
    void set_release(std::shared_ptr<const definitions::Release>);

    // A write that may change who may do what: the cache forgets what it knew.
    template <class F>
    auto write(F fn)
    {
        const changes::Generation known{.keys = cipher_->generation()};
        auto outcome = database_.write([&](Transaction& transaction) -> std::invoke_result_t<F, Transaction&> {
            TRY(changes::require(transaction, known));
            return fn(transaction);
        });
        refresh();
        return outcome;
    }
    // Reads the policy again and empties the cache of subjects.
    void refresh();
    // What other nodes and the command line changed counts here too: tell the entries of the change
    // log, all of them on every node; keys, policy and rights are read again when they ask for it.
    Status follow(const std::vector<changes::Entry>&);

    http::Guard guard();
    void add_routes(http::Router&);

private:
    Identity(storage::Database& database, const base::Clock& clock, base::IdGenerator& ids, Options options)
        : database_(database), clock_(clock), ids_(ids), options_(std::move(options)), sessions_(database) {}

    storage::Database& database_;
    const base::Clock& clock_;
    base::IdGenerator& ids_;
    Options options_;
    std::unique_ptr<FieldCipher> cipher_;
    HashPool hashes_;
    Passwords passwords_;
    AddressThrottle throttle_;
    Sessions sessions_;
    std::string dummy_hash_;
    mutable std::mutex mutex_;
    std::shared_ptr<const definitions::Release> release_;
    AccountPolicy account_policy_;
};

// Hashes with the installation's pepper and scheme; waits for the hash thread.
Result<std::string> hash_password(Identity&, std::string_view password);

}  // namespace identity
