#pragma once

// The queue between those who tell events (any thread) and the connection that writes them.

#include <mutex>
#include <string>

#include "http/message.h"

namespace http {

class QueuedEventStream final : public EventStream {
public:
    static constexpr std::size_t events_max = 256;

    // `wake` tells the connection that there is something to write; it must not block.
    explicit QueuedEventStream(std::function<void()> wake) : wake_(std::move(wake)) {}

    bool push(std::string_view event, std::string_view id, std::string_view data) override;
    bool closed() const override;
    void close() override;

    void heartbeat();
    std::string take(); // all that is queued, as text of the protocol
    void detach();      // the connection is gone; `wake` is not called any more

private:
    void append(std::string text);

    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::string text_;
    std::size_t events_ = 0;
    bool closed_ = false;
};

} // namespace http
