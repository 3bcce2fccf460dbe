#include "http/core.h"

#include <exception>

#include "base/crypto.h"
#include "base/log.h"
#include "http/target.h"

namespace http {

namespace {

// The pattern, not the path: ids are fine in a log, names in a search are not.
std::string described(const Request& request, const Route* route)
{
    return "request " + request.id + " " + std::string(name_of(request.method)) + " " +
           (route ? route->pattern : "(no route)");
}

} // namespace

Core::Core(ServerOptions options_in, Router router_in, Guard guard_in, Messages messages_in,
    const base::Clock& clock_in)
    : options(std::move(options_in)), router(std::move(router_in)), guard(std::move(guard_in)),
      messages(std::move(messages_in)), clock(clock_in), workers(options.workers, options.queue_max),
      request_metrics(options.metrics, router)
{
}

std::string Core::new_id_prefix()
{
    return base::crypto::hex(base::crypto::random_bytes(4)) + "-";
}

// Unique over restarts by the random part, and ordered within one run.
std::string Core::next_request_id()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id = id_prefix_;
    const auto count = id_count_.fetch_add(1, std::memory_order_relaxed);
    for (int shift = 28; shift >= 0; shift -= 4)
        id += digits[(count >> shift) & 15];
    return id;
}

Response Core::answer(Request& request, const Route& route) const
{
    Error failure{.kind = Kind::Internal, .code = "INTERNAL"};
    try {
        Result<std::shared_ptr<const Principal>> principal = std::shared_ptr<const Principal>();
        if (guard)
            principal = guard(request, route.access);
        if (!principal)
            return problem(principal.error(), request, messages);
        request.principal = std::move(*principal);
        if (request.principal) {
            const auto language = request.principal->language();
            if (!language.empty())
                request.language = language;
        }
        auto response = route.handler(request);
        if (response) {
            const auto* refusal = std::get_if<std::shared_ptr<const Refusal>>(&response->body);
            if (!refusal)
                return std::move(*response);
            auto answer = problem((*refusal)->error, request, messages, (*refusal)->members);
            for (auto& [name, value] : response->headers)
                answer.with(std::move(name), std::move(value));
            return answer;
        }
        if (response.error().kind != Kind::Internal)
            return problem(response.error(), request, messages);
        failure = std::move(response.error());
    } catch (const std::exception& thrown) {
        failure.detail = thrown.what();
    } catch (...) {
        failure.detail = "something that is no std::exception";
    }
    base::log::error("http: " + described(request, &route) + ": " + failure.code + " " + failure.detail);
    return problem(failure, request, messages);
}

void Core::finished(
    const Request& request, const Route* route, int status, std::chrono::steady_clock::duration duration)
{
    requests.fetch_add(1, std::memory_order_relaxed);
    answers[static_cast<std::size_t>(status / 100) % answers.size()].fetch_add(1, std::memory_order_relaxed);
    request_metrics.count(route, status, std::chrono::duration<double>(duration).count());
    if (duration >= std::chrono::seconds(1)) {
        const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
        base::log::info("http: " + described(request, route) + ": " + std::to_string(status) + " after " +
                        std::to_string(milliseconds) + " ms");
    }
}

} // namespace http
