#include <gmock/gmock.h>

#include <filesystem>

#include "kernel/records/routes.h"
#include "kernel/records/testing/fixture.h"

namespace records {
namespace {

// The first shipped system stands on every part of a record, so it is tried here as well.
class Units : public testing::StoreTest {
protected:
    void SetUp() override { open(WEIJIAN_SOURCE_DIR "/systems"); }
    identity::Subject officer() { return subject(20, 2, "/1/2/", "110105", "officer"); }
    static constexpr std::string_view good = R"({
        "unit_name": "红星酒店", "subject_type": "LEGAL", "uscc": "91110105MA01ABCD26", "legal_rep": "张三", "principal": "李四",
        "principal_phone": "13800138000", "reg_address": "东大街 1 号", "business_address": "东大街 1 号", "region_code": "110105",
        "location": {"lng": 116.4, "lat": 39.9, "system": "WGS84"},
        "professions": [{"profession": "PUBP", "area_m2": "120.50"}],
        "people": [{"person_name": "王五", "id_card_no": "110105199001010010"}]})";
};

TEST_P(Units, AreCreatedFoundAndMasked)
{
    const auto who = officer();
    const Saved saved = created("unit", good, who);
    EXPECT_EQ(saved.record.at("region"), "110105");
    EXPECT_EQ(saved.record.at("number"), "DW110105000001");
    EXPECT_EQ(saved.record.at("net_officer").at("label"), "用户20");
    EXPECT_EQ(saved.record.at("people").at(0).at("id_card_no"), "110105********0010");
    const auto list = store_->list("unit", {{"q", "红星"}, {"unit_status", "eq.OPEN"}, {"region_code", "prefix.1101"}}, as(who));
    ASSERT_TRUE(list.ok()) << described(list.error());
    EXPECT_EQ(list->at("items").as_array().size(), 1u);
    const auto again = store_->create("unit", object(good), as(who));
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, "UNIQUE");
}

TEST_P(Units, KeepTheirProtectedValuesOutOfEveryTable)
{
    created("unit", good, officer());
    EXPECT_EQ(text("SELECT count(*) FROM change_log WHERE diff LIKE '%110105199001010010%'"), "0");
    if (!on_postgres()) {
        EXPECT_EQ(text("SELECT count(*) FROM record_unit__people WHERE hex(id_card_no) LIKE '%' || hex('110105199001010010') || '%'"), "0");
    }
}

TEST_P(Units, AreDescribedForMachines)
{
    const json::object described = openapi(*release_);
    EXPECT_TRUE(described.at("paths").as_object().contains("/api/records/unit/{id}"));
    EXPECT_TRUE(described.at("components").at("schemas").at("unit").at("properties").as_object().contains("professions"));
}

FOR_EACH_DATABASE(Units);

// Without the condition of the program PostgreSQL itself shows no row of another organisation.
class RowSecurity : public testing::StoreTest {};

TEST_P(RowSecurity, ShowsNothingWithoutAScopeAndOnlyTheScopeWithOne)
{
    if (!on_postgres())
        GTEST_SKIP() << "SQLite has the access function alone";
    created("site", R"({"site_name": "朝阳场所"})", chaoyang_);
    created("site", R"({"site_name": "海淀场所"})", haidian_);
    const auto rows_with = [&](const std::string& scope) -> std::int64_t {
        const auto row = database().read([&](storage::Transaction& transaction) -> Result<std::optional<storage::Row>> {
            if (!scope.empty()) {
                TRY(transaction.set_local("weijian.scope", scope));
            }
            return transaction.first("SELECT count(*) FROM record_site");
        });
        EXPECT_TRUE(row.ok());
        return row.ok() ? (*row)->integer(0) : -1;
    };
    EXPECT_EQ(rows_with(""), 0);
    EXPECT_EQ(rows_with("|||/1/2/|"), 1);
    EXPECT_EQ(rows_with("||3||"), 1);
    EXPECT_EQ(rows_with("||||1101"), 2);
    EXPECT_EQ(rows_with("|20|||"), 1);
    EXPECT_EQ(rows_with("all||||"), 2);
}

FOR_EACH_DATABASE(RowSecurity);

// A migration that was killed after its tables changed goes on with what is still to do.
class Resume : public testing::StoreTest {};

TEST_P(Resume, FinishesAMigrationThatWasKilledOnTheWay)
{
    created("site", R"({"site_name": "红星酒店", "address": "东大街 1 号"})", chaoyang_);
    auto changed = std::make_shared<definitions::Release>(*release_);
    changed->hash = "next";
    auto& site = changed->records.find("site")->second;
    site.indexes = {{"address"}};
    site.fields[1].name = "street";
    site.fields[1].was = "address";
    site.indexes = {{"street"}};
    const std::shared_ptr<const definitions::Release> next = changed;
    ASSERT_TRUE(apply(database(), next, {.at = clock_.now()}).ok());
    EXPECT_EQ(text("SELECT street FROM record_site"), "东大街 1 号");
    // As a kill between the two halves leaves it: tables changed, index missing, release not active.
    const auto broken = database().write([&](storage::Transaction& transaction) -> Status {
        TRY(transaction.execute("UPDATE records_active SET hash = 'old', target = 'next', pending = ?1",
            {std::string(R"(["DROP INDEX IF EXISTS \"record_site_by_street\"", "CREATE INDEX IF NOT EXISTS \"record_site_by_street\" ON \"record_site\" (\"street\") WHERE deleted_at IS NULL"])")}));
        return {};
    });
    ASSERT_TRUE(broken.ok());
    const auto before = active(database());
    ASSERT_TRUE(before.ok() && *before);
    EXPECT_TRUE((*before)->migrating);
    const auto resumed = apply(database(), next, {.at = clock_.now()});
    ASSERT_TRUE(resumed.ok()) << resumed.error().code << resumed.error().detail;
    const auto after = active(database());
    EXPECT_EQ((*after)->hash, "next");
    EXPECT_FALSE((*after)->migrating);
}

FOR_EACH_DATABASE(Resume);

}  // namespace
}  // namespace records
