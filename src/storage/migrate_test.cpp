#include "storage/sql_text.h"
#include "storage/testing/databases.h"

namespace storage {
namespace {

using base::EmbeddedFile;

constexpr EmbeddedFile create = {"0001_create.sql", R"sql(-- 0001_create.sql: why; with a semicolon.
CREATE TABLE thing (
    id {{identity}},
    at {{timestamp}} NOT NULL,
    seal {{bytes}},
    open {{boolean}},
    day {{date}},
-- postgres:
    kind VARCHAR(8) DEFAULT 'postgres'
-- end
-- sqlite:
    kind TEXT DEFAULT 'sqlite'
-- end
);
CREATE INDEX thing_at ON thing (at);
)sql"};
constexpr EmbeddedFile extend = {"0002_extend.sql", "ALTER TABLE thing ADD COLUMN note TEXT;\nUPDATE thing SET note = 'old';\n"};

class Migrations : public testing::ForEachDatabase {
protected:
    Result<std::vector<Row>> read(std::string_view sql)
    {
        return database().read([&](Transaction& transaction) { return transaction.query(sql); });
    }
};

TEST_P(Migrations, EachRunsOnceInOrder)
{
    const std::vector<EmbeddedFile> first = {create}, both = {extend, create};
    ASSERT_TRUE(migrate(database(), "things", first).ok());
    ASSERT_TRUE(database()
                    .write([](Transaction& transaction) {
                        return transaction.execute("INSERT INTO thing (at, open) VALUES (?1, ?2)",
                                                   {base::Timestamp{5}, true});
                    })
                    .ok());
    // A statement prepared before the change must see the new column after it.
    EXPECT_EQ(read("SELECT * FROM thing")->at(0).size(), 6U);
    for (int run = 0; run < 2; ++run) {
        const Status status = migrate(database(), "things", both);
        ASSERT_TRUE(status.ok()) << status.error().code << status.error().detail;
    }
    const auto rows = read("SELECT * FROM thing");
    ASSERT_EQ(rows->at(0).size(), 7U);
    EXPECT_EQ(rows->at(0).integer(0), 1);
    EXPECT_EQ(rows->at(0).text(5), on_postgres() ? "postgres" : "sqlite");
    EXPECT_EQ(rows->at(0).text(6), "old");
}

TEST_P(Migrations, AChangedFileIsRefused)
{
    ASSERT_TRUE(migrate(database(), "things", std::vector{create}).ok());
    const EmbeddedFile changed = {create.name, "CREATE TABLE other (id BIGINT);"};
    EXPECT_EQ(migrate(database(), "things", std::vector{changed}).error().code, "MIGRATION_CHANGED");
}

TEST_P(Migrations, ANewerDatabaseIsRefused)
{
    ASSERT_TRUE(migrate(database(), "things", std::vector{create, extend}).ok());
    EXPECT_EQ(migrate(database(), "things", std::vector{create}).error().code, "DATABASE_NEWER");
    EXPECT_TRUE(migrate(database(), "others", std::vector<EmbeddedFile>{}).ok());
}

TEST_P(Migrations, AFailingFileLeavesNothing)
{
    const EmbeddedFile broken = {"0002_broken.sql", "CREATE TABLE half (id BIGINT); INSERT INTO nowhere VALUES (1);"};
    const auto status = migrate(database(), "things", std::vector{create, broken});
    EXPECT_EQ(status.error().code, "SQL");
    EXPECT_NE(status.error().detail.find("things/0002_broken.sql"), std::string::npos);
    EXPECT_FALSE(read("SELECT id FROM half").ok());
    EXPECT_FALSE(read("SELECT id FROM thing").ok());
}

// A table is rebuilt on SQLite, so references are checked at the end and not in between.
TEST_P(Migrations, BrokenReferencesAreFoundBeforeTheCommit)
{
    ASSERT_TRUE(database()
                    .migrate([](Transaction& transaction) {
                        return transaction.execute_script("CREATE TABLE parent (id BIGINT PRIMARY KEY);"
                                                          "CREATE TABLE child (parent BIGINT REFERENCES parent(id));"
                                                          "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)");
                    })
                    .ok());
    const Status status = database().migrate([](Transaction& transaction) -> Status {
        TRY(transaction.execute("DELETE FROM parent"));
        return {};
    });
    EXPECT_EQ(status.error().code, "REFERENCE");
    EXPECT_EQ(read("SELECT * FROM parent")->size(), 1U);
    const auto later = database().write([](Transaction& transaction) {
        return transaction.execute("INSERT INTO child VALUES (2)");
    });
    EXPECT_EQ(later.error().code, "REFERENCE") << "references must be on again";
}

TEST_P(Migrations, OutsideATransactionIndexesAreMadeWhileOthersWork)
{
    ASSERT_TRUE(migrate(database(), "things", std::vector{create}).ok());
    const std::string how = on_postgres() ? "CONCURRENTLY " : "";
    EXPECT_TRUE(database().execute_outside("CREATE INDEX " + how + "thing_day ON thing (day)").ok());
    EXPECT_FALSE(database().execute_outside("CREATE INDEX " + how + "thing_day ON nowhere (day)").ok());
}

FOR_EACH_DATABASE(Migrations);

TEST(SqlText, PlaceholdersChangeOnlyWhereTheyArePlaceholders)
{
    EXPECT_EQ(with_dollar_placeholders("a = ?1 AND b = ?12"), "a = $1 AND b = $12");
    EXPECT_EQ(with_dollar_placeholders("'it''s ?1' ?1"), "'it''s ?1' $1");
    EXPECT_EQ(with_dollar_placeholders("\"a?1\" -- ?1\n?1"), "\"a?1\" -- ?1\n$1");
    EXPECT_EQ(with_dollar_placeholders("/* ?1 */ ?1 $x$ ?1 $x$ ?2"), "/* ?1 */ $1 $x$ ?1 $x$ $2");
    EXPECT_EQ(with_dollar_placeholders("tags ? 'a' AND $1 = ?2"), "tags ? 'a' AND $1 = $2");
    EXPECT_EQ(with_dollar_placeholders("'open ?1"), "'open ?1");
}

TEST(SqlText, NamesAreQuoted)
{
    EXPECT_EQ(quoted_name("unit"), "\"unit\"");
    EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace storage
