// Bytes that no honest client sends. Each test names what an attacker would gain.

#include <gtest/gtest.h>

#include <atomic>

#include "http/testing.h"

namespace http {

using namespace std::string_view_literals;

namespace {

using testing::RawConnection;
using testing::RunningServer;
using testing::status_of_answer;

class ProtocolTest : public ::testing::Test {
protected:
    std::atomic<int> handled = 0;
    RunningServer server{router(), {.request_timeout = std::chrono::seconds(5)}};

    Router router()
    {
        Router made;
        const auto echo = [this](const Request& request) -> Result<Response> {
            ++handled;
            return Response::text(request.path + "|" + request.body, "text/plain");
        };
        made.add({Method::Post, "/echo", public_access(), echo, 1000});
        made.get("/echo", public_access(), echo);
        made.get("/files/{rest...}", public_access(), echo);
        return made;
    }

    // The whole conversation; the server is expected to close after a refusal.
    std::string answer(std::string_view bytes)
    {
        RawConnection connection(server->port());
        connection.send(bytes);
        return connection.read();
    }

    void expect_refused(std::string_view bytes, int status)
    {
        handled = 0;
        const auto text = answer(bytes);
        EXPECT_EQ(status_of_answer(text), status) << bytes << "\n" << text;
        EXPECT_NE(text.find("Connection: close"), std::string::npos);
        EXPECT_EQ(text.find("HTTP/1.1 ", 9), std::string::npos) << "a second answer: " << text;
        EXPECT_EQ(handled, 0);
    }
};

TEST_F(ProtocolTest, RefusesTwoContentLengths)
{
    expect_refused(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400);
    expect_refused(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400);
    expect_refused("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc", 400);
}

TEST_F(ProtocolTest, RefusesLengthBesideTransferCoding)
{
    expect_refused(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400);
    expect_refused(
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        400);
}

TEST_F(ProtocolTest, RefusesOtherCodingsThanChunked)
{
    for (const std::string coding :
        {"gzip", "chunked, gzip", "gzip, chunked", "identity", "xchunked", "chunked;q=1"}) {
        handled = 0;
        const auto text =
            answer("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
        EXPECT_TRUE(status_of_answer(text) == 501 || status_of_answer(text) == 400) << coding << text;
        EXPECT_EQ(handled, 0);
    }
    expect_refused("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n0\r\n\r\n",
        400);
    expect_refused("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
}

TEST_F(ProtocolTest, RefusesBadLengths)
{
    for (const std::string length : {"-1", "+3", "0x3", "3 4", "", "99999999999999999999999", "3;"})
        expect_refused("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\nabc", 400);
}

TEST_F(ProtocolTest, RefusesBadChunks)
{
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string body :
        {"x\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc\n0\n\n\r\n",
            "0x3\r\nabc\r\n0\r\n\r\n", "3 3\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"}) {
        handled = 0;
        const auto text = answer(head + body);
        EXPECT_TRUE(status_of_answer(text) == 400 || status_of_answer(text) == 413) << body << text;
        EXPECT_EQ(handled, 0);
    }
}

TEST_F(ProtocolTest, ReadsGoodChunks)
{
    RawConnection connection(server->port());
    connection.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nContent-Type: trailer\r\n\r\n");
    const auto text = connection.read();
    EXPECT_EQ(status_of_answer(text), 200);
    EXPECT_TRUE(text.ends_with("/echo|abc0123456789")) << text;
}

TEST_F(ProtocolTest, RefusesBareLineFeedsAndNulls)
{
    expect_refused("GET /echo HTTP/1.1\nHost: x\n\n\r\n\r\n", 400);
    expect_refused("GET /echo HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"sv, 400);
    expect_refused("GET /ec\0ho HTTP/1.1\r\nHost: x\r\n\r\n"sv, 400);
    expect_refused("GET /echo HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400);
    expect_refused("GET /echo HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400);
    expect_refused("GET  /echo HTTP/1.1\r\nHost: x\r\n\r\n", 400);
    expect_refused("GET /echo HTTP/2.0\r\nHost: x\r\n\r\n", 400);
    expect_refused("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400);
}

TEST_F(ProtocolTest, WantsOneHost)
{
    expect_refused("GET /echo HTTP/1.1\r\n\r\n", 400);
    expect_refused("GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    EXPECT_EQ(status_of_answer(answer("GET /echo HTTP/1.0\r\n\r\n")), 200);
}

TEST_F(ProtocolTest, RefusesPathsThatClimb)
{
    for (const std::string path : {"/files/../echo", "/files/%2e%2e/echo", "/files/%2E./x", "/files/..%2fetc",
             "/files/%ff", "/files/%00"})
        EXPECT_EQ(
            status_of_answer(answer("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")),
            400)
            << path;
    EXPECT_EQ(
        status_of_answer(answer("GET /echo?a=%c3%28 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), 400);
    EXPECT_EQ(handled, 0);
}

TEST_F(ProtocolTest, LimitsTheHeader)
{
    expect_refused("GET /echo HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", 431);
    expect_refused("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431);
    // Many small lines, each in a piece of its own.
    RawConnection connection(server->port());
    connection.send("GET /echo HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 300; ++i)
        connection.send("Name-" + std::to_string(i) + ": " + std::string(60, 'v') + "\r\n");
    EXPECT_EQ(status_of_answer(connection.read()), 431);
}

TEST_F(ProtocolTest, RefusesALargeBodyBeforeReadingIt)
{
    expect_refused("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413);
    expect_refused("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", 413);
    EXPECT_EQ(status_of_answer(answer(
                  "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n" +
                  std::string(1000, 'a'))),
        200);
    // The other side is still sending: it gets the answer all the same, not a reset.
    EXPECT_EQ(status_of_answer(answer("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" +
                                      std::string(200'000, 'a'))),
        413);
}

TEST_F(ProtocolTest, SaysContinueOnlyWhenTheBodyIsWelcome)
{
    RawConnection connection(server->port());
    connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: "
                    "100-continue\r\nConnection: close\r\n\r\n");
    const auto interim = connection.read([](const std::string& text) { return text.ends_with("\r\n\r\n"); });
    EXPECT_EQ(interim, "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send("abc");
    EXPECT_TRUE(connection.read().ends_with("/echo|abc"));

    expect_refused(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n", 413);
    expect_refused(
        "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", 404);
    expect_refused(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: something\r\n\r\nabcde", 417);
}

TEST_F(ProtocolTest, AnswersPipelinedRequestsInOrder)
{
    RawConnection connection(server->port());
    connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
                    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n2"
                    "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto text = connection.read();
    const auto first = text.find("/echo|1");
    const auto second = text.find("/echo|2");
    EXPECT_NE(first, std::string::npos);
    EXPECT_GT(second, first);
    EXPECT_TRUE(text.ends_with("/echo|"));
}

// A body nobody read must not become the next request.
TEST_F(ProtocolTest, DoesNotTakeAnUnreadBodyForARequest)
{
    const std::string smuggled = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    expect_refused("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(smuggled.size()) +
                       "\r\n\r\n" + smuggled,
        404);
}

TEST_F(ProtocolTest, RefusesUnknownMethods)
{
    for (const std::string method : {"OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", "FOO"}) {
        const auto text = answer(method + " /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        EXPECT_EQ(status_of_answer(text), 405) << method;
        EXPECT_NE(text.find("Allow: GET, HEAD, POST"), std::string::npos) << text;
    }
    EXPECT_EQ(handled, 0);
}

TEST_F(ProtocolTest, AnswersHeadWithoutABody)
{
    const auto text = answer("HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_of_answer(text), 200);
    EXPECT_NE(text.find("Content-Length: 6\r\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST_F(ProtocolTest, KeepsHttp10Open)
{
    RawConnection connection(server->port());
    connection.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto text = connection.read([](const std::string& t) { return t.ends_with("/echo|"); });
    EXPECT_NE(text.find("Connection: keep-alive"), std::string::npos);
    connection.send("GET /echo HTTP/1.0\r\n\r\n");
    EXPECT_NE(connection.read().find("Connection: close"), std::string::npos);
}

TEST_F(ProtocolTest, LetsNoHandlerWriteHeaders)
{
    Router router_with_bad_header;
    router_with_bad_header.get("/x", public_access(), [](const Request& request) -> Result<Response> {
        return Response::none()
            .with("X-Name", request.query_value("name").value_or(""))
            .with("X-Good", "yes");
    });
    RunningServer other(std::move(router_with_bad_header));
    auto client = other.client();
    const auto response = client.send(Method::Get, "/x?name=a%0D%0ASet-Cookie:%20session=evil");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 204);
    EXPECT_EQ(response->header("set-cookie"), "");
    EXPECT_EQ(response->header("x-good"), "yes");
}

} // namespace
} // namespace http
