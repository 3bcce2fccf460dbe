// A database with many records takes a new release: an added required field, a rename, another type, a
// shorter text, a removed code. What loses something is refused until it is confirmed; values that do
// not fit are named; and an `apply` that is killed leaves the old release or the new one, never less.

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "stock_room.h"

namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using upgrade::StockRoom;

bool nightly() { return std::getenv("WEIJIAN_NIGHTLY") != nullptr; }

int row_count()
{
    if (const char* wanted = std::getenv("WEIJIAN_UPGRADE_ROWS"))
        return std::atoi(wanted);
    return nightly() ? 100'000 : 2'000;
}

// Says where the first difference is instead of printing a hundred thousand lines.
void expect_same(const std::vector<std::string>& before, const std::vector<std::string>& after, const char* what)
{
    ASSERT_EQ(before.size(), after.size()) << what;
    const auto [left, right] = std::mismatch(before.begin(), before.end(), after.begin());
    EXPECT_TRUE(left == before.end()) << what << ": " << *left << " became " << *right;
}

class Upgrade : public support::OnBothDatabases {
protected:
    void SetUp() override
    {
        room_.fill();
        if (HasFatalFailure())
            return;
        rows_ = room_.rows();
        history_ = room_.history();
        ASSERT_EQ(rows_.size(), static_cast<std::size_t>(row_count()));
        ASSERT_EQ(history_.size(), rows_.size());
    }
    void expect_nothing_lost() const
    {
        expect_same(rows_, room_.rows(), "rows");
        expect_same(history_, room_.history(), "history");
    }

    StockRoom room_{region(), row_count()};
    std::vector<std::string> rows_, history_;
};

TEST_P(Upgrade, AsksNamesWhatDoesNotFitAndKeepsEveryRow)
{
    const auto plan = room_.apply({"--plan"});
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_THAT(plan.output, AllOf(HasSubstr("rename_column stock_item.heading"), HasSubstr("stock_item.amount amount  (loses values)"),
        HasSubstr("stock_item.note note  (loses values)"), HasSubstr("add_column stock_item.reason")));
    const auto unconfirmed = room_.apply();
    EXPECT_EQ(unconfirmed.exit_code, 1);
    EXPECT_THAT(unconfirmed.output, AllOf(HasSubstr("stock_item.amount"), HasSubstr("stock_item.note")));
    EXPECT_FALSE(room_.upgraded());

    const std::string many = room_.id_of(17), wordy = room_.id_of(1711);
    const std::string column = " WHERE id = ";
    ASSERT_TRUE(room_.execute("UPDATE record_stock_item SET amount = '好多' " + column + many));
    const auto unfit = room_.apply(StockRoom::confirmations());
    EXPECT_EQ(unfit.exit_code, 1);
    EXPECT_THAT(unfit.output, AllOf(HasSubstr("stock_item.amount"), HasSubstr(many)));
    EXPECT_FALSE(room_.upgraded());
    ASSERT_TRUE(room_.execute("UPDATE record_stock_item SET amount = '119'" + column + many));
    ASSERT_TRUE(room_.execute("UPDATE record_stock_item SET note = '" + std::string(41, 'x') + "'" + column + wordy));
    const auto wide = room_.apply(StockRoom::confirmations());
    EXPECT_EQ(wide.exit_code, 1);
    EXPECT_THAT(wide.output, AllOf(HasSubstr("stock_item.note"), HasSubstr(wordy)));
    ASSERT_TRUE(room_.execute("UPDATE record_stock_item SET note = '第11架'" + column + wordy));
    expect_nothing_lost();

    const auto applied = room_.apply(StockRoom::confirmations());
    ASSERT_EQ(applied.exit_code, 0) << applied.output;
    EXPECT_TRUE(room_.upgraded());
    expect_nothing_lost();
    const auto again = room_.apply();
    EXPECT_EQ(again.exit_code, 0) << again.output;
    EXPECT_THAT(again.output, HasSubstr("nothing to migrate"));
}

// Rows that were written before a rule existed are read as they are and answer to it when they change.
TEST_P(Upgrade, OldRowsLiveOnUnderTheNewRules)
{
    ASSERT_EQ(room_.apply(StockRoom::confirmations()).exit_code, 0);
    auto server = region().serve();
    ASSERT_TRUE(server.ok()) << server.error().detail;
    auto clerk = room_.clerk(*server);
    const std::string target = "/api/records/stock_item/" + room_.id_of(5);  // 5 % 3: of the removed kind
    const http::Pairs first{{"content-type", "application/json"}, {"if-match", "\"1\""}};
    const auto row = clerk.send(http::Method::Get, target);
    ASSERT_EQ(row->status, 200) << row->body;
    EXPECT_EQ(row->json()->at("kind").as_string(), "OLD");
    EXPECT_EQ(row->json()->at("amount").to_number<int>(), 35);
    EXPECT_TRUE(row->json()->at("reason").is_null());
    const auto clear = clerk.send(http::Method::Post, target + "/unmask", R"({"field": "keeper_phone", "reason": "核实联系方式"})",
        {{"content-type", "application/json"}});
    EXPECT_EQ(clear->json()->at("value").as_string(), "13800000005") << clear->body;

    const auto refused = clerk.send(http::Method::Patch, target, R"({"note": "改"})", first);
    EXPECT_EQ(refused->status, 422);
    EXPECT_THAT(refused->body, HasSubstr(R"("field":"reason")"));
    const auto changed = clerk.send(http::Method::Patch, target, R"({"note": "改", "reason": "盘点", "kind": "MASK"})", first);
    EXPECT_EQ(changed->status, 200) << changed->body;
    const auto history = clerk.send(http::Method::Get, target + "/history");
    EXPECT_EQ(history->json()->at("items").as_array().size(), 3u) << history->body;  // made, unmasked, changed
    const auto found = clerk.send(http::Method::Get, "/api/records/stock_item?q=物资1711号&order=heading");
    EXPECT_EQ(found->json()->at("items").as_array().size(), 1u) << found->body;
    const auto removed = clerk.send(http::Method::Post, "/api/records/stock_item", R"({"heading": "新", "reason": "购入", "kind": "OLD"})",
        {{"content-type", "application/json"}});
    EXPECT_EQ(removed->status, 422) << removed->body;
    EXPECT_EQ(server->stop(), 0);
    const auto verified = region().run({"audit", "verify"});
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

TEST_P(Upgrade, AKilledApplyLeavesTheOldReleaseOrTheNewOne)
{
    room_.keep();
    const auto began = std::chrono::steady_clock::now();
    ASSERT_EQ(room_.apply(StockRoom::confirmations()).exit_code, 0);
    const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
    expect_nothing_lost();
    std::mt19937 random{20260928};
    int old_ones = 0, unfinished = 0;
    const int rounds = nightly() ? 30 : 4;
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        room_.put_back();
        const pid_t child = support::begin_weijian(room_.command(StockRoom::confirmations()), region().folder() / "apply.log");
        ASSERT_GT(child, 0);
        // One after another through the whole time, so that every part of the work is hit.
        std::this_thread::sleep_for(std::chrono::milliseconds{whole * round / rounds + static_cast<long>(random() % static_cast<unsigned>(whole / rounds + 1))});
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        unfinished += WIFSIGNALED(status) ? 1 : 0;

        auto server = region().serve();
        ASSERT_TRUE(server.ok()) << server.error().detail;
        auto clerk = room_.clerk(*server);
        const auto list = clerk.send(http::Method::Get, "/api/records/stock_item?limit=1&count=exact");
        ASSERT_EQ(list->status, 200) << list->body;
        EXPECT_EQ(list->json()->at("total").to_number<int>(), row_count());
        EXPECT_EQ(server->stop(), 0);
        old_ones += room_.upgraded() ? 0 : 1;
        expect_nothing_lost();
        const auto applied = room_.apply(StockRoom::confirmations());
        ASSERT_EQ(applied.exit_code, 0) << applied.output;
        EXPECT_TRUE(room_.upgraded());
        expect_nothing_lost();
    }
    EXPECT_GT(unfinished, 0) << "no kill came in time";
    std::printf("%d rows, %d kills, %d of them before the end; %d found the old release\n", row_count(), rounds, unfinished, old_ones);
}

// On PostgreSQL indexes are built behind the transaction: a kill there is made good by the next start, even
// while the session of the killed program still works inside the database server.
TEST_P(Upgrade, AStartFinishesWhatAKilledApplyBegan)
{
    if (!region().on_postgres())
        return;  // one transaction there
    const pid_t child = room_.kill_while_indexes_are_built();
    ASSERT_GT(child, 0) << "the work behind the transaction was never seen";
    EXPECT_TRUE(room_.upgraded());
    expect_nothing_lost();
    auto server = region().serve();
    ASSERT_TRUE(server.ok()) << server.error().detail;
    EXPECT_EQ(server->stop(), 0);
    EXPECT_FALSE(room_.migrating());
    const auto again = room_.apply();
    EXPECT_THAT(again.output, HasSubstr("nothing to migrate"));
    EXPECT_EQ(room_.invalid_indexes(), std::vector<std::string>{});
    expect_nothing_lost();
}

// Found only while the rows are looked at, and refused as a whole: nothing is half done.
TEST_P(Upgrade, AKeyThatRowsBreakIsRefusedAndTheOldReleaseGoesOn)
{
    const auto records = region().folder() / "systems-after" / "stock" / "records" / "stock_item.yaml";
    std::ofstream{records, std::ios::app} << "unique: [[note]]\n";
    const auto refused = room_.apply(StockRoom::confirmations());
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_FALSE(room_.upgraded());
    expect_nothing_lost();
    auto server = region().serve();
    ASSERT_TRUE(server.ok()) << server.error().detail;
}

ON_BOTH_DATABASES(Upgrade);

}  // namespace
