#pragma once

// Routes and who may call them. A route without an access declaration does not compile, and
// `Router::routes` is what the access matrix test is generated from.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace http {

struct Access {
    enum class Level {
        Public,     // anyone, also without sign-in
        Session,    // any signed-in user, about himself
        Permission, // `permission` is decided by kernel/identity before the handler runs
    };
    Level level = Level::Permission;
    std::string permission = {}; // "records", "organisations.update", ...; the handler's module asks
                                 // identity::decide again with the object where scope matters
};

inline Access public_access()
{
    return {Access::Level::Public};
}
inline Access session_access()
{
    return {Access::Level::Session};
}
inline Access permission(std::string name)
{
    return {Access::Level::Permission, std::move(name)};
}

using Handler = std::function<Result<Response>(const Request&)>;

struct Route {
    Method method;
    std::string pattern; // "/api/records/{record}/{id}"; "{rest...}" takes the remaining segments
    Access access;
    Handler handler;
    std::size_t body_max = 1 << 20; // bytes; more is 413 before it is read
};

class Router {
public:
    void add(Route);
    void get(std::string pattern, Access access, Handler handler)
    {
        add({Method::Get, std::move(pattern), std::move(access), std::move(handler)});
    }
    void post(std::string pattern, Access access, Handler handler)
    {
        add({Method::Post, std::move(pattern), std::move(access), std::move(handler)});
    }
    void put(std::string pattern, Access access, Handler handler)
    {
        add({Method::Put, std::move(pattern), std::move(access), std::move(handler)});
    }
    void patch(std::string pattern, Access access, Handler handler)
    {
        add({Method::Patch, std::move(pattern), std::move(access), std::move(handler)});
    }
    void del(std::string pattern, Access access, Handler handler)
    {
        add({Method::Delete, std::move(pattern), std::move(access), std::move(handler)});
    }

    const std::vector<Route>& routes() const { return routes_; }
    // The most specific route (literal segments before parameters); fills `parameters`. HEAD is
    // answered by the GET route.
    // ROUTE_UNKNOWN (NotFound), METHOD_NOT_ALLOWED (Invalid, served as 405 with Allow).
    Result<const Route*> match(Method, std::string_view path, Pairs& parameters) const;
    std::string allowed(std::string_view path) const; // "GET, HEAD, POST"; empty for no route

private:
    // One segment of the patterns; routes that share a prefix share nodes.
    struct Node {
        std::vector<std::pair<std::string, std::size_t>> literals;
        std::size_t parameter = 0; // 0: none, as the root is nobody's child
        std::size_t rest = 0;
        std::array<std::int32_t, 6> routes = {-1, -1, -1, -1, -1, -1}; // by method
    };
    struct Search;

    std::size_t ensure_child(std::size_t node, std::string_view segment);
    bool find(Search&, std::size_t node, std::size_t depth) const;
    const Route* find(
        Method, const std::vector<std::string_view>& segments, std::vector<std::string>& values) const;

    std::vector<Route> routes_;
    std::vector<Node> nodes_ = std::vector<Node>(1);
};

// Runs before each handler: finds the principal (cookie or bearer token), checks CSRF for unsafe
// methods of cookie sessions, decides the route's access. Gives back the principal (null for Public).
using Guard = std::function<Result<std::shared_ptr<const Principal>>(const Request&, const Access&)>;

} // namespace http
