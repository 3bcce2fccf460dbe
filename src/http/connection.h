#pragma once

// One connection, from accept to close, as a coroutine on its loop's thread. Only connection.cpp
// and server.cpp include this: Asio is slow to compile.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "http/core.h"
#include "http/event_stream.h"
#include "http/parser.h"

namespace http {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Awaiting = asio::use_awaitable_t<Executor>;
using Quietly = asio::as_tuple_t<Awaiting>; // errors as values
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
    asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Instant = std::chrono::steady_clock::time_point;

class Connection;

// The list of connections that another thread wants to go on. A connection is woken on its own
// loop; many wake-ups cost one message to the loop.
class Wakeups {
public:
    explicit Wakeups(asio::io_context& context) : context_(context) {}
    void add(std::shared_ptr<Connection>);
    void clear();

private:
    void deliver();

    asio::io_context& context_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<Connection>> waiting_;
    std::vector<std::shared_ptr<Connection>> delivering_;
};

// Arguments of coroutines are named variables: GCC 12 destroys a temporary that was initialised
// with braces inside a co_await expression twice.
class Connection final : public std::enable_shared_from_this<Connection>, public Job {
public:
    Connection(Core&, Wakeups&, Socket, std::shared_ptr<asio::ssl::context>);
    ~Connection();

    Task<void> serve();

    // All on the loop's thread.
    void wake();
    void sweep(Instant now); // ends what takes too long, keeps event streams alive
    void begin_stop();       // finish the request at hand, then close
    void abandon();          // forgets the coroutine; only when the loop has ended
    // For a full server: how expendable this connection is; 0 when it is at work.
    enum class Rank { Working, Reading, Idle };
    Rank rank() const;
    Instant since() const { return since_; }
    void evict();

    void work() noexcept override;

private:
    enum class State { Idle, Reading, Working, Writing, Streaming, Closing };
    enum class Step { Answer, ReadFile, Subscribe };
    using Waiting = asio::async_result<Awaiting, void()>::handler_type;

    static constexpr std::chrono::milliseconds no_limit{0};
    static std::chrono::milliseconds time_for(std::uint64_t bytes);
    static Error overloaded();

    void enter(State, std::chrono::milliseconds limit);
    Task<bool> handshake();
    Task<bool> exchange();
    Task<Progress> read_head();
    Task<bool> fill();
    Task<bool> read_body(std::size_t body_max);
    Task<bool> take_body(const Route&);
    Task<bool> answer();
    Task<bool> refuse(Error);
    Task<bool> send(Prepared);
    Task<bool> send_file(Prepared&);
    Task<bool> stream(Prepared&);
    Task<void> watch_peer(std::shared_ptr<QueuedEventStream>);
    Task<bool> write(std::string_view first, std::string_view second);
    Task<void> finish();
    Task<void> woken();
    Task<void> in_worker(Step);
    Result<const Route*> understand();
    Reuse reuse() const;
    std::string_view input() const { return {input_.data() + begin_, end_ - begin_}; }

    Core& core_;
    Wakeups& wakeups_;
    Socket socket_;
    std::shared_ptr<asio::ssl::context> tls_context_;
    std::unique_ptr<asio::ssl::stream<Socket&>> tls_;
    std::string remote_;

    State state_ = State::Idle;
    Instant since_;
    Instant deadline_ = Instant::max();
    Instant write_limit_ = Instant::max();
    Instant written_at_;
    bool expired_ = false;
    std::atomic<bool> stopping_ = false; // also read by the worker that writes the head
    bool unread_body_ = false;

    RequestParser parser_;
    std::vector<char> input_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;

    Request request_;
    const Route* route_ = nullptr;
    Instant started_;
    std::size_t body_share_ = 0;

    std::optional<Waiting> waiting_;
    bool woken_ = false;
    Step step_ = Step::Answer;
    std::atomic<bool> step_done_ = false;
    Prepared prepared_; // made by Step::Answer
    std::string piece_; // made by Step::ReadFile
    std::uint64_t piece_at_ = 0;
    EventSource source_; // for Step::Subscribe
    std::shared_ptr<QueuedEventStream> stream_;
};

} // namespace http
