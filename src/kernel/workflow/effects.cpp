// What an action does beside moving its record.

#include <algorithm>

#include "kernel/records/writer.h"
#include "kernel/workflow/moment.h"

namespace workflow {

using records::Form;

namespace {

constexpr std::string_view insert_notice = R"sql(
    INSERT INTO workflow_notice (id, account, record, record_id, title_zh, title_en, text_zh, text_en, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
)sql";

// Another record, of the same organisation and region, made by the one who acts.
Result<base::Id> create(const Moment& moment, const Form& from, const definitions::Creation& creation)
{
    const auto* plan = moment.plans.find(creation.record);
    if (!plan)
        return Error{Kind::Internal, "RECORD_KIND_UNKNOWN", {}, {{"record", creation.record}}};
    const records::Store& store = moment.parts.store;
    Context context = moment.context;
    context.source = "DERIVED";
    context.idempotency_key.clear();
    Form form{moment.plans, *plan, context, store.calendar()};
    form.after = new_image(*plan, context, store.parts().ids.next());
    form.after.organisation = from.after.organisation;
    form.after.organisation_path = from.after.organisation_path;
    form.after.region = from.after.region;
    form.given.assign(plan->set.fields.size(), false);
    records::RecordActivation names{from.plan, from.after, context.subject};
    names.now = moment.now();
    names.calendar = from.calendar.get();
    for (const auto& [field, rule] : creation.set)
        if (const auto position = plan->set.position(field)) {
            form.after.values[*position] = fitted(plan->set.fields[*position], rule.expression.evaluate(names), form.today());
            form.given[*position] = true;
        }
    fill_in(form);
    validate(form);
    if (!form.faults.none()) {
        Error error{Kind::Invalid, "VALIDATION"};
        for (auto& fault : form.faults.list)
            error.faults.push_back({creation.record + "." + fault.field, fault.code, std::move(fault.parameters)});
        return error;
    }
    seal(form, store.parts().cipher);
    TRY_ASSIGN(records::Writing writing, prepare(form, store));
    TRY(insert_record(moment.transaction, writing, form.after.number));
    if (!plan->record->workflow.empty())
        TRY(moment.life.begin(moment.transaction, moment.plans, *plan, form.after, context));
    return form.after.id;
}

}  // namespace

Status run_effects(const Moment& moment, Form& form, const definitions::FlowAction& action)
{
    for (const std::string& name : action.calls) {
        const auto call = moment.parts.calls.find(name);
        if (call == moment.parts.calls.end())
            return Error{Kind::Internal, "CALL_UNKNOWN", {}, {{"call", name}}};
        TRY(call->second({moment.transaction, form.plan, form.after, moment.context}));
    }
    for (const auto& creation : action.create) {
        TRY_ASSIGN(const base::Id id, create(moment, form, creation));
        if (const auto position = form.plan.set.position(creation.link))
            form.after.values[*position] = rules::Value{id};
    }
    return {};
}

Status send_notice(const Moment& moment, const records::Image& image, const std::vector<base::Id>& to, const definitions::Title& title,
    const definitions::Title& text)
{
    for (const base::Id person : to)
        if (person != moment.actor())  // nobody is told what he has just done
            TRY(moment.transaction.execute_later(insert_notice, {moment.parts.store.parts().ids.next(), person, moment.plan.name(), image.id,
                title.zh, title.en, text.zh, text.en, moment.now()}));
    return {};
}

Status send_notices(const Moment& moment, const records::Image& image, const definitions::FlowAction& action)
{
    for (const auto& notice : action.notify) {
        TRY_ASSIGN(const auto people, people_of(moment, image, notice.to));
        TRY(send_notice(moment, image, people, notice.title, notice.text));
    }
    return {};
}

}  // namespace workflow
