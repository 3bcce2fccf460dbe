#include "http/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"
#include "http/target.h"

namespace http {

// Arguments of coroutines are named variables here: GCC 12 destroys a temporary that was
// initialised with braces inside a co_await expression twice.

namespace {

using namespace std::chrono_literals;

constexpr std::size_t input_small = 4 * 1024;
constexpr std::size_t input_large = 64 * 1024;
constexpr std::size_t piece_bytes = 256 * 1024;
constexpr std::uint64_t bytes_per_second_min = 16 * 1024;
constexpr std::size_t linger_bytes_max = 256 * 1024;
constexpr auto linger_limit = 2s;
constexpr auto no_limit = 0ms;

// A large body may take as long as a slow but honest line needs.
std::chrono::milliseconds time_for(std::uint64_t bytes)
{
    return std::chrono::milliseconds(bytes * 1000 / bytes_per_second_min);
}

Error overloaded() { return {.kind = Kind::Unavailable, .code = "OVERLOADED", .parameters = {{"retry_after", "1"}}}; }

}  // namespace

void Wakeups::add(std::shared_ptr<Connection> connection)
{
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = waiting_.empty();
        waiting_.push_back(std::move(connection));
    }
    if (first)
        asio::post(context_, [this] { deliver(); });
}

void Wakeups::deliver()
{
    {
        const std::lock_guard lock(mutex_);
        delivering_.swap(waiting_);
    }
    for (const auto& connection : delivering_)
        connection->wake();
    delivering_.clear();
}

void Wakeups::clear()
{
    const std::lock_guard lock(mutex_);
    waiting_.clear();
}

Connection::Connection(Core& core, Wakeups& wakeups, Socket socket, std::shared_ptr<asio::ssl::context> tls)
    : core_(core), wakeups_(wakeups), socket_(std::move(socket)), tls_context_(std::move(tls)),
      since_(std::chrono::steady_clock::now()), written_at_(since_), started_(since_)
{
    if (tls_context_)
        tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, *tls_context_);
    boost::system::error_code failure;
    const auto peer = socket_.remote_endpoint(failure);
    if (!failure)
        remote_ = peer.address().to_string();
    // Always: a small answer must not wait for the acknowledgement of the one before.
    socket_.set_option(asio::ip::tcp::no_delay(true), failure);
    socket_.non_blocking(true, failure);
}

Connection::~Connection()
{
    if (stream_)
        stream_->detach();
    core_.body_bytes -= body_share_;
}

void Connection::enter(State state, std::chrono::milliseconds limit)
{
    state_ = state;
    since_ = std::chrono::steady_clock::now();
    deadline_ = limit == no_limit ? Instant::max() : since_ + limit;
}

void Connection::wake()
{
    if (!waiting_) {
        woken_ = true;
        return;
    }
    auto handler = std::move(*waiting_);
    waiting_.reset();
    handler();
}

Task<void> Connection::woken()
{
    if (!woken_) {
        Awaiting token;
        co_await asio::async_initiate<Awaiting, void()>(
            [this](auto handler) { waiting_.emplace(std::move(handler)); }, token);
    }
    woken_ = false;
}

void Connection::sweep(Instant now)
{
    if (state_ == State::Streaming && stream_ && now - written_at_ >= core_.options.heartbeat)
        stream_->heartbeat();
    if (now < deadline_)
        return;
    expired_ = true;
    deadline_ = Instant::max();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::begin_stop()
{
    stopping_ = true;
    if (stream_)
        stream_->close();
    if (state_ == State::Idle)
        evict();
}

void Connection::evict()
{
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    socket_.shutdown(Socket::shutdown_both, ignored);
}

void Connection::abandon()
{
    if (stream_)
        stream_->detach();
    waiting_.reset();  // destroys the coroutine, which may hold the last reference
}

Connection::Rank Connection::rank() const
{
    switch (state_) {
    case State::Idle:
        return Rank::Idle;
    case State::Reading:
        return Rank::Reading;
    default:
        return Rank::Working;
    }
}

Task<void> Connection::serve()
{
    const auto self = shared_from_this();
    bool open = true;
    if (tls_)
        open = co_await handshake();
    while (open)
        open = co_await exchange();
    co_await finish();
}

Task<bool> Connection::handshake()
{
    enter(State::Reading, core_.options.request_timeout);
    auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::server, Quietly());
    co_return !failure;
}

// One request and its answer; false when the connection ends with it.
Task<bool> Connection::exchange()
{
    parser_.start();
    route_ = nullptr;
    request_ = {};
    request_.id = core_.next_request_id();
    request_.remote = remote_;
    request_.secure = tls_ != nullptr;
    enter(State::Idle, core_.options.idle_timeout);

    const auto progress = co_await read_head();
    started_ = std::chrono::steady_clock::now();
    if (progress == Progress::NeedMore) {  // closed, or too slow
        Error error {.kind = Kind::Invalid, .code = "REQUEST_TIMEOUT"};
        if (expired_ && state_ == State::Reading)
            co_return co_await refuse(std::move(error));
        co_return false;
    }
    if (progress == Progress::Failed) {
        unread_body_ = true;  // where the next request would start is unknown
        Error error = parser_.error();
        co_return co_await refuse(std::move(error));
    }

    const auto& head = parser_.head();
    unread_body_ = head.chunked || head.content_length > 0;
    auto route = understand();
    if (!route)
        co_return co_await refuse(std::move(route.error()));
    route_ = *route;
    if (!route_) {
        auto file = core_.files.respond(request_);
        Error unknown {.kind = Kind::NotFound, .code = "ROUTE_UNKNOWN"};
        if (!file)
            co_return co_await refuse(std::move(unknown));
        auto prepared = prepare(std::move(*file), request_, core_.messages, reuse());
        co_return co_await send(std::move(prepared));
    }
    if (unread_body_) {
        const bool complete = co_await take_body(*route_);
        if (!complete)
            co_return false;
    }
    co_return co_await answer();
}

Task<Progress> Connection::read_head()
{
    for (;;) {
        if (begin_ < end_) {
            if (state_ == State::Idle)
                enter(State::Reading, core_.options.request_timeout);
            std::size_t used = 0;
            const auto progress = parser_.feed(input(), used);
            begin_ += used;
            if (progress != Progress::NeedMore)
                co_return progress;
        }
        const bool more = co_await fill();
        if (!more)
            co_return Progress::NeedMore;
    }
}

// Reads what is there, at least one byte; false at the end.
Task<bool> Connection::fill()
{
    if (begin_ == end_) {
        begin_ = end_ = 0;
    } else if (begin_ > 0) {
        std::copy(input_.begin() + static_cast<std::ptrdiff_t>(begin_),
            input_.begin() + static_cast<std::ptrdiff_t>(end_), input_.begin());
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == input_.size())
        input_.resize(input_.empty() ? input_small : std::min(input_large, input_.size() * 4));
    const auto space = asio::buffer(input_.data() + end_, input_.size() - end_);
    if (tls_) {
        auto [failure, count] = co_await tls_->async_read_some(space, Quietly());
        end_ += count;
        co_return !failure;
    }
    auto [failure, count] = co_await socket_.async_read_some(space, Quietly());
    end_ += count;
    co_return !failure;
}

// Fills the request from the head; null when no route but perhaps a file has this address.
Result<const Route*> Connection::understand()
{
    auto& head = parser_.head();
    request_.at = core_.clock.now();
    if (const auto* languages = head.header("accept-language"))
        request_.language = language_of(*languages);
    const auto method = method_of(head.method);
    request_.method = method.value_or(Method::Get);
    TRY_ASSIGN(auto target, parse_target(head.target));
    request_.path = std::move(target.path);
    request_.query_text = std::move(target.query_text);
    request_.query = std::move(target.query);
    request_.headers = std::move(head.headers);
    if (!method) {
        auto allow = core_.router.allowed(request_.path);
        if (allow.empty())
            allow = "GET, HEAD";
        return Error {.kind = Kind::Invalid, .code = "METHOD_NOT_ALLOWED", .parameters = {{"allow", std::move(allow)}}};
    }
    auto route = core_.router.match(request_.method, request_.path, request_.parameters);
    if (!route && route.error().kind == Kind::NotFound)
        return nullptr;
    return route;
}

// Admits and reads the body; on refusal the answer is sent already.
Task<bool> Connection::take_body(const Route& route)
{
    const auto& head = parser_.head();
    if (head.content_length > route.body_max) {
        Error error {.kind = Kind::TooLarge, .code = "BODY_TOO_LARGE", .parameters = {{"max", std::to_string(route.body_max)}}};
        co_await refuse(std::move(error));
        co_return false;
    }
    body_share_ = head.chunked ? route.body_max : head.content_length;
    const auto promised = core_.body_bytes.fetch_add(body_share_) + body_share_;
    bool complete = false;
    if (promised > core_.options.body_memory_max) {
        Error error = overloaded();
        co_await refuse(std::move(error));
    } else {
        complete = co_await read_body(route.body_max);
    }
    core_.body_bytes -= body_share_;
    body_share_ = 0;
    co_return complete;
}

Task<bool> Connection::read_body(std::size_t body_max)
{
    parser_.set_body_max(body_max);
    const auto& head = parser_.head();
    enter(State::Reading, core_.options.request_timeout + time_for(head.chunked ? body_max : head.content_length));
    if (head.expects_continue && begin_ == end_) {
        const bool written = co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
        if (!written)
            co_return false;
    }
    for (;;) {
        std::size_t used = 0;
        const auto progress = parser_.feed(input(), used);
        begin_ += used;
        if (progress == Progress::Failed) {
            Error error = parser_.error();
            co_await refuse(std::move(error));
            co_return false;
        }
        if (progress == Progress::Done)
            break;
        const bool more = co_await fill();
        if (!more) {
            Error error {.kind = Kind::Invalid, .code = "REQUEST_TIMEOUT"};
            if (expired_)
                co_await refuse(std::move(error));
            co_return false;
        }
    }
    unread_body_ = false;
    request_.body = std::move(parser_.body());
    co_return true;
}

Task<bool> Connection::answer()
{
    enter(State::Working, no_limit);
    step_ = Step::Answer;
    step_done_ = false;
    if (!core_.workers.submit(*this)) {
        Error error = overloaded();
        co_return co_await refuse(std::move(error));
    }
    while (!step_done_)
        co_await woken();
    co_return co_await send(std::move(prepared_));
}

Task<void> Connection::in_worker(Step step)
{
    step_ = step;
    step_done_ = false;
    core_.workers.resume(*this);
    while (!step_done_)
        co_await woken();
}

void Connection::work() noexcept
{
    const auto self = shared_from_this();
    switch (step_) {
    case Step::Answer:
        prepared_ = prepare(core_.answer(request_, *route_), request_, core_.messages, reuse());
        break;
    case Step::ReadFile:
        piece_ = prepared_.file.read(prepared_.offset + piece_at_, std::min<std::uint64_t>(piece_bytes, prepared_.length - piece_at_));
        break;
    case Step::Subscribe:
        try {
            source_(stream_);
        } catch (const std::exception& thrown) {
            base::log::error("http: request " + request_.id + ": event source: " + thrown.what());
            stream_->close();
        }
        break;
    }
    step_done_ = true;
    wakeups_.add(self);
}

Reuse Connection::reuse() const
{
    const auto& head = const_cast<RequestParser&>(parser_).head();
    if (!head.keep_alive || stopping_ || unread_body_)
        return Reuse::Close;
    return head.http_1_0 ? Reuse::KeepAliveSaid : Reuse::KeepAlive;
}

// Answers with a problem from the loop itself; nothing here waits for a worker.
Task<bool> Connection::refuse(Error error)
{
    const bool broken = error.kind == Kind::Malformed || error.code == "HEADER_TOO_LARGE" || error.code == "REQUEST_TIMEOUT"
        || error.code == "BODY_TOO_LARGE";
    unread_body_ = unread_body_ || broken;
    expired_ = false;
    auto prepared = prepare(problem(error, request_, core_.messages), request_, core_.messages, reuse());
    co_return co_await send(std::move(prepared));
}

Task<bool> Connection::send(Prepared prepared)
{
    prepared_ = std::move(prepared);
    enter(State::Writing, core_.options.request_timeout + time_for(prepared_.length));
    bool written = false;
    if (prepared_.events && prepared_.body_follows) {
        written = co_await stream(prepared_);
    } else if (prepared_.file && prepared_.body_follows) {
        written = co_await send_file(prepared_);
    } else {
        std::string_view body = prepared_.shared ? std::string_view(*prepared_.shared) : std::string_view(prepared_.own);
        body = prepared_.body_follows ? body.substr(prepared_.offset, prepared_.length) : std::string_view();
        written = co_await write(prepared_.head, body);
    }
    core_.finished(request_, route_, prepared_.status, std::chrono::steady_clock::now() - started_);
    const bool open = written && prepared_.keep_alive && !stopping_;
    prepared_ = {};
    co_return open;
}

Task<bool> Connection::send_file(Prepared& prepared)
{
    bool written = co_await write(prepared.head, {});
    for (piece_at_ = 0; written && piece_at_ < prepared.length; piece_at_ += piece_.size()) {
        co_await in_worker(Step::ReadFile);
        if (piece_.empty())  // the file became shorter; the promised length cannot be kept
            co_return false;
        written = co_await write(piece_, {});
    }
    piece_ = {};
    co_return written;
}

Task<bool> Connection::stream(Prepared& prepared)
{
    const auto self = shared_from_this();
    const bool begun = co_await write(prepared.head, "retry: 3000\n\n");
    if (!begun)
        co_return false;
    source_ = std::move(prepared.events);
    stream_ = std::make_shared<QueuedEventStream>([weak = weak_from_this(), &wakeups = wakeups_] {
        if (auto connection = weak.lock())
            wakeups.add(std::move(connection));
    });
    ++core_.streams;
    enter(State::Streaming, no_limit);
    asio::co_spawn(socket_.get_executor(), watch_peer(stream_), asio::detached);
    step_ = Step::Subscribe;
    step_done_ = false;
    core_.workers.resume(*this);
    bool written = true;
    for (;;) {
        const bool last = stopping_ || stream_->closed();
        const auto text = stream_->take();
        if (!text.empty()) {
            deadline_ = std::chrono::steady_clock::now() + core_.options.request_timeout;
            written = co_await write(text, {});
            deadline_ = Instant::max();
        }
        if (last || !written)
            break;
        if (text.empty())
            co_await woken();
    }
    stream_->detach();
    while (!step_done_)
        co_await woken();
    --core_.streams;
    stream_.reset();
    source_ = nullptr;
    co_return false;
}

// A browser that goes away says so by closing; nothing else is expected from it.
Task<void> Connection::watch_peer(std::shared_ptr<QueuedEventStream> stream)
{
    const auto self = shared_from_this();
    std::array<char, 64> ignored;
    for (;;) {
        boost::system::error_code failure;
        if (tls_) {
            auto [result, count] = co_await tls_->async_read_some(asio::buffer(ignored), Quietly());
            failure = result;
        } else {
            auto [result, count] = co_await socket_.async_read_some(asio::buffer(ignored), Quietly());
            failure = result;
        }
        if (failure)
            break;
    }
    stream->close();
}

Task<bool> Connection::write(std::string_view first, std::string_view second)
{
    while (!first.empty() || !second.empty()) {
        const std::array buffers {asio::buffer(first), asio::buffer(second)};
        std::size_t count = 0;
        boost::system::error_code failure;
        if (tls_) {
            auto [result, written] = co_await tls_->async_write_some(buffers, Quietly());
            failure = result;
            count = written;
        } else {
            auto [result, written] = co_await socket_.async_write_some(buffers, Quietly());
            failure = result;
            count = written;
        }
        if (failure)
            co_return false;
        const auto of_first = std::min(count, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(count - of_first);
    }
    written_at_ = std::chrono::steady_clock::now();
    co_return true;
}

// Closes so that the other side can still read the answer: bytes it sent and nobody read would
// make the system reset the connection.
Task<void> Connection::finish()
{
    enter(State::Closing, linger_limit);
    boost::system::error_code ignored;
    if (tls_ && !expired_)
        co_await tls_->async_shutdown(Quietly());
    socket_.shutdown(Socket::shutdown_send, ignored);
    std::size_t discarded = 0;
    while (unread_body_ && !expired_ && discarded < linger_bytes_max) {
        input_.resize(input_small);
        auto [failure, count] = co_await socket_.async_read_some(asio::buffer(input_), Quietly());
        if (failure)
            break;
        discarded += count;
    }
    socket_.close(ignored);
}

}  // namespace http
