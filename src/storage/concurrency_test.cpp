#include <condition_variable>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "storage/testing/cluster.h"
#include "storage/testing/databases.h"
#include "storage/testing/power.h"

namespace storage {
namespace {

using namespace std::chrono_literals;

template <class F>
void together(int count, F run)
{
    std::vector<std::thread> threads;
    for (int index = 0; index < count; ++index)
        threads.emplace_back([&run, index] { run(index); });
    for (std::thread& thread : threads)
        thread.join();
}

class Concurrency : public testing::ForEachDatabase {
protected:
    Concurrency()
    {
        const Status made = database().migrate([](Transaction& transaction) {
            return transaction.execute_script("CREATE TABLE counter (name TEXT PRIMARY KEY, last BIGINT NOT NULL);"
                                              "INSERT INTO counter VALUES ('TS', 0);"
                                              "CREATE TABLE ledger (id BIGINT PRIMARY KEY, number BIGINT UNIQUE);"
                                              "CREATE TABLE duty (doctor BIGINT PRIMARY KEY, on_call BIGINT NOT NULL);"
                                              "INSERT INTO duty VALUES (1, 1), (2, 1)");
        });
        EXPECT_TRUE(made.ok());
    }
    std::int64_t number(std::string_view sql)
    {
        const auto row = database().read([&](Transaction& transaction) { return transaction.first(sql); });
        return row.ok() && *row ? (*row)->integer(0) : -1;
    }
    // What a record with a gap-free number does.
    Status enter(std::int64_t id)
    {
        return database().write([&](Transaction& transaction) -> Status {
            TRY_ASSIGN(const auto row, transaction.first("UPDATE counter SET last = last + 1 WHERE name = ?1 RETURNING last",
                                                         {std::string("TS")}));
            TRY(transaction.execute("INSERT INTO ledger (id, number) VALUES (?1, ?2)", {id, row->integer(0)}));
            return {};
        });
    }
};

TEST_P(Concurrency, ThirtyTwoWritersLeaveEveryAcknowledgedRowOnceAndNoGap)
{
    const int each = on_postgres() ? 8 : 40;
    std::atomic<int> acknowledged = 0, refused = 0;
    together(32, [&](int writer) {
        for (int count = 0; count < each; ++count)
            ++(enter(writer * 1'000 + count).ok() ? acknowledged : refused);
    });
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(number("SELECT count(*) FROM ledger"), acknowledged);
    EXPECT_EQ(number("SELECT max(number) FROM ledger"), acknowledged);
    EXPECT_EQ(number("SELECT last FROM counter"), acknowledged);
}

// Both doctors want to leave and each sees the other on duty. One must be refused.
TEST_P(Concurrency, WriteSkewIsRefused)
{
    for (int round = 0; round < 5; ++round) {
        ASSERT_TRUE(database()
                        .write([](Transaction& transaction) { return transaction.execute("UPDATE duty SET on_call = 1"); })
                        .ok());
        std::mutex mutex;
        std::condition_variable read;
        int have_read = 0;
        std::atomic<int> left = 0;
        together(2, [&](int index) {
            int runs = 0;
            const Status status = database().write([&](Transaction& transaction) -> Status {
                TRY_ASSIGN(const auto row, transaction.first("SELECT count(*) FROM duty WHERE on_call = 1"));
                if (row->integer(0) < 2)
                    return Error{.kind = Kind::Conflict, .code = "LAST_DOCTOR"};
                if (++runs == 1) {
                    // Lets the other read the same state, where the database allows that.
                    std::unique_lock lock(mutex);
                    ++have_read;
                    read.notify_all();
                    read.wait_for(lock, 100ms, [&] { return have_read == 2; });
                }
                TRY(transaction.execute("UPDATE duty SET on_call = 0 WHERE doctor = ?1", {std::int64_t{index + 1}}));
                return {};
            });
            left += status.ok() ? 1 : 0;
            EXPECT_TRUE(status.ok() || status.error().code == "LAST_DOCTOR") << status.error().code;
        });
        EXPECT_EQ(left, 1);
        EXPECT_EQ(number("SELECT sum(on_call) FROM duty"), 1);
    }
}

TEST_P(Concurrency, ASlowReaderBlocksNoWriter)
{
    for (std::int64_t id = 0; id < 3; ++id)
        ASSERT_TRUE(enter(id).ok());
    const auto status = database().read([&](Transaction& transaction) -> Status {
        std::int64_t seen = 0;
        TRY(transaction.query_each("SELECT id FROM ledger ORDER BY id", {}, [&](const Row&) {
            // A whole write, from another thread, in the middle of our result.
            std::thread([&] { EXPECT_TRUE(enter(100 + seen).ok()); }).join();
            ++seen;
            return true;
        }));
        EXPECT_EQ(seen, 3);
        return {};
    });
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(number("SELECT count(*) FROM ledger"), 6);
}

TEST_P(Concurrency, ManyReadersAndWritersEndInOneState)
{
    together(12, [&](int index) {
        for (int count = 0; count < 25; ++count) {
            if (index % 3 == 0) {
                EXPECT_TRUE(enter(index * 100 + count).ok());
                continue;
            }
            const auto same = database().read([](Transaction& transaction) -> Result<bool> {
                TRY_ASSIGN(const auto last, transaction.first("SELECT last FROM counter"));
                TRY_ASSIGN(const auto rows, transaction.first("SELECT count(*) FROM ledger"));
                return last->integer(0) == rows->integer(0);
            });
            EXPECT_TRUE(same.ok() && *same);
        }
    });
    EXPECT_EQ(number("SELECT count(*) FROM ledger"), 100);
}

FOR_EACH_DATABASE(Concurrency);

class GroupCommit : public ::testing::Test {
protected:
    GroupCommit()
    {
        auto opened = open_sqlite({.path = folder_.path() / "test.db", .vfs = power_.vfs()});
        database_ = *std::move(opened);
        EXPECT_TRUE(write("CREATE TABLE entry (id INTEGER PRIMARY KEY)").ok());
    }
    Status write(const std::string& sql)
    {
        return database_->write([&](Transaction& transaction) -> Status {
            TRY(transaction.execute(sql));
            return {};
        });
    }

    testing::Folder folder_{testing::Folder::On::Memory};
    testing::Power power_{folder_.path(), 1};
    std::unique_ptr<Database> database_;
};

TEST_F(GroupCommit, WritersThatWaitShareOneSync)
{
    const auto before = power_.syncs();
    std::latch entered(1), go(1);
    std::thread first([&] {
        EXPECT_TRUE(database_
                        ->write([&](Transaction& transaction) -> Status {
                            entered.count_down();
                            go.wait();
                            TRY(transaction.execute("INSERT INTO entry VALUES (0)"));
                            return {};
                        })
                        .ok());
    });
    entered.wait();
    std::atomic<int> started = 0;
    std::vector<std::thread> others;
    for (int id = 1; id < 32; ++id)
        others.emplace_back([&, id] {
            ++started;
            EXPECT_TRUE(write("INSERT INTO entry VALUES (" + std::to_string(id) + ")").ok());
        });
    while (started < 31)
        std::this_thread::yield();
    std::this_thread::sleep_for(50ms);
    go.count_down();
    first.join();
    for (std::thread& thread : others)
        thread.join();
    // All 32 normally need one; a thread that came late may need one more.
    EXPECT_LE(power_.syncs() - before, 3);
    EXPECT_GE(power_.syncs() - before, 1);
}

TEST_F(GroupCommit, OneRefusedPieceOfWorkDoesNotHurtTheOthers)
{
    std::atomic<int> done = 0;
    together(32, [&](int index) {
        // Odd ones all want the same row.
        const int id = index % 2 == 0 ? 100 + index : 1;
        done += write("INSERT INTO entry VALUES (" + std::to_string(id) + ")").ok() ? 1 : 0;
    });
    EXPECT_EQ(done, 17);
}

TEST_F(GroupCommit, WhenTheCommitFailsAllOfTheGroupAreTold)
{
    ::testing::internal::CaptureStderr();
    power_.cut_after(1);
    std::atomic<int> unavailable = 0;
    together(8, [&](int id) {
        const auto status = write("INSERT INTO entry VALUES (" + std::to_string(id) + ")");
        unavailable += !status.ok() && status.error().kind == Kind::Unavailable ? 1 : 0;
    });
    EXPECT_EQ(unavailable, 8);
    EXPECT_NE(::testing::internal::GetCapturedStderr().find("writes failed"), std::string::npos);
}

}  // namespace
}  // namespace storage
