#include "http/router.h"

#include <gtest/gtest.h>

namespace http {
namespace {

Handler says(std::string text)
{
    return [text = std::move(text)](
               const Request&) -> Result<Response> { return Response::text(text, "text/plain"); };
}

class RouterTest : public ::testing::Test {
protected:
    Router router;
    Pairs parameters;

    std::string pattern_for(Method method, std::string_view path)
    {
        parameters.clear();
        const auto route = router.match(method, path, parameters);
        return route ? (*route)->pattern : route.error().code;
    }
};

TEST_F(RouterTest, PrefersLiteralSegmentsToParameters)
{
    router.get("/api/records/{record}", public_access(), says("list"));
    router.get("/api/records/search", public_access(), says("search"));
    router.get("/api/records/{record}/{id}", public_access(), says("one"));
    router.get("/api/records/{record}/export", public_access(), says("export"));
    router.get("/files/{path...}", public_access(), says("files"));
    router.get("/files/index", public_access(), says("index"));

    EXPECT_EQ(pattern_for(Method::Get, "/api/records/search"), "/api/records/search");
    EXPECT_EQ(pattern_for(Method::Get, "/api/records/unit"), "/api/records/{record}");
    EXPECT_EQ(parameters, (Pairs{{"record", "unit"}}));
    EXPECT_EQ(pattern_for(Method::Get, "/api/records/unit/export"), "/api/records/{record}/export");
    EXPECT_EQ(pattern_for(Method::Get, "/api/records/unit/17"), "/api/records/{record}/{id}");
    EXPECT_EQ(parameters, (Pairs{{"record", "unit"}, {"id", "17"}}));
    EXPECT_EQ(pattern_for(Method::Get, "/files/index"), "/files/index");
    EXPECT_EQ(pattern_for(Method::Get, "/files/a/b/c"), "/files/{path...}");
    EXPECT_EQ(parameters, (Pairs{{"path", "a/b/c"}}));
    EXPECT_EQ(pattern_for(Method::Get, "/files"), "ROUTE_UNKNOWN");
}

// "/a/search/x" matches no literal route below "search", so the parameter gets its turn.
TEST_F(RouterTest, GoesBackToTheParameterWhenTheLiteralLeadsNowhere)
{
    router.get("/a/search", public_access(), says("search"));
    router.get("/a/{id}/x", public_access(), says("x"));
    EXPECT_EQ(pattern_for(Method::Get, "/a/search/x"), "/a/{id}/x");
    EXPECT_EQ(parameters, (Pairs{{"id", "search"}}));
}

TEST_F(RouterTest, NamesTheMethodsThatAPathTakes)
{
    router.get("/a/{id}", public_access(), says("read"));
    router.patch("/a/{other}", public_access(), says("change"));
    router.post("/a/new", public_access(), says("create"));

    parameters.clear();
    const auto refused = router.match(Method::Delete, "/a/1", parameters);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "METHOD_NOT_ALLOWED");
    EXPECT_EQ(refused.error().parameters, (base::Parameters{{"allow", "GET, HEAD, PATCH"}}));
    EXPECT_EQ(router.allowed("/a/new"), "GET, HEAD, POST, PATCH");
    EXPECT_EQ(router.allowed("/b"), "");
    EXPECT_EQ(pattern_for(Method::Patch, "/a/1"), "/a/{other}");
    EXPECT_EQ(parameters, (Pairs{{"other", "1"}}));
    EXPECT_EQ(pattern_for(Method::Head, "/a/1"), "/a/{id}");
}

TEST_F(RouterTest, KnowsTheRoot)
{
    router.get("/", public_access(), says("root"));
    EXPECT_EQ(pattern_for(Method::Get, "/"), "/");
    EXPECT_EQ(pattern_for(Method::Get, "/x"), "ROUTE_UNKNOWN");
}

TEST_F(RouterTest, KeepsItsRoutesForTheAccessMatrix)
{
    router.get("/a", session_access(), says("a"));
    router.post("/b", permission("records"), says("b"));
    ASSERT_EQ(router.routes().size(), 2u);
    EXPECT_EQ(router.routes()[1].access.permission, "records");
    const Router copy = router;
    Pairs values;
    EXPECT_EQ(*copy.match(Method::Get, "/a", values), &copy.routes()[0]);
}

} // namespace
} // namespace http
