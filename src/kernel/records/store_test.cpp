#include <gmock/gmock.h>

#include "kernel/records/testing/fixture.h"

namespace records {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Records : public testing::StoreTest {
protected:
    static std::vector<std::string> codes(const Error& error)
    {
        std::vector<std::string> list;
        for (const auto& fault : error.faults)
            list.push_back(fault.field + " " + fault.code);
        return list;
    }
    static constexpr std::string_view good
        = R"({"heading": "后厨有老鼠", "reporter_name": "张三丰", "reporter_phone": "13800138000", "amount": "20000.00",
              "contacts": [{"person": "李四", "phone": "13900139000"}]})";
};

TEST_P(Records, NamesEveryFaultOfAFormAtOnce)
{
    const auto refused = store_->create("complaint", object(R"({
        "channel": "PIGEON", "heading": "一二三四五六七八九十一二三四五六七八九十一", "reporter_phone": "12", "amount": "1.234",
        "closed_at": "2026-09-01T00:00:00+08:00", "colour": "red", "number": "TS1", "site": "99",
        "contacts": [{"person": "甲"}, {"person": "甲"}, {}]})"), as(chaoyang_));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "VALIDATION");
    const auto faults = codes(refused.error());
    for (const char* expected : {"channel CODE_UNKNOWN", "heading TEXT_LENGTH", "reporter_phone PHONE_FORMAT", "amount DECIMAL_SCALE",
             "colour UNKNOWN_FIELD", "number FIELD_READ_ONLY", "site REFERENCE_UNKNOWN", "reporter_name REQUIRED",
             "closed_at TIME_ORDER", "contacts[1].person ROW_UNIQUE", "contacts[2].person REQUIRED"})
        EXPECT_THAT(faults, Contains(expected));
    EXPECT_EQ(text("SELECT count(*) FROM record_complaint"), "0");
}

TEST_P(Records, FillsDefaultsAndNumbersWithoutGaps)
{
    const Saved first = created("complaint", good, chaoyang_);
    EXPECT_EQ(first.record.at("number"), "TS2026092800001");
    EXPECT_EQ(first.record.at("channel"), "PHONE");
    EXPECT_EQ(first.record.at("double_amount"), "40000.00");
    EXPECT_EQ(first.record.at("received_at"), "2026-09-28T09:00:00.000+08:00");
    EXPECT_FALSE(store_->create("complaint", object(R"({"heading": ""})"), as(chaoyang_)).ok());
    EXPECT_EQ(created("complaint", good, chaoyang_).record.at("number"), "TS2026092800002");
    EXPECT_EQ(created("complaint", good, haidian_).record.at("number"), "TS2026092800001");  // each organisation its own
    clock_.advance(std::chrono::hours{24});
    EXPECT_EQ(created("complaint", good, chaoyang_).record.at("number"), "TS2026092900001");
}

TEST_P(Records, MasksWhatIsProtectedAndStoresItSealed)
{
    const Saved saved = created("complaint", good, chaoyang_);
    EXPECT_EQ(saved.record.at("reporter_phone"), "138****8000");
    EXPECT_EQ(saved.record.at("reporter_name"), "张*丰");
    EXPECT_EQ(saved.record.at("contacts").at(0).at("phone"), "139****9000");
    EXPECT_THAT(json::serialize(saved.record.at("masked")), HasSubstr("reporter_phone"));
    EXPECT_THAT(text("SELECT diff FROM change_log WHERE record = 'complaint' AND action = 'create'"), Not(HasSubstr("13800138000")));
    EXPECT_THAT(text("SELECT diff FROM change_log WHERE record = 'complaint' AND action = 'create'"), HasSubstr("cipher"));

    const auto refused = store_->unmask("complaint", saved.id, "reporter_phone", "", as(chaoyang_));
    EXPECT_EQ(refused.error().code, "REASON_MISSING");
    const auto shown = store_->unmask("complaint", saved.id, "reporter_phone", "回访", as(chaoyang_));
    ASSERT_TRUE(shown.ok());
    EXPECT_EQ(*shown, "13800138000");
    EXPECT_EQ(text("SELECT count(*) FROM change_log WHERE action = 'unmask'"), "1");
}

TEST_P(Records, KeepsAProtectedValueWhenItsMaskComesBack)
{
    const Saved saved = created("complaint", good, chaoyang_);
    const auto changed = store_->update("complaint", saved.id,
        object(R"({"heading": "改了", "reporter_phone": "138****8000", "reporter_name": "张*丰"})"), 1, as(chaoyang_));
    ASSERT_TRUE(changed.ok()) << described(changed.error());
    EXPECT_EQ(changed->version, 2);
    EXPECT_EQ(*store_->unmask("complaint", saved.id, "reporter_phone", "回访", as(chaoyang_)), "13800138000");
    const auto same = store_->update("complaint", saved.id, object(R"({"heading": "改了"})"), 2, as(chaoyang_));
    ASSERT_TRUE(same.ok());
    EXPECT_EQ(same->version, 2);
}

TEST_P(Records, RefusesAStaleVersion)
{
    const Saved saved = created("complaint", good, chaoyang_);
    ASSERT_TRUE(store_->update("complaint", saved.id, object(R"({"heading": "一"})"), 1, as(chaoyang_)).ok());
    const auto stale = store_->update("complaint", saved.id, object(R"({"heading": "二"})"), 1, as(chaoyang_));
    ASSERT_FALSE(stale.ok());
    EXPECT_EQ(stale.error().code, "STALE");
}

TEST_P(Records, HidesRowsOfAnotherOrganisation)
{
    const Saved saved = created("complaint", good, chaoyang_);
    EXPECT_EQ(store_->read("complaint", saved.id, as(haidian_)).error().code, "RECORD_UNKNOWN");
    EXPECT_EQ(store_->update("complaint", saved.id, object("{}"), 1, as(haidian_)).error().code, "RECORD_UNKNOWN");
    EXPECT_EQ(store_->history("complaint", saved.id, {}, as(haidian_)).error().code, "RECORD_UNKNOWN");
    EXPECT_TRUE(store_->read("complaint", saved.id, as(city_)).ok());
    const auto reader = subject(21, 2, "/1/2/", "110105", "complaint_reader");
    EXPECT_TRUE(store_->read("complaint", saved.id, as(reader)).ok());
    EXPECT_EQ(store_->update("complaint", saved.id, object("{}"), 1, as(reader)).error().kind, Kind::Forbidden);
}

TEST_P(Records, NamesTheRowThatHoldsAUniqueValue)
{
    const Saved first = created("complaint", R"({"heading": "一", "anonymous": true, "external_no": "X1"})", chaoyang_);
    const auto body = object(R"({"heading": "二", "anonymous": true, "external_no": "X1"})");
    const auto second = store_->create("complaint", body, as(chaoyang_));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, "UNIQUE");
    EXPECT_THAT(second.error().parameters, Contains(::testing::Pair("existing", std::to_string(first.id))));
    const auto stranger = store_->create("complaint", body, as(haidian_));
    EXPECT_EQ(stranger.error().code, "UNIQUE");
    EXPECT_TRUE(stranger.error().parameters.empty());  // learns only that there is one
}

TEST_P(Records, AnswersARepeatedRequestOnce)
{
    Context context = as(chaoyang_);
    context.route = "/api/records/complaint";
    context.idempotency_key = "k1";
    context.body_hash = "a";
    const auto first = store_->create("complaint", object(good), context);
    const auto again = store_->create("complaint", object(good), context);
    ASSERT_TRUE(first.ok() && again.ok());
    EXPECT_EQ(first->id, again->id);
    EXPECT_EQ(text("SELECT count(*) FROM record_complaint"), "1");
    context.body_hash = "b";
    EXPECT_EQ(store_->create("complaint", object(good), context).error().code, "IDEMPOTENCY_MISMATCH");
}

TEST_P(Records, ReplacesRowsAndLetsThemSwapUniqueValues)
{
    const Saved saved = created("complaint", R"({"heading": "一", "anonymous": true, "contacts": [{"person": "甲"}, {"person": "乙"}]})", chaoyang_);
    const auto& rows = saved.record.at("contacts").as_array();
    const std::string first(rows[0].at("id").as_string()), second(rows[1].at("id").as_string());
    json::object body{{"contacts", json::array{json::object{{"id", first}, {"person", "乙"}}, json::object{{"id", second}, {"person", "甲"}},
        json::object{{"person", "丙"}}}}};
    const auto swapped = store_->update("complaint", saved.id, body, 1, as(chaoyang_));
    ASSERT_TRUE(swapped.ok()) << described(swapped.error());
    const auto read = store_->read("complaint", saved.id, as(chaoyang_));
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->at("contacts").as_array().size(), 3u);
    EXPECT_EQ(read->at("contacts").at(0).at("person"), "乙");
    const auto emptied = store_->update("complaint", saved.id, object(R"({"contacts": []})"), 2, as(chaoyang_));
    ASSERT_TRUE(emptied.ok());
    EXPECT_EQ(text("SELECT count(*) FROM record_complaint__contacts"), "0");
    const auto alien = store_->update("complaint", saved.id, object(R"({"contacts": [{"id": "77", "person": "x"}]})"), 3, as(chaoyang_));
    EXPECT_THAT(codes(alien.error()), Contains("contacts[0] ROW_UNKNOWN"));
}

TEST_P(Records, ResolvesLabelsAndFillsFromTheReference)
{
    const Saved site = created("site", R"({"site_name": "红星酒店", "address": "东大街 1 号"})", chaoyang_);
    const std::string id = std::to_string(site.id);
    const Saved saved = created("complaint", R"({"heading": "一", "anonymous": true, "site": ")" + id + R"(", "others": [")" + id + R"("]})", chaoyang_);
    EXPECT_EQ(saved.record.at("site").at("label"), "红星酒店");
    EXPECT_EQ(saved.record.at("site_address"), "东大街 1 号");
    EXPECT_EQ(saved.record.at("organisation").at("label"), "机构2");
    const auto related = store_->related("site", site.id, as(chaoyang_));
    ASSERT_TRUE(related.ok()) << described(related.error());
    ASSERT_EQ(related->at("items").as_array().size(), 2u);
    EXPECT_EQ(related->at("items").at(0).at("count"), 1);
    const Saved foreign = created("site", R"({"site_name": "海淀学校"})", haidian_);
    const auto refused = store_->create("complaint", object(R"({"heading": "一", "anonymous": true, "site": ")" + std::to_string(foreign.id) + "\"}"), as(chaoyang_));
    EXPECT_THAT(codes(refused.error()), Contains("site REFERENCE_UNKNOWN"));
}

TEST_P(Records, DeletesAndRestoresWithAHistory)
{
    const Saved saved = created("complaint", good, chaoyang_);
    ASSERT_TRUE(store_->remove("complaint", saved.id, 1, "重复", as(chaoyang_)).ok());
    EXPECT_EQ(store_->update("complaint", saved.id, object("{}"), {}, as(chaoyang_)).error().code, "RECORD_UNKNOWN");
    const auto restored = store_->restore("complaint", saved.id, 2, as(chaoyang_));
    ASSERT_TRUE(restored.ok()) << described(restored.error());
    EXPECT_TRUE(restored->record.at("deleted_at").is_null());
    const auto history = store_->history("complaint", saved.id, {}, as(chaoyang_));
    ASSERT_TRUE(history.ok()) << described(history.error());
    const auto& items = history->at("items").as_array();
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(items[0].at("action"), "restore");
    EXPECT_THAT(json::serialize(items[2]), HasSubstr("138****8000"));
    EXPECT_THAT(json::serialize(items[2]), Not(HasSubstr("13800138000")));
}

TEST_P(Records, ChecksWithoutSavingAndShowsDuplicates)
{
    const Saved site = created("site", R"({"site_name": "红星酒店"})", chaoyang_);
    const std::string body = R"({"heading": "后厨有老鼠", "anonymous": true, "site": ")" + std::to_string(site.id) + "\"}";
    created("complaint", body, chaoyang_);
    const auto checked = store_->check("complaint", {}, object(body), as(chaoyang_));
    ASSERT_TRUE(checked.ok()) << described(checked.error());
    EXPECT_TRUE(checked->faults.empty());
    EXPECT_EQ(checked->duplicates.size(), 1u);
    EXPECT_EQ(checked->filled.at("channel"), "PHONE");
    EXPECT_EQ(text("SELECT count(*) FROM record_complaint"), "1");
}

TEST_P(Records, KeepsDraftsSealedAndPerUser)
{
    ASSERT_TRUE(store_->save_draft("complaint", "new", object(R"({"values": {"reporter_phone": "13800138000"}})"), as(chaoyang_)).ok());
    ASSERT_TRUE(store_->save_draft("complaint", "new", object(R"({"values": {"reporter_phone": "13800138001"}})"), as(chaoyang_)).ok());
    const auto draft = store_->draft("complaint", "new", as(chaoyang_));
    ASSERT_TRUE(draft.ok() && *draft);
    EXPECT_EQ((*draft)->values.at("reporter_phone"), "13800138001");
    EXPECT_FALSE(*store_->draft("complaint", "new", as(haidian_)));
    EXPECT_EQ(text("SELECT count(*) FROM records_draft"), "1");
    ASSERT_TRUE(store_->remove_draft("complaint", "new", as(chaoyang_)).ok());
    EXPECT_TRUE(store_->drafts(as(chaoyang_))->empty());
}

FOR_EACH_DATABASE(Records);

}  // namespace
}  // namespace records
