// Slow and greedy clients, full queues and a stop in the middle: nobody else suffers (promise G8).

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>

#include "http/metrics.h"
#include "http/testing.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using testing::RawConnection;
using testing::RunningServer;
using testing::status_of_answer;

using Clock = std::chrono::steady_clock;

// Handlers that wait until the test lets them go.
class Gate {
public:
    Response enter()
    {
        ++inside_;
        opened_.wait();
        return Response::text("done", "text/plain");
    }

    void open()
    {
        if (!is_open_.exchange(true))
            promise_.set_value();
    }

    ~Gate() { open(); }

    void wait_for(int count) const
    {
        while (inside_ < count)
            std::this_thread::yield();
    }

private:
    std::promise<void> promise_;
    std::shared_future<void> opened_ = promise_.get_future().share();
    std::atomic<int> inside_ = 0;
    std::atomic<bool> is_open_ = false;
};

Router router_with(Gate& gate)
{
    Router router;
    router.get("/fast", public_access(),
        [](const Request&) -> Result<Response> { return Response::text("ok", "text/plain"); });
    router.get(
        "/slow", public_access(), [&gate](const Request&) -> Result<Response> { return gate.enter(); });
    router.post(
        "/body", public_access(), [](const Request&) -> Result<Response> { return Response::none(); });
    router.get("/large", public_access(), [](const Request&) -> Result<Response> {
        return Response::text(std::string(30'000'000, 'x'), "text/plain");
    });
    return router;
}

void drip(RawConnection& connection, std::string_view bytes, std::atomic<bool>& over)
{
    for (const char c : bytes) {
        if (over)
            return;
        connection.send({&c, 1});
        std::this_thread::sleep_for(20ms);
    }
}

TEST(Limits, EndsARequestThatDrips)
{
    Gate gate;
    RunningServer server(router_with(gate), {.request_timeout = 300ms, .idle_timeout = 5s});
    for (const std::string start :
        {"GET /fa", "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"}) {
        RawConnection connection(server->port());
        const auto begin = Clock::now();
        connection.send(start);
        std::atomic<bool> over = false;
        std::thread dripping([&] { drip(connection, std::string(90, 'a'), over); });
        const auto text = connection.read();
        over = true;
        dripping.join();
        EXPECT_EQ(status_of_answer(text), 408) << start;
        EXPECT_LT(Clock::now() - begin, 4s);
    }
}

TEST(Limits, ServesOthersWhileManyDrip)
{
    Gate gate;
    RunningServer server(router_with(gate), {.connections_max = 50});
    std::vector<std::unique_ptr<RawConnection>> drips;
    for (int i = 0; i < 200; ++i) {
        drips.push_back(std::make_unique<RawConnection>(server->port()));
        drips.back()->send("GET /fast HTTP/1.1\r\nX: ");
    }
    auto client = server.client();
    // The places are full of those who only hold them; asking again soon finds one.
    int served = 0;
    for (int i = 0; i < 20 && served == 0; ++i) {
        const auto response = client.send(Method::Get, "/fast");
        served = response && response->status == 200 ? 1 : 0;
    }
    EXPECT_EQ(served, 1);
    EXPECT_LE(server->statistics()["connections"].to_number<int>(), 51);
}

TEST(Limits, ClosesIdleConnections)
{
    Gate gate;
    RunningServer server(router_with(gate), {.idle_timeout = 200ms});
    RawConnection silent(server->port());
    RawConnection used(server->port());
    used.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(silent.closed_by_server());
    EXPECT_TRUE(used.closed_by_server());
}

TEST(Limits, GivesUpOnAReaderThatStopped)
{
    Gate gate;
    // 30 MB may take half an hour, but not while nothing at all is taken.
    RunningServer server(router_with(gate), {.request_timeout = 300ms, .idle_timeout = 100ms});
    RawConnection stuck(server->port());
    stuck.set_receive_buffer(4096);
    stuck.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    auto client = server.client();
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(client.send(Method::Get, "/fast"));
    const auto begin = Clock::now();
    while (server->statistics()["connections"].to_number<int>() > 0)
        std::this_thread::yield();
    EXPECT_LT(Clock::now() - begin, 8s);
}

TEST(Limits, RefusesWhenTheQueueIsFull)
{
    Gate gate;
    RunningServer server(router_with(gate), {.workers = 2, .queue_max = 3});
    std::vector<std::future<int>> answers;
    const auto ask = [&server] {
        auto client = server.client();
        const auto response = client.send(Method::Get, "/slow");
        return response ? response->status : 0;
    };
    for (int i = 0; i < 2; ++i)
        answers.push_back(std::async(std::launch::async, ask));
    gate.wait_for(2);
    for (int i = 0; i < 3; ++i)
        answers.push_back(std::async(std::launch::async, ask));
    while (server->statistics()["queue"].to_number<int>() < 3)
        std::this_thread::yield();

    auto client = server.client();
    const auto refused = client.send(Method::Get, "/fast");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->header("retry-after"), "1");
    EXPECT_NE(refused->body.find("OVERLOADED"), std::string::npos);
    gate.open();
    for (auto& answer : answers)
        EXPECT_EQ(answer.get(), 200);
    const auto later = client.send(Method::Get, "/fast");
    ASSERT_TRUE(later);
    EXPECT_EQ(later->status, 200);
}

TEST(Limits, BoundsTheMemoryOfBodies)
{
    Gate gate;
    RunningServer server(router_with(gate), {.body_memory_max = 100'000});
    RawConnection greedy(server->port());
    greedy.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n");
    while (server->statistics()["body_bytes"].to_number<int>() < 90'000)
        std::this_thread::yield();
    auto client = server.client();
    const auto refused = client.send(Method::Post, "/body", std::string(20'000, ' '));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    const auto small = client.send(Method::Post, "/body", std::string(9'000, ' '));
    ASSERT_TRUE(small);
    EXPECT_EQ(small->status, 204);
    greedy.close();
    while (server->statistics()["body_bytes"].to_number<int>() > 0)
        std::this_thread::yield();
}

TEST(Stop, FinishesWhatIsRunning)
{
    Gate gate;
    RunningServer server(router_with(gate));
    auto answer = std::async(std::launch::async, [&] {
        auto client = server.client();
        return client.send(Method::Get, "/slow");
    });
    gate.wait_for(1);
    RawConnection idle(server->port());
    RawConnection half(server->port());
    half.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
    half.read([](const std::string& text) { return text.ends_with("\r\n\r\n"); });
    while (server->statistics()["connections"].to_number<int>() < 3)
        std::this_thread::yield();
    server->stop();
    EXPECT_TRUE(idle.closed_by_server());
    gate.open();
    const auto response = answer.get();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    half.send("1");
    EXPECT_EQ(status_of_answer(half.read()), 204);
    server.stop();
    auto late = server.client();
    EXPECT_FALSE(late.send(Method::Get, "/fast"));
}

TEST(Stop, ComesBackAlthoughAHandlerHangs)
{
    Gate gate;
    RunningServer server(router_with(gate), {.stop_timeout = 200ms});
    auto answer = std::async(std::launch::async, [&] {
        auto client = server.client();
        return client.send(Method::Get, "/slow").ok();
    });
    gate.wait_for(1);
    const auto begin = Clock::now();
    server.stop();
    EXPECT_LT(Clock::now() - begin, 3s);
    EXPECT_EQ(server->running(), 1u);
    gate.open();
    server.destroy();
    EXPECT_FALSE(answer.get());
}

TEST(Open, SaysWhatIsWrongInOneCode)
{
    Gate gate;
    RunningServer server(router_with(gate));
    const auto failure = [](ServerOptions options) {
        const base::SystemClock clock;
        const auto opened = Server::open(std::move(options), {}, {}, testing::messages(), clock);
        return opened ? std::string("opened") : opened.error().code;
    };
    EXPECT_EQ(failure({.port = server->port()}), "PORT_TAKEN");
    EXPECT_EQ(failure({.address = "not an address", .port = 0}), "ADDRESS_INVALID");
    EXPECT_EQ(failure({.address = "192.0.2.1", .port = 0, .insecure = true}), "ADDRESS_INVALID");
    EXPECT_EQ(failure({.address = "0.0.0.0", .port = 0}), "ADDRESS_INSECURE");
    EXPECT_EQ(failure({.address = "0.0.0.0", .port = 0, .insecure = true}), "opened");
    EXPECT_EQ(
        failure({.port = 0, .tls_certificate = "/nonexistent", .tls_key = "/nonexistent"}), "TLS_FILES");
    EXPECT_EQ(failure({.port = 0, .static_folder = "/nonexistent"}), "STATIC_FOLDER");
}

TEST(Concurrency, AnswersEachClientItsOwn)
{
    Router router;
    router.get("/n/{n}", public_access(), [](const Request& request) -> Result<Response> {
        return Response::text(request.parameter("n"), "text/plain");
    });
    const auto metrics = std::make_shared<Metrics>();
    RunningServer server(std::move(router), {.workers = 8, .io_threads = 2, .metrics = metrics});
    std::atomic<int> wrong = 0;
    std::vector<std::thread> clients;
    for (int c = 0; c < 8; ++c)
        clients.emplace_back([&, c] {
            auto client = server.client();
            for (int i = 0; i < 200; ++i) {
                const auto expected = std::to_string(c * 1000 + i);
                const auto response = client.send(Method::Get, "/n/" + expected);
                wrong += !response || response->body != expected;
            }
        });
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(wrong, 0);
    server.stop(); // an answer is counted after it was sent
    EXPECT_EQ(server->statistics()["answers"].as_object()["2xx"].to_number<int>(), 1600);
    const auto text = metrics->text();
    EXPECT_NE(text.find("http_requests_total{method=\"GET\",route=\"/n/{n}\",status=\"200\"} 1600"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("http_request_duration_seconds_count{method=\"GET\",route=\"/n/{n}\"} 1600"),
        std::string::npos);
    EXPECT_NE(text.find("http_connections "), std::string::npos);
}

} // namespace
} // namespace http
