// G1: what was answered with success survives a power failure.

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <thread>

#include "storage/blobs.h"
#include "storage/testing/databases.h"
#include "storage/testing/power.h"

namespace storage {
namespace {

using testing::Power;

// The cut makes the storage complain in the log, as it should; here it would only be noise.
class G1PowerLoss : public ::testing::Test {
protected:
    G1PowerLoss() { ::testing::internal::CaptureStderr(); }
    ~G1PowerLoss() override { static_cast<void>(::testing::internal::GetCapturedStderr()); }
};

std::uint64_t points()
{
    return std::getenv("WEIJIAN_NIGHTLY") ? 200 : 20;
}

struct Ledger {
    std::mutex mutex;
    std::set<std::int64_t> rows = {};
    std::set<std::string> blobs = {};

    std::size_t size()
    {
        std::lock_guard lock(mutex);
        return rows.size();
    }
};

struct Losses {
    int rows = 0;
    int blobs = 0;
    int halves = 0;  // of a transaction
    int broken = 0;  // databases that fail their own check
    int acknowledged = 0;
};

Status create(Database& database)
{
    return database.migrate([](Transaction& transaction) {
        return transaction.execute_script("CREATE TABLE entry (id INTEGER PRIMARY KEY, pad TEXT);"
                                          "CREATE TABLE twin (id INTEGER PRIMARY KEY, blob TEXT)");
    });
}

// One client: a blob, then a row that names it. What was answered before the cut goes to the ledger.
void work(Database& database, Blobs& blobs, Power& power, Ledger& ledger, int client)
{
    for (std::int64_t number = 0; !power.cut() && number < 3'000; ++number) {
        const std::int64_t id = client * 1'000'000 + number;
        std::string name;
        if (number % 5 == 0) {
            const auto kept = blobs.put("content of " + std::to_string(id) + std::string(700, 'x'));
            if (!kept.ok())
                return;
            name = *kept;
            std::lock_guard lock(ledger.mutex);
            if (!power.cut())
                ledger.blobs.insert(name);
        }
        const auto status = database.write([&](Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO entry (id, pad) VALUES (?1, ?2)", {id, std::string(900, 'p')}));
            TRY(transaction.execute("INSERT INTO twin (id, blob) VALUES (?1, ?2)", {id, name}));
            return {};
        });
        if (!status.ok())
            return;
        std::lock_guard lock(ledger.mutex);
        if (!power.cut())
            ledger.rows.insert(id);
    }
}

void count_losses(const std::filesystem::path& folder, Ledger& ledger, Losses& losses)
{
    losses.acknowledged += static_cast<int>(ledger.rows.size());
    const auto database = open_sqlite({.path = folder / "test.db"});
    const auto blobs = Blobs::open(folder / "blobs");
    if (!database.ok() || !blobs.ok()) {
        ++losses.broken;
        return;
    }
    const Status looked = (*database)->read([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto check, transaction.first("PRAGMA integrity_check"));
        losses.broken += check->text(0) == "ok" ? 0 : 1;
        std::set<std::int64_t> found;
        TRY(transaction.query_each("SELECT id FROM entry", {}, [&](const Row& row) {
            found.insert(row.integer(0));
            return true;
        }));
        for (const std::int64_t id : ledger.rows)
            losses.rows += found.contains(id) ? 0 : 1;
        TRY_ASSIGN(const auto halves, transaction.first("SELECT count(*) FROM entry FULL JOIN twin ON entry.id = twin.id "
                                                        "WHERE entry.id IS NULL OR twin.id IS NULL"));
        losses.halves += static_cast<int>((*halves).integer(0));
        // A row that is there never names a blob that is not.
        TRY(transaction.query_each("SELECT blob FROM twin WHERE blob <> ''", {}, [&](const Row& row) {
            ledger.blobs.insert(row.text(0));
            return true;
        }));
        return {};
    });
    losses.broken += looked.ok() ? 0 : 1;
    for (const std::string& name : ledger.blobs)
        losses.blobs += (*blobs)->read(name, 10'000).ok() ? 0 : 1;
}

Losses cut_power(bool synchronous_full, Power::Lies lies)
{
    Losses losses;
    for (std::uint64_t seed = 1; seed <= points(); ++seed) {
        const testing::Folder running(testing::Folder::On::Memory), restarted(testing::Folder::On::Memory);
        Ledger ledger;
        {
            Power power(running.path(), seed, lies);
            auto opened = open_sqlite({.path = running.path() / "test.db",
                                       .synchronous_full = synchronous_full,
                                       .vfs = power.vfs(),
                                       .checkpoint_pages = 60});
            EXPECT_TRUE(opened.ok());
            auto blobs = Blobs::open(running.path() / "blobs", power.disk());
            EXPECT_TRUE(blobs.ok());
            EXPECT_TRUE(create(**opened).ok());
            std::mt19937_64 random(seed);
            power.cut_after(static_cast<std::int64_t>(100 + random() % 1'500));
            std::vector<std::thread> clients;
            for (int client = 0; client < 4; ++client)
                clients.emplace_back([&, client] { work(**opened, **blobs, power, ledger, client); });
            for (std::thread& client : clients)
                client.join();
            EXPECT_TRUE(power.cut());
            power.restore(restarted.path());
        }
        count_losses(restarted.path(), ledger, losses);
    }
    return losses;
}

TEST_F(G1PowerLoss, NothingThatWasAcknowledgedIsMissing)
{
    const Losses losses = cut_power(true, {});
    EXPECT_GT(losses.acknowledged, static_cast<int>(points()) * 20);
    EXPECT_EQ(losses.rows, 0);
    EXPECT_EQ(losses.blobs, 0);
    EXPECT_EQ(losses.halves, 0);
    EXPECT_EQ(losses.broken, 0);
}

// The test is able to see a loss: less syncing loses what was acknowledged.
TEST_F(G1PowerLoss, WithSynchronousNormalRowsAreMissing)
{
    const Losses losses = cut_power(false, {});
    EXPECT_GT(losses.rows, 0);
    EXPECT_EQ(losses.halves, 0);
}

TEST_F(G1PowerLoss, WithoutTheSyncOfTheFileBlobsAreMissing)
{
    const Losses losses = cut_power(true, {.file_sync = true});
    EXPECT_GT(losses.blobs, 0);
    EXPECT_EQ(losses.rows, 0);
}

TEST_F(G1PowerLoss, WithoutTheSyncOfTheFolderBlobsAreMissing)
{
    const Losses losses = cut_power(true, {.folder_sync = true});
    EXPECT_GT(losses.blobs, 0);
}

// An upload goes on where it was acknowledged, and its end is what was sent.
TEST_F(G1PowerLoss, UploadsGoOnWhereTheyWereAcknowledged)
{
    for (std::uint64_t seed = 1; seed <= points(); ++seed) {
        const testing::Folder running(testing::Folder::On::Memory), restarted(testing::Folder::On::Memory);
        std::string content;
        for (int index = 0; index < 20'000; ++index)
            content += static_cast<char>('a' + (index * 7 + index / 26) % 26);
        Upload acknowledged;
        {
            Power power(running.path(), seed);
            auto blobs = Blobs::open(running.path() / "blobs", power.disk());
            ASSERT_TRUE(blobs.ok());
            acknowledged = *(*blobs)->begin(content.size());
            power.cut_after(static_cast<std::int64_t>(1 + seed % 60));
            for (;;) {
                const auto next = (*blobs)->append(acknowledged.id, acknowledged.offset,
                                                   std::string_view(content).substr(acknowledged.offset, 1'300));
                if (!next.ok() || power.cut())
                    break;
                acknowledged = *next;
            }
            power.restore(restarted.path());
        }
        auto blobs = Blobs::open(restarted.path() / "blobs");
        const auto found = (*blobs)->find(acknowledged.id);
        ASSERT_TRUE(found.ok()) << seed;
        EXPECT_GE(found->offset, acknowledged.offset);
        ASSERT_TRUE((*blobs)->append(found->id, found->offset, std::string_view(content).substr(found->offset)).ok());
        const auto name = (*blobs)->finish(found->id);
        ASSERT_TRUE(name.ok());
        EXPECT_EQ(*(*blobs)->read(*name, content.size()), content) << seed;
    }
}

}  // namespace
}  // namespace storage
