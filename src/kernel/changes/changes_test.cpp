#include "kernel/changes/changes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <latch>
#include <set>
#include <thread>

#include "base/files.h"
#include "kernel/changes/readers.h"
#include "kernel/changes/seals.h"
#include "storage/testing/databases.h"

namespace changes {
namespace {

using storage::Transaction;

class Changes : public storage::testing::ForEachDatabase {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(migrate(database()).ok());
        folder_ = std::filesystem::temp_directory_path() /
            ("weijian-changes-" + base::crypto::hex(base::crypto::random_bytes(8)));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override
    {
        std::filesystem::remove_all(folder_);
    }

    Status add(std::int64_t id, const std::string& action = "create")
    {
        return database().write([&](Transaction& transaction) -> Status {
            TRY(append(transaction, change(id, action)));
            return {};
        });
    }

    Change change(std::int64_t id, const std::string& action = "create") const
    {
        return {clock.now(), 7, 1, "kettle", id, 1, action, json::object{{"name", json::array{nullptr, "铜壶"}}}};
    }

    SealOptions seals() { return {folder_ / "seal.key", folder_ / "seals.log", 10, std::chrono::seconds{60}}; }

    // A log of `count` sealed rows, the blocks signed and copied.
    void fill_and_seal(int count)
    {
        ASSERT_TRUE(create_seal_key(seals().key_file).ok());
        std::vector<Change> changes;
        for (int id = 1; id <= count; ++id)
            changes.push_back(change(id));
        ASSERT_TRUE(database().write([&](Transaction& t) { return append_many(t, changes); }).ok());
        seal_all();
    }

    void seal_all()
    {
        auto reader = seal_reader(database(), clock, seals());
        ASSERT_TRUE(reader.ok());
        Readers readers{database(), clock};
        readers.add(*std::move(reader));
        ASSERT_TRUE(readers.drain().ok());
        clock.advance(std::chrono::seconds{61});
        ASSERT_TRUE(readers.drain().ok());
    }

    Verification verified()
    {
        auto verification = verify(database(), seals());
        EXPECT_TRUE(verification.ok());
        return verification.ok() ? *verification : Verification{};
    }

    void as_superuser(const std::string& sql)
    {
        auto status = database().write([&](Transaction& t) -> Status {
            TRY(t.execute(sql));
            return {};
        });
        ASSERT_TRUE(status.ok()) << sql << ": " << status.error().detail;
    }

    base::ManualClock clock{*base::Timestamp::parse("2026-09-28T16:00:00+08:00")};
    std::filesystem::path folder_;
};

// SQLite has one writer, so there the order of commits is the order of rows.
class ChangesOnPostgres : public Changes {};

TEST_P(Changes, LeavesNothingOfARefusedTransaction)
{
    const Status refused = database().write([&](Transaction& transaction) -> Status {
        TRY(append(transaction, change(1)));
        return Error{Kind::Conflict, "REFUSED"};
    });
    EXPECT_FALSE(refused.ok());
    auto entries = database().read([](Transaction& t) { return after(t, {}, 10); });
    ASSERT_TRUE(entries.ok());
    EXPECT_TRUE(entries->empty());
}

TEST_P(Changes, GivesBackWhatWasAppended)
{
    ASSERT_TRUE(add(5, "update").ok());
    auto entries = database().read([](Transaction& t) { return after(t, {}, 10); });
    ASSERT_TRUE(entries.ok());
    ASSERT_EQ(entries->size(), 1u);
    const Change& read = entries->front().change;
    EXPECT_EQ(read.id, 5);
    EXPECT_EQ(read.action, "update");
    EXPECT_EQ(read.at, clock.now());
    EXPECT_EQ(json::serialize(diff_of(entries->front())), R"({"name":[null,"铜壶"]})");
    EXPECT_EQ(read.source, "MANUAL");
}

TEST_P(Changes, ACursorNeverSeesAnEntryTwice)
{
    for (int id = 1; id <= 25; ++id)
        ASSERT_TRUE(add(id).ok());
    Cursor cursor;
    std::vector<std::int64_t> seen;
    while (true) {
        auto entries = database().read([&](Transaction& t) { return after(t, cursor, 4); });
        ASSERT_TRUE(entries.ok());
        if (entries->empty())
            break;
        for (const Entry& entry : *entries)
            seen.push_back(entry.change.id);
        cursor = cursor_of(entries->back());
    }
    ASSERT_EQ(seen.size(), 25u);
    for (std::size_t index = 0; index < seen.size(); ++index)
        EXPECT_EQ(seen[index], static_cast<std::int64_t>(index) + 1);
}

// The transaction that began first commits last: its row must not be skipped by a reader that ran in between.
TEST_P(ChangesOnPostgres, TheOlderTransactionCommitsLastAndNoReaderLosesARow)
{
    std::latch older_has_written{1}, younger_is_committed{1};
    std::atomic<int> runs{0};
    auto older = std::async(std::launch::async, [&] {
        return database().write([&](Transaction& transaction) -> Status {
            TRY(append(transaction, change(1)));
            if (runs++ == 0) {
                older_has_written.count_down();
                younger_is_committed.wait();
            }
            return {};
        });
    });
    older_has_written.wait();
    ASSERT_TRUE(add(2).ok());
    Cursor cursor;
    std::set<std::int64_t> seen;
    const auto read_on = [&] {
        auto entries = database().read([&](Transaction& t) { return after(t, cursor, 100); });
        ASSERT_TRUE(entries.ok());
        for (const Entry& entry : *entries) {
            EXPECT_TRUE(seen.insert(entry.change.id).second);
            cursor = cursor_of(entry);
        }
    };
    read_on();
    younger_is_committed.count_down();
    ASSERT_TRUE(older.get().ok());
    read_on();
    EXPECT_EQ(seen, (std::set<std::int64_t>{1, 2}));
}

TEST_P(Changes, AReaderThatFailsGoesOnFromItsCursor)
{
    for (int id = 1; id <= 5; ++id)
        ASSERT_TRUE(add(id).ok());
    ASSERT_TRUE(database().write([](Transaction& t) { return t.execute_script("CREATE TABLE handled (id BIGINT NOT NULL PRIMARY KEY)"); }).ok());
    bool broken = true;
    Readers readers{database(), clock};
    readers.add({"collect", [&](Transaction& t, const std::vector<Entry>& entries) -> Status {
        for (const Entry& entry : entries) {
            if (broken && entry.change.id == 3)
                return Error{Kind::Internal, "BROKEN"};
            TRY(t.execute("INSERT INTO handled (id) VALUES (?1)", {entry.change.id}));  // a second time fails
        }
        return {};
    }, {}, 2});
    EXPECT_FALSE(readers.drain().ok());
    broken = false;
    ASSERT_TRUE(readers.drain().ok());
    const auto handled = database().read([](Transaction& t) { return t.first("SELECT count(*) FROM handled"); });
    ASSERT_TRUE(handled.ok());
    EXPECT_EQ((*handled)->integer(0), 5);
    auto lag = readers.lag();
    ASSERT_TRUE(lag.ok());
    EXPECT_EQ(lag->front().entries, 0);
}

TEST_P(Changes, AReaderIsWokenByACommit)
{
    std::promise<void> woken;
    std::atomic<bool> done{false};
    Readers readers{database(), clock};
    readers.add({"wake", [&](Transaction&, const std::vector<Entry>&) -> Status {
        if (!done.exchange(true))
            woken.set_value();
        return {};
    }});
    readers.start();
    ASSERT_TRUE(add(1).ok());
    EXPECT_EQ(woken.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
    readers.stop();
}

TEST(Seals, ChainHasTheVectorsOfTheSpecification)
{
    using base::crypto::hex;
    const auto first = link({}, 1, R"({"seq":1,"event":"login"})");
    EXPECT_EQ(hex(first), "222c93a21d8706bf96171b1c5c017485d0e48123d834cd6fda19046569c524a7");
    EXPECT_EQ(hex(link(first, 2, R"({"seq":2,"event":"logout"})")),
        "1bc9f02d938fc9bcba9d561b44fc811dfcb36f08582272b43c86a9df6750b7c3");
}

TEST_P(Changes, AnUntouchedLogVerifies)
{
    fill_and_seal(25);
    const Verification verification = verified();
    EXPECT_EQ(verification.finding, "ok");
    EXPECT_EQ(verification.rows, 25);
    EXPECT_EQ(verification.blocks, 3);
    EXPECT_EQ(verification.exit_code, 0);
}

TEST_P(Changes, ARewrittenRowIsNamed)
{
    fill_and_seal(25);
    as_superuser("UPDATE change_log SET actor = 8 WHERE id = 13");
    const Verification verification = verified();
    EXPECT_EQ(verification.finding, "broken chain");
    EXPECT_EQ(verification.exit_code, 3);
    EXPECT_EQ(verification.first_bad_seq, 13);
}

TEST_P(Changes, ARewrittenDiffIsNamedAndAnErasedOneIsLawful)
{
    fill_and_seal(25);
    as_superuser("UPDATE change_log SET diff = NULL WHERE id = 4");
    EXPECT_EQ(verified().finding, "ok");
    as_superuser("UPDATE change_log SET diff = '{}' WHERE id = 5");
    EXPECT_EQ(verified().first_bad_seq, 5);
}

// Who may write everything rewrites a row and every later link; only the signatures are out of reach.
TEST_P(Changes, ASuperuserWhoRewritesEveryLaterHashIsFound)
{
    fill_and_seal(25);
    as_superuser("UPDATE change_log SET actor = 8 WHERE id = 13");
    as_superuser("DELETE FROM change_seal");
    as_superuser("DELETE FROM change_cursor");
    Readers readers{database(), clock};
    auto forger = seal_reader(database(), clock, seals());
    ASSERT_TRUE(forger.ok());
    forger->settle = {};
    readers.add(*std::move(forger));
    ASSERT_TRUE(readers.drain().ok());
    const Verification verification = verified();
    EXPECT_EQ(verification.finding, "bad signature");
    EXPECT_EQ(verification.exit_code, 4);
    EXPECT_EQ(verification.first_bad_seq, 20);
}

TEST_P(Changes, ACutOffEndIsFound)
{
    fill_and_seal(25);
    as_superuser("DELETE FROM change_log WHERE seq > 15");
    EXPECT_EQ(verified().finding, "gap");
    as_superuser("DELETE FROM change_seal WHERE seq > 15");
    EXPECT_EQ(verified().finding, "cut off end");
    as_superuser("DELETE FROM change_block WHERE last_position > 15");
    const Verification verification = verified();  // only the copy knows now
    EXPECT_EQ(verification.finding, "cut off end");
    EXPECT_EQ(verification.exit_code, 5);
}

TEST_P(Changes, ARowSlippedInBehindTheSealsIsFound)
{
    fill_and_seal(25);
    as_superuser("DELETE FROM change_log WHERE seq = 3");
    EXPECT_EQ(verified().first_bad_seq, 3);
}

TEST_P(Changes, ATornLineOfTheCopyDoesNotSwallowTheNext)
{
    fill_and_seal(15);
    {
        std::ofstream copy{seals().copy_file, std::ios::app};
        copy << "weijian seal 3 2";  // the machine went down while writing
    }
    for (int id = 16; id <= 25; ++id)
        ASSERT_TRUE(add(id).ok());
    seal_all();
    EXPECT_EQ(verified().finding, "ok");
    EXPECT_EQ(verified().blocks, 3);
    as_superuser("DELETE FROM change_block WHERE block = 3");
    EXPECT_EQ(verified().finding, "cut off end");
}

TEST_P(Changes, AMissingKeyIsSaidByName)
{
    auto reader = seal_reader(database(), clock, seals());
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, "KEY_FILE");
}

FOR_EACH_DATABASE(Changes);
INSTANTIATE_TEST_SUITE_P(On, ChangesOnPostgres, ::testing::Values(storage::testing::Engine::Postgres));

}  // namespace
}  // namespace changes
