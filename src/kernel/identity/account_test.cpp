// Accounts, rights and duties over the real routes.

#include "kernel/identity/testing.h"

namespace identity::testing {

using namespace std::chrono_literals;
using http::Method;

class Accounts : public OnEachDatabase {
protected:
    void SetUp() override
    {
        auto& world = installation();
        city_ = world.organisation("市卫健委", "110000");
        east_ = world.organisation("东区卫健委", "110101", city_.id);
        west_ = world.organisation("西区卫健委", "110102", city_.id);
    }
    Id administrator(const std::string& name, std::string_view role, Id organisation, Scope scope = Scope::All)
    {
        return installation().user(name, organisation, {{.role = std::string{role}, .scope = scope}});
    }
    Browser signed_in(const std::string& name)
    {
        Browser browser{installation()};
        EXPECT_EQ(browser.sign_in(name).status, 200);
        return browser;
    }
    static std::string grants(Id user) { return "/api/users/" + std::to_string(user) + "/grants"; }
    static std::string action(Id user, const std::string& name)
    {
        return "/api/users/" + std::to_string(user) + "/actions/" + name;
    }

    Organisation city_, east_, west_;
};
ON_BOTH_DATABASES(Accounts);

// A10: one person is never two of the three administrators, nor one of them and anything else.
TEST_P(Accounts, KeepTheThreeAdministratorsApart)
{
    const auto wang = administrator("wang", system_administrator, city_.id);
    administrator("li", security_administrator, city_.id);
    auto li = signed_in("li");
    for (const auto* role : {"audit_administrator", "security_administrator", "officer", "organisation_administrator"}) {
        const auto answer = li.post(grants(wang), json::object{{"role", role}, {"scope", "all"}});
        EXPECT_EQ(answer.status, 409) << role;
        EXPECT_EQ(answer.code, "ROLE_SOD");
    }
}

TEST_P(Accounts, ASensitiveRoleWaitsForASecondPerson)
{
    auto& world = installation();
    administrator("wang", system_administrator, city_.id);
    administrator("li", security_administrator, city_.id);
    const auto zhao = world.user("zhao", city_.id);
    auto li = signed_in("li"), wang = signed_in("wang");
    const auto asked = li.post(grants(zhao), json::object{{"role", "city_head"}, {"scope", "subtree"}});
    ASSERT_EQ(asked.status, 202);
    const std::string id{asked.body.at("request").as_string()};
    EXPECT_TRUE(world.subject(zhao)->grants.empty());
    EXPECT_EQ(li.post("/api/approvals/" + id + "/actions/approve").code, "APPROVAL_SELF");
    EXPECT_EQ(wang.get("/api/approvals").body.at("items").as_array().size(), 1U);
    EXPECT_EQ(wang.post("/api/approvals/" + id + "/actions/approve").status, 200);
    EXPECT_EQ(world.subject(zhao)->grants.size(), 1U);
    EXPECT_EQ(wang.post("/api/approvals/" + id + "/actions/approve").code, "APPROVAL_DECIDED");
}

TEST_P(Accounts, NobodyGrantsBeyondHisOwnReach)
{
    auto& world = installation();
    administrator("head", organisation_administrator, east_.id, Scope::Subtree);
    const auto clerk = world.user("clerk1", east_.id);
    const auto stranger = world.user("stranger", west_.id);
    auto head = signed_in("head");
    EXPECT_EQ(head.post(grants(clerk), json::object{{"role", "officer"}, {"scope", "organisation"}}).status, 201);
    EXPECT_EQ(head.post(grants(clerk), json::object{{"role", "officer"}, {"scope", "all"}}).code, "GRANT_EXCEEDS_SELF");
    EXPECT_EQ(head.post(grants(clerk), json::object{{"role", "officer"}, {"scope", "subtree"},
                                           {"organisation", std::to_string(city_.id)}}).code, "GRANT_EXCEEDS_SELF");
    EXPECT_EQ(head.post(grants(clerk), json::object{{"role", "system_administrator"}, {"scope", "organisation"}}).code,
        "GRANT_EXCEEDS_SELF");
    EXPECT_EQ(head.post(grants(clerk), json::object{{"role", "officer"}, {"scope", "region"},
                                           {"regions", json::array{"11"}}}).code, "SCOPE_REGION");
    EXPECT_EQ(head.post(grants(clerk), json::object{{"role", "king"}, {"scope", "own"}}).code, "ROLE_UNKNOWN");
    EXPECT_EQ(head.post(grants(stranger), json::object{{"role", "officer"}, {"scope", "own"}}).status, 404);
}

TEST_P(Accounts, ADistrictAdministratorCannotTakeOverTheCity)
{
    auto& world = installation();
    administrator("head", organisation_administrator, east_.id, Scope::Subtree);
    const auto lent = world.user("lent", east_.id, {{.role = "officer", .scope = Scope::Subtree, .organisation = city_.id}});
    auto head = signed_in("head");
    EXPECT_EQ(head.post(action(lent, "reset_password"), json::object{{"reason", "忘记口令"}}).code, "GRANT_EXCEEDS_SELF");
}

TEST_P(Accounts, ScopesAddUp)
{
    auto& world = installation();
    const auto user = world.user("zhang", east_.id,
        {{.role = "officer", .scope = Scope::Own}, {.role = "officer", .scope = Scope::Organisation, .organisation = west_.id},
            {.role = "clerk", .scope = Scope::Region, .regions = {"310101"}}});
    const auto subject = world.subject(user);
    const auto decision = decide(world.identity->policy(), *subject, {.resource = "unit", .action = "read"});
    ASSERT_TRUE(decision.allowed);
    EXPECT_TRUE(decision.predicate.admits({.organisation = 9, .created_by = user}));
    EXPECT_TRUE(decision.predicate.admits({.organisation = west_.id}));
    EXPECT_TRUE(decision.predicate.admits({.organisation = 9, .region = "310101"}));
    EXPECT_FALSE(decision.predicate.admits({.organisation = east_.id, .organisation_path = east_.path, .region = "110101"}));
}

TEST_P(Accounts, AreMadeWithATemporaryPasswordThatMustChange)
{
    auto& world = installation();
    administrator("head", organisation_administrator, east_.id, Scope::Subtree);
    auto head = signed_in("head");
    const auto made = head.post("/api/users", json::object{{"login_name", "Ｎｅｗ01"}, {"display_name", "新同事"},
        {"organisation", std::to_string(east_.id)}, {"id_card", "110105199001010010"}, {"phone", "13800138000"},
        {"grants", json::array{json::object{{"role", "officer"}, {"scope", "organisation"}}}}});
    ASSERT_EQ(made.status, 201) << made.code;
    const std::string password{made.body.at("temporary_password").as_string()};
    Browser browser{world};
    ASSERT_EQ(browser.sign_in("new01", password).status, 200);
    EXPECT_EQ(browser.get("/api/organisations").code, "AUTH_MUST_CHANGE");
    const auto change = [&](const std::string& wanted) {
        return browser.post("/api/account/password", json::object{{"current", password}, {"new", wanted}});
    };
    EXPECT_TRUE(change("Kurz-1").has_fault("new", "PWD_TOO_SHORT"));
    EXPECT_TRUE(change("nurkleinbuchstaben").has_fault("new", "PWD_CLASSES"));
    EXPECT_TRUE(change("P@ssw0rd2026!").has_fault("new", "PWD_COMMON"));
    EXPECT_TRUE(change("xinTongshi-99").has_fault("new", "PWD_COMMON"));  // pinyin of the name
    EXPECT_EQ(change(password).code, "PWD_REUSED");
    EXPECT_EQ(change("Gruener-Berg-4711").status, 200);
    EXPECT_EQ(browser.get("/api/organisations").status, 200);

    const auto twice = head.post("/api/users", json::object{{"login_name", "other"}, {"display_name", "某人"},
        {"organisation", std::to_string(east_.id)}, {"id_card", "110105199001010010"}});
    EXPECT_EQ(twice.code, "USER_DUP_ID");
    const auto shown = head.get("/api/users/" + std::string{made.body.at("id").as_string()});
    EXPECT_EQ(shown.body.at("phone").as_string(), "138****8000");
}

TEST_P(Accounts, APasswordIsNotChangedTwiceADay)
{
    installation().user("zhang", east_.id);
    auto zhang = signed_in("zhang");
    const auto change = [&](const std::string& current, const std::string& wanted) {
        return zhang.post("/api/account/password", json::object{{"current", current}, {"new", wanted}});
    };
    EXPECT_TRUE(change(right_password, "Gruener-Berg-4711").has_fault("new", "PWD_TOO_YOUNG"));
    installation().clock.advance(24h);
    zhang.sign_in("zhang");
    EXPECT_EQ(change(right_password, "Gruener-Berg-4711").status, 200);
    EXPECT_EQ(change("wrong", "Roter-Fluss-4711").code, "PWD_CURRENT");
    installation().clock.advance(24h * 90);
    Browser later{installation()};
    EXPECT_TRUE(later.sign_in("zhang", "Gruener-Berg-4711").body.at("must_change_password").as_bool());
}

TEST_P(Accounts, FreezeAndLeaveEndTheSessionsAtOnce)
{
    auto& world = installation();
    administrator("wang", system_administrator, city_.id);
    const auto user = world.user("zhang", east_.id, {{.role = "officer", .scope = Scope::Organisation}});
    auto wang = signed_in("wang"), zhang = signed_in("zhang");
    const json::object reason{{"reason", "调查"}};
    EXPECT_EQ(wang.post(action(user, "freeze"), json::object{}).code, "REQUIRED");
    EXPECT_EQ(wang.post(action(user, "freeze"), reason).status, 204);
    EXPECT_EQ(zhang.get("/api/session").status, 401);
    EXPECT_EQ(zhang.sign_in("zhang").code, "AUTH_FROZEN");
    EXPECT_EQ(wang.post(action(user, "unfreeze"), reason).status, 204);
    EXPECT_EQ(zhang.sign_in("zhang").status, 200);
    EXPECT_EQ(wang.post(action(user, "leave"), reason).status, 204);
    EXPECT_EQ(zhang.get("/api/session").status, 401);
    EXPECT_EQ(zhang.sign_in("zhang").code, "AUTH_FAILED");
    const auto again = world.write([&](Transaction& transaction) {
        return create_user(transaction, world.ids, world.identity->cipher(),
            {.login_name = "zhang", .display_name = "另一人", .organisation = east_.id}, world.cause());
    });
    EXPECT_EQ(again.error().code, "USER_LOGIN_TAKEN");  // names are never used again
}

TEST_P(Accounts, TransferTakesTheOldRightsBeforeItGivesNewOnes)
{
    auto& world = installation();
    const auto user = world.user("zhang", east_.id, {{.role = "officer", .scope = Scope::Organisation}});
    const auto status = world.write([&](Transaction& transaction) {
        return transfer_user(transaction, world.ids, world.identity->policy(), user, west_.id,
            {{.role = "system_administrator", .scope = Scope::All}}, world.cause());
    });
    ASSERT_TRUE(status.ok()) << status.error().code;  // together the two roles would be ROLE_SOD
    const auto subject = world.subject(user);
    ASSERT_EQ(subject->grants.size(), 1U);
    EXPECT_EQ(subject->organisation, west_.id);
}

TEST_P(Accounts, ADelegateActsWhileSomebodyIsAway)
{
    auto& world = installation();
    world.user("zhang", east_.id, {{.role = "officer", .scope = Scope::Organisation}});
    const auto deputy = world.user("deputy", west_.id);
    auto zhang = signed_in("zhang");
    const json::object wanted{{"delegate", std::to_string(deputy)}, {"valid_from", "2026-03-03"},
        {"valid_to", "2026-03-04"}, {"reason", "出差"}};
    EXPECT_EQ(zhang.send(Method::Put, "/api/account/delegation", wanted).status, 200);
    EXPECT_TRUE(world.subject(deputy)->grants.empty());  // not yet
    world.clock.advance(24h);
    const auto during = world.subject(deputy);
    ASSERT_EQ(during->grants.size(), 1U);
    EXPECT_EQ(during->grants[0].organisation, east_.id);
    const auto decision = decide(world.identity->policy(), *during, {.resource = "unit", .action = "update"});
    EXPECT_TRUE(decision.predicate.admits({.organisation = east_.id}));
    EXPECT_FALSE(decision.predicate.admits({.organisation = west_.id}));
    world.clock.advance(48h);
    EXPECT_TRUE(world.subject(deputy)->grants.empty());
}

TEST_P(Accounts, AreFrozenAfterNinetyIdleDays)
{
    auto& world = installation();
    const auto idle = world.user("idle", east_.id);
    const auto service = world.user("robot", east_.id, {}, {.kind = "service"});
    const auto run = [&] {
        return *world.write([&](Transaction& transaction) { return freeze_idle_users(transaction, 90, world.cause()); });
    };
    world.clock.advance(24h * 90);
    EXPECT_EQ(run(), 0);
    world.clock.advance(1s);
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(run(), 0);
    EXPECT_FALSE(world.subject(idle));
    EXPECT_TRUE(world.subject(service));
}

TEST_P(Accounts, AreWipedAfterTheirPeopleLeft)
{
    auto& world = installation();
    const auto gone = world.user("gone", east_.id, {}, {.department = "一科", .phone = "13800138000", .id_card = "110105199001010010"});
    const auto stays = world.user("stays", east_.id, {}, {.phone = "13800138001"});
    ASSERT_TRUE(world.write([&](Transaction& transaction) { return leave_user(transaction, gone, world.cause()); }).ok());
    const auto run = [&] {
        return *world.write([&](Transaction& transaction) { return wipe_leavers(transaction, 180, world.cause()); });
    };
    world.clock.advance(24h * 180);
    EXPECT_EQ(run(), 0);
    world.clock.advance(1s);
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(world.logged("user_wipe"), 1);
    const auto find = [&](Id id) {
        return *world.read([&](Transaction& transaction) { return find_user(transaction, id, &world.identity->cipher()); });
    };
    EXPECT_EQ(find(gone).display_name, "gone");
    EXPECT_EQ(find(gone).id_card + find(gone).phone + find(gone).department, "");
    EXPECT_EQ(find(stays).phone, "13800138001");
}

TEST_P(Accounts, MachinesUseTokensOfServiceAccounts)
{
    auto& world = installation();
    administrator("wang", system_administrator, city_.id);
    const auto robot = world.user("robot", city_.id, {{.role = "officer", .scope = Scope::Subtree}}, {.kind = "service"});
    auto wang = signed_in("wang");
    const json::object wanted{{"title", "接口平台"}, {"valid_to", "2026-12-31"}};
    const auto made = wang.post("/api/users/" + std::to_string(robot) + "/tokens", wanted);
    ASSERT_EQ(made.status, 201) << made.code;
    Browser machine{world};
    machine.set_header("authorization", "Bearer " + std::string{made.body.at("token").as_string()});
    EXPECT_EQ(machine.get("/api/organisations").body.at("items").as_array().size(), 3U);
    EXPECT_EQ(machine.get("/api/account/sessions").status, 403);
    machine.set_header("authorization", "Bearer wrong");
    EXPECT_EQ(machine.get("/api/organisations").code, "AUTH_TOKEN");
    EXPECT_EQ(machine.sign_in("robot", "").code, "AUTH_FAILED");
}

TEST_P(Accounts, TheAuditLogIsReadByOnePersonAndThatIsLogged)
{
    administrator("audit1", audit_administrator, city_.id);
    administrator("wang", system_administrator, city_.id);
    auto audit = signed_in("audit1"), wang = signed_in("wang");
    EXPECT_EQ(wang.get("/api/audit").code, "PERMISSION");
    EXPECT_EQ(audit.get("/api/users").code, "PERMISSION");
    const auto seen = audit.get("/api/audit?action=login_ok&limit=1");
    ASSERT_EQ(seen.status, 200);
    EXPECT_EQ(seen.body.at("items").as_array().size(), 1U);
    EXPECT_FALSE(seen.body.at("next").is_null());
    EXPECT_EQ(installation().logged("audit_read"), 1);
}

TEST_P(Accounts, OrganisationsStayATree)
{
    auto& world = installation();
    const auto change = [&](Id id, Id parent) {
        return world.write([&](Transaction& transaction) {
            return update_organisation(transaction, id, {.parent = parent}, world.cause());
        });
    };
    const auto station = world.organisation("街道站", "110101", east_.id);
    EXPECT_EQ(change(east_.id, station.id).error().code, "ORG_CYCLE");
    ASSERT_TRUE(change(east_.id, west_.id).ok());
    const auto moved = world.read([&](Transaction& transaction) { return find_organisation(transaction, station.id); });
    EXPECT_EQ(moved->path, west_.path + std::to_string(east_.id) + "/" + std::to_string(station.id) + "/");
    Id parent = station.id;
    for (int depth = 5; depth <= 8; ++depth)
        parent = world.organisation("第" + std::to_string(depth) + "级", "110101", parent).id;
    const auto deeper = world.write([&](Transaction& transaction) {
        return create_organisation(transaction, world.ids, {.name = "第9级", .region = "110101", .parent = parent}, world.cause());
    });
    EXPECT_EQ(deeper.error().code, "ORG_DEPTH");
    const auto in_use = world.write([&](Transaction& transaction) { return delete_organisation(transaction, west_.id, world.cause()); });
    EXPECT_EQ(in_use.error().code, "ORG_IN_USE");
    const auto wrong = world.write([&](Transaction& transaction) {
        return update_organisation(transaction, east_.id, {.credit_code = "91110105MA01ABCD27"}, world.cause());
    });
    EXPECT_EQ(wrong.error().code, "ORG_USCC_CHECK");
}

class FirstRun : public OnEachDatabase {};
ON_BOTH_DATABASES(FirstRun);

TEST_P(FirstRun, NeedsTheCodeOfTheConsoleAndHappensOnce)
{
    auto& world = installation();
    Browser browser{world};
    EXPECT_TRUE(browser.get("/api/setup").body.at("needed").as_bool());
    const auto person = [](const char* login, const char* password) {
        return json::object{{"login_name", login}, {"display_name", "某某"}, {"password", password}};
    };
    json::object wanted{{"code", "AAAAA-AAAAA-AAAAA-AAAAA"},
        {"organisation", json::object{{"name", "某市卫健委"}, {"region", "110000"}}},
        {"administrators", json::object{{"system", person("zhao.a", "Blaue-Wolke-0077")},
            {"security", person("qian.b", "Roter-Fluss-0088")}, {"audit", person("sun.c", "Gruener-Berg-0099")}}}};
    const auto code = *begin_setup(*world.identity);
    EXPECT_EQ(browser.post("/api/setup", wanted).code, "SETUP_CODE");
    wanted["code"] = base::crypto::hex("x");
    wanted["code"] = code;
    auto bad = wanted;
    bad["administrators"].as_object()["system"] = person("Admin", "Blaue-Wolke-0077");
    EXPECT_TRUE(browser.post("/api/setup", bad).has_fault("administrators.system.login_name", "SETUP_NAME"));
    EXPECT_EQ(browser.post("/api/setup", wanted).status, 201);
    EXPECT_FALSE(browser.get("/api/setup").body.at("needed").as_bool());
    EXPECT_EQ(browser.post("/api/setup", wanted).code, "SETUP_DONE");
    const auto signed_in = browser.sign_in("sun.c", "Gruener-Berg-0099");
    EXPECT_TRUE(signed_in.body.at("must_change_password").as_bool());
    EXPECT_EQ(signed_in.body.at("roles").as_array()[0].as_string(), "audit_administrator");
}

}  // namespace identity::testing
