#include "kernel/jobs/jobs.h"

#include <gtest/gtest.h>

#include "storage/testing/databases.h"

namespace jobs {
namespace {

using namespace std::chrono_literals;

base::Timestamp at(const char* text) { return *base::Timestamp::parse(text); }

TEST(Schedule, PlansTheLatestTimeAtOrBeforeNow)
{
    const Schedule nightly{24h, 2h + 10min};
    EXPECT_EQ(planned_at(nightly, at("2026-09-28T02:10:00+08:00")), at("2026-09-28T02:10:00+08:00"));
    EXPECT_EQ(planned_at(nightly, at("2026-09-28T02:09:59+08:00")), at("2026-09-27T02:10:00+08:00"));
    EXPECT_EQ(planned_at(nightly, at("2026-09-28T23:59:00+08:00")), at("2026-09-28T02:10:00+08:00"));
    const Schedule often{15min, 0min};
    EXPECT_EQ(planned_at(often, at("2026-09-28T16:44:59+08:00")), at("2026-09-28T16:30:00+08:00"));
}

class Jobs : public storage::testing::ForEachDatabase {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(migrate(database()).ok());
    }
    base::ManualClock clock{at("2026-09-28T16:00:00+08:00")};
};

TEST_P(Jobs, TwoNodesRunAJobOnce)
{
    int runs = 0;
    const Job job{"count", {60min, 0min}, [&]() -> Result<std::string> { return std::to_string(++runs); }};
    Scheduler one{database(), clock}, other{database(), clock};
    one.add(job);
    other.add(job);
    ASSERT_EQ(*one.run_due(), 1);
    ASSERT_EQ(*other.run_due(), 0);
    clock.advance(59min);
    ASSERT_EQ(*one.run_due(), 0);
    clock.advance(1min);
    ASSERT_EQ(*other.run_due(), 1);
    EXPECT_EQ(runs, 2);
}

TEST_P(Jobs, AMissedRunIsMadeUpOnce)
{
    int runs = 0;
    Scheduler scheduler{database(), clock};
    scheduler.add({"count", {60min, 0min}, [&]() -> Result<std::string> { return std::to_string(++runs); }});
    ASSERT_EQ(*scheduler.run_due(), 1);
    clock.advance(std::chrono::hours{24 * 10});
    ASSERT_EQ(*scheduler.run_due(), 1);
    ASSERT_EQ(*scheduler.run_due(), 0);
}

TEST_P(Jobs, AFailedRunSaysWhyAndTheNextOneRuns)
{
    bool broken = true;
    Scheduler scheduler{database(), clock};
    scheduler.add({"fragile", {60min, 0min}, [&]() -> Result<std::string> {
        if (broken)
            return base::Error{base::Kind::Unavailable, "DISK_FULL"};
        return std::string{"fine"};
    }});
    ASSERT_EQ(*scheduler.run_due(), 1);
    broken = false;
    clock.advance(60min);
    ASSERT_EQ(*scheduler.run_due(), 1);
    const auto runs = scheduler.runs("fragile", 10);
    ASSERT_TRUE(runs.ok());
    ASSERT_EQ(runs->size(), 2u);
    EXPECT_EQ((*runs)[0].outcome, "done");
    EXPECT_EQ((*runs)[1].outcome, "failed");
    EXPECT_EQ((*runs)[1].detail, "DISK_FULL");
}

// A node that died in the middle: its row stays unfinished and is taken up after the time limit.
TEST_P(Jobs, ARunCutOffByACrashIsTakenUpAgain)
{
    Scheduler dead{database(), clock};
    ASSERT_TRUE(database().write([&](storage::Transaction& t) -> Status {
        TRY(t.execute("INSERT INTO job_run (job, planned_at, started_at) VALUES (?1, ?2, ?3)",
            {std::string{"long"}, planned_at({24h, 0min}, clock.now()), clock.now()}));
        return {};
    }).ok());
    int runs = 0;
    Scheduler scheduler{database(), clock};
    scheduler.add({"long", {24h, 0min}, [&]() -> Result<std::string> { return std::to_string(++runs); }, 30min});
    ASSERT_EQ(*scheduler.run_due(), 0);
    clock.advance(31min);
    ASSERT_EQ(*scheduler.run_due(), 1);
    EXPECT_EQ(scheduler.runs("long", 1)->front().attempts, 2);
}

FOR_EACH_DATABASE(Jobs);

}  // namespace
}  // namespace jobs
