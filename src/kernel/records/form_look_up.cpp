// What a form says about other rows: references, people, organisations, files.

#include <algorithm>

#include "kernel/records/form.h"

namespace records {

using definitions::FieldType;
using rules::Value;
using storage::Transaction;

namespace {

// Every id or file that is new in the form, with the path of its field.
struct Named {
    const FieldPlan* field;
    const Value* value;
    std::string path;
};

bool looked_up(FieldType type)
{
    return type == FieldType::Ref || type == FieldType::Refs || type == FieldType::Organisation || type == FieldType::User
        || type == FieldType::Files || type == FieldType::Signature;
}

std::vector<Named> named_values(const Form& form)
{
    std::vector<Named> named;
    const auto add = [&](const FieldPlan& field, const Value& value, const Value* before, std::string path) {
        if (looked_up(field.type) && !value.null() && !value.unknown() && !(before && same(value, *before)))
            named.push_back({&field, &value, std::move(path)});
    };
    for (std::size_t i = 0; i < form.plan.set.fields.size(); ++i)
        add(form.plan.set.fields[i], form.after.values[i], form.before ? &form.before->values[i] : nullptr,
            form.plan.set.fields[i].name());
    for (std::size_t r = 0; r < form.plan.rows.size(); ++r)
        for (std::size_t i = 0; i < form.after.rows[r].size(); ++i)
            for (std::size_t f = 0; f < form.plan.rows[r].set.fields.size(); ++f)
                add(form.plan.rows[r].set.fields[f], form.after.rows[r][i].values[f], nullptr,
                    form.plan.rows[r].rows->name + "[" + std::to_string(i) + "]." + form.plan.rows[r].set.fields[f].name());
    // What the caller himself is needs no look-up.
    std::erase_if(named, [&](const Named& one) {
        const auto* id = one.value->get<std::int64_t>();
        const auto* subject = form.context.subject;
        return id && subject
            && ((one.field->type == FieldType::User && *id == subject->user)
                || (one.field->type == FieldType::Organisation && *id == subject->organisation));
    });
    return named;
}

bool organisation_is_foreign(const Form& form)
{
    if (form.before && form.after.organisation == form.before->organisation)
        return false;
    return !form.context.subject || form.after.organisation != form.context.subject->organisation;
}

// The row must be one that the caller may read.
Result<bool> target_exists(Form& form, Transaction& transaction, const Store& store, const RecordPlan& target, base::Id id)
{
    const auto decision = store.decide(form.plans, target, "read", nullptr, form.context);
    if (!decision.allowed)
        return false;
    Sql sql;
    sql.text = "SELECT 1 FROM " + sql_name(target.table) + " WHERE id = " + sql.bind(id) + " AND deleted_at IS NULL AND ";
    sql.text += scope_condition(decision.predicate, sql);
    TRY(set_scope(transaction, decision.predicate));
    TRY_ASSIGN(const auto row, transaction.first(sql.text, sql.values));
    return row.has_value();
}

// `fill_from: unit.business_address` takes the value of the referred row, where the form gives none.
Status fill_from(Form& form, Transaction& transaction, const Store& store, const FieldPlan& reference,
    const RecordPlan& target, base::Id id)
{
    const std::string prefix = reference.name() + ".";
    std::optional<Image> image;
    for (std::size_t i = 0; i < form.plan.set.fields.size(); ++i) {
        const FieldPlan& field = form.plan.set.fields[i];
        if (!field.field->fill_from.starts_with(prefix) || !form.after.values[i].null() || form.given[i])
            continue;
        if (!image) {
            TRY_ASSIGN(image, load_image(transaction, target, id, store.parts().cipher));
            if (!image)
                return {};
        }
        const std::string wanted = field.field->fill_from.substr(prefix.size());
        const auto position = target.set.position(wanted);
        const Value value = position ? image->values[*position] : standard_value(*image, wanted);
        form.after.values[i] = fitted(field, value, form.today());
    }
    return {};
}

Status look_up_reference(Form& form, Transaction& transaction, const Store& store, const Named& named)
{
    const RecordPlan* target = form.plans.find(named.field->field->record);
    const auto check = [&](base::Id id) -> Status {
        TRY_ASSIGN(const bool exists, target ? target_exists(form, transaction, store, *target, id) : Result<bool>{false});
        if (!exists)
            form.faults.add(named.path, "REFERENCE_UNKNOWN", {{"id", std::to_string(id)}});
        else if (named.field->type == FieldType::Ref)
            TRY(fill_from(form, transaction, store, *named.field, *target, id));
        return {};
    };
    if (const auto* id = named.value->get<std::int64_t>())
        return check(*id);
    for (const Value& element : **named.value->get<std::shared_ptr<const rules::List>>())
        TRY(check(*element.get<std::int64_t>()));
    return {};
}

constexpr std::string_view select_upload = "SELECT size, media_type FROM records_upload WHERE hash = ?1 AND owner = ?2";

Status look_up_file(Form& form, Transaction& transaction, const rules::Map& file, const std::string& path)
{
    const std::string& hash = *file.find("hash")->second.get<std::string>();
    if (form.before) {
        const auto held = hashes_of(form.plan, *form.before);
        if (std::ranges::find(held, hash) != held.end())
            return {};
    }
    const base::Id owner = form.context.upload_owner != 0 ? form.context.upload_owner
        : form.context.subject ? form.context.subject->user : 0;
    TRY_ASSIGN(const auto row, transaction.first(select_upload, {hash, owner}));
    if (!row)
        form.faults.add(path, "FILE_UNKNOWN");
    else if (row->integer(0) != *file.find("size")->second.get<std::int64_t>()
        || row->text(1) != *file.find("media_type")->second.get<std::string>())
        form.faults.add(path, "FILE_MISMATCH");
    return {};
}

Status look_up_one(Form& form, Transaction& transaction, const Store& store, const Named& named)
{
    switch (named.field->type) {
    case FieldType::Ref:
    case FieldType::Refs: return look_up_reference(form, transaction, store, named);
    case FieldType::User:
    case FieldType::Organisation: {
        const std::string_view sql = named.field->type == FieldType::User ? "SELECT 1 FROM user_account WHERE id = ?1"
                                                                          : "SELECT 1 FROM organisation WHERE id = ?1";
        TRY_ASSIGN(const auto row, transaction.first(sql, {*named.value->get<std::int64_t>()}));
        if (!row)
            form.faults.add(named.path, "REFERENCE_UNKNOWN", {{"id", std::to_string(*named.value->get<std::int64_t>())}});
        return {};
    }
    case FieldType::Signature:
        return look_up_file(form, transaction, **named.value->get<std::shared_ptr<const rules::Map>>(), named.path);
    default: break;
    }
    for (const Value& file : **named.value->get<std::shared_ptr<const rules::List>>())
        TRY(look_up_file(form, transaction, **file.get<std::shared_ptr<const rules::Map>>(), named.path));
    return {};
}

}  // namespace

bool needs_look_up(const Form& form) { return organisation_is_foreign(form) || !named_values(form).empty(); }

Status look_up(Form& form, Transaction& transaction, const Store& store)
{
    if (organisation_is_foreign(form)) {
        TRY_ASSIGN(const auto row,
            transaction.first("SELECT path, region, status FROM organisation WHERE id = ?1", {form.after.organisation}));
        if (row && row->text(2) == "active") {
            form.after.organisation_path = row->text(0);
            form.after.region = row->text(1);
        } else {
            form.faults.add("organisation", "REFERENCE_UNKNOWN", {{"id", std::to_string(form.after.organisation)}});
        }
    }
    for (const Named& named : named_values(form))
        TRY(look_up_one(form, transaction, store, named));
    return {};
}

}  // namespace records
