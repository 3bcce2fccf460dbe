#pragma once

// A small blocking HTTP/1.1 client for stories, tests and loop-back health checks. Keeps cookies.

#include <memory>
#include <string>

#include "http/message.h"

namespace http {

struct ClientResponse {
    int status = 0;
    Pairs headers;
    std::string body;
    std::string header(std::string_view lower_case_name) const;
    Result<boost::json::value> json() const;
};

class Client {
public:
    Client(std::string host, unsigned short port);
    ~Client();
    Client(Client&&) noexcept;
    Result<ClientResponse> send(Method, const std::string& target, std::string body = {}, Pairs headers = {});
    void set_header(std::string name, std::string value); // sent with every request
    void forget_cookies();

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace http
