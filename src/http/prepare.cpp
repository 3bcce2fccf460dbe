#include "http/prepare.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "base/log.h"
#include "http/compress.h"
#include "http/target.h"

namespace http {

OpenFile::~OpenFile()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

std::string OpenFile::read(std::uint64_t offset, std::size_t count) const
{
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < count) {
        const auto got =
            ::pread(descriptor_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

namespace {

// The styles of Ant Design and ECharts are written into the page, hence 'unsafe-inline' for styles.
constexpr std::string_view security_headers =
    "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action "
    "'self'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";
constexpr std::string_view transport_security = "Strict-Transport-Security: max-age=31536000\r\n";

constexpr std::size_t compress_from = 1024;

struct Reason {
    int status;
    std::string_view text;
};
constexpr std::array reasons = {
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{415, "Unsupported Media Type"},
    Reason{416, "Range Not Satisfiable"},
    Reason{417, "Expectation Failed"},
    Reason{422, "Unprocessable Content"},
    Reason{423, "Locked"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{503, "Service Unavailable"},
};

std::string_view reason_of(int status)
{
    const auto found =
        std::find_if(reasons.begin(), reasons.end(), [&](auto& r) { return r.status == status; });
    return found == reasons.end() ? "Other" : found->text;
}

// RFC 9110 date, made once a second.
const std::string& date_line()
{
    thread_local std::time_t made_at = 0;
    thread_local std::string line;
    const auto now = std::time(nullptr);
    if (now != made_at) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::array<char, 64> text{};
        // The process keeps the "C" locale, so the names are English.
        const auto size =
            std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        line.assign(text.data(), size);
        made_at = now;
    }
    return line;
}

const std::string* header(const Response& response, std::string_view name)
{
    for (const auto& [key, value] : response.headers)
        if (equals_ignoring_case(key, name))
            return &value;
    return nullptr;
}

// Whether a list of entity tags holds the tag; the weak mark does not count for If-None-Match.
bool lists_tag(std::string_view list, std::string_view tag)
{
    if (trimmed(list) == "*")
        return true;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto item = trimmed(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
        if (item.starts_with("W/"))
            item.remove_prefix(2);
        if (item == tag)
            return true;
    }
    return false;
}

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};
enum class RangeKind { Whole, Part, Unsatisfiable };

// One "bytes=a-b", "bytes=a-" or "bytes=-n". Several ranges and other units get the whole.
RangeKind parse_range(std::string_view text, std::uint64_t size, Range& range)
{
    if (!text.starts_with("bytes=") || text.find(',') != std::string_view::npos)
        return RangeKind::Whole;
    text.remove_prefix(6);
    const auto dash = text.find('-');
    if (dash == std::string_view::npos)
        return RangeKind::Whole;
    const auto number = [](std::string_view digits, std::uint64_t& value) {
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return failure == std::errc() && end == digits.data() + digits.size();
    };
    const auto from = trimmed(text.substr(0, dash));
    const auto to = trimmed(text.substr(dash + 1));
    std::uint64_t count = 0;
    if (from.empty()) {
        if (!number(to, count))
            return RangeKind::Whole;
        if (count == 0 || size == 0)
            return RangeKind::Unsatisfiable;
        range = {size - std::min(count, size), size - 1};
        return RangeKind::Part;
    }
    range.last = size == 0 ? 0 : size - 1;
    if (!number(from, range.first) || (!to.empty() && !number(to, count)) ||
        (!to.empty() && count < range.first))
        return RangeKind::Whole;
    if (range.first >= size)
        return RangeKind::Unsatisfiable;
    if (!to.empty())
        range.last = std::min(count, range.last);
    return RangeKind::Part;
}

bool is_api(std::string_view path)
{
    return path == "/api" || path.starts_with("/api/");
}

class Preparation {
public:
    Preparation(Response response, const Request& request, const Messages& messages, Reuse reuse)
        : response_(std::move(response)), request_(request), messages_(messages), reuse_(reuse)
    {
    }

    Prepared run()
    {
        if (const auto* file = std::get_if<FileBody>(&response_.body))
            open(*file);
        compress();
        measure();
        answer_condition();
        cut_range();
        write_head();
        return std::move(prepared_);
    }

private:
    void open(const FileBody& file)
    {
        OpenFile opened(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat facts {};
        if (!opened || ::stat(file.path.c_str(), &facts) != 0) {
            base::log::error("http: request " + request_.id + ": a file to send is gone: " + file.path);
            response_ = problem({.kind = Kind::Internal, .code = "FILE_GONE"}, request_, messages_);
            return;
        }
        // The open descriptor keeps the bytes; a crash while sending leaves nothing behind.
        if (file.remove_after)
            ::unlink(file.path.c_str());
        prepared_.file = std::move(opened);
        prepared_.length = static_cast<std::uint64_t>(facts.st_size);
        if (!header(response_, "accept-ranges"))
            response_.with("Accept-Ranges", "bytes");
    }

    // Not for the session: its answer holds the CSRF token beside text that a caller can choose,
    // and compressed lengths would tell about the token (BREACH).
    void compress()
    {
        auto* body = std::get_if<std::string>(&response_.body);
        const auto* type = header(response_, "content-type");
        if (!body || body->size() < compress_from || !type || type->find("json") == std::string::npos ||
            header(response_, "content-encoding") || request_.path.starts_with("/api/session"))
            return;
        response_.with("Vary", "Accept-Encoding");
        if (!accepts_encoding(request_.header("accept-encoding"), "gzip"))
            return;
        if (auto packed = gzip(*body, 1)) {
            *body = std::move(*packed);
            response_.with("Content-Encoding", "gzip");
        }
    }

    void measure()
    {
        prepared_.status = response_.status;
        if (auto* own = std::get_if<std::string>(&response_.body)) {
            prepared_.own = std::move(*own);
            prepared_.length = prepared_.own.size();
        } else if (auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response_.body)) {
            prepared_.shared = std::move(*shared);
            prepared_.length = prepared_.shared->size();
        } else if (auto* events = std::get_if<EventSource>(&response_.body)) {
            prepared_.events = std::move(*events);
            reuse_ = Reuse::Close;
            if (!header(response_, "content-type"))
                response_.with("Content-Type", "text/event-stream");
            if (!header(response_, "cache-control"))
                response_.with("Cache-Control", "no-store");
            response_.with("X-Accel-Buffering", "no"); // a proxy passes events on at once
        }
        prepared_.keep_alive = reuse_ != Reuse::Close;
        prepared_.body_follows =
            request_.method != Method::Head && response_.status != 204 && response_.status != 304;
    }

    bool reads() const { return request_.method == Method::Get || request_.method == Method::Head; }

    void answer_condition()
    {
        const auto* tag = header(response_, "etag");
        const auto known = request_.header("if-none-match");
        if (!tag || prepared_.status != 200 || !reads() || known.empty() || !lists_tag(known, *tag))
            return;
        prepared_.status = 304;
        prepared_.body_follows = false;
    }

    void cut_range()
    {
        const auto wanted = request_.header("range");
        if (wanted.empty() || prepared_.status != 200 || !reads() || !header(response_, "accept-ranges"))
            return;
        const auto condition = request_.header("if-range");
        const auto* tag = header(response_, "etag");
        if (!condition.empty() && (!tag || condition != *tag))
            return;
        Range range;
        const auto size = prepared_.length;
        switch (parse_range(wanted, size, range)) {
        case RangeKind::Whole:
            return;
        case RangeKind::Part:
            prepared_.status = 206;
            prepared_.offset = range.first;
            prepared_.length = range.last - range.first + 1;
            response_.with("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                std::to_string(range.last) + "/" + std::to_string(size));
            return;
        case RangeKind::Unsatisfiable:
            response_ = problem({.kind = Kind::Invalid, .code = "RANGE_UNSATISFIABLE"}, request_, messages_);
            response_.with("Content-Range", "bytes */" + std::to_string(size));
            prepared_.file = {};
            prepared_.shared.reset();
            measure();
            return;
        }
    }

    void write_head()
    {
        auto& head = prepared_.head;
        head.reserve(1024);
        head.append("HTTP/1.1 ").append(std::to_string(prepared_.status)).append(" ");
        head.append(reason_of(prepared_.status)).append("\r\n").append(date_line());
        for (const auto& [name, value] : response_.headers)
            write_header(name, value);
        if (!header(response_, "cache-control"))
            head += is_api(request_.path) || prepared_.status >= 400 ? "Cache-Control: no-store\r\n"
                                                                     : "Cache-Control: no-cache\r\n";
        if (!prepared_.events && prepared_.status != 204 && prepared_.status != 304)
            head.append("Content-Length: ").append(std::to_string(prepared_.length)).append("\r\n");
        if (reuse_ == Reuse::Close)
            head += "Connection: close\r\n";
        else if (reuse_ == Reuse::KeepAliveSaid)
            head += "Connection: keep-alive\r\n";
        head.append("X-Request-Id: ").append(request_.id).append("\r\n").append(security_headers);
        if (request_.secure)
            head += transport_security;
        head += "\r\n";
    }

    // A value with a line break would let its author write headers.
    void write_header(const std::string& name, const std::string& value)
    {
        const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
        if (std::any_of(value.begin(), value.end(), control) ||
            std::any_of(name.begin(), name.end(), control)) {
            base::log::error(
                "http: request " + request_.id + ": header left out, it holds control characters");
            return;
        }
        prepared_.head.append(name).append(": ").append(value).append("\r\n");
    }

    Response response_;
    const Request& request_;
    const Messages& messages_;
    Reuse reuse_;
    Prepared prepared_;
};

} // namespace

Prepared prepare(Response response, const Request& request, const Messages& messages, Reuse reuse)
{
    return Preparation(std::move(response), request, messages, reuse).run();
}

} // namespace http
