#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>

#include "http/testing.h"

namespace http {
namespace {

using testing::RunningServer;

Router echo_router()
{
    Router router;
    router.get("/api/hello/{name}", public_access(), [](const Request& request) -> Result<Response> {
        return Response::json(
            {{"name", request.parameter("name")}, {"q", request.query_value("q").value_or("")}});
    });
    router.post("/api/echo", public_access(), [](const Request& request) -> Result<Response> {
        TRY_ASSIGN(auto body, request.json_object());
        return Response::json(body, 201);
    });
    router.get("/api/throws", public_access(),
        [](const Request&) -> Result<Response> { throw std::runtime_error("a fault of ours"); });
    router.get("/api/missing", public_access(), [](const Request&) -> Result<Response> {
        return Error{.kind = Kind::NotFound, .code = "PERSON_UNKNOWN", .fields = {"id"}};
    });
    router.get("/api/stale", public_access(), [](const Request&) -> Result<Response> {
        return Response::refused({.kind = Kind::Conflict, .code = "ROUTE_UNKNOWN"}, {{"current", {{"version", 7}}}})
            .with("ETag", "\"7\"");
    });
    return router;
}

std::string code_of(const ClientResponse& response)
{
    const auto body = response.json();
    return body && body->is_object() ? base::string_or(body->as_object(), "code", "") : "";
}

TEST(Server, AnswersARequest)
{
    RunningServer server(echo_router());
    auto client = server.client();
    const auto response = client.send(Method::Get, "/api/hello/%E5%BC%A0%E4%B8%89?q=a+b%26c");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, R"({"name":"张三","q":"a b&c"})");
}

TEST(Server, TakesABodyAndKeepsTheConnection)
{
    RunningServer server(echo_router());
    auto client = server.client();
    for (int i = 0; i < 3; ++i) {
        const auto response = client.send(Method::Post, "/api/echo", R"({"a":[1,2]})");
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, 201);
        EXPECT_EQ(response->body, R"({"a":[1,2]})");
    }
    EXPECT_EQ(server->statistics()["connections"].to_number<int>(), 1);
}

TEST(Server, TurnsErrorsIntoProblems)
{
    RunningServer server(echo_router());
    auto client = server.client();
    const auto missing = client.send(Method::Get, "/api/missing");
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->status, 404);
    EXPECT_EQ(missing->header("content-type"), "application/problem+json");
    EXPECT_EQ(code_of(*missing), "PERSON_UNKNOWN");
    EXPECT_EQ(
        base::string_or(missing->json()->as_object(), "request_id", ""), missing->header("x-request-id"));

    const auto thrown = client.send(Method::Get, "/api/throws");
    ASSERT_TRUE(thrown);
    EXPECT_EQ(thrown->status, 500);
    EXPECT_EQ(code_of(*thrown), "INTERNAL");
    EXPECT_EQ(thrown->body.find("a fault of ours"), std::string::npos);

    const auto unknown = client.send(Method::Get, "/api/nothing");
    ASSERT_TRUE(unknown);
    EXPECT_EQ(unknown->status, 404);
    EXPECT_EQ(code_of(*unknown), "ROUTE_UNKNOWN");

    const auto wrong_method = client.send(Method::Delete, "/api/echo");
    ASSERT_TRUE(wrong_method);
    EXPECT_EQ(wrong_method->status, 405);
    EXPECT_EQ(wrong_method->header("allow"), "POST");

    const auto broken = client.send(Method::Post, "/api/echo", "{\"a\":");
    ASSERT_TRUE(broken);
    EXPECT_EQ(broken->status, 400);
    const auto list = client.send(Method::Post, "/api/echo", "[1]");
    ASSERT_TRUE(list);
    EXPECT_EQ(code_of(*list), "JSON_OBJECT_EXPECTED");
    const auto form = client.send(Method::Post, "/api/echo", "a=1", {{"Content-Type", "text/plain"}});
    ASSERT_TRUE(form);
    EXPECT_EQ(form->status, 415);
}

TEST(Server, AddsTheMembersOfARefusal)
{
    RunningServer server(echo_router());
    auto client = server.client();
    const auto response = client.send(Method::Get, "/api/stale");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 409);
    EXPECT_EQ(response->header("etag"), "\"7\"");
    const auto body = response->json()->as_object();
    EXPECT_EQ(body.at("current").at("version"), 7);
    EXPECT_NE(body.at("title"), "ROUTE_UNKNOWN");
}

TEST(Server, SpeaksTheLanguageOfTheBrowser)
{
    RunningServer server(echo_router());
    auto client = server.client();
    const auto chinese = client.send(Method::Get, "/api/nothing");
    const auto english =
        client.send(Method::Get, "/api/nothing", {}, {{"Accept-Language", "en-GB,en;q=0.9,zh;q=0.5"}});
    ASSERT_TRUE(chinese && english);
    EXPECT_NE(chinese->body.find("没有这个地址"), std::string::npos);
    EXPECT_NE(english->body.find("nothing at this address"), std::string::npos);
}

TEST(Server, StopsWhileAClientIsIdle)
{
    RunningServer server(echo_router());
    auto client = server.client();
    ASSERT_TRUE(client.send(Method::Get, "/api/missing"));
    const auto begin = std::chrono::steady_clock::now();
    server.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

} // namespace
} // namespace http
