#pragma once

// Reads one HTTP/1.1 message out of bytes as they arrive. Boost.Beast does the reading; it is
// included by parser.cpp alone because it is slow to compile. Refuses what two programs could
// read differently (request smuggling): more than one Content-Length, Content-Length beside
// Transfer-Encoding, any coding but "chunked", bare line feeds.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

constexpr std::size_t header_max = 16 * 1024;

enum class Progress { NeedMore, HeaderDone, Done, Failed };

struct RequestHead {
    std::string method;
    std::string target;
    Pairs headers; // names in lower case
    bool keep_alive = true;
    bool http_1_0 = false;
    bool chunked = false;
    bool expects_continue = false;
    std::uint64_t content_length = 0;

    const std::string* header(std::string_view lower_case_name) const;
};

class RequestParser {
public:
    RequestParser();
    ~RequestParser();

    void start(); // the next request
    // Takes what it can of `bytes`; `used` says how much. After HeaderDone comes `set_body_max`.
    Progress feed(std::string_view bytes, std::size_t& used);
    void set_body_max(std::size_t);
    RequestHead& head();
    std::string& body();
    // After Failed: REQUEST_MALFORMED, HEADER_TOO_LARGE, BODY_TOO_LARGE, TRANSFER_CODING_UNKNOWN.
    Error error() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

// The same for answers, for the client.
class ResponseParser {
public:
    explicit ResponseParser(bool answer_to_head);
    ~ResponseParser();

    Progress feed(std::string_view bytes, std::size_t& used);
    bool end_of_input(); // the other side closed; true when that completes the message
    int status() const;
    bool keep_alive() const;
    Pairs& headers();
    std::string& body();

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace http
