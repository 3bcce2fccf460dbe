#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"
#include "http/message.h"
#include "http/target.h"

namespace http {

namespace {

using Sentences = std::vector<std::pair<std::string, std::string>>;

Error broken(const std::string& file, int line, std::string what)
{
    return {.kind = Kind::Invalid,
        .code = "MESSAGES_FILE",
        .parameters = {{"file", file}, {"line", std::to_string(line)}},
        .detail = std::move(what)};
}

bool is_code(std::string_view text)
{
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

// A quoted sentence is taken without its quotes; \" and \\ stand for themselves.
std::string unquoted(std::string_view text)
{
    if (text.size() < 2 || text.front() != '"' || text.back() != '"')
        return std::string(text);
    std::string plain;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size())
            ++i;
        plain += text[i];
    }
    return plain;
}

// Lines of `CODE: sentence` only. YAML proper would refuse ": " inside a sentence and read
// "no: …" as a truth value, so its subset is read here.
Result<Sentences> load_language(const std::string& file)
{
    TRY_ASSIGN(const auto content, base::files::read(file));
    Sentences sentences;
    int number = 0;
    for (auto line : base::text::split(content, '\n')) {
        ++number;
        line = trimmed(line.substr(0, line.find('\r')));
        if (line.empty() || line.starts_with('#'))
            continue;
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos || !is_code(line.substr(0, colon)))
            return broken(file, number, "expected `CODE: sentence`");
        sentences.emplace_back(line.substr(0, colon), unquoted(trimmed(line.substr(colon + 2))));
    }
    std::sort(sentences.begin(), sentences.end());
    const auto same_code = [](auto& a, auto& b) { return a.first == b.first; };
    const auto twice = std::adjacent_find(sentences.begin(), sentences.end(), same_code);
    if (twice != sentences.end())
        return broken(file, 0, twice->first + " is there twice");
    return sentences;
}

const std::string* find(const Sentences& sentences, std::string_view code)
{
    const auto found = std::lower_bound(sentences.begin(), sentences.end(), code,
        [](auto& entry, std::string_view c) { return entry.first < c; });
    return found != sentences.end() && found->first == code ? &found->second : nullptr;
}

// {name} becomes the parameter; one that is not there shows as "…" rather than as braces.
std::string filled(const std::string& sentence, const base::Parameters& parameters)
{
    std::string text;
    std::size_t position = 0;
    while (position < sentence.size()) {
        const auto open = std::min(sentence.find('{', position), sentence.size());
        text.append(sentence, position, open - position);
        const auto close = sentence.find('}', open);
        if (open == sentence.size() || close == std::string::npos) {
            text.append(sentence, open);
            break;
        }
        const auto name = sentence.substr(open + 1, close - open - 1);
        const auto found = std::find_if(
            parameters.begin(), parameters.end(), [&](auto& parameter) { return parameter.first == name; });
        text += found != parameters.end() ? found->second : "…";
        position = close + 1;
    }
    return text;
}

std::string parameter(const Error& error, std::string_view name)
{
    for (const auto& [key, value] : error.parameters)
        if (key == name)
            return value;
    return {};
}

boost::json::object as_json(const base::Parameters& parameters)
{
    boost::json::object object;
    for (const auto& [name, value] : parameters)
        object[name] = value;
    return object;
}

// Outcomes of the protocol itself that have a number of their own.
struct ProtocolStatus {
    std::string_view code;
    int status;
};
constexpr std::array protocol_statuses = {
    ProtocolStatus{"METHOD_NOT_ALLOWED", 405},
    ProtocolStatus{"REQUEST_TIMEOUT", 408},
    ProtocolStatus{"CONTENT_TYPE", 415},
    ProtocolStatus{"RANGE_UNSATISFIABLE", 416},
    ProtocolStatus{"EXPECTATION_UNKNOWN", 417},
    ProtocolStatus{"HEADER_TOO_LARGE", 431},
    ProtocolStatus{"TRANSFER_CODING_UNKNOWN", 501},
};

int status_of_error(const Error& error)
{
    for (const auto& [code, status] : protocol_statuses)
        if (error.code == code)
            return status;
    return status_of(error.kind);
}

// A check of a definition brings its own sentence.
std::string fault_sentence(const base::Fault& fault, const Request& request, const Messages& messages)
{
    for (const auto& [name, value] : fault.parameters)
        if (name == "message")
            return value;
    return messages.sentence(request.language, fault.code, fault.parameters);
}

} // namespace

Result<Messages> Messages::load(const std::string& folder)
{
    Messages messages;
    TRY_ASSIGN(messages.zh_, load_language(folder + "/zh.yaml"));
    TRY_ASSIGN(messages.en_, load_language(folder + "/en.yaml"));
    return messages;
}

std::string Messages::sentence(
    std::string_view language, std::string_view code, const base::Parameters& parameters) const
{
    const auto& first = language == "en" ? en_ : zh_;
    const auto& second = language == "en" ? zh_ : en_;
    const auto* sentence = find(first, code);
    if (!sentence)
        sentence = find(second, code);
    return sentence ? filled(*sentence, parameters) : std::string(code);
}

bool Messages::knows(std::string_view language, std::string_view code) const
{
    return find(language == "en" ? en_ : zh_, code) != nullptr;
}

int status_of(Kind kind)
{
    switch (kind) {
    case Kind::Malformed:
        return 400;
    case Kind::Invalid:
        return 422;
    case Kind::Unauthenticated:
        return 401;
    case Kind::Forbidden:
        return 403;
    case Kind::NotFound:
        return 404;
    case Kind::Conflict:
        return 409;
    case Kind::Precondition:
        return 412;
    case Kind::TooLarge:
        return 413;
    case Kind::Locked:
        return 423;
    case Kind::TooMany:
        return 429;
    case Kind::Unavailable:
        return 503;
    case Kind::Internal:
        return 500;
    }
    return 500;
}

Response problem(
    const Error& error, const Request& request, const Messages& messages, const boost::json::object& members)
{
    const int status = status_of_error(error);
    boost::json::array faults;
    for (const auto& fault : error.faults)
        faults.push_back({{"field", fault.field}, {"code", fault.code},
            {"message", fault_sentence(fault, request, messages)},
            {"parameters", as_json(fault.parameters)}});
    // What went wrong inside is for the log; it may quote paths or statements.
    const bool hide_detail = error.kind == Kind::Internal;
    boost::json::object body{
        {"type", "urn:weijian:problem:" + error.code},
        {"title", messages.sentence(request.language, error.code, error.parameters)},
        {"status", status},
        {"code", error.code},
        {"detail", hide_detail ? "" : error.detail},
        {"request_id", request.id},
        {"fields", boost::json::array(error.fields.begin(), error.fields.end())},
        {"parameters", as_json(error.parameters)},
        {"faults", std::move(faults)},
    };
    for (const auto& [name, value] : members)
        body.insert_or_assign(name, value);
    auto response = Response::text(boost::json::serialize(body), "application/problem+json", status);
    response.with("Content-Language", request.language);
    if (status == 405)
        response.with("Allow", parameter(error, "allow"));
    if (status == 401)
        response.with("WWW-Authenticate", "Bearer");
    if (status == 503 || status == 429) {
        const auto seconds = parameter(error, "retry_after");
        response.with("Retry-After", seconds.empty() ? "1" : seconds);
    }
    return response;
}

} // namespace http
