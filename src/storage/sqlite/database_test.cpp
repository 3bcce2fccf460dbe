#include <sqlite3.h>

#include <fstream>

#include "storage/testing/databases.h"

namespace storage {
namespace {

class SqliteFile : public ::testing::Test {
protected:
    std::string path() const { return folder_.path() / "test.db"; }
    void run(const char* sql)
    {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }
    std::string refusal() { return open_sqlite({.path = path()}).error().code; }

    testing::Folder folder_{testing::Folder::On::Memory};
};

TEST_F(SqliteFile, FilesOfOtherProgramsAreRefusedAndNotTouched)
{
    std::ofstream(path()) << std::string(4'096, 'x');
    EXPECT_EQ(refusal(), "DATABASE_FOREIGN");
    EXPECT_EQ(std::filesystem::file_size(path()), 4'096U);
}

TEST_F(SqliteFile, DatabasesOfOtherProgramsAreRefused)
{
    run("CREATE TABLE theirs (id INTEGER)");
    EXPECT_EQ(refusal(), "DATABASE_FOREIGN");
    run("DROP TABLE theirs; PRAGMA application_id = 77");
    EXPECT_EQ(refusal(), "DATABASE_FOREIGN");
}

TEST_F(SqliteFile, ANewerFormatIsRefused)
{
    ASSERT_TRUE(open_sqlite({.path = path()}).ok());
    run("PRAGMA user_version = 99");
    EXPECT_EQ(refusal(), "DATABASE_NEWER");
}

TEST_F(SqliteFile, AMissingFolderSaysSo)
{
    const auto opened = open_sqlite({.path = folder_.path() / "missing" / "test.db"});
    EXPECT_EQ(opened.error().code, "DATABASE_UNAVAILABLE");
    EXPECT_EQ(opened.error().kind, Kind::Unavailable);
}

TEST_F(SqliteFile, TheLogIsCopiedBackAndStaysSmall)
{
    auto opened = open_sqlite({.path = path(), .checkpoint_pages = 50});
    ASSERT_TRUE((*opened)
                    ->migrate([](Transaction& transaction) {
                        return transaction.execute_script("CREATE TABLE entry (id INTEGER PRIMARY KEY, pad TEXT)");
                    })
                    .ok());
    for (std::int64_t id = 0; id < 300; ++id)
        ASSERT_TRUE((*opened)
                        ->write([&](Transaction& transaction) {
                            return transaction.execute("INSERT INTO entry VALUES (?1, ?2)", {id, std::string(4'000, 'x')});
                        })
                        .ok());
    EXPECT_GT(std::filesystem::file_size(path()), 900'000U);
    EXPECT_LT(std::filesystem::file_size(path() + "-wal"), 600'000U);
}

TEST_F(SqliteFile, MemoryDatabasesAreOnesOwn)
{
    auto one = open_sqlite_memory(), other = open_sqlite_memory();
    ASSERT_TRUE(one.ok() && other.ok());
    const auto create = [](Transaction& transaction) { return transaction.execute_script("CREATE TABLE thing (id INTEGER)"); };
    EXPECT_TRUE((*one)->migrate(create).ok());
    EXPECT_TRUE((*other)->migrate(create).ok());
}

}  // namespace
}  // namespace storage
