#pragma once

// Requests and responses as handlers see them. Nothing here knows the server library.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace http {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

enum class Method { Get, Head, Post, Put, Patch, Delete };

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Who asks; kernel/identity derives its Subject from it.
class Principal {
public:
    virtual ~Principal() = default;
    virtual std::string language() const { return {}; } // the user's choice; empty: none
};

struct Request {
    Method method = Method::Get;
    std::string path;       // decoded, normalised: no "..", no empty segments
    std::string query_text; // raw, without '?'
    Pairs query;            // decoded, in order
    Pairs headers;          // names in lower case
    Pairs parameters;       // from the route: {record}, {id}
    std::string body;
    std::string remote;          // "127.0.0.1"
    bool secure = false;         // over TLS
    std::string id;              // request id, also in the response header and the log
    base::Timestamp at;          // bound once; `now()` and `today()` of every rule in this request
    std::string language = "zh"; // "zh" or "en", from Accept-Language, then the user's choice
    std::shared_ptr<const Principal> principal;

    std::string header(std::string_view lower_case_name) const;          // empty when absent
    std::optional<std::string> query_value(std::string_view name) const; // the first
    std::string parameter(std::string_view name) const;                  // asserts that the route has it
    std::optional<std::string> cookie(std::string_view name) const;
    Result<boost::json::value> json() const;         // the body; JSON_SYNTAX, CONTENT_TYPE
    Result<boost::json::object> json_object() const; // JSON_OBJECT_EXPECTED
};

// A stream of server-sent events that other threads push to. `push` never waits: a client that
// reads too slowly (more than 256 events behind) is closed and comes back with Last-Event-ID.
class EventStream {
public:
    virtual ~EventStream() = default;
    virtual bool push(
        std::string_view event, std::string_view id, std::string_view data) = 0; // false when closed
    virtual bool closed() const = 0;
    virtual void close() = 0;
};

struct FileBody {
    std::string path;
    bool remove_after = false; // temporary export files
};

// Called by the server once the connection is ready to stream.
using EventSource = std::function<void(std::shared_ptr<EventStream>)>;

// A refusal that says more than its Error can: {"current": …} beside STALE.
struct Refusal {
    Error error;
    boost::json::object members;
};

struct Response {
    int status = 200;
    Pairs headers;
    std::variant<std::string, std::shared_ptr<const std::string>, FileBody, EventSource,
        std::shared_ptr<const Refusal>>
        body;

    Response& with(std::string name, std::string value);
    static Response json(const boost::json::value&, int status = 200);
    static Response text(std::string body, std::string media_type, int status = 200);
    static Response none(); // 204
    static Response file(FileBody, std::string media_type, std::string download_name);
    // Becomes problem details with these members added; without any, returning the Error does.
    static Response refused(Error, boost::json::object members);
};

// RFC 9457 problem details: {type, title, status, code, detail, request_id, fields, faults:[{field,
// code, message}]}. Sentences come from messages/{zh,en}.yaml; an unknown code shows the code.
class Messages {
public:
    // Reads zh.yaml and en.yaml of the folder: `CODE: sentence with {parameter}`.
    static Result<Messages> load(const std::string& folder);
    std::string sentence(std::string_view language, std::string_view code, const base::Parameters&) const;
    bool knows(std::string_view language, std::string_view code) const;

private:
    std::vector<std::pair<std::string, std::string>> zh_, en_; // sorted by code
};
int status_of(Kind);
Response problem(const Error&, const Request&, const Messages&, const boost::json::object& members = {});

} // namespace http
