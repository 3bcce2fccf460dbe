#pragma once

// From a handler's Response to the bytes of the answer: headers that every answer carries,
// compression, conditional requests and ranges.

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

// An open file that closes itself.
class OpenFile {
public:
    OpenFile() = default;
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    ~OpenFile();
    OpenFile(OpenFile&&) noexcept;
    OpenFile& operator=(OpenFile&&) noexcept;
    explicit operator bool() const { return descriptor_ >= 0; }
    // Fewer bytes than asked for mean the file ended or failed.
    std::string read(std::uint64_t offset, std::size_t count) const;

private:
    int descriptor_ = -1;
};

struct Prepared {
    int status = 0;
    std::string head;
    bool keep_alive = true;
    bool body_follows = true; // not for HEAD, 204, 304
    // One of these:
    std::string own;
    std::shared_ptr<const std::string> shared;
    OpenFile file;
    EventSource events;
    // What of it is sent.
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

enum class Reuse { KeepAlive, KeepAliveSaid, Close }; // Said: HTTP/1.0 wants to read it

Prepared prepare(Response, const Request&, const Messages&, Reuse);

} // namespace http
