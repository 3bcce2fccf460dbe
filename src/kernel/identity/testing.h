#pragma once

// An installation with people in it, and a browser, for the tests of this folder. Requests pass the
// real router, guard and handlers; only the socket is left out.

#include <gtest/gtest.h>

#include <map>

#include "kernel/identity/account.h"
#include "kernel/identity/guard.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/permissions.h"
#include "kernel/identity/setup.h"
#include "kernel/identity/users.h"
#include "storage/testing/databases.h"

namespace identity::testing {

inline constexpr const char* right_password = "Blaue-Wolke-77";

struct Answer {
    int status = 0;
    std::string code;  // of a refusal
    Error error;
    json::value body;
    http::Response response;
    std::string parameter(const std::string& name) const;
    bool has_fault(const std::string& field, const std::string& code) const;
};

class Installation {
public:
    Installation(storage::Database&, Identity::Options = {});

    Organisation organisation(const std::string& name, const std::string& region, Id parent = 0);
    Id user(const std::string& login_name, Id organisation, const std::vector<NewGrant>& grants = {},
        NewUser user = {});
    Cause cause(Id actor = 0) const { return {.at = clock.now(), .actor = actor}; }
    std::shared_ptr<Subject> subject(Id user);
    // How often an action stands in the change log.
    int logged(const std::string& action);
    template <class F>
    auto write(F fn)
    {
        return identity->write(std::move(fn));
    }
    template <class F>
    auto read(F fn)
    {
        return database.read(std::move(fn));
    }

    storage::Database& database;
    base::ManualClock clock;
    base::IdGenerator ids{clock};
    storage::testing::Folder folder;
    std::unique_ptr<Identity> identity;
    http::Router router;
    http::Guard guard;
    std::shared_ptr<definitions::Release> release;

private:
    std::string hash_;
};

// Keeps cookies and sends the CSRF token, like the web client.
class Browser {
public:
    explicit Browser(Installation& installation, std::string remote = "192.0.2.10")
        : installation_(installation), remote_(std::move(remote)) {}

    Answer send(http::Method, const std::string& target, const json::value& body = nullptr);
    Answer get(const std::string& target) { return send(http::Method::Get, target); }
    Answer post(const std::string& target, const json::value& body = json::object{}) { return send(http::Method::Post, target, body); }
    Answer sign_in(const std::string& login_name, const std::string& password = right_password);
    void forget_cookies() { cookies_.clear(); }
    void set_header(const std::string& name, const std::string& value) { headers_[name] = value; }
    const std::string& cookie(const std::string& name) { return cookies_[name]; }

    std::string csrf;

private:
    Installation& installation_;
    std::string remote_;
    std::map<std::string, std::string> cookies_, headers_;
};

class OnEachDatabase : public storage::testing::ForEachDatabase {
protected:
    // Made on first use, so a test may choose options.
    Installation& installation(Identity::Options options = {.second_factor_enforced = false})
    {
        if (!installation_)
            installation_ = std::make_unique<Installation>(database(), std::move(options));
        return *installation_;
    }
    void TearDown() override { installation_.reset(); }

private:
    std::unique_ptr<Installation> installation_;
};

// SQLite in memory and PostgreSQL; what a file adds is the concern of storage.
#define ON_BOTH_DATABASES(Suite)                                                                          \
    INSTANTIATE_TEST_SUITE_P(On, Suite,                                                                   \
        ::testing::Values(storage::testing::Engine::SqliteMemory, storage::testing::Engine::Postgres),    \
        [](const auto& instance) { return storage::testing::name_of(instance.param); })

}  // namespace identity::testing
