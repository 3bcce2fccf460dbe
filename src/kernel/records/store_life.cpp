// Deleting and restoring, opening, unmasking: what happens to a whole record.

#include "kernel/records/present.h"
#include "kernel/records/writer.h"

namespace records {

using storage::Transaction;

namespace {

changes::Change change_of(const RecordPlan& plan, const Image& image, std::string_view action, json::value diff,
    const Context& context)
{
    changes::Change change;
    change.at = context.at;
    change.actor = context.subject ? context.subject->user : 0;
    change.organisation = image.organisation;
    change.record = plan.name();
    change.id = image.id;
    change.version = image.version;
    change.action = action;
    change.diff = std::move(diff);
    change.source = context.source;
    change.request_id = context.request_id;
    change.remote = context.remote;
    return change;
}

}  // namespace

Status Store::log_access(const RecordPlan& plan, const Image& image, std::string_view action, json::object diff,
    const Context& context)
{
    const changes::Change change = change_of(plan, image, action, std::move(diff), context);
    return parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(changes::append(transaction, change));
        return {};
    });
}

Result<Saved> Store::mark(std::string_view record, base::Id id, std::optional<std::int64_t> version, bool deleted,
    const std::string& reason, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    TRY_ASSIGN(Kept kept, parts_.database.read([&](Transaction& transaction) {
        return find_row(transaction, *plans, *plan, id, context);
    }));
    if (kept.image.deleted_at.has_value() == deleted)
        return Error{Kind::NotFound, deleted ? "RECORD_UNKNOWN" : "RECORD_NOT_DELETED"};
    const identity::Row row = access_row(kept.image);
    const auto decision = decide(*plans, *plan, "delete", &row, context);
    if (!decision.allowed)
        return Error{Kind::Forbidden, decision.reason};
    if (version && *version != kept.image.version)
        return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(*version)}}};
    Form form{*plans, *plan, context, {}};
    form.after = kept.image;
    form.before = kept.image;
    form.after.version += 1;
    form.after.updated_at = context.at;
    form.after.updated_by = context.subject ? context.subject->user : 0;
    form.after.deleted_at = deleted ? std::optional{context.at} : std::nullopt;
    json::object diff{{"deleted_at", json::array{kept.image.deleted_at ? json::value(kept.image.deleted_at->text()) : json::value(nullptr),
        deleted ? json::value(context.at.text()) : json::value(nullptr)}}};
    if (!reason.empty())
        diff["reason"] = json::array{nullptr, reason};
    const auto change = change_of(*plan, form.after, deleted ? "delete" : "restore", std::move(diff), context);
    const std::string sql = "UPDATE " + sql_name(plan->table)
        + " SET deleted_at = ?1, updated_at = ?2, updated_by = ?3, version = version + 1 WHERE id = ?4 AND version = ?5";
    const changes::Generation known = this->known(*plans);
    const Status written = parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(changes::require(transaction, known));
        if (!deleted)
            TRY(refuse_collision(transaction, form));
        TRY(set_scope(transaction, decision.predicate));
        const storage::Value at = deleted ? storage::Value{context.at} : storage::Value{};
        TRY_ASSIGN(const auto rows, transaction.execute(sql, {at, context.at, form.after.updated_by, id, kept.image.version}));
        if (rows == 0)
            return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(kept.image.version)}}};
        TRY(changes::append(transaction, change));
        return {};
    });
    if (!written.ok() && written.error().code == "UNIQUE")
        return unique_error(form);
    TRY(written);
    return answer(form, decision, false);
}

Result<Saved> Store::remove(std::string_view record, base::Id id, std::optional<std::int64_t> version, const std::string& reason,
    const Context& context)
{
    return mark(record, id, version, true, reason, context);
}

Result<Saved> Store::restore(std::string_view record, base::Id id, std::optional<std::int64_t> version, const Context& context)
{
    return mark(record, id, version, false, {}, context);
}

namespace {

// "phone", or "people[731…].id_card_no" with the id of the child row.
struct Place {
    const FieldPlan* field = nullptr;
    const rules::Value* value = nullptr;
};

Place place_of(const RecordPlan& plan, const Image& image, std::string_view name)
{
    if (const auto position = plan.set.position(name))
        return {&plan.set.fields[*position], &image.values[*position]};
    const auto open = name.find('['), close = name.find("].");
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return {};
    const auto id = base::parse_id(name.substr(open + 1, close - open - 1));
    for (std::size_t r = 0; id && r < plan.rows.size(); ++r) {
        const auto position = plan.rows[r].set.position(name.substr(close + 2));
        if (plan.rows[r].rows->name != name.substr(0, open) || !position)
            continue;
        for (const ChildRow& row : image.rows[r])
            if (row.id == *id)
                return {&plan.rows[r].set.fields[*position], &row.values[*position]};
    }
    return {};
}

}  // namespace

Result<json::value> Store::unmask(std::string_view record, base::Id id, const std::string& field, const std::string& reason,
    const Context& context)
{
    if (reason.empty())
        return Error{Kind::Invalid, "REASON_MISSING", {"reason"}};
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    TRY_ASSIGN(Kept kept, parts_.database.read([&](Transaction& transaction) {
        return find_row(transaction, *plans, *plan, id, context);
    }));
    const identity::Row row = access_row(kept.image);
    const auto decision = decide(*plans, *plan, "unmask", &row, context);
    if (!decision.allowed)
        return Error{Kind::Forbidden, decision.reason};
    const Place place = place_of(*plan, kept.image, field);
    if (!place.field || !place.field->masked)
        return Error{Kind::NotFound, "FIELD_UNKNOWN", {field}};
    if (place.value->unknown())
        return Error{Kind::Internal, "INTEGRITY_FAIL", {field}};
    // The row in the log comes first: a value is shown only when it is certain that this can be proved.
    TRY(log_access(*plan, kept.image, "unmask", {{"field", json::array{nullptr, field}}, {"reason", json::array{nullptr, reason}}},
        context));
    return to_json(*place.field, *place.value);
}

}  // namespace records
