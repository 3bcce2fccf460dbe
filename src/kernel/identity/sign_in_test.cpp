#include <chrono>

#include "kernel/identity/testing.h"
#include "kernel/identity/totp.h"

namespace identity::testing {

using namespace std::chrono_literals;

class SignIn : public OnEachDatabase {};
ON_BOTH_DATABASES(SignIn);

// Acceptance scenario A1 of the security specification, without the certificate.
TEST_P(SignIn, LocksAfterFiveWrongPasswordsForExactlyThirtyMinutes)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    for (int remaining = 4; remaining >= 0; --remaining) {
        const auto answer = browser.sign_in("zhang", "wrong");
        EXPECT_EQ(answer.status, 401);
        EXPECT_EQ(answer.code, "AUTH_FAILED");
        EXPECT_EQ(answer.parameter("remaining"), std::to_string(remaining));
        world.clock.advance(1min);
    }
    const auto locked = browser.sign_in("zhang");
    EXPECT_EQ(locked.status, 423);
    EXPECT_EQ(locked.code, "AUTH_LOCKED");
    EXPECT_EQ(locked.parameter("minutes"), "29");  // the fifth failure was a minute ago

    world.clock.advance(29min - 1ms);
    EXPECT_EQ(browser.sign_in("zhang").status, 423);
    world.clock.advance(1ms);  // 30 minutes 0 seconds after the fifth failure
    EXPECT_EQ(browser.sign_in("zhang").status, 200);

    EXPECT_EQ(world.logged("login_fail"), 5);
    EXPECT_EQ(world.logged("login_lock"), 1);
    EXPECT_EQ(world.logged("login_ok"), 1);
}

TEST_P(SignIn, FailuresOlderThanFifteenMinutesDoNotCount)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    for (int i = 0; i < 4; ++i)
        browser.sign_in("zhang", "wrong");
    world.clock.advance(15min);
    EXPECT_EQ(browser.sign_in("zhang", "wrong").parameter("remaining"), "4");
}

TEST_P(SignIn, ASecondLockTakesTwiceAsLong)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    for (int i = 0; i < 5; ++i)
        browser.sign_in("zhang", "wrong");
    world.clock.advance(30min);
    for (int i = 0; i < 5; ++i)
        browser.sign_in("zhang", "wrong");
    world.clock.advance(59min);
    EXPECT_EQ(browser.sign_in("zhang").status, 423);
    world.clock.advance(1min);
    EXPECT_EQ(browser.sign_in("zhang").status, 200);
}

TEST_P(SignIn, AnUnknownNameIsToldTheSameAsAWrongPassword)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser known{world, "192.0.2.1"}, unknown{world, "192.0.2.2"};
    for (int i = 0; i < 7; ++i) {
        const auto a = known.sign_in("zhang", "wrong"), b = unknown.sign_in("nobody", "wrong");
        EXPECT_EQ(a.status, b.status);
        EXPECT_EQ(a.code, b.code);
        EXPECT_EQ(a.error.parameters, b.error.parameters);
    }
}

TEST_P(SignIn, AnUnknownNameTakesAboutAsLongAsAKnownOne)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    const auto median = [&](const std::string& name) {
        std::vector<double> times;
        for (int i = 0; i < 9; ++i) {
            Browser browser{world, "192.0.2." + std::to_string(i + 1)};
            const auto start = std::chrono::steady_clock::now();
            browser.sign_in(name, "wrong");
            times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        }
        std::nth_element(times.begin(), times.begin() + 4, times.end());
        return times[4];
    };
    const double known = median("zhang"), unknown = median("nobody");
    // A missing hash would make the unknown name many times faster; the rest is noise.
    EXPECT_GT(unknown, known * 0.5);
    EXPECT_LT(unknown, known * 2);
}

TEST_P(SignIn, AnOutsiderCannotLockADeviceThePersonUses)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser own{world}, outsider{world, "198.51.100.7"};
    ASSERT_EQ(own.sign_in("zhang").status, 200);
    for (int i = 0; i < 6; ++i)
        outsider.sign_in("zhang", "guess");
    EXPECT_EQ(outsider.sign_in("zhang").status, 423);
    EXPECT_EQ(own.sign_in("zhang").status, 200);
}

TEST_P(SignIn, TellsTheLastSuccessAndFailure)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    EXPECT_TRUE(browser.sign_in("zhang").body.at("last_success").is_null());
    world.clock.advance(1h);
    Browser{world, "198.51.100.7"}.sign_in("zhang", "wrong");
    world.clock.advance(1h);
    const auto again = browser.sign_in("ZHANG ");  // names are compared folded
    ASSERT_EQ(again.status, 200);
    EXPECT_EQ(again.body.at("last_success").at("at").as_string(), "2026-03-02T09:00:00.000+08:00");
    EXPECT_EQ(again.body.at("last_failure").at("remote").as_string(), "198.51.100.7");
}

TEST_P(SignIn, SlowsDownAnAddressThatTriesManyNames)
{
    auto& world = installation();
    world.organisation("区卫健委", "110105");
    Browser browser{world, "203.0.113.5"}, neighbour{world, "203.0.113.77"}, other{world, "203.0.114.5"};
    for (int i = 0; i < 50; ++i)
        browser.sign_in("name" + std::to_string(i), "wrong");
    EXPECT_EQ(neighbour.sign_in("name99", "wrong").status, 429);
    EXPECT_EQ(other.sign_in("name99", "wrong").status, 401);
    world.clock.advance(10min);
    EXPECT_EQ(neighbour.sign_in("name99", "wrong").status, 401);
}

class Sessions : public OnEachDatabase {};
ON_BOTH_DATABASES(Sessions);

TEST_P(Sessions, EndAfterThirtyIdleMinutes)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    browser.sign_in("zhang");
    world.clock.advance(29min + 50s);
    EXPECT_EQ(browser.get("/api/session").status, 200);
    world.clock.advance(30min);
    EXPECT_EQ(browser.get("/api/session").status, 401);
    EXPECT_EQ(browser.get("/api/session").status, 401);
}

TEST_P(Sessions, OfAdministratorsEndAfterFifteenIdleMinutesAndEightHours)
{
    auto& world = installation();
    const auto root = world.organisation("市卫健委", "110000");
    world.user("wang", root.id, {{.role = "system_administrator", .scope = Scope::All}});
    Browser browser{world};
    browser.sign_in("wang");
    world.clock.advance(14min + 50s);
    EXPECT_EQ(browser.get("/api/session").status, 200);
    world.clock.advance(15min);
    EXPECT_EQ(browser.get("/api/session").status, 401);

    browser.sign_in("wang");
    for (int i = 0; i < 47; ++i) {
        world.clock.advance(10min);
        ASSERT_EQ(browser.get("/api/session").status, 200);
    }
    world.clock.advance(10min);  // eight hours, never idle
    EXPECT_EQ(browser.get("/api/session").status, 401);
}

TEST_P(Sessions, TheNewestOnesWin)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    std::vector<Browser> browsers(4, Browser{world});
    for (auto& browser : browsers) {
        EXPECT_EQ(browser.sign_in("zhang").status, 200);
        world.clock.advance(1s);
    }
    EXPECT_EQ(browsers[0].get("/api/session").status, 401);
    EXPECT_EQ(browsers[1].get("/api/session").status, 200);
    EXPECT_EQ(browsers[3].get("/api/account/sessions").body.as_array().size(), 3U);
}

TEST_P(Sessions, CanBeEndedFromAnotherDevice)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser here{world}, there{world};
    there.sign_in("zhang");
    here.sign_in("zhang");
    std::string id;
    const auto sessions = here.get("/api/account/sessions");
    for (const auto& session : sessions.body.as_array())
        if (!session.at("current").as_bool())
            id = session.at("id").as_string();
    EXPECT_EQ(here.send(http::Method::Delete, "/api/account/sessions/" + id).status, 204);
    EXPECT_EQ(there.get("/api/session").status, 401);
    EXPECT_EQ(here.get("/api/session").status, 200);
}

TEST_P(Sessions, UnsafeRequestsNeedTheCsrfTokenAndOurOwnPage)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    browser.sign_in("zhang");
    const json::object language{{"language", "en"}};
    browser.set_header("x-csrf-token", "guess");
    EXPECT_EQ(browser.send(http::Method::Patch, "/api/account", language).code, "CSRF_TOKEN");
    browser.set_header("x-csrf-token", browser.csrf);
    browser.set_header("host", "weijian.example");
    browser.set_header("origin", "https://evil.example");
    EXPECT_EQ(browser.send(http::Method::Patch, "/api/account", language).code, "CSRF_ORIGIN");
    browser.set_header("origin", "https://weijian.example");
    EXPECT_EQ(browser.send(http::Method::Patch, "/api/account", language).status, 204);
    EXPECT_EQ(browser.get("/api/session").body.at("user").at("language").as_string(), "en");
}

TEST_P(Sessions, SurviveARestartAndHoldNoUsableToken)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    browser.sign_in("zhang");
    const auto rows = world.read([&](Transaction& transaction) {
        return transaction.first("SELECT count(*) FROM user_session WHERE token_hash = ?1",
            {storage::Bytes{browser.cookie("weijian")}});
    });
    EXPECT_EQ((*rows)->integer(0), 0);
    world.identity->sessions().forget();
    EXPECT_EQ(browser.get("/api/session").status, 200);
}

class SecondFactorStep : public OnEachDatabase {
protected:
    std::string enrol(Browser& browser)
    {
        const auto offer = browser.post("/api/account/totp", json::object{{"password", right_password}});
        const auto secret = *base::crypto::from_base32(std::string{offer.body.at("secret").as_string()});
        const auto code = totp::code(secret, totp::step_of(installation().clock.now()));
        confirmed_ = browser.post("/api/account/totp/confirm", json::object{{"code", code}});
        EXPECT_EQ(confirmed_.status, 200);
        return secret;
    }
    Answer second(Browser& browser, const Answer& first, const std::string& code)
    {
        return browser.post("/api/session/second-factor",
            json::object{{"mfa_token", first.parameter("mfa_token")}, {"code", code}});
    }
    Answer confirmed_;
};
ON_BOTH_DATABASES(SecondFactorStep);

TEST_P(SecondFactorStep, IsAskedForAndACodeWorksOnce)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    browser.sign_in("zhang");
    const auto secret = enrol(browser);
    world.clock.advance(30s);

    const auto first = browser.sign_in("zhang");
    EXPECT_EQ(first.status, 401);
    EXPECT_EQ(first.code, "AUTH_MFA_REQUIRED");
    const auto code = totp::code(secret, totp::step_of(world.clock.now()));
    EXPECT_EQ(second(browser, first, code).status, 200);
    EXPECT_TRUE(browser.get("/api/session").body.at("second_factor").as_bool());

    const auto again = browser.sign_in("zhang");
    EXPECT_EQ(second(browser, again, code).code, "MFA_FAILED");  // replay
    EXPECT_EQ(second(browser, again, "000000").parameter("remaining"), "3");
}

TEST_P(SecondFactorStep, ARecoveryCodeWorksOnce)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    browser.sign_in("zhang");
    enrol(browser);
    ASSERT_EQ(confirmed_.body.at("recovery_codes").as_array().size(), 10U);
    const std::string code{confirmed_.body.at("recovery_codes").as_array()[0].as_string()};
    const auto use = [&] {
        const auto first = browser.sign_in("zhang");
        return browser.post("/api/session/second-factor",
            json::object{{"mfa_token", first.parameter("mfa_token")}, {"recovery_code", code}});
    };
    EXPECT_EQ(use().status, 200);
    EXPECT_EQ(use().code, "MFA_FAILED");
}

TEST_P(SecondFactorStep, IsForcedOnAdministrators)
{
    auto& world = installation({.second_factor_enforced = true});
    const auto root = world.organisation("市卫健委", "110000");
    world.user("wang", root.id, {{.role = "system_administrator", .scope = Scope::All}});
    Browser browser{world};
    const auto signed_in = browser.sign_in("wang");
    ASSERT_EQ(signed_in.status, 200);
    EXPECT_TRUE(signed_in.body.at("second_factor_required").as_bool());
    EXPECT_EQ(browser.get("/api/organisations").code, "SECOND_FACTOR");
    enrol(browser);
    EXPECT_EQ(browser.get("/api/organisations").status, 200);
}

TEST_P(SecondFactorStep, FiveWrongCodesLockIt)
{
    auto& world = installation();
    world.user("zhang", world.organisation("区卫健委", "110105").id);
    Browser browser{world};
    browser.sign_in("zhang");
    enrol(browser);
    const auto first = browser.sign_in("zhang");
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(second(browser, first, "000000").status, 401);
    EXPECT_EQ(second(browser, first, "000000").status, 423);
    EXPECT_EQ(second(browser, first, "000000").code, "MFA_TOKEN");  // the sign-in must start again
}

TEST(Totp, GivesTheCodesOfTheSpecification)
{
    const std::string secret = "12345678901234567890";
    EXPECT_EQ(totp::code(secret, 59 / 30), "287082");
    EXPECT_EQ(totp::code(secret, 1111111109 / 30), "081804");
    EXPECT_EQ(totp::code(secret, 1234567890 / 30), "005924");
}

TEST(Totp, AcceptsOneStepOfDriftAndNoStepTwice)
{
    const std::string secret = "12345678901234567890";
    const base::Timestamp now{1'234'567'890'000};
    const auto step = totp::step_of(now);
    for (const auto drift : {-1, 0, 1})
        EXPECT_EQ(totp::accept(secret, totp::code(secret, step + drift), now, 0), step + drift);
    EXPECT_FALSE(totp::accept(secret, totp::code(secret, step + 2), now, 0));
    EXPECT_FALSE(totp::accept(secret, totp::code(secret, step - 2), now, 0));
    EXPECT_FALSE(totp::accept(secret, totp::code(secret, step), now, step));
}

}  // namespace identity::testing
