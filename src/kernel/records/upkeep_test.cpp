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
    ASSERT_TRUE(cipher_->rotate("records").ok());
    ASSERT_TRUE(cipher_->rotate("index").ok());
    const auto found = [&] { return store_->list("complaint", {{"reporter_phone", "eq.13800138000"}}, as(chaoyang_))->at("items").as_array().size(); };
    EXPECT_EQ(found(), 1u);  // under the older index key
    const auto done = reencrypt(*store_);
    ASSERT_TRUE(done.ok()) << done.error().code << done.error().detail;
    EXPECT_EQ(*done, 2);
    EXPECT_EQ(*reencrypt(*store_), 0);
    EXPECT_EQ(found(), 1u);
    EXPECT_EQ(*store_->unmask("complaint", saved.id, "reporter_phone", "回访", as(chaoyang_)), "13800138000");
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
