// What a save would say, and rows that may be the same thing.

#include <cmath>

#include "base/text.h"
#include "kernel/records/form.h"
#include "kernel/records/present.h"
#include "kernel/records/query.h"
#include "kernel/records/writer.h"

namespace records {

using rules::Value;
using storage::Transaction;

namespace {

constexpr int candidates_max = 200;
constexpr std::size_t shown_max = 10;

// A value as a list filter writes it.
std::string filter_text(const FieldPlan& field, const Value& value)
{
    const json::value text = to_json(field, value);
    return text.is_string() ? std::string(text.as_string()) : json::serialize(text);
}

// The condition that the candidates of one rule share; empty when the form lacks a value for it.
std::string candidate_condition(const Form& form, const definitions::Duplicate& rule, const identity::FieldCipher& cipher,
    storage::Dialect dialect, Sql& sql)
{
    std::string text;
    for (const std::string& name : rule.same) {
        const auto position = form.plan.set.position(name);
        if (!position || form.after.values[*position].null() || form.after.values[*position].unknown())
            return {};
        const FieldPlan& field = form.plan.set.fields[*position];
        bool by_identity = false;
        const auto condition = filter_condition(form.plans, form.plan, name,
            "eq." + filter_text(field, form.after.values[*position]), form.context, cipher, dialect, sql, by_identity);
        if (!condition.ok())
            return {};
        text += (text.empty() ? "" : " AND ") + condition->condition;
    }
    if (!rule.near.empty()) {
        const auto position = form.plan.set.position(rule.near);
        const auto* point = position ? form.after.values[*position].get<std::shared_ptr<const rules::Map>>() : nullptr;
        if (!point)
            return {};
        const auto degrees = [&](std::string_view name) { return (*point)->find(name)->second.get<base::Decimal>()->text(); };
        bool by_identity = false;
        const auto condition = filter_condition(form.plans, form.plan, rule.near,
            "near." + degrees("lng") + "," + degrees("lat") + "," + std::to_string(static_cast<int>(rule.metres)), form.context,
            cipher, dialect, sql, by_identity);
        if (!condition.ok())
            return {};
        text += (text.empty() ? "" : " AND ") + condition->condition;
    }
    return text;
}

bool similar(const Form& form, const definitions::Duplicate& rule, const Image& other)
{
    if (rule.similar.empty())
        return true;
    const auto position = form.plan.set.position(rule.similar);
    const auto* mine = position ? form.after.values[*position].get<std::string>() : nullptr;
    const auto* its = position ? other.values[*position].get<std::string>() : nullptr;
    return mine && its && base::text::similarity(base::text::nfkc(*mine), base::text::nfkc(*its)) >= rule.above;
}

}  // namespace

Result<json::array> Store::duplicates_of(Transaction& transaction, const Form& form) const
{
    json::array list;
    std::set<base::Id> seen;
    const auto decision = decide(form.plans, form.plan, "read", nullptr, form.context);
    if (!decision.allowed)
        return list;
    TRY(set_scope(transaction, decision.predicate));
    for (const definitions::Duplicate& rule : form.plan.record->duplicates) {
        Sql sql;
        sql.text = form.plan.select + " WHERE deleted_at IS NULL AND id <> " + sql.bind(form.after.id) + " AND ";
        sql.text += scope_condition(decision.predicate, sql);
        const std::string condition = candidate_condition(form, rule, parts_.cipher, transaction.dialect(), sql);
        if (condition.empty())
            continue;
        sql.text += " AND " + condition + " LIMIT " + std::to_string(candidates_max);
        TRY_ASSIGN(const auto rows, transaction.query(sql.text, sql.values));
        for (const auto& row : rows) {
            const Image other = image_of(form.plan, row, parts_.cipher);
            if (list.size() < shown_max && similar(form, rule, other) && seen.insert(other.id).second)
                list.push_back(json::object{{"id", std::to_string(other.id)}, {"label", label_of(form.plan, other)},
                    {"reason", rule.message.in(form.context.language)}});
        }
    }
    return list;
}

Result<Store::Checked> Store::check(std::string_view record, std::optional<base::Id> id, const json::object& body,
    const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    const auto permission = decide(*plans, *plan, id ? "update" : "create", nullptr, context);
    if (!permission.allowed)
        return Error{Kind::Forbidden, permission.reason};
    Form form{*plans, *plan, context, calendar()};
    if (id) {
        TRY_ASSIGN(Kept kept, parts_.database.read([&](Transaction& transaction) {
            return find_row(transaction, *plans, *plan, *id, context);
        }));
        form.after = kept.image;
        form.before = std::move(kept.image);
    } else {
        form.after = new_image(*plan, context, parts_.ids.next());
    }
    const Image start = form.after;
    TRY(complete(form, body));
    Checked checked;
    const Status asked = parts_.database.read([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(checked.duplicates, duplicates_of(transaction, form));
        TRY(set_scope(transaction, everything));
        TRY_ASSIGN(const auto collision, find_collision(transaction, form, parts_.cipher));
        if (collision)
            form.faults.add(collision->fields->front(), "UNIQUE");
        return {};
    });
    TRY(asked);
    Labels labels{*this, *plans, context, *names_};
    labels.need(*plan, form.after, false);
    TRY(parts_.database.read([&](Transaction& transaction) { return labels.load(transaction); }));
    for (std::size_t i = 0; i < plan->set.fields.size(); ++i)
        if (!form.given[i] && !same(start.values[i], form.after.values[i]))
            checked.filled[plan->set.fields[i].name()] = plain_value(plan->set.fields[i], form.after.values[i], labels);
    checked.faults = std::move(form.faults.list);
    checked.warnings = std::move(form.warnings.list);
    return checked;
}

}  // namespace records
