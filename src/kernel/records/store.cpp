#include "kernel/records/store.h"

#include <algorithm>

#include "kernel/records/present.h"
#include "kernel/records/writer.h"

namespace records {

using storage::Transaction;

namespace {

Error unknown_record(std::string_view record)
{
    return {Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
}

Error unknown_row() { return {Kind::NotFound, "RECORD_UNKNOWN"}; }

Error refused(const identity::Decision& decision) { return {Kind::Forbidden, decision.reason}; }

Error invalid(Faults faults)
{
    Error error{Kind::Invalid, "VALIDATION"};
    error.faults = std::move(faults.list);
    return error;
}

}  // namespace

Image new_image(const RecordPlan& plan, const Context& context, base::Id id)
{
    Image image = empty_image(plan);
    image.id = id;
    image.state = plan.record->states.empty() ? "open" : plan.record->states.front();
    image.state_since = context.at;
    image.created_at = image.updated_at = context.at;
    image.version = 1;
    image.source = context.source;
    if (context.subject) {
        image.organisation = context.subject->organisation;
        image.organisation_path = context.subject->organisation_path;
        image.region = context.subject->region;
        image.created_by = image.updated_by = context.subject->user;
    }
    return image;
}

Store::Store(Parts parts, std::shared_ptr<const Plan> plan, Options options) :
    parts_(parts), options_(std::move(options)), plan_(std::move(plan)), calendar_(options_.calendar),
    names_(std::make_unique<NameCache>()) {}
Store::~Store() = default;

std::shared_ptr<const Plan> Store::plan() const { return std::atomic_load(&plan_); }
void Store::use(std::shared_ptr<const Plan> plan) { std::atomic_store(&plan_, std::move(plan)); }
changes::Generation Store::known(const Plan& plans) const
{
    if (plans.generation == changes::Generation::any)
        return {};
    return {plans.generation, parts_.cipher.generation()};
}

std::shared_ptr<const base::WorkCalendar> Store::calendar() const { return std::atomic_load(&calendar_); }
void Store::use_calendar(std::shared_ptr<const base::WorkCalendar> calendar)
{
    std::atomic_store(&calendar_, std::move(calendar));
}

identity::Decision Store::decide(const Plan& plans, const RecordPlan& plan, std::string_view action, const identity::Row* row,
    const Context& context) const
{
    if (!context.subject)
        return {true, {}, everything, false};
    return identity::decide({plans.release, options_.second_factor_enforced}, *context.subject,
        {plan.name(), std::string(action), row, plan.record->security_label});
}

Result<Store::Kept> Store::find_row(Transaction& transaction, const Plan& plans, const RecordPlan& plan, base::Id id,
    const Context& context) const
{
    const auto reading = decide(plans, plan, "read", nullptr, context);
    if (!reading.allowed)
        return unknown_row();
    TRY(set_scope(transaction, reading.predicate));
    TRY_ASSIGN(auto image, load_image(transaction, plan, id, parts_.cipher));
    if (!image)
        return unknown_row();
    const identity::Row row = access_row(*image);
    const auto decision = decide(plans, plan, "read", &row, context);
    if (!decision.allowed)
        return unknown_row();
    return Kept{*std::move(image), decision.unmasked};
}

bool Store::sees(Transaction& transaction, const Plan& plans, const RecordPlan& plan, base::Id id, const Context& context) const
{
    const auto decision = decide(plans, plan, "read", nullptr, context);
    if (!decision.allowed || !set_scope(transaction, decision.predicate).ok())
        return false;
    Sql sql;
    sql.text = "SELECT 1 FROM " + sql_name(plan.table) + " WHERE id = " + sql.bind(id) + " AND ";
    sql.text += scope_condition(decision.predicate, sql);
    const auto row = transaction.first(sql.text, sql.values);
    return row.ok() && row->has_value();
}

Result<json::object> Store::present_image(const Plan& plans, const RecordPlan& plan, const Image& image, bool unmasked,
    const Context& context)
{
    Labels labels{*this, plans, context, *names_};
    labels.need(plan, image, true);
    if (!labels.complete())
        TRY(parts_.database.read([&](Transaction& transaction) { return labels.load(transaction); }));
    json::object object = present({plan, labels, unmasked}, image);
    json::array rights;
    const identity::Row row = access_row(image);
    for (const std::string_view action : {"read", "update", "delete", "export", "print", "unmask"})
        if (decide(plans, plan, action, &row, context).allowed)
            rights.emplace_back(action);
    object["rights"] = std::move(rights);
    return object;
}

Status Store::complete(Form& form, const json::object& body)
{
    read_body(form, body, parts_.ids);
    if (needs_look_up(form))
        TRY(parts_.database.read([&](Transaction& transaction) { return look_up(form, transaction, *this); }));
    fill_in(form);
    validate(form);
    return {};
}

Error Store::unique_error(const Form& form)
{
    Error error{Kind::Conflict, "UNIQUE"};
    const auto collision = parts_.database.read([&](Transaction& transaction) -> Result<std::optional<Collision>> {
        TRY(set_scope(transaction, everything));
        return find_collision(transaction, form, parts_.cipher);
    });
    if (!collision.ok() || !*collision)
        return error;
    error.fields = *(*collision)->fields;
    const auto kept = parts_.database.read([&](Transaction& transaction) {
        return find_row(transaction, form.plans, form.plan, (*collision)->id, form.context);
    });
    if (kept.ok()) {  // otherwise the caller learns only that there is one
        error.parameters.emplace_back("existing", std::to_string(kept->image.id));
        error.parameters.emplace_back("label", label_of(form.plan, kept->image));
    }
    return error;
}

// The unique index sees one version of the index key only, so the older ones are asked for here.
Status Store::refuse_collision(Transaction& transaction, const Form& form) const
{
    if (!form.plan.encrypted_unique)
        return {};
    TRY(set_scope(transaction, everything));
    TRY_ASSIGN(const auto collision, find_collision(transaction, form, parts_.cipher));
    return collision ? Status{Error{Kind::Conflict, "UNIQUE"}} : Status{};
}

Result<Saved> Store::answer(const Form& form, const identity::Decision& decision, bool created)
{
    TRY_ASSIGN(json::object record, present_image(form.plans, form.plan, form.after, decision.unmasked, form.context));
    return Saved{form.after.id, form.after.version, std::move(record), created, true};
}

Result<Saved> Store::create(std::string_view record, const json::object& body, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return unknown_record(record);
    if (const auto permission = decide(*plans, *plan, "create", nullptr, context); !permission.allowed)
        return refused(permission);
    const changes::Generation known = this->known(*plans);
    Form form{*plans, *plan, context, calendar()};
    form.after = new_image(*plan, context, parts_.ids.next());
    TRY(complete(form, body));
    if (!form.faults.none())
        return invalid(std::move(form.faults));
    const identity::Row row = access_row(form.after);
    const auto decision = decide(*plans, *plan, "create", &row, context);
    if (!decision.allowed)
        return refused(decision);
    seal(form, parts_.cipher);
    TRY_ASSIGN(Writing writing, prepare(form, *this));
    std::optional<base::Id> first;
    const Status written = parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(changes::require(transaction, known));
        TRY_ASSIGN(first, claim_key(transaction, context, plan->name(), form.after.id));
        if (first)
            return {};
        TRY(refuse_collision(transaction, form));
        TRY(set_scope(transaction, decision.predicate));
        return insert_record(transaction, writing, form.after.number);
    });
    if (!written.ok() && written.error().code == "UNIQUE")
        return unique_error(form);
    TRY(written);
    if (!first)
        return answer(form, decision, true);
    TRY_ASSIGN(json::object again, read(record, *first, context));
    const std::int64_t version = again["version"].as_int64();
    return Saved{*first, version, std::move(again), true, false};
}

Result<Saved> Store::update(std::string_view record, base::Id id, const json::object& body, std::optional<std::int64_t> version,
    const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return unknown_record(record);
    TRY_ASSIGN(Kept kept, parts_.database.read([&](Transaction& transaction) {
        return find_row(transaction, *plans, *plan, id, context);
    }));
    if (kept.image.deleted_at)
        return unknown_row();
    const identity::Row before = access_row(kept.image);
    if (const auto decision = decide(*plans, *plan, "update", &before, context); !decision.allowed)
        return refused(decision);
    if (version && *version != kept.image.version)
        return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(*version)}}};
    const changes::Generation known = this->known(*plans);
    Form form{*plans, *plan, context, calendar()};
    form.after = kept.image;
    form.before = std::move(kept.image);
    TRY(complete(form, body));
    if (!form.faults.none())
        return invalid(std::move(form.faults));
    bool changed = !changed_fields(form).empty() || form.before->organisation != form.after.organisation
        || form.before->region != form.after.region;
    for (std::size_t r = 0; r < plan->rows.size(); ++r)
        changed = changed || rows_changed(form, r);
    const identity::Row after = access_row(form.after);
    const auto decision = decide(*plans, *plan, "update", &after, context);
    if (!decision.allowed)
        return refused(decision);
    if (!changed) {
        TRY_ASSIGN(Saved saved, answer(form, decision, false));
        saved.changed = false;
        return saved;
    }
    form.after.version = form.before->version + 1;
    form.after.updated_at = context.at;
    form.after.updated_by = context.subject ? context.subject->user : 0;
    seal(form, parts_.cipher);
    TRY_ASSIGN(Writing writing, prepare(form, *this));
    const Status written = parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(changes::require(transaction, known));
        TRY(refuse_collision(transaction, form));
        TRY(set_scope(transaction, decision.predicate));
        return update_record(transaction, writing);
    });
    if (!written.ok() && written.error().code == "UNIQUE")
        return unique_error(form);
    TRY(written);
    return answer(form, decision, false);
}

Result<json::object> Store::read(std::string_view record, base::Id id, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return unknown_record(record);
    TRY_ASSIGN(Kept kept, parts_.database.read([&](Transaction& transaction) {
        return find_row(transaction, *plans, *plan, id, context);
    }));
    // Opening a record of label 3 or higher is itself a row in the log.
    if (plan->record->security_label >= 3)
        TRY(log_access(*plan, kept.image, "read", json::object{}, context));
    return present_image(*plans, *plan, kept.image, kept.unmasked, context);
}

}  // namespace records
