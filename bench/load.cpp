#include "load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
    int socket = -1;
    std::string out;
    std::size_t sent = 0;
    std::string in;
    Clock::time_point started;
    bool busy = false;
};

int connect_to(unsigned short port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        std::perror("bench: connect");
        std::exit(1);
    }
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

// Length of the first whole answer in `in`, 0 while it is not there.
std::size_t whole_answer(const std::string& in)
{
    const std::size_t head = in.find("\r\n\r\n");
    if (head == std::string::npos)
        return 0;
    std::size_t length = 0;
    for (std::size_t at = 0; at < head;) {
        const std::size_t end = in.find("\r\n", at);
        constexpr std::string_view name = "content-length:";
        if (end - at > name.size()) {
            std::string line = in.substr(at, end - at);
            std::transform(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(name.size()), line.begin(),
                [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            if (line.starts_with(name))
                length = std::strtoull(line.c_str() + name.size(), nullptr, 10);
        }
        at = end + 2;
    }
    const std::size_t total = head + 4 + length;
    return in.size() >= total ? total : 0;
}

class Generator {
public:
    explicit Generator(const Load& load) : load_(load), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
    ~Generator()
    {
        for (const Connection& connection : connections_)
            ::close(connection.socket);
        ::close(epoll_);
    }

    Measured run()
    {
        connections_.resize(static_cast<std::size_t>(load_.connections));
        for (std::size_t index = 0; index < connections_.size(); ++index) {
            connections_[index].socket = connect_to(load_.port);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = index;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[index].socket, &event);
        }
        started_ = Clock::now();
        while (result_.answered < load_.requests) {
            start_what_is_due();
            wait();
        }
        result_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
        std::sort(result_.milliseconds.begin(), result_.milliseconds.end());
        return std::move(result_);
    }

private:
    bool due() const
    {
        if (next_ >= load_.requests)
            return false;
        if (load_.per_second <= 0)
            return true;
        return std::chrono::duration<double>(Clock::now() - started_).count() * load_.per_second >=
            static_cast<double>(next_);
    }

    void start_what_is_due()
    {
        for (std::size_t index = 0; index < connections_.size() && due(); ++index) {
            Connection& connection = connections_[index];
            if (connection.busy)
                continue;
            connection.out = load_.request(next_++, static_cast<int>(index));
            connection.busy = true;
            connection.started = Clock::now();
            if (::send(connection.socket, connection.out.data(), connection.out.size(), MSG_NOSIGNAL) !=
                static_cast<ssize_t>(connection.out.size())) {
                std::perror("bench: send");
                std::exit(1);
            }
        }
    }

    void wait()
    {
        epoll_event events[64];
        const int count = ::epoll_wait(epoll_, events, 64, load_.per_second > 0 ? 1 : 1000);
        for (int index = 0; index < count; ++index)
            receive(connections_[events[index].data.u64]);
    }

    void receive(Connection& connection)
    {
        char buffer[65536];
        const ssize_t count = ::recv(connection.socket, buffer, sizeof buffer, 0);
        if (count <= 0) {
            std::fprintf(stderr, "bench: the server closed a connection\n");
            std::exit(1);
        }
        connection.in.append(buffer, static_cast<std::size_t>(count));
        const std::size_t length = whole_answer(connection.in);
        if (length == 0)
            return;
        const int status = std::atoi(connection.in.c_str() + 9);
        if (status != load_.expected_status && result_.unexpected++ == 0)
            result_.first_unexpected = connection.in.substr(0, 600);
        connection.in.erase(0, length);
        connection.busy = false;
        ++result_.answered;
        result_.milliseconds.push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - connection.started).count());
    }

    const Load& load_;
    int epoll_;
    std::vector<Connection> connections_;
    std::int64_t next_ = 0;
    Clock::time_point started_;
    Measured result_;
};

}  // namespace

double Measured::percentile(double share) const
{
    if (milliseconds.empty())
        return 0;
    const auto index = static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1));
    return milliseconds[index];
}

Measured run(const Load& load) { return Generator{load}.run(); }

}  // namespace bench
