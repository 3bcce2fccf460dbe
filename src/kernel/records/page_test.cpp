// Every order and every scope against a sort of all rows in memory.

#include <gmock/gmock.h>

#include <algorithm>

#include "kernel/records/page.h"
#include "kernel/records/testing/fixture.h"

namespace records {
namespace {

using identity::Scope;

constexpr int row_count = 60;
constexpr base::Id me = 77, somebody = 78;

struct Kept {
    identity::Row access;
    base::Id id = 0;
    bool deleted = false;
    std::string channel;
    std::map<std::string, std::optional<std::string>, std::less<>> keys;  // by order; compares as the column does
};

class Pages : public testing::StoreTest {
protected:
    // Equal values, missing values and rows of others between one's own, in no order.
    void fill()
    {
        for (int i = 0; i < row_count; ++i)
            ASSERT_TRUE(store_->create("complaint", {{"heading", "举报" + std::to_string(i * 7 % 5)}, {"anonymous", true},
                {"channel", i % 3 ? "PHONE" : "WEB"}, {"external_no", std::to_string(i)}}, as(city_)).ok());
        const Status scattered = database().write([](storage::Transaction& transaction) -> Status {
            TRY(set_scope(transaction, everything));
            TRY_ASSIGN(const auto rows, transaction.query("SELECT id FROM record_complaint ORDER BY id"));
            for (std::size_t i = 0; i < rows.size(); ++i)
                TRY(scatter(transaction, rows[i].integer(0), static_cast<std::int64_t>(i)));
            return {};
        });
        ASSERT_TRUE(scattered.ok()) << described(scattered.error());
    }

    static Status scatter(storage::Transaction& transaction, base::Id id, std::int64_t i)
    {
        const std::int64_t organisation = 1 + i * 5 % 3;
        const std::string path = organisation == 1 ? "/1/" : "/1/" + std::to_string(organisation) + "/";
        const char* const regions[] = {"110105001", "110105002", "110108001", "110000"};
        const base::Timestamp day = *base::Timestamp::parse("2026-09-01T00:00:00+08:00");
        const auto or_null = [](bool null, storage::Value value) { return null ? storage::Value{} : std::move(value); };
        TRY(transaction.execute("UPDATE record_complaint SET organisation = ?2, organisation_path = ?3, region = ?4, created_by = ?5, "
                                "received_at = ?6, amount = ?7, deleted_at = ?8, updated_at = ?9 WHERE id = ?1",
            {id, organisation, path, std::string(regions[i * 11 % 4]), i % 4 ? somebody : me,
                or_null(i % 6 == 1, day.plus(std::chrono::hours{i * 13 % 7})), or_null(i % 5 == 2, base::Decimal{i * 17 % 9, 2}),
                or_null(i % 7 != 3, day), day.plus(std::chrono::hours{i * 3 % 4})}));
        if (i % 8 == 5)
            TRY(transaction.execute("UPDATE record_complaint SET number = NULL, heading = NULL, heading_sort = NULL WHERE id = ?1", {id}));
        if (i % 9 == 4)
            TRY(transaction.execute("INSERT INTO records_assignment (id, account, record) VALUES (?1, ?2, 'complaint')", {id, me}));
        return {};
    }

    std::vector<Kept> rows()
    {
        std::vector<Kept> all;
        const Status read = database().read([&](storage::Transaction& transaction) -> Status {
            TRY(set_scope(transaction, everything));
            TRY_ASSIGN(const auto found, transaction.query(
                "SELECT c.id, c.organisation, c.organisation_path, c.region, c.created_by, c.deleted_at, c.channel, c.number, c.heading_sort, "
                "c.received_at, c.amount, c.updated_at, a.account FROM record_complaint c LEFT JOIN records_assignment a ON a.id = c.id"));
            for (const storage::Row& row : found) {
                Kept kept{{row.integer(1), row.text(2), row.text(3), row.integer(4), {}}, row.integer(0), !row.null(5), row.text(6), {}};
                if (!row.null(12))
                    kept.access.assigned = {row.integer(12)};
                const auto key = [&](std::size_t column, std::string text) { return row.null(column) ? std::nullopt : std::optional{std::move(text)}; };
                const auto padded = [](std::int64_t number) {
                    const std::string digits = std::to_string(number);
                    return std::string(20 - digits.size(), '0') + digits;
                };
                kept.keys = {{"id", padded(kept.id)}, {"number", key(7, row.text(7))}, {"heading", key(8, row.bytes(8))},
                    {"received_at", key(9, padded(row.timestamp(9).milliseconds))}, {"amount", key(10, padded(row.decimal(10, 2).unscaled()))},
                    {"updated_at", padded(row.timestamp(11).milliseconds)}};
                all.push_back(std::move(kept));
            }
            return {};
        });
        EXPECT_TRUE(read.ok());
        return all;
    }

    struct Wanted {
        std::string order = "-received_at";
        bool deleted = false;
        std::vector<std::string> channels = {};
        identity::Predicate scope = {};
    };

    static std::vector<std::string> sorted(const std::vector<Kept>& all, const Wanted& wanted)
    {
        const Order order = order_of(wanted.order);
        std::vector<const Kept*> chosen;
        for (const Kept& row : all)
            if (row.deleted == wanted.deleted && wanted.scope.admits(row.access)
                && (wanted.channels.empty() || std::ranges::find(wanted.channels, row.channel) != wanted.channels.end()))
                chosen.push_back(&row);
        std::ranges::sort(chosen, [&](const Kept* a, const Kept* b) {
            const auto &left = a->keys.find(order.field)->second, &right = b->keys.find(order.field)->second;
            if (left.has_value() != right.has_value())
                return left.has_value();
            if (left != right)
                return order.descending ? *left > *right : *left < *right;
            return order.descending ? a->id > b->id : a->id < b->id;
        });
        std::vector<std::string> ids;
        for (const Kept* row : chosen)
            ids.push_back(std::to_string(row->id));
        return ids;
    }

    std::vector<std::string> paged(QueryPairs query, const identity::Subject& who)
    {
        query.emplace_back("limit", "20");
        std::vector<std::string> ids;
        for (int page = 0; page < row_count; ++page) {
            const auto answer = store_->list("complaint", query, as(who));
            if (!answer.ok()) {
                ADD_FAILURE() << described(answer.error());
                break;
            }
            for (const auto& item : answer->at("items").as_array())
                ids.emplace_back(item.at("id").as_string());
            if (answer->at("next").is_null())
                break;
            std::erase_if(query, [](const auto& pair) { return pair.first == "after"; });
            query.emplace_back("after", std::string(answer->at("next").as_string()));
        }
        return ids;
    }

    // The whole list in one page, with every filter taken for a wide one.
    std::vector<std::string> walked(const QueryPairs& query, const identity::Predicate& scope)
    {
        std::vector<std::string> ids;
        const Status read = database().read([&](storage::Transaction& transaction) -> Status {
            TRY(set_scope(transaction, scope));
            const auto plans = store_->plan();
            const RecordPlan& plan = *plans->find("complaint");
            TRY_ASSIGN(const Listing listing, read_query(*plans, plan, query, scope, as(city_), *cipher_, transaction.dialect()));
            TRY_ASSIGN(const auto reads, reads_of(transaction, plans->layout.find(plan.table)->second, listing, 0));
            for (const bool null_segment : {false, true}) {
                if (reads.empty() || (null_segment && !listing.order.nullable))
                    continue;
                const Sql sql = page_sql(listing, reads, null_segment, false, 1000);
                TRY(transaction.query_each(sql.text, sql.values, [&](const storage::Row& row) {
                    ids.push_back(row.text(standard::id));
                    return true;
                }));
            }
            return {};
        });
        EXPECT_TRUE(read.ok()) << (read.ok() ? "" : described(read.error()));
        return ids;
    }

    std::vector<std::pair<std::string, identity::Subject>> people()
    {
        std::vector<std::pair<std::string, identity::Subject>> people;
        const auto add = [&](const std::string& name, const std::vector<Scope>& scopes) {
            identity::Subject who = subject(me, 2, "/1/2/", "110105");
            const identity::Grant grant = who.grants.front();
            who.grants.clear();
            for (const Scope scope : scopes) {
                who.grants.push_back(grant);
                who.grants.back().scope = scope;
                who.grants.back().listed = {3};
                who.grants.back().regions = {"110105", "110105001"};
            }
            people.emplace_back(name, std::move(who));
        };
        add("all", {Scope::All});
        add("one organisation", {Scope::Organisation});
        add("own", {Scope::Own});
        add("assigned", {Scope::Assigned});
        add("region", {Scope::Region});
        add("everything at once", {Scope::Listed, Scope::Own, Scope::Assigned, Scope::Region});
        people.emplace_back("municipal", city_);
        return people;
    }
};

TEST_P(Pages, ShowTheSameRowsAsASortOfAllRows)
{
    fill();
    const std::vector<Kept> all = rows();
    const std::pair<std::string, std::vector<std::string>> filters[]
        = {{"eq.PHONE", {"PHONE"}}, {"in.(PHONE,WEB,PHONE)", {"PHONE", "WEB"}}, {"prefix.P", {"PHONE"}}, {"eq.FAX", {"FAX"}}};
    std::size_t turn = 0;
    for (const auto& [name, who] : people()) {
        const auto scope = store_->decide(*store_->plan(), *store_->plan()->find("complaint"), "read", nullptr, as(who)).predicate;
        for (const std::string order : {"received_at", "number", "heading", "amount", "updated_at", "id"})
            for (const std::string direction : {"", "-"}) {
                const std::string what = name + " " + direction + order + " ";
                EXPECT_EQ(paged({{"order", direction + order}}, who), sorted(all, {direction + order, false, {}, scope})) << what;
                EXPECT_EQ(paged({{"order", direction + order}, {"deleted", "only"}}, who), sorted(all, {direction + order, true, {}, scope}))
                    << what << "deleted";
                const auto& [filter, channels] = filters[turn++ % std::size(filters)];
                const QueryPairs filtered{{"order", direction + order}, {"channel", filter}};
                const auto expected = sorted(all, {direction + order, false, channels, scope});
                EXPECT_EQ(paged(filtered, who), expected) << what << filter;
                EXPECT_EQ(walked(filtered, scope), expected) << what << filter;
            }
    }
}

TEST_P(Pages, ShowOneOrganisationWhenAskedForIt)
{
    fill();
    for (const auto& [name, who] : people()) {
        const auto everything_seen = paged({}, who);
        std::size_t parts = 0;
        for (const std::string organisation : {"1", "2", "3"})
            parts += paged({{"organisation", "eq." + organisation}}, who).size();
        EXPECT_EQ(parts, everything_seen.size()) << name;
        EXPECT_EQ(paged({{"organisation", "in.(1,2,3)"}}, who), everything_seen) << name;
        EXPECT_EQ(paged({{"organisation", "eq.4"}}, who).size(), 0u) << name;
    }
}

// What a start does after the program was replaced by one that wants other indexes.
TEST_P(Pages, AreReadAfterTheSameDefinitionsAreAppliedByANewerProgram)
{
    fill();
    const std::string wanted = "record_complaint_by_organisation_received_at_id", former = "record_complaint_by_former";
    const auto make_former = [&] {
        return database().migrate([&](storage::Transaction& transaction) {
            return transaction.execute_script("CREATE INDEX " + former + " ON record_complaint (received_at)");
        });
    };
    ASSERT_TRUE(make_former().ok());
    const Status older = database().migrate([&](storage::Transaction& transaction) -> Status {
        TRY(transaction.execute_script("DROP INDEX " + wanted));
        TRY(transaction.execute("UPDATE records_active SET layout = replace(layout, ?1, ?2)", {wanted, former}));
        return {};
    });
    ASSERT_TRUE(older.ok()) << described(older.error());
    ASSERT_FALSE(plan_migration(database(), *release_)->empty());
    const auto applied = apply(database(), release_, {.at = clock_.now()});
    ASSERT_TRUE(applied.ok()) << described(applied.error());
    EXPECT_TRUE(plan_migration(database(), *release_)->empty());
    EXPECT_FALSE(paged({}, city_).empty());
    EXPECT_TRUE(make_former().ok()) << "the former index is still there";
}

FOR_EACH_DATABASE(Pages);

}  // namespace
}  // namespace records
