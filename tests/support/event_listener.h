#pragma once

// Listens to /api/events on a connection of its own, as a signed-in person.

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

namespace support {

class EventListener {
public:
    // `cookie` as a browser sends it: "name=value; name=value".
    EventListener(unsigned short port, const std::string& cookie, const std::string& last_event_id = {});
    ~EventListener();
    EventListener(const EventListener&) = delete;
    EventListener& operator=(const EventListener&) = delete;

    // Everything heard so far, headers included.
    std::string heard() const;
    // False when the text was not heard in time.
    bool wait_for(const std::string& text, std::chrono::seconds at_most = std::chrono::seconds{10}) const;

private:
    void listen();
    int descriptor_ = -1;
    mutable std::mutex mutex_;
    std::string heard_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

}  // namespace support
