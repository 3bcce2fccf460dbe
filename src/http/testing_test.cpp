#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

#include "http/testing.h"

namespace http::testing {

RawConnection::RawConnection(unsigned short port)
{
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{10, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        close();
}

RawConnection::~RawConnection()
{
    close();
}

void RawConnection::close()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
    descriptor_ = -1;
}

void RawConnection::set_receive_buffer(int bytes)
{
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void RawConnection::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string RawConnection::read(const std::function<bool(const std::string&)>& enough)
{
    std::string text;
    std::array<char, 4096> bytes;
    while (!enough || !enough(text)) {
        const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
        if (got <= 0)
            break;
        text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return text;
}

bool RawConnection::closed_by_server()
{
    std::array<char, 4096> bytes;
    for (;;) {
        const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
        if (got > 0)
            continue;
        return got == 0 || errno == ECONNRESET;
    }
}

int status_of_answer(const std::string& answer)
{
    return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + 9) : 0;
}

} // namespace http::testing
