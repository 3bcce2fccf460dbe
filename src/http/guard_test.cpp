#include <gtest/gtest.h>

#include <atomic>

#include "http/testing.h"

namespace http {
namespace {

class Person final : public Principal {
public:
    explicit Person(std::string language) : language_(std::move(language)) {}
    std::string language() const override { return language_; }

private:
    std::string language_;
};

Router guarded_router(std::atomic<int>& handled)
{
    Router router;
    const auto handler = [&handled](const Request& request) -> Result<Response> {
        ++handled;
        if (!request.principal)
            return Response::text("nobody", "text/plain");
        return Error{.kind = Kind::NotFound, .code = "ROUTE_UNKNOWN"};
    };
    router.get("/public", public_access(), handler);
    router.get("/mine", session_access(), handler);
    router.get("/records", permission("records"), handler);
    return router;
}

Result<std::shared_ptr<const Principal>> guard(const Request& request, const Access& access)
{
    if (request.header("x-throw") == "yes")
        throw std::runtime_error("a broken guard");
    const auto token = request.cookie("session");
    if (access.level == Access::Level::Public && !token)
        return std::shared_ptr<const Principal>();
    if (!token)
        return Error{.kind = Kind::Unauthenticated, .code = "AUTH_REQUIRED"};
    if (access.level == Access::Level::Permission && *token != "clerk-" + access.permission)
        return Error{.kind = Kind::Forbidden, .code = "FORBIDDEN"};
    return std::shared_ptr<const Principal>(std::make_shared<Person>("en"));
}

TEST(Guard, DecidesBeforeTheHandler)
{
    std::atomic<int> handled = 0;
    testing::RunningServer server(guarded_router(handled), {}, guard);
    auto client = server.client();
    const auto status = [&](const std::string& target, Pairs headers = {}) {
        const auto response = client.send(Method::Get, target, {}, std::move(headers));
        return response ? response->status : 0;
    };
    EXPECT_EQ(status("/mine"), 401);
    EXPECT_EQ(status("/records"), 401);
    EXPECT_EQ(status("/records", {{"Cookie", "session=other"}}), 403);
    EXPECT_EQ(status("/public", {{"X-Throw", "yes"}}), 500);
    EXPECT_EQ(handled, 0);
    EXPECT_EQ(status("/public"), 200);
    EXPECT_EQ(status("/records", {{"Cookie", "session=clerk-records"}}), 404);
    EXPECT_EQ(handled, 2);
}

TEST(Guard, BringsTheLanguageOfTheUser)
{
    std::atomic<int> handled = 0;
    testing::RunningServer server(guarded_router(handled), {}, guard);
    auto client = server.client();
    const auto response =
        client.send(Method::Get, "/mine", {}, {{"Cookie", "session=x"}, {"Accept-Language", "zh-CN"}});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->header("content-language"), "en");
    EXPECT_NE(response->body.find("nothing at this address"), std::string::npos);
}

TEST(ClientTest, KeepsCookiesAndComesBackAfterTheServerClosed)
{
    Router router;
    router.post("/in", public_access(), [](const Request&) -> Result<Response> {
        return Response::none().with("Set-Cookie", "session=abc; Path=/; HttpOnly").with("Set-Cookie", "b=2");
    });
    router.post("/out", public_access(), [](const Request&) -> Result<Response> {
        return Response::none().with("Set-Cookie", "session=; Max-Age=0");
    });
    router.get("/cookies", public_access(), [](const Request& request) -> Result<Response> {
        return Response::text(request.header("cookie"), "text/plain");
    });
    testing::RunningServer server(std::move(router), {.idle_timeout = std::chrono::milliseconds(40)});
    auto client = server.client();
    ASSERT_TRUE(client.send(Method::Post, "/in"));
    EXPECT_EQ(client.send(Method::Get, "/cookies")->body, "b=2; session=abc");
    while (server->statistics()["connections"].to_number<int>() > 0)
        std::this_thread::yield();
    ASSERT_TRUE(client.send(Method::Post, "/out"));
    EXPECT_EQ(client.send(Method::Get, "/cookies")->body, "b=2");
    client.forget_cookies();
    EXPECT_EQ(client.send(Method::Get, "/cookies")->body, "");
}

} // namespace
} // namespace http
