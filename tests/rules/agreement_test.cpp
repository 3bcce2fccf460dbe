// Generated rules on generated rows: the evaluator and each database must give the same, and what
// they gave is written down for the browser's runner (web/rules/agreement.test.ts).

#include <fstream>
#include <set>

#include "base/json.h"
#include "generator.h"
#include "storage/testing/databases.h"

namespace rules_tests {
namespace {

constexpr std::uint64_t seed = 20260928;
constexpr std::size_t row_count = 64;
constexpr std::size_t rule_count = 1000;
constexpr std::size_t rules_per_statement = 10;

struct Generated {
    std::vector<SheetRow> rows;
    std::vector<rules::Expression> rules;
    std::vector<std::vector<std::string>> results;  // by rule, then row; exact
};

const Generated& generated()
{
    static const Generated all = [] {
        Generated made;
        Generator generator{seed};
        for (std::size_t i = 0; i < row_count; ++i)
            made.rows.push_back(generator.row());
        std::set<std::string> seen;
        std::size_t outside = 0;
        while (made.rules.size() < rule_count) {
            std::string text = generator.rule();
            auto rule = rules::Expression::parse(text);
            EXPECT_TRUE(rule.ok()) << text;
            auto profile = rule->check_sql(declarations());
            if (!seen.insert(text).second || !profile) {
                // The generator counts neither decimal places nor levels; nothing else may be refused.
                std::string why = profile ? "places" : profile.error().parameters[2].second;
                EXPECT_TRUE(why.find("places") != std::string::npos || why.find("levels") != std::string::npos) << text << " " << why;
                EXPECT_LT(++outside, 5 * rule_count);
                continue;
            }
            std::vector<std::string> results;
            for (const SheetRow& row : made.rows)
                results.push_back(canonical(rule->evaluate(SheetActivation{row})));
            made.rules.push_back(*std::move(rule));
            made.results.push_back(std::move(results));
        }
        return made;
    }();
    return all;
}

// A comparison of nothing with nothing would always agree.
TEST(RuleAgreement, GeneratedRulesDecideOften)
{
    std::size_t pairs = 0, decided = 0, varied = 0;
    for (const auto& results : generated().results) {
        std::set<std::string> distinct(results.begin(), results.end());
        varied += distinct.size() > 1 ? 1 : 0;
        for (const std::string& result : results) {
            ++pairs;
            decided += result != "unknown" && result != "null" ? 1 : 0;
        }
    }
    EXPECT_GE(pairs, 50'000u);
    EXPECT_GE(decided * 100, pairs * 50);
    EXPECT_GE(varied * 100, rule_count * 60);
    RecordProperty("pairs", static_cast<int>(pairs));
    RecordProperty("decided", static_cast<int>(decided));
}

TEST(RuleAgreement, WritesThePairsForTheBrowser)
{
    std::ofstream file{WEIJIAN_PAIRS_FILE, std::ios::trunc};
    json::array rows;
    for (const SheetRow& row : generated().rows)
        rows.push_back(write_row(row));
    file << json::serialize(rows) << "\n";
    for (std::size_t i = 0; i < generated().rules.size(); ++i) {
        json::array results;
        for (const std::string& result : generated().results[i])
            results.push_back(json::value_from(result));
        file << json::serialize(json::object{{"rule", generated().rules[i].text()}, {"results", std::move(results)}}) << "\n";
    }
    file.close();
    EXPECT_TRUE(file.good());
}

class RuleAgreementInSql : public storage::testing::ForEachDatabase {};

TEST_P(RuleAgreementInSql, EveryPairGivesTheSame)
{
    const Generated& all = generated();
    ASSERT_TRUE(create_tables(database()).ok());
    ASSERT_TRUE(insert_rows(database(), all.rows).ok());
    rules::SqlNames names = sql_names(database().dialect());
    std::size_t pairs = 0, differences = 0;
    for (std::size_t from = 0; from < all.rules.size(); from += rules_per_statement) {
        std::vector<rules::Sql> statements;
        names.first_parameter = 1;
        for (std::size_t i = from; i < std::min(from + rules_per_statement, all.rules.size()); ++i) {
            auto sql = all.rules[i].to_sql(names);
            ASSERT_TRUE(sql.ok()) << all.rules[i].text();
            names.first_parameter += static_cast<int>(sql->parameters.size());
            statements.push_back(*std::move(sql));
        }
        auto results = run_sql(database(), statements, all.rows.size());
        ASSERT_TRUE(results.ok()) << results.error().code << " " << results.error().detail;
        for (std::size_t i = 0; i < statements.size(); ++i) {
            for (std::size_t row = 0; row < all.rows.size(); ++row, ++pairs) {
                std::string expected = plain(all.results[from + i][row]);
                bool whole = expected.find_first_not_of("-0123456789") == std::string::npos;
                if (statements[i].type == rules::Type::Decimal && whole)  // an int literal or empty sum among decimals
                    expected = "decimal(" + expected + ")";
                if ((*results)[i][row] == expected || ++differences > 10)
                    continue;
                ADD_FAILURE() << all.rules[from + i].text() << "\non " << json::serialize(write_row(all.rows[row])) << "\nevaluator "
                              << expected << ", database " << (*results)[i][row] << "\n" << statements[i].text;
            }
        }
    }
    EXPECT_EQ(differences, 0u) << "of " << pairs;
}

FOR_EACH_DATABASE(RuleAgreementInSql);

}  // namespace
}  // namespace rules_tests
