#include "kernel/rules/rules.h"

#include <gtest/gtest.h>

namespace rules {
namespace {

Value evaluated(std::string_view text, Map values = {})
{
    auto expression = Expression::parse(text);
    if (!expression)
        return Value::Held{Unknown{expression.error().code}};
    MapActivation activation;
    activation.values = std::move(values);
    activation.now = *base::Timestamp::parse("2026-09-28T16:00:00+08:00");
    return expression->evaluate(activation);
}

Declarations complaint()
{
    Declaration contact{.type = Type::Map};
    return {{"closed_at", {.type = Type::Timestamp}}, {"received_at", {.type = Type::Timestamp}},
        {"established_on", {.type = Type::Date}}, {"amount", {.type = Type::Decimal, .scale = 2}},
        {"count", {.type = Type::Int}}, {"anonymous", {.type = Type::Bool}}, {"name", {.type = Type::String}},
        {"contacts", {.type = Type::List, .fields = {{"note", {.type = Type::String}}, {"at", {.type = Type::Timestamp}}}}},
        {"user", {.type = Type::Map, .fields = {{"organisation", {.type = Type::Int}}}}}};
}

TEST(Rules, ACheckOnTwoInstantsDecides)
{
    auto at = [](const char* text) { return Value{Value::Held{*base::Timestamp::parse(text)}}; };
    const char* rule = "closed_at == null || closed_at >= received_at";
    Value early = at("2026-09-27T00:00:00Z");
    Value late = at("2026-09-28T00:00:00Z");
    EXPECT_TRUE(evaluated(rule, {{"closed_at", late}, {"received_at", early}}).truth());
    EXPECT_TRUE(evaluated(rule, {{"closed_at", Value{}}, {"received_at", early}}).truth());
    Value refused = evaluated(rule, {{"closed_at", early}, {"received_at", late}});
    ASSERT_FALSE(refused.unknown());
    EXPECT_FALSE(refused.truth());
    EXPECT_TRUE(evaluated(rule, {{"closed_at", early}, {"received_at", Value{}}}).unknown());
}

TEST(Rules, SyntaxErrorsNameLineAndColumn)
{
    auto expression = Expression::parse("count > 1 &&\n  == 2");
    ASSERT_FALSE(expression.ok());
    EXPECT_EQ(expression.error().code, "RULE_SYNTAX");
    EXPECT_EQ(expression.error().parameters[0].second, "2");
    EXPECT_EQ(expression.error().parameters[1].second, "3");
}

TEST(Rules, UnknownNamesComeWithTheNearOne)
{
    auto result = Expression::parse("closed_att != null")->check(complaint());
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, "RULE_NAME");
    EXPECT_EQ(result.error().parameters.back().second, "closed_at");
}

TEST(Rules, TypesThatDoNotMeetAreRefused)
{
    auto code = [](const char* text) {
        auto result = Expression::parse(text)->check(complaint());
        return result ? std::string{"right"} : result.error().code;
    };
    EXPECT_EQ(code("amount > 2.5"), "RULE_TYPE");
    EXPECT_EQ(code("amount > 2"), "right");
    EXPECT_EQ(code("amount > decimal(\"2.5\")"), "right");
    EXPECT_EQ(code("count > 2.0"), "RULE_TYPE");
    EXPECT_EQ(code("closed_at > established_on"), "RULE_TYPE");
    EXPECT_EQ(code("closed_at > null"), "RULE_TYPE");
    EXPECT_EQ(code("anonymous && name"), "RULE_TYPE");
    EXPECT_EQ(code("contacts.exists(c, c.note != \"\")"), "right");
    EXPECT_EQ(code("contacts.exists(c, c.notes != \"\")"), "RULE_NAME");
    EXPECT_EQ(code("lowr(name) == \"\""), "RULE_FUNCTION");
    EXPECT_EQ(code("name.matches(\"[\")"), "RULE_TYPE");
}

TEST(Rules, WhatSqlCannotSayIsNamed)
{
    auto refused = [](const char* text) {
        auto result = Expression::parse(text)->check_sql(complaint());
        if (result)
            return std::string{"right"};
        return result.error().code + ":" + result.error().parameters.back().second;
    };
    EXPECT_EQ(refused("name.matches(\"a\")"), "RULE_NOT_SQL:matches()");
    EXPECT_EQ(refused("dyn(name) == \"a\""), "RULE_NOT_SQL:dyn()");
    EXPECT_EQ(refused("contacts.exists(c, c.note.startsWith(\"a\") && c.at > received_at)"), "right");
    EXPECT_EQ(refused("user.organisation == 3"), "right");
    EXPECT_EQ(refused("contacts[0].note == \"a\""), "RULE_NOT_SQL:a selection on a computed value");
}

// A rule may come from a request; nobody may have checked it.
TEST(Rules, UncheckedRulesDoNotBecomeSql)
{
    SqlNames names;
    names.columns.emplace("name", SqlColumn{"t.name", {.type = Type::String}});
    names.values.emplace("user", Value::map({{"id", Value::Held{std::int64_t{7}}}}));
    auto code = [&](const char* text) {
        auto sql = Expression::parse(text)->to_sql(names);
        return sql ? sql->text : sql.error().code;
    };
    EXPECT_EQ(code("size()"), "RULE_TYPE");
    EXPECT_EQ(code("name.contains()"), "RULE_TYPE");
    EXPECT_EQ(code("-name"), "RULE_TYPE");
    EXPECT_EQ(code("nobody == 1"), "RULE_NAME");
    EXPECT_EQ(code("user.id == 7 && name == \"a\""), "((?1 IS ?2) AND (t.name IS ?3))");
}

TEST(Rules, BoundExpressionsReadSlots)
{
    std::vector<std::string> names = {"b", "a"};
    Expression expression = Expression::parse("a - b")->bound(names);
    std::vector<Value> row = {Value::Held{std::int64_t{2}}, Value::Held{std::int64_t{7}}};
    SlotActivation activation;
    activation.slots = row;
    EXPECT_EQ(*expression.evaluate(activation).get<std::int64_t>(), 5);
    EXPECT_TRUE(Expression::parse("c")->bound(names).evaluate(activation).unknown());
}

TEST(Rules, HostileRulesEndSoon)
{
    std::string nested = "1 == 1", list = "[0, 1]";
    for (int i = 0; i < 20; ++i)
        nested = "[0,1,2,3,4,5,6,7].all(x" + std::to_string(i) + ", " + nested + ")";
    EXPECT_TRUE(evaluated(nested).unknown());
    for (int i = 0; i < 30; ++i)
        list += ".map(x, [x, x])";
    EXPECT_TRUE(evaluated(list + " == " + list).unknown());
    EXPECT_FALSE(Expression::parse(std::string(1000, '(')).ok());
    EXPECT_FALSE(Expression::parse(std::string(1000, '-') + "1").ok());
    std::string sum = "1";
    for (int i = 0; i < 5000; ++i)
        sum += "+1";
    EXPECT_FALSE(Expression::parse(sum).ok());
    EXPECT_FALSE(evaluated("\"" + std::string(5000, 'a') + "\".matches(\"(a+)+$\")").unknown());
}

}  // namespace
}  // namespace rules
