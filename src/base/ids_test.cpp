#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace base {
namespace {

TEST(Ids, IncreaseAlsoWhenTheClockStepsBack)
{
    ManualClock clock(*Timestamp::parse("2026-09-28T16:00:00+08:00"));
    IdGenerator generator(clock, 5);
    Id last = 0;
    for (int i = 0; i < 10'000; ++i) {
        const Id id = generator.next();
        ASSERT_GT(id, last);
        last = id;
        if (i == 3000)
            clock.advance(std::chrono::hours(-1));
        if (i % 7 == 0)
            clock.advance(std::chrono::milliseconds(1));
    }
}

TEST(Ids, ArePositiveFromTheFirstInstantOn)
{
    ManualClock clock(Timestamp{0});
    EXPECT_GT(IdGenerator(clock).next(), 0);
    clock.set(*Timestamp::parse("2150-01-01T00:00:00Z"));
    EXPECT_GT(IdGenerator(clock, 1023).next(), 0);
}

TEST(Ids, OfTwoNodesDifferInTheSameMillisecond)
{
    ManualClock clock(*Timestamp::parse("2026-09-28T16:00:00+08:00"));
    IdGenerator one(clock, 1);
    IdGenerator two(clock, 2);
    std::set<Id> seen;
    for (int i = 0; i < 5000; ++i) {
        EXPECT_TRUE(seen.insert(one.next()).second);
        EXPECT_TRUE(seen.insert(two.next()).second);
    }
}

TEST(Ids, OfManyThreadsDiffer)
{
    const SystemClock clock;
    IdGenerator generator(clock);
    std::vector<std::vector<Id>> made(4);
    std::vector<std::thread> threads;
    for (auto& list : made)
        threads.emplace_back([&] {
            for (int i = 0; i < 5000; ++i)
                list.push_back(generator.next());
        });
    for (auto& thread : threads)
        thread.join();
    std::set<Id> all;
    for (const auto& list : made)
        all.insert(list.begin(), list.end());
    EXPECT_EQ(all.size(), 20'000u);
}

TEST(Ids, AreReadFromDigitsOnly)
{
    for (const char* wrong :
        {"", "0", "-1", "+1", " 1", "1 ", "1x", "9223372036854775808", "99999999999999999999", "１"})
        EXPECT_FALSE(parse_id(wrong)) << wrong;
    EXPECT_EQ(parse_id("42"), 42);
    EXPECT_EQ(parse_id("9223372036854775807"), 9223372036854775807);
}

}  // namespace
}  // namespace base
