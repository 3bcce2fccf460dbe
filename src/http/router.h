#pragma once

// Routes and who may call them. A route without an access declaration does not compile, and
// `Router::routes` is what the access matrix test is generated from.

#include <functional>
#include <string>
#include <vector>

#include "http/message.h"

namespace http {

struct Access {
    enum class Level {
        Public,      // anyone, also without sign-in
        Session,     // any signed-in user, about himself
        Permission,  // `permission` is decided by kernel/identity before the handler runs
    };
    Level level = Level::Permission;
    std::string permission = {};  // "records", "organisations.update", ...; the handler's module asks
                                  // identity::decide again with the object where scope matters
};

inline Access public_access() { return {Access::Level::Public}; }
inline Access session_access() { return {Access::Level::Session}; }
inline Access permission(std::string name) { return {Access::Level::Permission, std::move(name)}; }

using Handler = std::function<Result<Response>(const Request&)>;

struct Route {
    Method method;
    std::string pattern;  // "/api/records/{record}/{id}"; "{rest...}" takes the remaining segments
    Access access;
    Handler handler;
    std::size_t body_max = 1 << 20;  // bytes; more is 413 before it is read
};

class Router {
public:
    void add(Route);
    void get(std::string pattern, Access access, Handler handler) { add({Method::Get, std::move(pattern), std::move(access), std::move(handler)}); }
    void post(std::string pattern, Access access, Handler handler) { add({Method::Post, std::move(pattern), std::move(access), std::move(handler)}); }
    void put(std::string pattern, Access access, Handler handler) { add({Method::Put, std::move(pattern), std::move(access), std::move(handler)}); }
    void patch(std::string pattern, Access access, Handler handler) { add({Method::Patch, std::move(pattern), std::move(access), std::move(handler)}); }
    void del(std::string pattern, Access access, Handler handler) { add({Method::Delete, std::move(pattern), std::move(access), std::move(handler)}); }

    const std::vector<Route>& routes() const { return routes_; }
    // The most specific route (literal segments before parameters); fills `parameters`.
    // ROUTE_UNKNOWN (NotFound), METHOD_NOT_ALLOWED (Invalid, served as 405 with Allow).
    Result<const Route*> match(Method, std::string_view path, Pairs& parameters) const;

private:
    std::vector<Route> routes_;
};

// Runs before each handler: finds the principal (cookie or bearer token), checks CSRF for unsafe
// methods of cookie sessions, decides the route's access. Gives back the principal (null for Public).
using Guard = std::function<Result<std::shared_ptr<const Principal>>(const Request&, const Access&)>;

}  // namespace http
