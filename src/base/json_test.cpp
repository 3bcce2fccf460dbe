#include "base/json.h"

#include <gtest/gtest.h>

namespace base {
namespace {

std::string fault(std::string_view text)
{
    const auto value = parse_json(text);
    if (value)
        return "none";
    const auto& error = value.error();
    return error.code + " " + error.parameters.at(0).second + ":" + error.parameters.at(1).second;
}

TEST(Json, SaysWhereItIsBroken)
{
    EXPECT_EQ(fault(""), "JSON_SYNTAX 1:1");
    EXPECT_EQ(fault("{\n  \"a\": x\n}"), "JSON_SYNTAX 2:8");
    EXPECT_EQ(fault("[1,]"), "JSON_SYNTAX 1:4");
    EXPECT_EQ(fault("{} {}"), "JSON_SYNTAX 1:4");
    EXPECT_EQ(fault("[\"张三\" x]"), "JSON_SYNTAX 1:7");
    EXPECT_TRUE(fault("\"\xff\"").starts_with("JSON_SYNTAX 1:"));
    EXPECT_TRUE(fault("[1e400]").starts_with("JSON_SYNTAX"));
    EXPECT_TRUE(fault("// x\n1").starts_with("JSON_SYNTAX"));
    EXPECT_TRUE(fault("\"\\ud800\"").starts_with("JSON_SYNTAX"));
    EXPECT_TRUE(fault("\"abc").starts_with("JSON_SYNTAX"));
}

TEST(Json, RefusesTheSameMemberTwice)
{
    EXPECT_TRUE(fault(R"({"a":1,"b":2,"a":3})").starts_with("JSON_DUPLICATE_KEY 1:"));
    EXPECT_TRUE(fault(R"({"a":{"x":1,"\u0078":2}})").starts_with("JSON_DUPLICATE_KEY"));
    EXPECT_EQ(fault(R"({"a":{"x":1},"b":{"x":2},"x":{}})"), "none");
    std::string many = "{";
    for (int i = 0; i < 100; ++i)
        many += "\"k" + std::to_string(i) + "\":1,";
    EXPECT_EQ(fault(many + "\"x\":1}"), "none");
    EXPECT_TRUE(fault(many + "\"k57\":1}").starts_with("JSON_DUPLICATE_KEY"));
    EXPECT_TRUE(fault(many + "\"k3\":1}").starts_with("JSON_DUPLICATE_KEY"));
}

TEST(Json, RefusesDeepNesting)
{
    EXPECT_EQ(fault(std::string(32, '[') + std::string(32, ']')), "none");
    EXPECT_TRUE(fault(std::string(33, '[') + std::string(33, ']')).starts_with("JSON_SYNTAX"));
    EXPECT_TRUE(fault(std::string(100'000, '[')).starts_with("JSON_SYNTAX"));
}

TEST(Json, ReadsEveryKindOfValue)
{
    const auto value = parse_json(
        R"( {"s":"张\u5f20\n","i":-5,"u":18446744073709551615,"d":1.5,"t":true,"n":null,"a":[1,[]]} )");
    ASSERT_TRUE(value.ok());
    const auto& object = value->as_object();
    EXPECT_EQ(object.at("s").as_string(), "张张\n");
    EXPECT_EQ(object.at("i").as_int64(), -5);
    EXPECT_EQ(object.at("u").as_uint64(), 18446744073709551615u);
    EXPECT_EQ(object.at("d").as_double(), 1.5);
    EXPECT_EQ(object.at("a").as_array().size(), 2u);
}

TEST(Json, ReadsDoublesToTheLastBit)
{
    for (const double each : {0.1, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324,
             123456789.123456789, 1e23, 9007199254740993.0}) {
        char text[64];
        std::snprintf(text, sizeof text, "%.17e", each);
        EXPECT_EQ(parse_json(text)->as_double(), each) << text;
    }
    EXPECT_EQ(parse_json("1e-400")->as_double(), 0.0);
}

TEST(Json, NamesTheFieldThatIsMissing)
{
    const auto object = parse_json(R"({"a":"x","b":5,"c":null})")->as_object();
    EXPECT_EQ(*required_string(object, "a"), "x");
    EXPECT_EQ(required_string(object, "b").error().code, "FIELD_TYPE");
    EXPECT_EQ(required_string(object, "c").error().code, "FIELD_MISSING");
    EXPECT_EQ(required_string(object, "d").error().fields.at(0), "d");
    EXPECT_EQ(string_or(object, "a", "y"), "x");
    EXPECT_EQ(string_or(object, "b", "y"), "y");
}

// The examples of RFC 8785, sections 3.2.2 and 3.2.3.
TEST(Json, CanonicalFormIsTheOneOfTheRfc)
{
    const auto value =
        parse_json(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
        "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})");
    EXPECT_EQ(canonical_json(*value),
        R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"})");
    const auto keys =
        parse_json(R"({"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7})");
    EXPECT_EQ(canonical_json(*keys), "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}");
}

TEST(Json, CanonicalNumbersAreThoseOfEcmaScript)
{
    const std::pair<double, const char*> cases[] = {{0.0, "0"}, {-0.0, "0"}, {1e21, "1e+21"},
        {1e20, "100000000000000000000"}, {1e-6, "0.000001"}, {1e-7, "1e-7"}, {-1.5, "-1.5"}, {123.0, "123"},
        {5e-324, "5e-324"}, {1.7976931348623157e308, "1.7976931348623157e+308"}, {0.1, "0.1"},
        {295147905179352830000.0, "295147905179352830000"}};
    for (const auto& [number, text] : cases)
        EXPECT_EQ(canonical_json(json::value(number)), text);
    EXPECT_EQ(canonical_json(json::value(std::int64_t{9007199254740993})), "9007199254740993");
    EXPECT_EQ(canonical_json(json::object()), "{}");
    EXPECT_EQ(canonical_json(json::array()), "[]");
}

}  // namespace
}  // namespace base
