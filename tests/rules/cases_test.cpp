// The shared case file on the C++ evaluator and on each database. web/rules runs it in the browser's
// evaluator.

#include <algorithm>
#include <set>

#include "case_file.h"
#include "sheet.h"
#include "storage/testing/databases.h"

namespace rules_tests {
namespace {

const std::vector<Case>& cases()
{
    static const std::vector<Case> all = [] {
        auto read = read_cases(WEIJIAN_SOURCE_DIR "/tests/rules/cases.txt");
        EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().parameters.at(0).second);
        return read ? *std::move(read) : std::vector<Case>{};
    }();
    return all;
}

std::string where(const Case& one)
{
    return "cases.txt:" + std::to_string(one.line) + ": " + one.rule;
}

std::string outcome(const Case& one, const SheetRow& row)
{
    auto expression = rules::Expression::parse(one.rule);
    if (!expression)
        return "error " + expression.error().code;
    auto type = expression->check(declarations());
    if (!type)
        return "error " + type.error().code;
    return canonical(expression->evaluate(SheetActivation{row}));
}

TEST(RuleCases, AreAtLeastThreeHundredAndDiffer)
{
    EXPECT_GE(cases().size(), 300u);
    std::set<std::string> seen;
    for (const Case& one : cases())
        EXPECT_TRUE(seen.insert(one.rule + json::serialize(one.row)).second) << where(one);
}

TEST(RuleCases, HoldInTheEvaluator)
{
    for (const Case& one : cases()) {
        auto row = read_row(one.row);
        ASSERT_TRUE(row.ok()) << where(one);
        EXPECT_EQ(outcome(one, *row), one.expected) << where(one);
    }
}

class RuleCasesInSql : public storage::testing::ForEachDatabase {};

TEST_P(RuleCasesInSql, Hold)
{
    ASSERT_TRUE(create_tables(database()).ok());
    std::vector<SheetRow> rows;
    for (const Case& one : cases())
        rows.push_back(*read_row(one.row));
    ASSERT_TRUE(insert_rows(database(), rows).ok());
    for (std::size_t i = 0; i < cases().size(); ++i) {
        const Case& one = cases()[i];
        if (one.expected.starts_with("error "))
            continue;
        auto expression = rules::Expression::parse(one.rule);
        ASSERT_TRUE(expression.ok()) << where(one);
        auto profile = expression->check_sql(declarations());
        auto sql = expression->to_sql(sql_names(database().dialect()));
        if (!one.sql) {
            EXPECT_EQ(profile.ok() ? "accepted" : profile.error().code, "RULE_NOT_SQL") << where(one);
            continue;
        }
        ASSERT_TRUE(profile.ok()) << where(one) << " " << profile.error().parameters.back().second;
        ASSERT_TRUE(sql.ok()) << where(one) << " " << sql.error().parameters.back().second;
        auto results = run_sql(database(), *sql, rows.size());
        ASSERT_TRUE(results.ok()) << where(one) << "\n" << sql->text << "\n" << results.error().code << results.error().detail;
        EXPECT_EQ((*results)[i], plain(one.expected)) << where(one) << "\n" << sql->text;
    }
}

FOR_EACH_DATABASE(RuleCasesInSql);

}  // namespace
}  // namespace rules_tests
