#include "http/parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/target.h"

namespace http {

namespace {

namespace beast = boost::beast;
using beast::http::field;
using ErrorCode = beast::error_code;
using View = beast::string_view;

std::string text(View view)
{
    return {view.data(), view.size()};
}

std::string lower(View view)
{
    std::string name(view.size(), '\0');
    std::transform(view.begin(), view.end(), name.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

// Gives the bytes to Beast until it stops at the end of the header, of the message, or of the input.
template <class Parser>
ErrorCode put(Parser& parser, std::string_view bytes, std::size_t& used)
{
    ErrorCode failure;
    const bool had_header = parser.is_header_done();
    used = 0;
    while (!parser.is_done() && parser.is_header_done() == had_header) {
        const auto taken =
            parser.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), failure);
        used += taken;
        if (failure || used == bytes.size())
            break;
    }
    return failure;
}

} // namespace

const std::string* RequestHead::header(std::string_view name) const
{
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](auto& pair) { return pair.first == name; });
    return found == headers.end() ? nullptr : &found->second;
}

namespace {

class BeastRequest final : public beast::http::basic_parser<true> {
public:
    RequestHead head;
    std::string body;
    unsigned content_lengths = 0;
    unsigned hosts = 0;
    bool coding_unknown = false;

    BeastRequest()
    {
        header_limit(header_max);
        body_limit(boost::none); // the route says; see set_body_max
    }

private:
    void on_request_impl(beast::http::verb, View method, View target, int version, ErrorCode&) override
    {
        head.method = text(method);
        head.target = text(target);
        head.http_1_0 = version == 10;
        head.headers.reserve(16);
    }

    void on_field_impl(field name, View raw_name, View value, ErrorCode&) override
    {
        if (header_ended_) // trailers of a chunked body mean nothing to us
            return;
        content_lengths += name == field::content_length;
        hosts += name == field::host;
        if (name == field::transfer_encoding)
            coding_unknown = coding_unknown || !equals_ignoring_case({value.data(), value.size()}, "chunked");
        if (name == field::expect)
            head.expects_continue = equals_ignoring_case({value.data(), value.size()}, "100-continue");
        head.headers.emplace_back(lower(raw_name), text(value));
    }

    void on_header_impl(ErrorCode&) override
    {
        header_ended_ = true;
        head.keep_alive = keep_alive();
        head.chunked = chunked();
        head.content_length = content_length().value_or(0);
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override
    {
        // Memory comes as the bytes come: a promised length alone costs nothing.
        body.reserve(std::min<std::uint64_t>(length.value_or(0), 64 * 1024));
    }

    std::size_t on_body_impl(View bytes, ErrorCode&) override
    {
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorCode&) override
    {
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    void on_finish_impl(ErrorCode&) override {}
    void on_response_impl(int, View, int, ErrorCode&) override {}

    bool header_ended_ = false;
};

} // namespace

struct RequestParser::Inside {
    std::optional<BeastRequest> beast;
    std::size_t header_bytes = 0;
    std::size_t body_max = 0;
    Error error;

    Progress fail(Kind kind, std::string code, base::Parameters parameters = {}, std::string detail = {})
    {
        error = {.kind = kind,
            .code = std::move(code),
            .parameters = std::move(parameters),
            .detail = std::move(detail)};
        return Progress::Failed;
    }

    Progress malformed(std::string detail)
    {
        return fail(Kind::Malformed, "REQUEST_MALFORMED", {}, std::move(detail));
    }

    Progress check_head()
    {
        const auto& head = beast->head;
        if (beast->content_lengths > 1)
            return malformed("more than one Content-Length");
        if (const auto* length = head.header("content-length");
            length && length->find(',') != std::string::npos)
            return malformed("more than one Content-Length");
        if (beast->coding_unknown)
            return fail(Kind::Malformed, "TRANSFER_CODING_UNKNOWN");
        if (head.chunked && head.http_1_0)
            return malformed("a chunked body in HTTP/1.0");
        if (beast->hosts > 1 || (beast->hosts == 0 && !head.http_1_0))
            return malformed("expected one Host header");
        if (head.header("expect") && !head.expects_continue)
            return fail(Kind::Invalid, "EXPECTATION_UNKNOWN");
        return Progress::HeaderDone;
    }
};

RequestParser::RequestParser() : inside_(std::make_unique<Inside>())
{
    start();
}
RequestParser::~RequestParser() = default;

void RequestParser::start()
{
    inside_->beast.emplace();
    inside_->header_bytes = 0;
}

Progress RequestParser::feed(std::string_view bytes, std::size_t& used)
{
    auto& beast = *inside_->beast;
    const bool had_header = beast.is_header_done();
    used = 0;
    if (bytes.empty() && !beast.is_done())
        return Progress::NeedMore;
    const auto failure = put(beast, bytes, used);
    const bool complete = beast.is_done() || beast.is_header_done() != had_header;
    if (!had_header) {
        inside_->header_bytes += used;
        const auto pending = complete ? 0 : bytes.size() - used;
        if (inside_->header_bytes + pending > header_max || failure == beast::http::error::header_limit)
            return inside_->fail(Kind::TooLarge, "HEADER_TOO_LARGE", {{"max", std::to_string(header_max)}});
    }
    if (failure && failure != beast::http::error::need_more) {
        if (failure == beast::http::error::body_limit || failure == beast::http::error::buffer_overflow)
            return inside_->fail(
                Kind::TooLarge, "BODY_TOO_LARGE", {{"max", std::to_string(inside_->body_max)}});
        return inside_->malformed(failure.message());
    }
    if (!had_header && beast.is_header_done())
        return inside_->check_head();
    return beast.is_done() ? Progress::Done : Progress::NeedMore;
}

void RequestParser::set_body_max(std::size_t max)
{
    inside_->body_max = max;
    inside_->beast->body_limit(max);
}

RequestHead& RequestParser::head()
{
    return inside_->beast->head;
}
std::string& RequestParser::body()
{
    return inside_->beast->body;
}
Error RequestParser::error() const
{
    return inside_->error;
}

namespace {

class BeastResponse final : public beast::http::basic_parser<false> {
public:
    int status = 0;
    Pairs headers;
    std::string body;

    explicit BeastResponse(bool answer_to_head)
    {
        body_limit(std::uint64_t{1} << 32);
        skip(answer_to_head);
        eager(true);
    }

private:
    void on_response_impl(int code, View, int, ErrorCode&) override { status = code; }

    void on_field_impl(field, View name, View value, ErrorCode&) override
    {
        headers.emplace_back(lower(name), text(value));
    }

    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}

    std::size_t on_body_impl(View bytes, ErrorCode&) override
    {
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorCode&) override
    {
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    void on_finish_impl(ErrorCode&) override {}
    void on_request_impl(beast::http::verb, View, View, int, ErrorCode&) override {}
};

} // namespace

struct ResponseParser::Inside {
    BeastResponse beast;
};

ResponseParser::ResponseParser(bool answer_to_head) : inside_(new Inside{BeastResponse(answer_to_head)}) {}
ResponseParser::~ResponseParser() = default;

Progress ResponseParser::feed(std::string_view bytes, std::size_t& used)
{
    auto& beast = inside_->beast;
    ErrorCode failure;
    used = bytes.empty() ? 0 : beast.put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
    if (failure && failure != beast::http::error::need_more)
        return Progress::Failed;
    return beast.is_done() ? Progress::Done : Progress::NeedMore;
}

bool ResponseParser::end_of_input()
{
    ErrorCode failure;
    if (inside_->beast.got_some())
        inside_->beast.put_eof(failure);
    return !failure && inside_->beast.is_done();
}

int ResponseParser::status() const
{
    return inside_->beast.status;
}
bool ResponseParser::keep_alive() const
{
    return inside_->beast.keep_alive();
}
Pairs& ResponseParser::headers()
{
    return inside_->beast.headers;
}
std::string& ResponseParser::body()
{
    return inside_->beast.body;
}

} // namespace http
