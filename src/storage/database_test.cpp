#include "storage/database.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "storage/testing/databases.h"

namespace storage {
namespace {

using ::testing::ElementsAre;

std::string create_sample(Dialect dialect)
{
    const auto type = [&](ColumnType kind) { return column_type(dialect, kind, 12, 2); };
    return "CREATE TABLE sample (id " + type(ColumnType::Integer) + " PRIMARY KEY, amount " + type(ColumnType::Decimal) +
           ", name " + type(ColumnType::Text) + ", seal " + type(ColumnType::Bytes) + ", open " +
           type(ColumnType::Boolean) + ", day " + type(ColumnType::Date) + ", at " + type(ColumnType::Timestamp) +
           ", weight " + type(ColumnType::Real) +
           ", CONSTRAINT name_length CHECK (length(name) <= 10), UNIQUE (name, day));"
           "CREATE TABLE part (id " + type(ColumnType::Integer) + " PRIMARY KEY, sample " + type(ColumnType::Integer) +
           " NOT NULL REFERENCES sample(id) DEFERRABLE INITIALLY DEFERRED);"
           "CREATE TABLE strict_part (id " + type(ColumnType::Integer) + " PRIMARY KEY, sample " +
           type(ColumnType::Integer) + " NOT NULL REFERENCES sample(id))";
}

class Databases : public testing::ForEachDatabase {
protected:
    Databases()
    {
        const Status made = database().migrate(
            [&](Transaction& transaction) { return transaction.execute_script(create_sample(transaction.dialect())); });
        EXPECT_TRUE(made.ok()) << made.error().code << " " << made.error().detail;
    }

    Status write(std::string_view sql, const Values& values = {})
    {
        return database().write([&](Transaction& transaction) -> Status {
            TRY(transaction.execute(sql, values));
            return {};
        });
    }
    std::vector<Row> read(std::string_view sql, const Values& values = {})
    {
        auto rows = database().read([&](Transaction& transaction) { return transaction.query(sql, values); });
        EXPECT_TRUE(rows.ok()) << rows.error().code << " " << rows.error().detail;
        return rows.ok() ? *std::move(rows) : std::vector<Row>{};
    }
    std::int64_t count(const std::string& table) { return read("SELECT count(*) FROM " + table).at(0).integer(0); }
};

constexpr std::string_view insert_sample =
    "INSERT INTO sample (id, amount, name, seal, open, day, at, weight) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

TEST_P(Databases, EveryTypeReadsBackExactly)
{
    const std::string bytes("\x00\xff\n\\x41\x80", 7);
    const std::vector<Values> rows = {
        {std::int64_t{1}, base::Decimal(-1250, 2), std::string("卫生𠮷监督"), Bytes{bytes}, true, base::Date{20'724},
         base::Timestamp{1'790'582'400'123}, 0.1},
        {std::numeric_limits<std::int64_t>::max(), base::Decimal(999'999'999'999, 2), std::string(), Bytes{}, false,
         base::Date{-719'162}, base::Timestamp{-1}, -1e300},
        {std::numeric_limits<std::int64_t>::min(), base::Decimal(0, 2), std::string("a\t\\N\n\"'"), Bytes{"x"}, true,
         base::Date{2'932'896}, base::Timestamp{253'402'271'999'999}, 5e-324},
    };
    for (const Values& row : rows)
        ASSERT_TRUE(write(insert_sample, row).ok());
    ASSERT_TRUE(write(insert_sample, {std::int64_t{2}, {}, {}, {}, {}, {}, {}, {}}).ok());

    for (const Values& row : rows) {
        const auto found = read("SELECT id, amount, name, seal, open, day, at, weight FROM sample WHERE id = ?1", {row[0]});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(Value(found[0].integer(0)), row[0]);
        EXPECT_EQ(Value(found[0].decimal(1, 2)), row[1]);
        EXPECT_EQ(Value(found[0].text(2)), row[2]);
        EXPECT_EQ(Value(Bytes{found[0].bytes(3)}), row[3]);
        EXPECT_EQ(Value(found[0].boolean(4)), row[4]);
        EXPECT_EQ(Value(found[0].date(5)), row[5]);
        EXPECT_EQ(Value(found[0].timestamp(6)), row[6]);
        EXPECT_EQ(Value(found[0].real(7)), row[7]);
        EXPECT_EQ(found[0].decimal(1, 2).scale(), 2);
    }
    const auto nulls = read("SELECT amount, name, seal, open, day, at, weight FROM sample WHERE id = 2");
    for (std::size_t column = 0; column < 7; ++column)
        EXPECT_TRUE(nulls.at(0).null(column)) << column;
}

TEST_P(Databases, BoundValuesCompareAsTheirType)
{
    for (std::int64_t id = 1; id <= 12; ++id)
        ASSERT_TRUE(write(insert_sample, {id, base::Decimal(id * 100, 2), std::to_string(id), {}, id > 6,
                                          base::Date{static_cast<std::int32_t>(id)}, base::Timestamp{id}, double(id)})
                        .ok());
    EXPECT_EQ(read("SELECT id FROM sample WHERE amount >= ?1", {base::Decimal(900, 2)}).size(), 4U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE day < ?1", {base::Date{10}}).size(), 9U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE at <= ?1", {base::Timestamp{10}}).size(), 10U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE open = ?1", {true}).size(), 6U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE name < ?1 ORDER BY name", {std::string("2")}).size(), 4U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE weight > ?1", {9.5}).size(), 3U);
    EXPECT_EQ(read("SELECT 1 WHERE ?1 < ?2", {std::int64_t{9}, std::int64_t{10}}).size(), 1U);
    EXPECT_EQ(read("SELECT sum(amount), avg(id) FROM sample").at(0).decimal(0, 2), base::Decimal(7800, 2));
    EXPECT_EQ(read("SELECT sum(id) FROM sample").at(0).integer(0), 78);
}

// The same text first with one type, then another, then null.
TEST_P(Databases, OneTextTakesValuesOfDifferentTypes)
{
    ASSERT_TRUE(write(insert_sample, {std::int64_t{1}, {}, {}, {}, {}, {}, {}, {}}).ok());
    ASSERT_TRUE(write(insert_sample, {std::int64_t{2}, base::Decimal(5, 2), std::string("b"), Bytes{"\xff\x01"}, true,
                                      base::Date{1}, base::Timestamp{1}, 2.5})
                    .ok());
    EXPECT_EQ(read("SELECT id FROM sample WHERE id < ?1", {std::int64_t{2}}).size(), 1U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE id < ?1", {2.5}).size(), 2U);
    EXPECT_EQ(read("SELECT id FROM sample WHERE id < ?1", {Value{}}).size(), 0U);
    EXPECT_EQ(read("SELECT seal FROM sample WHERE id = 2").at(0).bytes(0), "\xff\x01");
}

TEST_P(Databases, PlaceholdersInTextsAndCommentsStay)
{
    const auto rows = read("SELECT '?1 it''s', \"name\", ?2 + 0 /* ?3 */ FROM sample -- ?4\n"
                           "UNION ALL SELECT '?1', CAST(?1 AS TEXT), ?2 + 1",
                           {std::string("x"), std::int64_t{4}});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].text(0), "?1");
    EXPECT_EQ(rows[0].text(1), "x");
    EXPECT_EQ(rows[0].integer(2), 5);
}

TEST_P(Databases, AnErrorLeavesNothingBehind)
{
    const Status refused = database().write([](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO sample (id) VALUES (1)"));
        return Error{.kind = Kind::Invalid, .code = "TWO_OFFICERS"};
    });
    EXPECT_EQ(refused.error().code, "TWO_OFFICERS");
    EXPECT_EQ(count("sample"), 0);
}

TEST_P(Databases, AnExceptionLeavesNothingBehindAndReachesTheCaller)
{
    EXPECT_THROW(static_cast<void>(database().write([](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO sample (id) VALUES (1)"));
        throw std::runtime_error("broken");
    })),
                 std::runtime_error);
    EXPECT_EQ(count("sample"), 0);
    EXPECT_TRUE(write("INSERT INTO sample (id) VALUES (1)").ok());
}

TEST_P(Databases, AFailedStatementFailsTheWholeWork)
{
    ASSERT_TRUE(write("INSERT INTO sample (id) VALUES (1)").ok());
    const Status status = database().write([](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO sample (id) VALUES (2)"));
        EXPECT_FALSE(transaction.execute("INSERT INTO sample (id) VALUES (1)").ok());
        EXPECT_EQ(transaction.execute("INSERT INTO sample (id) VALUES (3)").error().code, "UNIQUE");
        return {};
    });
    EXPECT_EQ(status.error().code, "UNIQUE");
    EXPECT_EQ(count("sample"), 1);
}

TEST_P(Databases, AnAttemptUndoesOnlyItself)
{
    const auto status = database().write([](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO sample (id) VALUES (1)"));
        const Status attempt = transaction.attempt([](Transaction& inner) -> Status {
            TRY(inner.execute("INSERT INTO sample (id) VALUES (2)"));
            TRY(inner.attempt([](Transaction& innermost) -> Status {
                TRY(innermost.execute("INSERT INTO sample (id) VALUES (4)"));
                return {};
            }));
            TRY(inner.execute("INSERT INTO sample (id) VALUES (1)"));
            return {};
        });
        EXPECT_EQ(attempt.error().code, "UNIQUE");
        TRY(transaction.attempt([](Transaction& inner) -> Status {
            TRY(inner.execute("INSERT INTO sample (id) VALUES (3)"));
            return {};
        }));
        return {};
    });
    ASSERT_TRUE(status.ok()) << status.error().code << status.error().detail;
    EXPECT_EQ(read("SELECT sum(id) FROM sample").at(0).integer(0), 4);
}

TEST_P(Databases, ErrorsCarryOurCodes)
{
    ASSERT_TRUE(write(insert_sample, {std::int64_t{1}, {}, std::string("a"), {}, {}, base::Date{1}, {}, {}}).ok());
    const auto twice = write(insert_sample, {std::int64_t{2}, {}, std::string("a"), {}, {}, base::Date{1}, {}, {}});
    EXPECT_EQ(twice.error().kind, Kind::Conflict);
    EXPECT_EQ(twice.error().code, "UNIQUE");
    EXPECT_THAT(twice.error().fields, ElementsAre("name", "day"));
    EXPECT_EQ(twice.error().detail.find('a'), std::string::npos) << "values must not be told";

    const auto key = write("INSERT INTO sample (id) VALUES (1)");
    EXPECT_EQ(key.error().code, "UNIQUE");
    EXPECT_THAT(key.error().fields, ElementsAre("id"));

    EXPECT_EQ(write("INSERT INTO strict_part (id, sample) VALUES (1, 99)").error().code, "REFERENCE");
    EXPECT_EQ(write("INSERT INTO part (id, sample) VALUES (1, 99)").error().code, "REFERENCE");
    const auto missing = write("INSERT INTO part (id) VALUES (1)");
    EXPECT_EQ(missing.error().code, "VALUE_REQUIRED");
    EXPECT_THAT(missing.error().fields, ElementsAre("sample"));
    const auto longer = write("INSERT INTO sample (id, name) VALUES (5, ?1)", {std::string("12345678901")});
    EXPECT_EQ(longer.error().kind, Kind::Invalid);
    EXPECT_EQ(longer.error().code, "VALUE_TOO_LONG");
    EXPECT_THAT(longer.error().fields, ElementsAre("name"));
    EXPECT_EQ(write("INSERT INTO sample (id, name) VALUES (5, ?1)", {std::string("a\0b", 3)}).error().code, "TEXT_NUL");
    EXPECT_EQ(write("INSERT INTO nowhere (id) VALUES (5)").error().code, "SQL");
    EXPECT_EQ(write("INSERT INTO sample (id) VALUES (?1)").error().kind, Kind::Internal);
    EXPECT_EQ(count("sample"), 1);
}

TEST_P(Databases, AnOpenReferenceFailsOnlyItsOwnWork)
{
    EXPECT_EQ(write("INSERT INTO part (id, sample) VALUES (1, 7)").error().code, "REFERENCE");
    const auto together = database().write([](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO part (id, sample) VALUES (1, 7)"));
        TRY(transaction.execute("INSERT INTO sample (id) VALUES (7)"));
        return {};
    });
    EXPECT_TRUE(together.ok());
}

TEST_P(Databases, ReadingIsOneSnapshotAndCannotWrite)
{
    ASSERT_TRUE(write("INSERT INTO sample (id) VALUES (1)").ok());
    const auto status = database().read([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto before, transaction.first("SELECT count(*) FROM sample"));
        std::thread([&] { EXPECT_TRUE(write("INSERT INTO sample (id) VALUES (2)").ok()); }).join();
        TRY_ASSIGN(const auto after, transaction.first("SELECT count(*) FROM sample"));
        EXPECT_EQ(before->integer(0), after->integer(0));
        return {};
    });
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(count("sample"), 2);
    const auto written = database().read([](Transaction& transaction) -> Status {
        TRY(transaction.execute("INSERT INTO sample (id) VALUES (3)"));
        return {};
    });
    EXPECT_EQ(written.error().code, "READ_ONLY");
}

TEST_P(Databases, RowsStreamAndTheLoopMayAskMore)
{
    std::vector<Values> rows;
    for (std::int64_t id = 1; id <= 1'700; ++id)
        rows.push_back({id, base::Decimal(id, 2), id % 2 ? Value{"n" + std::to_string(id)} : Value{}, Bytes{"\\\t\n"},
                        id % 2 == 0, base::Date{1}, base::Timestamp{id}, 0.5});
    const std::vector<std::string> columns = {"id", "amount", "name", "seal", "open", "day", "at", "weight"};
    const auto inserted = database().write(
        [&](Transaction& transaction) { return transaction.insert_many("sample", columns, rows); });
    ASSERT_TRUE(inserted.ok()) << inserted.error().code << inserted.error().detail;
    EXPECT_EQ(*inserted, 1'700);

    std::int64_t seen = 0, asked = 0;
    const auto status = database().read([&](Transaction& transaction) -> Status {
        Status inner;
        TRY(transaction.query_each("SELECT id, seal FROM sample WHERE id > ?1 ORDER BY id",
                                   std::vector<Value>{std::int64_t{0}}, [&](const Row& row) {
                                       EXPECT_EQ(row.integer(0), ++seen);
                                       EXPECT_EQ(row.bytes(1), "\\\t\n");
                                       if (seen % 400 == 0) {
                                           const auto more = transaction.first("SELECT id FROM sample WHERE id = ?1",
                                                                               {row.integer(0)});
                                           asked += more.ok() && *more ? (*more)->integer(0) : -1;
                                       }
                                       return seen < 1'650;
                                   }));
        return inner;
    });
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(seen, 1'650);
    EXPECT_EQ(asked, 400 + 800 + 1'200 + 1'600);
}

TEST_P(Databases, LaterStatementsAreDoneAtTheEndAndTheirErrorsShow)
{
    const auto fine = database().write([](Transaction& transaction) -> Status {
        for (std::int64_t id = 1; id <= 250; ++id)
            TRY(transaction.execute_later("INSERT INTO sample (id) VALUES (?1)", {id}));
        return {};
    });
    EXPECT_TRUE(fine.ok());
    EXPECT_EQ(count("sample"), 250);
    const auto refused = database().write([](Transaction& transaction) -> Status {
        TRY(transaction.execute_later("INSERT INTO sample (id) VALUES (?1)", {std::int64_t{900}}));
        TRY(transaction.execute_later("INSERT INTO sample (id) VALUES (?1)", {std::int64_t{1}}));
        return {};
    });
    EXPECT_EQ(refused.error().code, "UNIQUE");
    EXPECT_EQ(count("sample"), 250);
}

TEST_P(Databases, ExecuteCountsChangedRows)
{
    const auto counts = database().write([](Transaction& transaction) -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> found;
        for (const auto* sql : {"INSERT INTO sample (id) VALUES (1), (2), (3)", "UPDATE sample SET weight = 1 WHERE id > 1",
                                "UPDATE sample SET weight = 1 WHERE id > 9", "DELETE FROM sample"}) {
            TRY_ASSIGN(const auto number, transaction.execute(sql));
            found.push_back(number);
        }
        return found;
    });
    ASSERT_TRUE(counts.ok());
    EXPECT_THAT(*counts, ElementsAre(3, 2, 0, 3));
}

TEST_P(Databases, CommitsWakeTheReadersOfTheLog)
{
    const auto counter = std::make_shared<std::atomic<int>>(0);  // the database outlives this test's frame
    std::atomic<int>& woken = *counter;
    database().on_commit([counter] { ++*counter; });
    ASSERT_TRUE(write("INSERT INTO sample (id) VALUES (1)").ok());
    const int after_write = woken;
    EXPECT_GE(after_write, 1);
    EXPECT_FALSE(write("INSERT INTO sample (id) VALUES (1)").ok());
    static_cast<void>(read("SELECT 1"));
    ASSERT_TRUE(write("UPDATE sample SET weight = 1 WHERE id = 77").ok());
    EXPECT_EQ(woken, after_write);
}

TEST_P(Databases, AWriteInsideAWriteIsRefused)
{
    const auto status = database().write([&](Transaction&) -> Status { return write("DELETE FROM sample"); });
    EXPECT_EQ(status.error().code, "WRITE_NESTED");
}

// A query that nobody can wait for is ended, and the connection serves the next one.
TEST_P(Databases, AnEndlessQueryIsEnded)
{
    if (GetParam() == testing::Engine::SqliteMemory)
        return;
    fresh().close();
    const std::chrono::milliseconds limit(100);
    auto opened = on_postgres() ? open_postgres({.url = fresh().where(), .connections = 1, .statement_time_max = limit})
                                : open_sqlite({.path = fresh().where(), .readers = 1, .read_time_max = limit});
    ASSERT_TRUE(opened.ok());
    const auto ask = [&](std::string_view sql) {
        return (*opened)->read([&](Transaction& transaction) { return transaction.first(sql); });
    };
    const auto endless = ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
                             "SELECT count(*) FROM n");
    ASSERT_FALSE(endless.ok());
    EXPECT_EQ(endless.error().code, "DATABASE_BUSY");
    EXPECT_EQ(endless.error().kind, Kind::Unavailable);
    EXPECT_TRUE(ask("SELECT count(*) FROM sample").ok());
}

TEST_P(Databases, WhatWasWrittenIsThereAfterReopening)
{
    if (GetParam() == testing::Engine::SqliteMemory)
        return;
    ASSERT_TRUE(write("INSERT INTO sample (id) VALUES (1)").ok());
    fresh().reopen();
    EXPECT_EQ(count("sample"), 1);
}

FOR_EACH_DATABASE(Databases);

}  // namespace
}  // namespace storage
