#include <gmock/gmock.h>

#include <set>

#include "kernel/records/query.h"
#include "kernel/records/testing/fixture.h"

namespace records {
namespace {

class Lists : public testing::StoreTest {
protected:
    void add(int count, const identity::Subject& who)
    {
        for (int i = 0; i < count; ++i) {
            json::object body{{"heading", "举报 " + std::to_string(i)}, {"anonymous", true}, {"channel", i % 3 ? "PHONE" : "WEB"},
                {"amount", std::to_string(i) + ".50"}};
            if (i % 4 == 0)
                body["received_at"] = nullptr;
            if (i % 5 == 0)
                body["place"] = json::object{{"lng", 116.4 + i * 0.001}, {"lat", 39.9}, {"system", "WGS84"}};
            clock_.advance(std::chrono::seconds{1});
            if (!body.contains("received_at"))
                body["received_at"] = clock_.now().text();
            const auto saved = store_->create("complaint", body, as(who));
            ASSERT_TRUE(saved.ok()) << described(saved.error());
        }
    }
    json::object list(const QueryPairs& query, const identity::Subject& who)
    {
        auto answer = store_->list("complaint", query, as(who));
        EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : described(answer.error()));
        return answer.ok() ? *std::move(answer) : json::object{{"items", json::array{}}, {"next", nullptr}};
    }
    std::size_t count(const QueryPairs& query, const identity::Subject& who) { return list(query, who)["items"].as_array().size(); }
    std::vector<std::string> pages(QueryPairs query, const identity::Subject& who)
    {
        std::vector<std::string> ids;
        for (int turn = 0; turn < 100; ++turn) {
            const json::object page = list(query, who);
            for (const auto& item : page.at("items").as_array())
                ids.emplace_back(item.at("id").as_string());
            if (page.at("next").is_null())
                break;
            std::erase_if(query, [](const auto& pair) { return pair.first == "after"; });
            query.emplace_back("after", std::string(page.at("next").as_string()));
        }
        return ids;
    }
};

TEST_P(Lists, RefusesWhatItDoesNotKnow)
{
    for (const auto& [name, value, code] : {std::tuple{"colour", "eq.red", "QUERY_FIELD"}, {"heading", "about.x", "QUERY_OPERATOR"},
             {"reporter_phone", "like.138", "QUERY_OPERATOR"}, {"reporter_name", "prefix.张", "QUERY_OPERATOR"},
             {"received_at", "gte.soon", "QUERY_VALUE"}, {"order", "reporter_phone", "QUERY_ORDER"}, {"limit", "0", "QUERY_LIMIT"},
             {"after", "nonsense", "CURSOR"}, {"rule", "heading ==", "RULE_SYNTAX"}, {"rule", "reporter_name == 'x'", "RULE_NAME"}}) {
        const auto refused = store_->list("complaint", {{name, value}}, as(chaoyang_));
        ASSERT_FALSE(refused.ok()) << name;
        EXPECT_EQ(refused.error().code, code) << name;
    }
}

TEST_P(Lists, PagesThroughEveryRowOnceWithNullsLast)
{
    add(23, chaoyang_);
    for (const char* order : {"-received_at", "received_at", "heading", "-amount", "id", "-updated_at"}) {
        const auto ids = pages({{"order", order}, {"limit", "4"}}, chaoyang_);
        EXPECT_EQ(ids.size(), 23u) << order;
        EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 23u) << order;
    }
    const json::object all = list({{"order", "-received_at"}, {"limit", "100"}, {"columns", "received_at"}}, chaoyang_);
    EXPECT_TRUE(all.at("items").as_array().back().at("received_at").is_null());
    EXPECT_FALSE(all.at("items").as_array().front().at("received_at").is_null());
}

TEST_P(Lists, ShowsOnlyRowsInScope)
{
    add(6, chaoyang_);
    add(4, haidian_);
    EXPECT_EQ(count({}, chaoyang_), 6u);
    EXPECT_EQ(count({}, haidian_), 4u);
    EXPECT_EQ(count({}, city_), 10u);
    EXPECT_EQ(list({{"count", "exact"}, {"limit", "3"}}, city_).at("total"), 10);
    auto nobody = chaoyang_;
    nobody.grants.clear();
    EXPECT_EQ(store_->list("complaint", {}, as(nobody)).error().kind, Kind::Forbidden);
}

TEST_P(Lists, FiltersByEveryOperator)
{
    add(20, chaoyang_);
    created("complaint", R"({"heading": "电话人", "reporter_name": "王五", "reporter_phone": "13800138000"})", chaoyang_);
    EXPECT_EQ(count({{"channel", "eq.WEB"}}, chaoyang_), 7u);
    EXPECT_EQ(count({{"channel", "in.(WEB,FAX)"}}, chaoyang_), 7u);
    EXPECT_EQ(count({{"channel", "ne.WEB"}}, chaoyang_), 14u);
    EXPECT_EQ(count({{"amount", "gte.15.50"}}, chaoyang_), 5u);
    EXPECT_EQ(count({{"amount", "lt.2"}}, chaoyang_), 2u);
    EXPECT_EQ(count({{"received_at", "null"}}, chaoyang_), 5u);
    EXPECT_EQ(count({{"heading", "prefix.举报 1"}}, chaoyang_), 11u);
    EXPECT_EQ(count({{"heading", "like.话"}}, chaoyang_), 1u);
    EXPECT_EQ(count({{"reporter_phone", "eq.138 0013 8000"}}, chaoyang_), 1u);
    EXPECT_EQ(count({{"q", "电话"}}, chaoyang_), 1u);
    EXPECT_EQ(count({{"place", "near.116.4,39.9,1000"}}, chaoyang_), 3u);  // 0, 5 and 10 thousandths of a degree
    EXPECT_EQ(count({{"deleted", "only"}}, chaoyang_), 0u);
}

TEST_P(Lists, FiltersByARuleAndCountsWhatItCannotDecide)
{
    add(8, chaoyang_);
    created("complaint", R"({"heading": "无金额", "anonymous": true})", chaoyang_);
    const json::object answer = list({{"rule", "amount > decimal(\"3\") && channel == \"PHONE\""}}, chaoyang_);
    EXPECT_EQ(answer.at("items").as_array().size(), 3u);
    EXPECT_EQ(answer.at("undecided"), 1);
}

TEST_P(Lists, ExportsEveryRowAndLogsIt)
{
    add(5, chaoyang_);
    std::size_t rows = 0;
    ASSERT_TRUE(store_->export_rows("complaint", {}, as(chaoyang_), [&](const json::object&) { return ++rows > 0; }).ok());
    EXPECT_EQ(rows, 5u);
    EXPECT_EQ(text("SELECT count(*) FROM change_log WHERE action = 'export'"), "1");
}

FOR_EACH_DATABASE(Lists);

}  // namespace
}  // namespace records
