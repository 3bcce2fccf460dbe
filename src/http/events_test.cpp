#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>

#include "http/event_stream.h"
#include "http/testing.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using testing::RawConnection;
using testing::RunningServer;

// Hands the streams that the server opens to the test.
class Hub {
public:
    Response subscribe(const Request& request)
    {
        Response response;
        response.body =
            EventSource([this, last = request.header("last-event-id")](std::shared_ptr<EventStream> stream) {
                const std::lock_guard lock(mutex_);
                last_event_id_ = last;
                streams_.push_back(std::move(stream));
            });
        return response;
    }

    std::shared_ptr<EventStream> wait_for(std::size_t count)
    {
        for (;;) {
            {
                const std::lock_guard lock(mutex_);
                if (streams_.size() >= count)
                    return streams_[count - 1];
            }
            std::this_thread::yield();
        }
    }

    std::string last_event_id()
    {
        const std::lock_guard lock(mutex_);
        return last_event_id_;
    }

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<EventStream>> streams_;
    std::string last_event_id_;
};

Router router_with(Hub& hub)
{
    Router router;
    router.get("/events", public_access(),
        [&hub](const Request& request) -> Result<Response> { return hub.subscribe(request); });
    router.get("/fast", public_access(), [](const Request&) -> Result<Response> { return Response::none(); });
    return router;
}

constexpr std::string_view subscribe = "GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 41\r\n\r\n";

auto holds(std::string part)
{
    return [part = std::move(part)](const std::string& text) { return text.find(part) != std::string::npos; };
}

TEST(Events, ArriveAsTheyArePushed)
{
    Hub hub;
    RunningServer server(router_with(hub));
    RawConnection connection(server->port());
    connection.send(subscribe);
    const auto stream = hub.wait_for(1);
    EXPECT_EQ(hub.last_event_id(), "41");
    EXPECT_TRUE(stream->push("change", "42", "{\"id\":\"1\"}"));
    auto text = connection.read(holds("\"1\"}\n\n"));
    EXPECT_NE(text.find("Content-Type: text/event-stream"), std::string::npos);
    EXPECT_NE(text.find("Cache-Control: no-store"), std::string::npos);
    EXPECT_EQ(text.find("Content-Length"), std::string::npos);
    EXPECT_NE(text.find("event: change\nid: 42\ndata: {\"id\":\"1\"}\n\n"), std::string::npos);
    EXPECT_TRUE(stream->push("", "", "two\r\nlines\n"));
    EXPECT_EQ(connection.read(holds("lines\n")), "data: two\ndata: lines\ndata: \n\n");
    EXPECT_TRUE(stream->push("evil\nid: 1", "7\nevent: x", "d"));
    EXPECT_EQ(connection.read(holds("data: d\n\n")), "event: evil\nid: 7\ndata: d\n\n");
    stream->close();
    EXPECT_TRUE(connection.closed_by_server());
    EXPECT_FALSE(stream->push("change", "43", "late"));
}

TEST(Events, KeepTheStreamAlive)
{
    Hub hub;
    RunningServer server(router_with(hub), {.heartbeat = 50ms});
    RawConnection connection(server->port());
    connection.send(subscribe);
    EXPECT_NE(connection.read(holds(": \n\n: \n\n")), "");
}

TEST(Events, NoticeAClientThatLeft)
{
    Hub hub;
    RunningServer server(router_with(hub));
    {
        RawConnection connection(server->port());
        connection.send(subscribe);
        hub.wait_for(1);
    }
    const auto stream = hub.wait_for(1);
    while (!stream->closed())
        std::this_thread::yield();
    EXPECT_FALSE(stream->push("change", "1", "x"));
    while (server->statistics()["connections"].to_number<int>() > 0)
        std::this_thread::yield();
    EXPECT_EQ(server->statistics()["streams"].to_number<int>(), 0);
}

TEST(Events, CloseASlowClientThatCanResume)
{
    Hub hub;
    RunningServer server(router_with(hub), {.request_timeout = 5s});
    RawConnection connection(server->port());
    connection.send(subscribe);
    const auto stream = hub.wait_for(1);
    const std::string data(10'000, 'x');
    int pushed = 0;
    while (stream->push("change", std::to_string(pushed + 1), data) && pushed < 100'000)
        ++pushed;
    EXPECT_LT(pushed, 5'000);
    EXPECT_TRUE(stream->closed());
    // What was taken arrives whole and in order as soon as the client reads, so it can resume.
    const auto text = connection.read();
    const auto last = text.rfind("\nid: ");
    ASSERT_NE(last, std::string::npos);
    EXPECT_LE(std::atoi(text.c_str() + last + 5), pushed);
    EXPECT_GE(std::atoi(text.c_str() + last + 5), 1);
}

TEST(Events, EndWhenTheServerStops)
{
    Hub hub;
    RunningServer server(router_with(hub));
    RawConnection connection(server->port());
    connection.send(subscribe);
    const auto stream = hub.wait_for(1);
    const auto begin = std::chrono::steady_clock::now();
    server.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
    EXPECT_TRUE(connection.closed_by_server());
    server.destroy();
    EXPECT_FALSE(stream->push("change", "1", "after the server is gone"));
}

TEST(Events, ComeFromManyThreads)
{
    Hub hub;
    RunningServer server(router_with(hub), {.io_threads = 2});
    RawConnection connection(server->port());
    connection.send(subscribe);
    const auto stream = hub.wait_for(1);
    auto reader = std::async(std::launch::async, [&] { return connection.read(); });
    std::vector<std::thread> writers;
    std::atomic<int> accepted = 0;
    for (int w = 0; w < 4; ++w)
        writers.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                accepted += stream->push("change", "1", "x");
        });
    for (auto& writer : writers)
        writer.join();
    stream->close();
    const auto text = reader.get();
    int received = 0;
    for (auto at = text.find("data: x"); at != std::string::npos; at = text.find("data: x", at + 1))
        ++received;
    EXPECT_EQ(received, accepted);
    EXPECT_EQ(received, 200);
}

TEST(Events, AnswerHeadWithoutAStream)
{
    Hub hub;
    RunningServer server(router_with(hub));
    RawConnection connection(server->port());
    connection.send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(connection.read().ends_with("\r\n\r\n"));
}

} // namespace
} // namespace http
