#include "http/connection.h"

#include <algorithm>

#include "http/target.h"

namespace http {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t input_small = 4 * 1024;
constexpr std::size_t input_large = 64 * 1024;

} // namespace

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

// A large body may take as long as a slow but honest line needs.
std::chrono::milliseconds Connection::time_for(std::uint64_t bytes)
{
    constexpr std::uint64_t bytes_per_second_min = 16 * 1024;
    return std::chrono::milliseconds(bytes * 1000 / bytes_per_second_min);
}

Error Connection::overloaded()
{
    return {.kind = Kind::Unavailable, .code = "OVERLOADED", .parameters = {{"retry_after", "1"}}};
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
    waiting_.reset(); // destroys the coroutine, which may hold the last reference
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
    write_limit_ = Instant::max();
    route_ = nullptr;
    request_ = {};
    request_.id = core_.next_request_id();
    request_.remote = remote_;
    request_.secure = tls_ != nullptr;
    enter(State::Idle, core_.options.idle_timeout);

    const auto progress = co_await read_head();
    started_ = std::chrono::steady_clock::now();
    if (progress == Progress::NeedMore) { // closed, or too slow
        Error error{.kind = Kind::Invalid, .code = "REQUEST_TIMEOUT"};
        if (expired_ && state_ == State::Reading)
            co_return co_await refuse(std::move(error));
        co_return false;
    }
    if (progress == Progress::Failed) {
        unread_body_ = true; // where the next request would start is unknown
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
        Error unknown{.kind = Kind::NotFound, .code = "ROUTE_UNKNOWN"};
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
        return Error{
            .kind = Kind::Invalid, .code = "METHOD_NOT_ALLOWED", .parameters = {{"allow", std::move(allow)}}};
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
        Error error{.kind = Kind::TooLarge,
            .code = "BODY_TOO_LARGE",
            .parameters = {{"max", std::to_string(route.body_max)}}};
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
    if (head.expects_continue && begin_ == end_) {
        const bool written = co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
        if (!written)
            co_return false;
    }
    enter(State::Reading,
        core_.options.request_timeout + time_for(head.chunked ? body_max : head.content_length));
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
            Error error{.kind = Kind::Invalid, .code = "REQUEST_TIMEOUT"};
            if (expired_)
                co_await refuse(std::move(error));
            co_return false;
        }
    }
    unread_body_ = false;
    request_.body = std::move(parser_.body());
    co_return true;
}

} // namespace http
