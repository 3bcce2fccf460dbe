#include <gmock/gmock.h>

#include "kernel/records/testing/fixture.h"
#include "kernel/records/upkeep.h"

namespace records {
namespace {

class Upkeep : public testing::StoreTest {};

TEST_P(Upkeep, BringsEveryRowUnderTheNewKeysOnce)
{
    const Saved saved = created("complaint",
        R"({"heading": "一", "reporter_name": "王五", "reporter_phone": "13800138000", "contacts": [{"person": "甲", "phone": "13900139000"}]})", chaoyang_);
    EXPECT_EQ(*reencrypt(*store_), 0);
    ASSERT_TRUE(cipher_->rotate("records", {.at = clock_.now()}).ok());
    ASSERT_TRUE(cipher_->rotate("index", {.at = clock_.now()}).ok());
    const auto found = [&] { return store_->list("complaint", {{"reporter_phone", "eq.13800138000"}}, as(chaoyang_))->at("items").as_array().size(); };
    EXPECT_EQ(found(), 1u);  // under the older index key
    const auto done = reencrypt(*store_);
    ASSERT_TRUE(done.ok()) << done.error().code << done.error().detail;
    EXPECT_EQ(*done, 2);
    EXPECT_EQ(*reencrypt(*store_), 0);
    EXPECT_EQ(found(), 1u);
    EXPECT_EQ(*store_->unmask("complaint", saved.id, "reporter_phone", "回访", as(chaoyang_)), "13800138000");
}

TEST_P(Upkeep, KnowsWhoStillNeedsAKey)
{
    const Saved saved = created("complaint", R"({"heading": "一", "reporter_name": "王五", "reporter_phone": "13800138000"})", chaoyang_);
    ASSERT_TRUE(store_->save_draft("complaint", "new", {{"values", json::object{{"heading", "草稿"}}}}, as(chaoyang_)).ok());
    std::uint32_t former = 0;
    const auto keys = *cipher_->list();
    for (const auto& key : keys)
        if (key.domain == "records")
            former = key.id;
    const auto uses = [&] {
        return database().read([&](storage::Transaction& transaction) { return key_uses(transaction, *store_->plan(), former); })->size();
    };
    const auto in_history = [&](std::uint32_t key) {
        return *database().read([&](storage::Transaction& transaction) { return history_key_uses(transaction, key); });
    };
    ASSERT_TRUE(cipher_->rotate("records", {.at = clock_.now()}).ok());
    EXPECT_GE(uses(), 2U);
    ASSERT_TRUE(reencrypt(*store_).ok());
    EXPECT_EQ(uses(), 0U);
    EXPECT_EQ(in_history(former), 1);
    EXPECT_EQ(in_history(former + 16), 0);
    EXPECT_EQ(store_->draft("complaint", "new", as(chaoyang_))->value().values.at("heading").as_string(), "草稿");
    EXPECT_EQ(*store_->unmask("complaint", saved.id, "reporter_phone", "回访", as(chaoyang_)), "13800138000");
}

TEST_P(Upkeep, RefusesAWriteByAPlanNoLongerInForce)
{
    const auto generation = (*active(database()))->generation;
    store_->use(*make_plan(release_, generation));
    const Saved saved = created("site", R"({"site_name": "红星酒店"})", chaoyang_);
    auto next = std::make_shared<definitions::Release>(*release_);
    next->hash = "next";
    ASSERT_TRUE(apply(database(), next, {.at = clock_.now()}).ok());
    EXPECT_EQ(store_->create("site", base::parse_json(R"({"site_name": "新"})")->as_object(), as(chaoyang_)).error().code, "NODE_BEHIND");
    EXPECT_EQ(store_->update("site", saved.id, base::parse_json(R"({"site_name": "新"})")->as_object(), 1, as(chaoyang_)).error().code, "NODE_BEHIND");
    EXPECT_EQ(store_->remove("site", saved.id, 1, "错", as(chaoyang_)).error().code, "NODE_BEHIND");
    store_->use(*make_plan(next, (*active(database()))->generation));
    EXPECT_TRUE(store_->create("site", base::parse_json(R"({"site_name": "新"})")->as_object(), as(chaoyang_)).ok());
    EXPECT_EQ(store_->list("site", {}, as(chaoyang_))->at("items").as_array().size(), 2U);
}

TEST_P(Upkeep, FollowsAnOrganisationThatMoves)
{
    const Saved saved = created("site", R"({"site_name": "红星酒店"})", chaoyang_);
    const auto moved = database().write([&](storage::Transaction& transaction) -> Status {
        TRY(transaction.execute("UPDATE organisation SET path = '/1/3/2/' WHERE id = 2"));
        changes::Change change;
        change.at = clock_.now();
        change.record = "organisation";
        change.id = 2;
        change.action = "update";
        change.diff = json::object{{"path", json::array{"/1/2/", "/1/3/2/"}}};
        TRY(changes::append(transaction, change));
        return {};
    });
    ASSERT_TRUE(moved.ok()) << moved.error().detail;
    EXPECT_FALSE(store_->read("site", saved.id, as(haidian_)).ok());
    changes::Readers readers{database(), clock_};
    readers.add(path_reader(*store_));
    ASSERT_TRUE(readers.drain().ok());
    EXPECT_TRUE(store_->read("site", saved.id, as(haidian_)).ok());
}

FOR_EACH_DATABASE(Upkeep);

}  // namespace
}  // namespace records
