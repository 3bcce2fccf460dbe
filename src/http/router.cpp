#include "http/router.h"

#include <algorithm>
#include <cassert>

#include "http/target.h"

namespace http {

namespace {

// "/" has no segments.
std::vector<std::string_view> segments_of(std::string_view path)
{
    std::vector<std::string_view> segments;
    while (path.size() > 1) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_parameter(std::string_view segment)
{
    return segment.starts_with('{') && segment.ends_with('}');
}
bool is_rest(std::string_view segment)
{
    return is_parameter(segment) && segment.ends_with("...}");
}

} // namespace

struct Router::Search {
    Method method;
    const std::vector<std::string_view>& segments;
    std::vector<std::string>& values;
    std::int32_t route = -1;
};

std::size_t Router::ensure_child(std::size_t node, std::string_view segment)
{
    if (is_parameter(segment)) {
        auto child = is_rest(segment) ? nodes_[node].rest : nodes_[node].parameter;
        if (child == 0) {
            child = nodes_.size();
            nodes_.emplace_back();
            (is_rest(segment) ? nodes_[node].rest : nodes_[node].parameter) = child;
        }
        return child;
    }
    for (const auto& [name, child] : nodes_[node].literals)
        if (name == segment)
            return child;
    const auto child = nodes_.size();
    nodes_.emplace_back();
    nodes_[node].literals.emplace_back(segment, child);
    return child;
}

void Router::add(Route route)
{
    assert(route.pattern.starts_with('/') && "a pattern starts with a slash");
    std::size_t node = 0;
    for (const auto segment : segments_of(route.pattern)) {
        assert(!segment.empty() && "a pattern has no empty segment");
        node = ensure_child(node, segment);
    }
    auto& place = nodes_[node].routes[static_cast<std::size_t>(route.method)];
    assert(place < 0 && "a route is declared once");
    place = static_cast<std::int32_t>(routes_.size());
    routes_.push_back(std::move(route));
}

bool Router::find(Search& search, std::size_t index, std::size_t depth) const
{
    const auto& node = nodes_[index];
    if (depth == search.segments.size()) {
        search.route = node.routes[static_cast<std::size_t>(search.method)];
        return search.route >= 0;
    }
    const auto segment = search.segments[depth];
    for (const auto& [name, child] : node.literals)
        if (name == segment && find(search, child, depth + 1))
            return true;
    if (node.parameter != 0) {
        search.values.emplace_back(segment);
        if (find(search, node.parameter, depth + 1))
            return true;
        search.values.pop_back();
    }
    if (node.rest != 0) {
        search.route = nodes_[node.rest].routes[static_cast<std::size_t>(search.method)];
        if (search.route >= 0) {
            const auto* end = search.segments.back().data() + search.segments.back().size();
            search.values.emplace_back(segment.data(), static_cast<std::size_t>(end - segment.data()));
            return true;
        }
    }
    return false;
}

const Route* Router::find(
    Method method, const std::vector<std::string_view>& segments, std::vector<std::string>& values) const
{
    Search search{method, segments, values};
    if (find(search, 0, 0))
        return &routes_[static_cast<std::size_t>(search.route)];
    values.clear();
    return method == Method::Head ? find(Method::Get, segments, values) : nullptr;
}

Result<const Route*> Router::match(Method method, std::string_view path, Pairs& parameters) const
{
    const auto segments = segments_of(path);
    std::vector<std::string> values;
    const auto* route = find(method, segments, values);
    if (!route) {
        auto allow = allowed(path);
        if (allow.empty())
            return Error{.kind = Kind::NotFound, .code = "ROUTE_UNKNOWN"};
        return Error{
            .kind = Kind::Invalid, .code = "METHOD_NOT_ALLOWED", .parameters = {{"allow", std::move(allow)}}};
    }
    auto value = values.begin();
    for (const auto segment : segments_of(route->pattern)) {
        if (!is_parameter(segment))
            continue;
        const auto name = segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2));
        parameters.emplace_back(name, std::move(*value++));
    }
    return route;
}

std::string Router::allowed(std::string_view path) const
{
    const auto segments = segments_of(path);
    std::string allow;
    for (const auto method :
        {Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete}) {
        std::vector<std::string> values;
        if (find(method, segments, values))
            allow.append(allow.empty() ? "" : ", ").append(name_of(method));
    }
    return allow;
}

} // namespace http
