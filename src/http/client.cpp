#include "http/client.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "http/parser.h"
#include "http/target.h"

namespace http {

namespace {

constexpr int seconds_max = 60;

Error unavailable(std::string code, std::string detail)
{
    return {.kind = Kind::Unavailable, .code = std::move(code), .detail = std::move(detail)};
}

class Connection {
public:
    Connection() = default;
    ~Connection() { close(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool open() const { return descriptor_ >= 0; }

    void close()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        descriptor_ = -1;
    }

    Status connect(const std::string& host, unsigned short port)
    {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
            failure != 0)
            return unavailable("CONNECT_FAILED", gai_strerror(failure));
        for (const auto* place = found; place && !open(); place = place->ai_next) {
            descriptor_ = ::socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (open() && ::connect(descriptor_, place->ai_addr, place->ai_addrlen) != 0)
                close();
        }
        freeaddrinfo(found);
        if (!open())
            return unavailable("CONNECT_FAILED", host + ":" + std::to_string(port));
        const int on = 1;
        const timeval limit{seconds_max, 0};
        setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        return {};
    }

    // The server closes a connection that was idle for long; anything to read now means that.
    void close_if_stale()
    {
        char byte = 0;
        if (open() && (::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN))
            close();
    }

    bool write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR)
                continue;
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // Appends what arrives; 0 at the end or after a minute of silence.
    std::size_t read(std::string& buffer)
    {
        std::array<char, 16 * 1024> bytes;
        for (;;) {
            const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
            if (got < 0 && errno == EINTR)
                continue;
            if (got > 0)
                buffer.append(bytes.data(), static_cast<std::size_t>(got));
            return got > 0 ? static_cast<std::size_t>(got) : 0;
        }
    }

private:
    int descriptor_ = -1;
};

} // namespace

struct Client::Inside {
    std::string host;
    unsigned short port;
    Pairs headers;
    std::map<std::string, std::string> cookies;
    Connection connection;

    std::string request_text(
        Method method, const std::string& target, const std::string& body, const Pairs& extra)
    {
        std::string text(name_of(method));
        text += " " + target + " HTTP/1.1\r\nHost: " + host + ":" + std::to_string(port) + "\r\n";
        bool typed = false;
        for (const Pairs* list : {static_cast<const Pairs*>(&headers), &extra}) {
            for (const auto& [name, value] : *list) {
                text += name + ": " + value + "\r\n";
                typed = typed || equals_ignoring_case(name, "content-type");
            }
        }
        std::string jar;
        for (const auto& [name, value] : cookies)
            jar.append(jar.empty() ? "" : "; ").append(name).append("=").append(value);
        if (!jar.empty())
            text += "Cookie: " + jar + "\r\n";
        if (!body.empty() && !typed)
            text += "Content-Type: application/json\r\n";
        if (!body.empty() || (method != Method::Get && method != Method::Head))
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return text + "\r\n" + body;
    }

    Result<ClientResponse> read_answer(Method method)
    {
        std::string buffer;
        ResponseParser parser(method == Method::Head);
        for (;;) {
            const auto got = connection.read(buffer);
            if (got == 0) {
                connection.close();
                if (!parser.end_of_input())
                    return unavailable("CONNECTION_LOST", "before the answer was complete");
                break;
            }
            std::size_t used = 0;
            const auto progress = parser.feed(buffer, used);
            buffer.erase(0, used);
            if (progress == Progress::Failed) {
                connection.close();
                return unavailable("ANSWER_MALFORMED", "not an HTTP answer");
            }
            if (progress == Progress::Done)
                break;
        }
        if (!parser.keep_alive())
            connection.close();
        return ClientResponse{parser.status(), std::move(parser.headers()), std::move(parser.body())};
    }

    // Max-Age=0 or an empty value removes the cookie; domain and path are not looked at.
    void keep_cookies(const ClientResponse& response)
    {
        for (const auto& [name, value] : response.headers) {
            if (name != "set-cookie")
                continue;
            const auto pair = value.substr(0, value.find(';'));
            const auto equals = pair.find('=');
            if (equals == std::string::npos)
                continue;
            const auto key = pair.substr(0, equals);
            if (equals + 1 == pair.size() || value.find("Max-Age=0") != std::string::npos)
                cookies.erase(key);
            else
                cookies[key] = pair.substr(equals + 1);
        }
    }
};

std::string ClientResponse::header(std::string_view name) const
{
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](auto& pair) { return pair.first == name; });
    return found == headers.end() ? std::string() : found->second;
}

Result<json::value> ClientResponse::json() const
{
    return base::parse_json(body);
}

Client::Client(std::string host, unsigned short port) : inside_(new Inside{std::move(host), port, {}, {}, {}})
{
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Result<ClientResponse> Client::send(Method method, const std::string& target, std::string body, Pairs headers)
{
    const auto text = inside_->request_text(method, target, body, headers);
    auto& connection = inside_->connection;
    connection.close_if_stale();
    // It may still close while we write; one fresh try then, where asking twice does no harm.
    const bool reused = connection.open();
    for (int attempt = 0;; ++attempt) {
        if (!connection.open())
            TRY(connection.connect(inside_->host, inside_->port));
        const bool written = connection.write(text);
        // Also after a failed write: the server may have refused early and said why.
        auto response = inside_->read_answer(method);
        if (response) {
            inside_->keep_cookies(*response);
            return response;
        }
        connection.close();
        const bool harmless = method == Method::Get || method == Method::Head || !written;
        if (!reused || attempt > 0 || !harmless)
            return response;
    }
}

void Client::set_header(std::string name, std::string value)
{
    auto& headers = inside_->headers;
    std::erase_if(headers, [&](auto& pair) { return equals_ignoring_case(pair.first, name); });
    headers.emplace_back(std::move(name), std::move(value));
}

void Client::forget_cookies()
{
    inside_->cookies.clear();
}

} // namespace http
