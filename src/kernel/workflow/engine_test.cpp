// The life of a made-up request, on every database.

#include "kernel/workflow/engine.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "kernel/records/testing/fixture.h"
#include "kernel/workflow/routes.h"

namespace workflow {
namespace {

using records::Saved;

class MadeUpPeople final : public People {
public:
    Result<std::shared_ptr<const identity::Subject>> person(Transaction&, base::Id user, base::Timestamp) override
    {
        const auto found = known.find(user);
        return found == known.end() ? nullptr : std::make_shared<const identity::Subject>(found->second);
    }
    Result<std::vector<base::Id>> holders(Transaction&, const std::string& role, base::Id organisation, base::Timestamp) override
    {
        std::vector<base::Id> people;
        for (const auto& [id, one] : known)
            if (one.organisation == organisation && one.grants.front().role == role)
                people.push_back(id);
        return people;
    }
    std::map<base::Id, identity::Subject> known;
};

class EngineTest : public records::testing::StoreTest {
protected:
    void SetUp() override
    {
        open(WEIJIAN_SOURCE_DIR "/src/kernel/workflow/testdata/systems");
        ASSERT_TRUE(store_);
        ASSERT_TRUE(migrate(database()).ok());
        base::WorkCalendar calendar;
        std::vector<base::CalendarDay> days{{base::Date::of(2026, 9, 25), false}, {base::Date::of(2026, 10, 10), true}};
        for (unsigned day = 1; day <= 7; ++day)
            days.push_back({base::Date::of(2026, 10, day), false});
        ASSERT_TRUE(calendar.set_year(2026, days, "test").ok());
        store_->use_calendar(std::make_shared<const base::WorkCalendar>(calendar));
        engine_ = std::make_unique<Engine>(Engine::Parts{*store_, people_, {}, {}});
        store_->use_life(engine_.get());
        desk_ = join(20, "desk");
        li_ = join(21, "officer");
        wang_ = join(22, "officer");
        zhao_ = join(23, "officer");
        head_ = join(31, "head");
        head_two_ = join(32, "head");
        head_three_ = join(33, "head");
        for (const auto officer : {"21", "22"})
            created("licence", std::string(R"({"valid_to": "2026-12-31", "account": ")") + officer + "\"}", desk_);
        created("licence", R"({"valid_to": "2026-09-27", "account": "23"})", desk_);
    }

    identity::Subject join(base::Id user, const std::string& role)
    {
        const auto status = database().write([&](Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO user_account (id, login_name, display_name, organisation, department, kind, status, language, "
                                    "must_change, idle_since, totp_step, created_by, version, created_at, updated_at) VALUES (?1, ?2, ?2, 2, '', "
                                    "'person', 'active', 'zh', ?3, ?4, 0, 0, 1, ?4, ?4)",
                {user, "user" + std::to_string(user), false, clock_.now()}));
            return {};
        });
        EXPECT_TRUE(status.ok()) << status.error().code << status.error().detail;
        people_.known[user] = subject(user, 2, "/1/2/", "110105", role);
        return people_.known[user];
    }

    Result<Saved> act(const Saved& on, const std::string& action, std::string_view body, const identity::Subject& who)
    {
        return engine_->act({"request", on.id, action, object(body)}, as(who));
    }
    std::string outcome(const Result<Saved>& result)
    {
        return result.ok() ? std::string(result->record.at("state").as_string()) : described(result.error());
    }
    Saved request(std::string_view body = R"({"subject": "甲"})") { return created("request", body, desk_); }
    Saved examined()
    {
        const Saved made = request();
        EXPECT_EQ(outcome(act(made, "assign", R"({"officer": "21", "second_officer": "22"})", desk_)), "examined");
        return made;
    }
    Saved deciding(std::string_view body = R"({"finding": "属实"})")
    {
        const Saved made = examined();
        EXPECT_EQ(outcome(act(made, "submit", body, li_)), "deciding");
        return made;
    }
    json::array inbox(const identity::Subject& who, Inbox::Of of = Inbox::Of::Mine)
    {
        auto answer = engine_->tasks({of}, as(who));
        EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().code + answer.error().detail);
        return answer.ok() ? answer->at("items").as_array() : json::array{};
    }
    base::Id first_task(const identity::Subject& who, Inbox::Of of = Inbox::Of::Mine)
    {
        const auto tasks = inbox(who, of);
        EXPECT_FALSE(tasks.empty());
        return tasks.empty() ? 0 : *base::parse_id(tasks.front().as_object().at("id").as_string());
    }
    Result<json::object> vote(const identity::Subject& who, bool yes) { return engine_->vote(first_task(who), yes, "", {}, as(who)); }
    std::string state(const Saved& of) { return text("SELECT state FROM record_request WHERE id = " + std::to_string(of.id)); }
    void later(std::string_view at)
    {
        clock_.set(*base::Timestamp::parse(std::string(at) + ":00+08:00"));
        const auto ticked = engine_->tick(clock_.now());
        EXPECT_TRUE(ticked.ok()) << (ticked.ok() ? "" : ticked.error().code + ticked.error().detail);
    }

    MadeUpPeople people_;
    std::unique_ptr<Engine> engine_;
    identity::Subject desk_, li_, wang_, zhao_, head_, head_two_, head_three_;
};

FOR_EACH_DATABASE(EngineTest);

TEST_P(EngineTest, APatchNeverMovesTheState)
{
    const Saved made = request();
    EXPECT_EQ(made.record.at("state"), "received");
    const auto refused = store_->update("request", made.id, object(R"({"state": "closed"})"), made.version, as(desk_));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().faults.front().code, "FIELD_READ_ONLY");
}

TEST_P(EngineTest, CreatingOpensTheTaskAndTheDeadline)
{
    const Saved made = request();
    EXPECT_EQ(text("SELECT due_at FROM record_request"), text("SELECT due_at FROM workflow_deadline"));
    EXPECT_EQ(made.record.at("due_at"), "2026-10-09T00:00:00.000+08:00");  // 7 days, rolled behind the holiday
    EXPECT_EQ(inbox(desk_, Inbox::Of::Candidate).size(), 1U);
    EXPECT_TRUE(inbox(li_, Inbox::Of::Candidate).empty());
}

TEST_P(EngineTest, NeedsTwoDifferentEligibleOfficers)
{
    const Saved made = request();
    EXPECT_EQ(outcome(act(made, "assign", R"({"officer": "21"})", desk_)), "VALIDATION  [second_officer REQUIRED] [second_officer TWO_OFFICERS]");
    EXPECT_EQ(outcome(act(made, "assign", R"({"officer": "21", "second_officer": "21"})", desk_)), "VALIDATION  [second_officer TWO_OFFICERS]");
    EXPECT_EQ(outcome(act(made, "assign", R"({"officer": "21", "second_officer": "23"})", desk_)),
        "VALIDATION  [second_officer OFFICER_NOT_ELIGIBLE]");  // the licence ended yesterday
    EXPECT_EQ(outcome(act(made, "assign", R"({"officer": "21", "second_officer": "22"})", desk_)), "examined");
    EXPECT_EQ(inbox(li_).size(), 1U);
    EXPECT_TRUE(inbox(desk_, Inbox::Of::Candidate).empty());
    EXPECT_EQ(text("SELECT count(*) FROM workflow_notice WHERE account IN (21, 22)"), "2");
}

TEST_P(EngineTest, OnlyWhoMayActsAndOnlyWhereItApplies)
{
    const Saved made = request();
    EXPECT_EQ(outcome(act(made, "assign", "{}", li_)), "PERMISSION ");
    EXPECT_EQ(outcome(act(made, "submit", R"({"finding": "属实"})", desk_)), "ACTION_STATE ");
    EXPECT_EQ(outcome(act(made, "fly", "{}", desk_)), "ACTION_UNKNOWN ");
    EXPECT_EQ(outcome(engine_->act({"request", made.id, "refuse", object(R"({"comment": "无关"})"), 7}, as(desk_))), "STALE ");
    EXPECT_EQ(outcome(act(made, "refuse", "{}", desk_)), "VALIDATION  [comment REQUIRED]");
    EXPECT_EQ(outcome(act(made, "refuse", R"({"comment": "无关", "fine": 5})", desk_)), "VALIDATION  [fine UNKNOWN_FIELD]");
    EXPECT_EQ(outcome(act(examined(), "submit", R"({"finding": "?"})", li_)), "VALIDATION  [finding FINDING]");
    EXPECT_EQ(outcome(act(made, "assign", "{}", haidian_)), "RECORD_UNKNOWN ");
}

TEST_P(EngineTest, TellsWhatMayBeDoneAndWhyNot)
{
    const Saved made = request();
    const auto offers = engine_->offers("request", made.id, as(desk_));
    ASSERT_TRUE(offers.ok()) << offers.error().code << offers.error().detail;
    std::map<std::string, bool> allowed;
    for (const auto& one : offers->at("actions").as_array())
        allowed[std::string(one.at("name").as_string())] = one.at("allowed").as_bool();
    EXPECT_EQ(allowed, (std::map<std::string, bool>{{"assign", true}, {"refuse", true}, {"prolong", false}}));
    EXPECT_EQ(offers->at("deadlines").at(0).at("segments").at(0).at("counted"), 7);
}

TEST_P(EngineTest, AMajorityDecidesAndTheOthersAreNotNeeded)
{
    const Saved made = deciding(R"({"finding": "属实", "fine": 500})");
    ASSERT_TRUE(vote(head_, true).ok());
    EXPECT_EQ(state(made), "deciding");
    EXPECT_EQ(text("SELECT version FROM record_request"), "3");  // a vote does not raise it
    ASSERT_TRUE(vote(head_three_, true).ok());
    EXPECT_EQ(state(made), "fined");
    EXPECT_TRUE(inbox(head_two_).empty());
    EXPECT_EQ(text("SELECT text FROM record_letter"), "reply to SQ202609280001");
    EXPECT_EQ(text("SELECT letter FROM record_request"), text("SELECT id FROM record_letter"));
    EXPECT_EQ(text("SELECT overdue_days FROM record_request"), "0");
    EXPECT_EQ(text("SELECT outcome FROM workflow_round"), "agreed");
}

TEST_P(EngineTest, HalfAgainstIsNoMajorityAndWithdrawalClosesTheRound)
{
    const Saved made = deciding();
    ASSERT_TRUE(vote(head_, false).ok());
    ASSERT_TRUE(vote(head_two_, false).ok());
    EXPECT_EQ(state(made), "examined");
    EXPECT_EQ(outcome(act(made, "submit", R"({"finding": "再查"})", li_)), "deciding");
    EXPECT_EQ(outcome(act(made, "withdraw", "{}", li_)), "examined");
    EXPECT_TRUE(inbox(head_).empty());
}

TEST_P(EngineTest, DelegationReplacesTheApprover)
{
    deciding();
    EXPECT_EQ(engine_->delegate(first_task(head_), 32, {}, as(head_)).error().code, "DELEGATE_ASKED");
    const base::Id task = first_task(head_);
    ASSERT_TRUE(engine_->delegate(task, 21, {}, as(head_)).ok());
    EXPECT_TRUE(inbox(head_).empty());
    EXPECT_EQ(engine_->vote(task, true, "", {}, as(head_)).error().code, "TASK_UNKNOWN");
    EXPECT_TRUE(engine_->vote(task, true, "", {}, as(li_)).ok());
}

TEST_P(EngineTest, ATaskIsClaimedOnceAndGivenBack)
{
    request();
    const identity::Subject other = join(24, "desk");
    const base::Id task = first_task(desk_, Inbox::Of::Candidate);
    ASSERT_TRUE(engine_->claim(task, {}, as(desk_)).ok());
    EXPECT_EQ(engine_->claim(task, {}, as(other)).error().code, "TASK_UNKNOWN");
    ASSERT_TRUE(engine_->release(task, {}, as(desk_)).ok());
    EXPECT_TRUE(engine_->claim(task, {}, as(other)).ok());
}

TEST_P(EngineTest, AnAssignedScopeShowsWhatOneHasATaskOf)
{
    examined();
    request();
    identity::Subject li = li_;
    li.grants.front().scope = identity::Scope::Assigned;
    const auto list = store_->list("request", {}, as(li));
    ASSERT_TRUE(list.ok()) << list.error().code << list.error().detail;
    EXPECT_EQ(list->at("items").as_array().size(), 1U);
    identity::Subject zhao = zhao_;
    zhao.grants.front().scope = identity::Scope::Assigned;
    EXPECT_TRUE(store_->list("request", {}, as(zhao))->at("items").as_array().empty());
}

TEST_P(EngineTest, LightsChangeAndPeopleAreTold)
{
    const Saved made = examined();
    later("2026-10-04T00:00");
    EXPECT_EQ(inbox(li_).front().at("light"), "yellow");
    EXPECT_EQ(text("SELECT count(*) FROM workflow_notice WHERE account = 21"), "2");
    later("2026-10-08T12:00");
    EXPECT_EQ(inbox(li_).front().at("light"), "red");
    later("2026-10-10T12:00");
    EXPECT_EQ(inbox(li_).front().at("light"), "overdue");
    EXPECT_EQ(text("SELECT overdue_days FROM record_request"), "2");
    EXPECT_EQ(text("SELECT count(*) FROM workflow_notice WHERE account = 31"), "1");
    EXPECT_EQ(engine_->counts(as(li_))->at("mine").at("overdue"), 1);
    EXPECT_EQ(outcome(act(made, "prolong", "{}", head_)), "DEADLINE_OVER ");
}

TEST_P(EngineTest, ADeadlineIsSuspendedResumedAndExtendedOnce)
{
    const Saved made = examined();
    EXPECT_EQ(outcome(act(made, "send_sample", "{}", li_)), "laboratory");
    EXPECT_EQ(text("SELECT due_at FROM record_request"), "");
    clock_.set(*base::Timestamp::parse("2026-10-02T09:00:00+08:00"));
    EXPECT_EQ(outcome(act(made, "take_result", "{}", li_)), "examined");
    const auto now = store_->read("request", made.id, as(li_));
    EXPECT_EQ(now->at("due_at"), "2026-10-10T00:00:00.000+08:00");  // four days later: 9 October, a working day
    EXPECT_EQ(outcome(act(made, "prolong", "{}", head_)), "examined");
    EXPECT_EQ(outcome(act(made, "prolong", "{}", head_)), "DEADLINE_EXTENDED ");
}

TEST_P(EngineTest, LateWorkNeedsAReason)
{
    const Saved made = request();
    later("2026-10-10T12:00");
    EXPECT_EQ(outcome(act(made, "refuse", R"({"comment": "无关"})", desk_)), "VALIDATION  [late_reason OVERDUE_REASON]");
    EXPECT_EQ(outcome(act(made, "refuse", R"({"comment": "无关", "late_reason": "人手不足"})", desk_)), "closed");
    EXPECT_EQ(text("SELECT overdue_days FROM record_request"), "2");
}

TEST_P(EngineTest, ARoundEndsWithItsTime)
{
    const Saved made = deciding();
    later("2026-10-08T09:00");  // three working days: 29, 30, 8 October
    EXPECT_EQ(state(made), "deciding");
    later("2026-10-09T00:00");
    EXPECT_EQ(state(made), "examined");
    EXPECT_EQ(text("SELECT outcome FROM workflow_round"), "expired");
    EXPECT_TRUE(inbox(head_).empty());
}

TEST_P(EngineTest, ABatchTellsOfEachRow)
{
    const Saved first = request(), second = examined();
    const auto results = engine_->act_on_all({"request", 0, "refuse", object(R"({"comment": "重复"})")}, {first.id, second.id}, as(desk_));
    ASSERT_TRUE(results.ok());
    EXPECT_TRUE((*results)[0].ok());
    EXPECT_EQ((*results)[1].error().code, "ACTION_STATE");
    EXPECT_EQ(engine_->act_on_all({"request", 0, "assign"}, {first.id}, as(desk_)).error().code, "ACTION_NOT_BATCH");
}

TEST_P(EngineTest, ARetryDoesNotActTwice)
{
    const Saved made = request();
    Context context = as(desk_);
    context.route = "/actions/refuse";
    context.idempotency_key = "k";
    context.body_hash = "h";
    const Act refuse{"request", made.id, "refuse", object(R"({"comment": "无关"})")};
    EXPECT_EQ(outcome(engine_->act(refuse, context)), "closed");
    EXPECT_EQ(outcome(engine_->act(refuse, context)), "closed");
    EXPECT_EQ(text("SELECT count(*) FROM change_log WHERE action = 'refuse'"), "1");
}

TEST_P(EngineTest, DeletingClosesAndRestoringOpensAgain)
{
    const Saved made = request();
    ASSERT_TRUE(store_->remove("request", made.id, made.version, "错", as(desk_)).ok());
    EXPECT_TRUE(inbox(desk_, Inbox::Of::Candidate).empty());
    ASSERT_TRUE(store_->restore("request", made.id, {}, as(desk_)).ok());
    EXPECT_EQ(inbox(desk_, Inbox::Of::Candidate).size(), 1U);
}

// The last two votes at the same instant: one of them decides, once.
TEST_P(EngineTest, TwoLastVotesAtOnceDecideOnce)
{
    const int turns = std::getenv("WEIJIAN_NIGHTLY") ? 1000 : 50;
    for (int turn = 0; turn < turns; ++turn) {
        const Saved made = deciding();
        ASSERT_TRUE(vote(head_, turn % 2 == 0).ok());
        const base::Id second = first_task(head_two_), third = first_task(head_three_);
        std::atomic<int> ready{0};
        const auto cast = [&](base::Id task, const identity::Subject& who) {
            ++ready;
            while (ready < 2)
                std::this_thread::yield();
            const auto result = engine_->vote(task, true, "", {}, as(who));
            // With the first yes the second decides; the third may come too late.
            EXPECT_TRUE(result.ok() || result.error().code == "TASK_CLOSED") << result.error().code << result.error().detail;
        };
        std::thread other{[&] { cast(second, head_two_); }};
        cast(third, head_three_);
        other.join();
        ASSERT_EQ(state(made), "closed");
        ASSERT_EQ(text("SELECT count(*) FROM change_log WHERE action = 'agree' AND id = " + std::to_string(made.id)), "1");
        ASSERT_EQ(text("SELECT count(*) FROM workflow_task WHERE closed_at IS NULL"), "0");
    }
    EXPECT_EQ(text("SELECT count(*) FROM record_letter"), std::to_string(turns));
}

TEST_P(EngineTest, IsDrawnAsAPicture)
{
    const std::string svg = diagram(release_->workflows.at("request_flow"), "zh");
    for (const auto& state : release_->workflows.at("request_flow").states)
        EXPECT_NE(svg.find(">" + state.title.zh + "<"), std::string::npos) << state.name;
    EXPECT_EQ(svg.find("&lt;"), std::string::npos);
}

}  // namespace
}  // namespace workflow
