#include <atomic>
#include <thread>

#include "storage/testing/cluster.h"
#include "storage/testing/databases.h"

namespace storage {
namespace {

using namespace std::chrono_literals;

Status execute(Database& database, std::string_view sql, const Values& values = {})
{
    return database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(sql, values));
        return {};
    });
}

Result<std::vector<Row>> query(Database& database, std::string_view sql)
{
    return database.read([&](Transaction& transaction) { return transaction.query(sql); });
}

template <class F>
bool soon(F condition)
{
    for (int look = 0; look < 200; ++look) {
        if (condition())
            return true;
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

class PostgresNode : public ::testing::Test {
protected:
    testing::FreshDatabase node_{testing::Engine::Postgres};
};

TEST_F(PostgresNode, OtherNodesHearOfACommit)
{
    testing::FreshDatabase& first = node_;
    std::atomic<int> woken = 0;  // outlives the database that counts in it
    const auto second = open(first.where());
    (*second)->on_commit([&] { ++woken; });
    ASSERT_TRUE(execute(*first, "CREATE TABLE thing (id BIGINT)").ok());
    // The second node may still be on its way to listening.
    EXPECT_TRUE(soon([&] {
        EXPECT_TRUE(execute(*first, "INSERT INTO thing VALUES (1)").ok());
        return woken > 0;
    }));
}

TEST_F(PostgresNode, RowLevelSecurityReadsTheSettingsOfTheTransaction)
{
    ASSERT_TRUE(node_
                    ->migrate([](Transaction& transaction) {
                        return transaction.execute_script(
                            "CREATE TABLE unit (id BIGINT PRIMARY KEY, code TEXT UNIQUE, path TEXT);"
                            "ALTER TABLE unit ENABLE ROW LEVEL SECURITY; ALTER TABLE unit FORCE ROW LEVEL SECURITY;"
                            "CREATE POLICY scope ON unit USING"
                            " (path LIKE NULLIF(current_setting('weijian.scope', true), '') || '%')");
                    })
                    .ok());
    const auto as = [&](std::string scope, auto work) {
        return node_->write([&, scope](Transaction& transaction) -> Status {
            TRY(transaction.set_local("weijian.scope", scope));
            return work(transaction);
        });
    };
    const auto insert = [](std::int64_t id, std::string code, std::string path) {
        return [=](Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO unit VALUES (?1, ?2, ?3)", {id, code, path}));
            return {};
        };
    };
    ASSERT_TRUE(as("/a", insert(1, "x", "/a/1")).ok());
    ASSERT_TRUE(as("/b", insert(2, "y", "/b/1")).ok());
    EXPECT_EQ(as("/a", insert(3, "z", "/b/2")).error().code, "ROW_SECURITY");
    const auto seen = as("/b", [](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto rows, transaction.query("SELECT id FROM unit"));
        EXPECT_EQ(rows.size(), 1U);
        return {};
    });
    EXPECT_TRUE(seen.ok());
    EXPECT_EQ(query(*node_, "SELECT id FROM unit")->size(), 0U) << "the setting ends with its transaction";
    // The server hides the key here; the columns come from the catalogue.
    const auto twice = as("/a", insert(4, "x", "/a/4"));
    EXPECT_EQ(twice.error().code, "UNIQUE");
    EXPECT_EQ(twice.error().fields, std::vector<std::string>{"code"});
}

TEST_F(PostgresNode, AMigrationOfAnotherNodeChangesNothingForRunningStatements)
{
    ASSERT_TRUE(execute(*node_, "CREATE TABLE thing (id BIGINT)").ok());
    const auto other = open(node_.where());
    ASSERT_TRUE(query(**other, "SELECT * FROM thing").ok());
    ASSERT_TRUE(node_
                    ->migrate([](Transaction& transaction) {
                        return transaction.execute_script("ALTER TABLE thing ADD COLUMN name TEXT; INSERT INTO thing VALUES (1)");
                    })
                    .ok());
    const auto rows = query(**other, "SELECT * FROM thing");
    ASSERT_TRUE(rows.ok()) << rows.error().detail;
    EXPECT_EQ(rows->at(0).size(), 2U);
}

TEST_F(PostgresNode, SettingsProtectWhatWasPromised)
{
    const auto row = query(*node_, "SELECT current_setting('statement_timeout'), current_setting('synchronous_commit'), "
                                   "current_setting('transaction_isolation'), current_setting('TimeZone')");
    EXPECT_EQ(row->at(0).text(0), "30s");
    EXPECT_EQ(row->at(0).text(1), "on");
    EXPECT_EQ(row->at(0).text(2), "repeatable read");
    EXPECT_EQ(row->at(0).text(3), "UTC");
    const auto isolation = node_->write([](Transaction& transaction) {
        return transaction.first("SELECT current_setting('transaction_isolation')");
    });
    EXPECT_EQ((*isolation)->text(0), "serializable");
}

TEST(PostgresServer, WorkGoesOnAfterARestart)
{
    testing::Cluster cluster(testing::Fsync::Off);
    const auto database = open(cluster.create_database());
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE(execute(**database, "CREATE TABLE thing (id BIGINT)").ok());
    ASSERT_TRUE(execute(**database, "INSERT INTO thing VALUES (1)").ok());

    ::testing::internal::CaptureStderr();
    // Restarted between two pieces of work: nobody notices.
    cluster.stop(testing::Cluster::Stop::Immediate);
    cluster.start();
    EXPECT_TRUE(execute(**database, "INSERT INTO thing VALUES (2)").ok());
    EXPECT_EQ(query(**database, "SELECT id FROM thing")->size(), 2U);

    // In the middle of one: it runs again from its start.
    int runs = 0;
    const Status status = (*database)->write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO thing VALUES (3)"));
        if (++runs == 1) {
            cluster.stop(testing::Cluster::Stop::Immediate);
            cluster.start();
        }
        TRY(transaction.execute("INSERT INTO thing VALUES (4)"));
        return {};
    });
    EXPECT_TRUE(status.ok()) << status.error().code;
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(query(**database, "SELECT id FROM thing")->size(), 4U);

    cluster.stop(testing::Cluster::Stop::Fast);
    EXPECT_EQ(execute(**database, "INSERT INTO thing VALUES (5)").error().code, "DATABASE_UNAVAILABLE");
    EXPECT_EQ(query(**database, "SELECT 1").error().kind, Kind::Unavailable);
    EXPECT_EQ(open(cluster.superuser_url("x/test_1")).error().code, "DATABASE_UNAVAILABLE");
    cluster.start();
    EXPECT_TRUE(execute(**database, "INSERT INTO thing VALUES (5)").ok());
    static_cast<void>(::testing::internal::GetCapturedStderr());
}

}  // namespace
}  // namespace storage
