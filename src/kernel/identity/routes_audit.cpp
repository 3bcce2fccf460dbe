#include "kernel/identity/audit.h"
#include "kernel/identity/routes.h"

namespace identity {

namespace {

json::object audit_json(const AuditEntry& entry)
{
    const auto& change = entry.change;
    return {{"seq", std::to_string(entry.seq)}, {"at", change.at.text()},
        {"actor", json::object{{"id", std::to_string(change.actor)}, {"name", entry.actor_name}}},
        {"organisation", std::to_string(change.organisation)}, {"record", change.record},
        {"id", std::to_string(change.id)}, {"version", change.version}, {"action", change.action},
        {"diff", change.diff}, {"source", change.source}, {"request_id", change.request_id},
        {"remote", change.remote}};
}

Result<std::optional<base::Timestamp>> time_query(const http::Request& request, const char* name, int plus_days)
{
    const auto given = request.query_value(name);
    if (!given || given->empty())
        return std::optional<base::Timestamp>{};
    if (const auto day = base::Date::parse(*given); day.ok())  // a whole day, the last one included
        return std::optional{base::Timestamp::start_of(day->plus_days(plus_days))};
    const auto at = base::Timestamp::parse(*given);
    if (!at.ok())
        return invalid(name, at.error().code);
    return std::optional{*at};
}

Result<AuditFilter> filter_of(const http::Request& request)
{
    AuditFilter filter{
        .record = request.query_value("record").value_or(""), .action = request.query_value("action").value_or("")};
    TRY_ASSIGN(filter.limit, limit_of(request));
    TRY_ASSIGN(const auto actor, id_query(request, "actor"));
    TRY_ASSIGN(const auto id, id_query(request, "id"));
    TRY_ASSIGN(filter.after, id_query(request, "after"));
    if (request.query_value("actor"))
        filter.actor = actor;
    if (id)
        filter.id = id;
    TRY_ASSIGN(filter.from, time_query(request, "from", 0));
    TRY_ASSIGN(filter.to, time_query(request, "to", 1));
    return filter;
}

Result<http::Response> list(Identity& identity, const http::Request& request)
{
    TRY_ASSIGN(auto filter, filter_of(request));
    const int limit = filter.limit++;
    TRY_ASSIGN(auto entries, identity.database().read([&](Transaction& transaction) {
        return list_audit(transaction, filter);
    }));
    const bool more = static_cast<int>(entries.size()) > limit;
    if (more)
        entries.pop_back();
    // Reading the log is an event of the log, with what was asked and how much was shown.
    json::object asked{{"query", json::array{nullptr, request.query_text.substr(0, 500)}},
        {"rows", json::array{nullptr, entries.size()}}};
    TRY(identity.database().write([&](Transaction& transaction) {
        return log(transaction, cause_of(request), {"change_log", 0, 0, 0, "audit_read", asked});
    }));
    json::array items;
    for (const auto& entry : entries)
        items.push_back(audit_json(entry));
    return http::Response::json(json::object{{"items", std::move(items)},
        {"next", more ? json::value(std::to_string(entries.back().seq)) : json::value(nullptr)}});
}

}  // namespace

void add_audit_routes(http::Router& router, Identity& identity)
{
    router.get("/api/audit", http::permission("audit.read"),
        [&identity](const http::Request& request) { return list(identity, request); });
}

}  // namespace identity
