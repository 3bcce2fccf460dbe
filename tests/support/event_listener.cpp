#include "support/event_listener.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace support {

using namespace std::chrono_literals;

EventListener::EventListener(unsigned short port, const std::string& cookie, const std::string& last_event_id)
{
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string request = "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
        "\r\nAccept: text/event-stream\r\nCookie: " + cookie +
        (last_event_id.empty() ? "" : "\r\nLast-Event-ID: " + last_event_id) + "\r\n\r\n";
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return;
    thread_ = std::thread{[this] { listen(); }};
}

EventListener::~EventListener()
{
    stop_ = true;
    if (thread_.joinable())
        thread_.join();
    ::close(descriptor_);
}

void EventListener::listen()
{
    char buffer[4096];
    while (!stop_) {
        pollfd waiting{descriptor_, POLLIN, 0};
        if (::poll(&waiting, 1, 50) <= 0)
            continue;
        const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
        if (count <= 0)
            return;
        const std::lock_guard lock{mutex_};
        heard_.append(buffer, static_cast<std::size_t>(count));
    }
}

std::string EventListener::heard() const
{
    const std::lock_guard lock{mutex_};
    return heard_;
}

bool EventListener::wait_for(const std::string& text, std::chrono::seconds at_most) const
{
    const auto give_up = std::chrono::steady_clock::now() + at_most;
    while (heard().find(text) == std::string::npos) {
        if (std::chrono::steady_clock::now() > give_up)
            return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

}  // namespace support
