#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"
#include "http/connection.h"

// The second half of a connection: from the complete request to the last byte of the answer.

namespace http {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t input_small = 4 * 1024;
constexpr std::size_t piece_bytes = 256 * 1024;
constexpr std::size_t linger_bytes_max = 256 * 1024;
constexpr auto linger_limit = 2s;

} // namespace

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
        piece_ = prepared_.file.read(
            prepared_.offset + piece_at_, std::min<std::uint64_t>(piece_bytes, prepared_.length - piece_at_));
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
    const bool broken = error.kind == Kind::Malformed || error.code == "HEADER_TOO_LARGE" ||
                        error.code == "REQUEST_TIMEOUT" || error.code == "BODY_TOO_LARGE";
    unread_body_ = unread_body_ || broken;
    expired_ = false;
    auto prepared = prepare(problem(error, request_, core_.messages), request_, core_.messages, reuse());
    co_return co_await send(std::move(prepared));
}

Task<bool> Connection::send(Prepared prepared)
{
    prepared_ = std::move(prepared);
    enter(State::Writing, core_.options.request_timeout + time_for(prepared_.length));
    write_limit_ = deadline_;
    bool written = false;
    if (prepared_.events && prepared_.body_follows) {
        written = co_await stream(prepared_);
    } else if (prepared_.file && prepared_.body_follows) {
        written = co_await send_file(prepared_);
    } else {
        std::string_view body =
            prepared_.shared ? std::string_view(*prepared_.shared) : std::string_view(prepared_.own);
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
        if (piece_.empty()) // the file became shorter; the promised length cannot be kept
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
    write_limit_ = Instant::max();
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
        // A reader that takes nothing for this long is gone, however much time the whole may take.
        deadline_ = std::min(write_limit_, std::chrono::steady_clock::now() + core_.options.request_timeout);
        const std::array buffers{asio::buffer(first), asio::buffer(second)};
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
        input_.resize(std::max(input_.size(), input_small));
        auto [failure, count] = co_await socket_.async_read_some(asio::buffer(input_), Quietly());
        if (failure)
            break;
        discarded += count;
    }
    socket_.close(ignored);
}

} // namespace http
