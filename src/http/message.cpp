#include "http/message.h"

#include <algorithm>
#include <cassert>

#include "http/target.h"

namespace http {

namespace {

std::optional<std::string> find(const Pairs& pairs, std::string_view name)
{
    const auto found =
        std::find_if(pairs.begin(), pairs.end(), [&](auto& pair) { return pair.first == name; });
    if (found == pairs.end())
        return std::nullopt;
    return found->second;
}

bool is_json_type(std::string_view media_type)
{
    const auto type = trimmed(media_type.substr(0, std::min(media_type.find(';'), media_type.size())));
    return equals_ignoring_case(type, "application/json") ||
           (type.size() > 5 && equals_ignoring_case(type.substr(type.size() - 5), "+json"));
}

} // namespace

std::string Request::header(std::string_view lower_case_name) const
{
    return find(headers, lower_case_name).value_or("");
}

std::optional<std::string> Request::query_value(std::string_view name) const
{
    return find(query, name);
}

std::string Request::parameter(std::string_view name) const
{
    const auto value = find(parameters, name);
    assert(value && "the route has no such parameter");
    return value.value_or("");
}

std::optional<std::string> Request::cookie(std::string_view name) const
{
    return cookie_value(header("cookie"), name);
}

Result<json::value> Request::json() const
{
    if (!is_json_type(header("content-type")))
        return Error{.kind = Kind::Malformed,
            .code = "CONTENT_TYPE",
            .parameters = {{"expected", "application/json"}}};
    return base::parse_json(body);
}

Result<json::object> Request::json_object() const
{
    TRY_ASSIGN(auto value, json());
    if (!value.is_object())
        return Error{.kind = Kind::Malformed, .code = "JSON_OBJECT_EXPECTED"};
    return std::move(value.get_object());
}

Response& Response::with(std::string name, std::string value)
{
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

Response Response::json(const boost::json::value& value, int status)
{
    return text(boost::json::serialize(value), "application/json", status);
}

Response Response::text(std::string body, std::string media_type, int status)
{
    return {status, {{"Content-Type", std::move(media_type)}}, std::move(body)};
}

Response Response::none()
{
    return {204, {}, std::string()};
}

Response Response::file(FileBody file, std::string media_type, std::string download_name)
{
    Response response{200, {{"Content-Type", std::move(media_type)}}, std::move(file)};
    if (!download_name.empty()) {
        // RFC 6266: an ASCII name for old programs, the real one beside it.
        std::string ascii;
        for (const char c : download_name)
            ascii += c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '_' : c;
        response.with("Content-Disposition",
            "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + percent_encoded(download_name));
    }
    return response;
}

Response Response::refused(Error error, boost::json::object members)
{
    const int status = status_of(error.kind);
    return {status, {}, std::make_shared<const Refusal>(Refusal {std::move(error), std::move(members)})};
}

} // namespace http
