#include "http/target.h"

#include <gtest/gtest.h>

namespace http {
namespace {

std::string path_of(std::string_view target)
{
    const auto parsed = parse_target(target);
    return parsed ? parsed->path : parsed.error().code;
}

TEST(Target, DecodesAndNormalisesThePath)
{
    EXPECT_EQ(path_of("/"), "/");
    EXPECT_EQ(path_of("//"), "/");
    EXPECT_EQ(path_of("/a//b/"), "/a/b");
    EXPECT_EQ(path_of("/a+b"), "/a+b");
    EXPECT_EQ(path_of("/%E5%BC%A0"), "/张");
    EXPECT_EQ(path_of("/a?b/../c"), "/a");
    EXPECT_EQ(path_of("http://example.org/x?y"), "/x");
    EXPECT_EQ(path_of("HTTP://example.org"), "/");
    EXPECT_EQ(path_of("/a/...b"), "/a/...b");
}

TEST(Target, RefusesPathsThatTwoProgramsCouldReadDifferently)
{
    for (const std::string_view target : {"", "a", "*", "/..", "/a/../b", "/a/./b", "/a/%2e%2e/b", "/a/.%2E",
             "/a/%2fetc", "/a/%2Fetc", "/%", "/%4", "/%zz", "/%00", "/a%0d%0ab", "/a%7f", "/%ff", "/%c0%af",
             "/%ed%a0%80", "/a#b", "?a=b", "example.org/x"})
        EXPECT_EQ(path_of(target), "PATH_MALFORMED") << target;
}

TEST(Target, ReadsTheQueryInOrder)
{
    const auto target = parse_target("/x?state=eq.open&state=in.(a,b)&q=%E5%BC%A0+%26+b&flag&&=v&a=b=c");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->query_text, "state=eq.open&state=in.(a,b)&q=%E5%BC%A0+%26+b&flag&&=v&a=b=c");
    EXPECT_EQ(target->query, (Pairs{{"state", "eq.open"}, {"state", "in.(a,b)"}, {"q", "张 & b"},
                                 {"flag", ""}, {"", "v"}, {"a", "b=c"}}));
}

TEST(Target, RefusesABrokenQuery)
{
    for (const std::string_view target :
        {"/x?a=%", "/x?a=%g0", "/x?%ff=1", "/x?a=%00", "/x?a=%1b", "/x?a%0a=1", "/x?a=%c3"}) {
        const auto parsed = parse_target(target);
        ASSERT_FALSE(parsed) << target;
        EXPECT_EQ(parsed.error().code, "QUERY_MALFORMED");
        EXPECT_EQ(parsed.error().kind, Kind::Malformed);
    }
    EXPECT_TRUE(parse_target("/x?note=line%0Aline%09tab"));
}

TEST(Target, EncodesWhatItDecodes)
{
    const std::string text = "张三 a&b=c/%?#\n~-._";
    const auto target = parse_target("/?x=" + percent_encoded(text));
    ASSERT_TRUE(target);
    EXPECT_EQ(target->query, (Pairs{{"x", text}}));
}

TEST(Cookie, FindsTheNamedOne)
{
    EXPECT_EQ(cookie_value("a=1; session=abc=; b=2", "session"), "abc=");
    EXPECT_EQ(cookie_value("session=\"q\"", "session"), "q");
    EXPECT_EQ(cookie_value("xsession=1; session =2", "session"), "2");
    EXPECT_EQ(cookie_value("session", "session"), std::nullopt);
    EXPECT_EQ(cookie_value("", "session"), std::nullopt);
    EXPECT_EQ(cookie_value(";;=;a", "a"), std::nullopt);
}

TEST(Language, IsChineseUnlessEnglishIsPreferred)
{
    EXPECT_EQ(language_of(""), "zh");
    EXPECT_EQ(language_of("zh-CN,zh;q=0.9,en;q=0.8"), "zh");
    EXPECT_EQ(language_of("en-US,en;q=0.9"), "en");
    EXPECT_EQ(language_of("en;q=0.4, zh;q=0.5"), "zh");
    EXPECT_EQ(language_of("fr"), "zh");
    EXPECT_EQ(language_of("EN"), "en");
}

TEST(Encoding, IsAcceptedUnlessForbidden)
{
    EXPECT_TRUE(accepts_encoding("gzip, deflate, br", "br"));
    EXPECT_TRUE(accepts_encoding("GZIP;q=0.5", "gzip"));
    EXPECT_FALSE(accepts_encoding("gzip;q=0, br", "gzip"));
    EXPECT_FALSE(accepts_encoding("gzip;q=0.000", "gzip"));
    EXPECT_FALSE(accepts_encoding("", "gzip"));
    EXPECT_FALSE(accepts_encoding("xgzip", "gzip"));
}

} // namespace
} // namespace http
