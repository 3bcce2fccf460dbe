#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/changes/changes.h"
#include "kernel/records/apply.h"

namespace records {
namespace {

using definitions::Field;
using definitions::FieldType;
using definitions::Record;
using definitions::Release;
using storage::Transaction;
using testing::ElementsAre;

Field field(std::string name, FieldType type, int max = 0)
{
    Field made;
    made.name = std::move(name);
    made.type = type;
    made.max = max;
    return made;
}

Record complaint()
{
    Record record;
    record.system = "complaints";
    record.name = "complaint";
    record.number = "TS{yyyyMMdd}{seq:5}";
    record.fields = {field("channel", FieldType::Code), field("title", FieldType::Text, 20), field("amount", FieldType::Money),
        field("order", FieldType::Integer), field("reporter_phone", FieldType::Phone), field("place", FieldType::Point)};
    record.fields[4].protection = definitions::Protection::Encrypt;
    record.list.columns = {"number", "title"};
    record.list.filters = {"channel", "state"};
    record.list.order = "title";
    record.list.search = {"title"};
    record.unique = {{"channel", "order"}};
    record.states = {"open"};
    definitions::Rows contacts;
    contacts.name = "contacts";
    contacts.fields = {field("note", FieldType::Text, 100)};
    record.rows = {contacts};
    return record;
}

std::shared_ptr<Release> release_with(Record record, std::string hash)
{
    auto release = std::make_shared<Release>();
    release->hash = std::move(hash);
    release->files = {{"complaints/records/" + record.name + ".yaml", "record: " + record.name}};
    release->records.emplace(record.name, std::move(record));
    return release;
}

class Schema : public testing::Test {
protected:
    void SetUp() override
    {
        auto opened = storage::open_sqlite_memory();
        ASSERT_TRUE(opened.ok());
        database_ = *std::move(opened);
        ASSERT_TRUE(changes::migrate(*database_).ok());
        ASSERT_TRUE(storage::migrate(*database_, "records", migrations()).ok());
    }
    Result<Migration> apply_release(const std::shared_ptr<Release>& release, std::set<std::string> confirmed = {})
    {
        return apply(*database_, release, {.confirmed = std::move(confirmed), .at = {1'790'000'000'000}});
    }
    void insert(std::int64_t id, const std::string& title, const std::string& order = "NULL")
    {
        const auto status = database_->write([&](Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO record_complaint (id, organisation, organisation_path, region, state, created_by, "
                                    "created_at, updated_by, updated_at, version, source, title, channel, \"order\") VALUES "
                                    "(?1, 1, '/1/', '110105', 'open', 1, 0, 1, 0, 1, 'MANUAL', ?2, 'A', " + order + ")",
                {id, title}));
            return {};
        });
        ASSERT_TRUE(status.ok()) << status.error().code << status.error().detail;
    }
    std::string text(const std::string& sql)
    {
        const auto row = database_->read([&](Transaction& transaction) { return transaction.first(sql); });
        EXPECT_TRUE(row.ok()) << (row.ok() ? "" : row.error().detail);
        return row.ok() && *row ? (*row)->text(0) : "nothing";
    }
    std::unique_ptr<storage::Database> database_;
};

TEST_F(Schema, RefusesToLoseAColumnThatNobodyConfirmed)
{
    ASSERT_TRUE(apply_release(release_with(complaint(), "one")).ok());
    Record without = complaint();
    without.fields.erase(without.fields.begin() + 2);
    const auto refused = apply_release(release_with(without, "two"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "MIGRATION_CONFIRM");
    EXPECT_THAT(refused.error().fields, ElementsAre("complaint.amount"));
    EXPECT_EQ(text("SELECT hash FROM records_active"), "one");

    ASSERT_TRUE(apply_release(release_with(without, "two"), {"complaint.amount"}).ok());
    EXPECT_EQ(text("SELECT hash FROM records_active"), "two");
    EXPECT_EQ(text("SELECT count(*) FROM pragma_table_info('record_complaint') WHERE name = 'amount'"), "0");
}

TEST_F(Schema, MakesTablesOnceAndDoesNothingTheSecondTime)
{
    const auto first = apply_release(release_with(complaint(), "one"));
    ASSERT_TRUE(first.ok()) << first.error().code << first.error().detail;
    EXPECT_EQ(first->steps.size(), 2u);
    const auto second = apply_release(release_with(complaint(), "one"));
    ASSERT_TRUE(second.ok());
    EXPECT_TRUE(second->empty());
    EXPECT_EQ(text("SELECT count(*) FROM change_log WHERE record = 'release'"), "1");
    const auto files = release_files(*database_, "one");
    ASSERT_TRUE(files.ok());
    EXPECT_EQ(files->begin()->second, "record: complaint");
}

TEST_F(Schema, KeepsValuesThroughARenameAndFillsTheNewSortKey)
{
    ASSERT_TRUE(apply_release(release_with(complaint(), "one")).ok());
    insert(7, "举报一家酒店");
    Record renamed = complaint();
    renamed.fields[1].name = "heading";
    renamed.fields[1].was = "title";
    renamed.list.columns = {"heading"};
    renamed.list.order = "heading";
    renamed.list.search = {"heading"};
    const auto done = apply_release(release_with(renamed, "two"));
    ASSERT_TRUE(done.ok()) << done.error().code << done.error().detail;
    EXPECT_EQ(text("SELECT heading FROM record_complaint WHERE id = 7"), "举报一家酒店");
}

TEST_F(Schema, FillsDerivedColumnsOfOldRows)
{
    Record plain = complaint();
    plain.list = {};
    ASSERT_TRUE(apply_release(release_with(plain, "one")).ok());
    insert(7, "Ｈotel");
    const auto done = apply_release(release_with(complaint(), "two"));
    ASSERT_TRUE(done.ok()) << done.error().code << done.error().detail;
    EXPECT_EQ(text("SELECT search_text FROM record_complaint WHERE title_sort IS NOT NULL"), "hotel");
}

TEST_F(Schema, NamesTheRowsThatDoNotFitANarrowerText)
{
    ASSERT_TRUE(apply_release(release_with(complaint(), "one")).ok());
    insert(7, "一二三四五六七八九十", "1");
    insert(8, "一", "2");
    Record narrow = complaint();
    narrow.fields[1].max = 5;
    EXPECT_EQ(apply_release(release_with(narrow, "two")).error().code, "MIGRATION_CONFIRM");
    const auto refused = apply_release(release_with(narrow, "two"), {"complaint.title"});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "MIGRATION_VALUES");
    EXPECT_THAT(refused.error().parameters, testing::Contains(testing::Pair("ids", "7")));
    EXPECT_EQ(text("SELECT count(*) FROM record_complaint"), "2");
}

TEST_F(Schema, ConvertsAColumnToAnotherType)
{
    ASSERT_TRUE(apply_release(release_with(complaint(), "one")).ok());
    insert(7, "42", "1");
    insert(8, "7", "2");
    Record other = complaint();
    other.fields[1].type = FieldType::Integer;
    other.fields[1].max = 0;
    const auto done = apply_release(release_with(other, "two"), {"complaint.title", "complaint.title_sort"});
    ASSERT_TRUE(done.ok()) << done.error().code << done.error().detail;
    EXPECT_EQ(text("SELECT typeof(title) || title FROM record_complaint WHERE id = 7"), "integer42");
}

TEST_F(Schema, RefusesToRemoveAStateThatRowsHold)
{
    ASSERT_TRUE(apply_release(release_with(complaint(), "one")).ok());
    insert(7, "x");
    Record other = complaint();
    other.states = {"received", "closed"};
    const auto refused = apply_release(release_with(other, "two"));
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().fields, ElementsAre("complaint.state.open"));
    ASSERT_TRUE(apply_release(release_with(other, "two"), {"complaint.state.open"}).ok());
    EXPECT_EQ(text("SELECT state FROM record_complaint"), "received");
}

TEST(Layout, ComesBackFromItsStoredForm)
{
    const auto release = release_with(complaint(), "one");
    const Layout layout = layout_of(*release);
    const auto again = layout_from_json(to_json(layout));
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(compare(*again, layout).empty());
    EXPECT_TRUE(layout.contains("record_complaint__contacts"));
}

}  // namespace
}  // namespace records
