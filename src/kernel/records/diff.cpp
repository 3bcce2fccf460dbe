#include "kernel/records/diff.h"

#include <algorithm>

#include "base/crypto.h"

namespace records {

using rules::Value;

namespace {

void seal_fields(const FieldSet& set, const std::vector<Value>& values, const std::vector<Value>* before,
    std::vector<std::string>& blobs, base::Id id, const identity::FieldCipher& cipher)
{
    for (std::size_t i = 0; i < set.fields.size(); ++i) {
        if (!set.fields[i].encrypted)
            continue;
        blobs.resize(set.fields.size());
        if (before && same(values[i], (*before)[i]) && !blobs[i].empty())
            continue;  // unchanged, and an unreadable one stays as it is
        blobs[i] = values[i].null() || values[i].unknown()
            ? std::string{} : cipher.encrypt(set.fields[i].cipher_column, id, text_form(set.fields[i], values[i]));
    }
}

const std::string& blob_at(const std::vector<std::string>& blobs, std::size_t position)
{
    static const std::string none;
    return position < blobs.size() ? blobs[position] : none;
}

}  // namespace

void seal(Form& form, const identity::FieldCipher& cipher)
{
    seal_fields(form.plan.set, form.after.values, form.before ? &form.before->values : nullptr, form.after.blobs,
        form.after.id, cipher);
    for (std::size_t r = 0; r < form.plan.rows.size(); ++r)
        for (ChildRow& row : form.after.rows[r]) {
            const ChildRow* former = nullptr;
            if (form.before)
                for (const ChildRow& other : form.before->rows[r])
                    former = other.id == row.id ? &other : former;
            seal_fields(form.plan.rows[r].set, row.values, former ? &former->values : nullptr, row.blobs, row.id, cipher);
        }
}

json::value diff_value(const FieldPlan& field, const Value& value, const std::string& blob)
{
    if (!field.encrypted)
        return to_json(field, value);
    return blob.empty() ? json::value(nullptr) : json::value(json::object{{"cipher", base::crypto::base64(blob)}});
}

json::array diff_rows(const RowsPlan& plan, const std::vector<ChildRow>& rows)
{
    json::array list;
    for (const ChildRow& row : rows) {
        json::object object{{"id", std::to_string(row.id)}};
        for (std::size_t i = 0; i < plan.set.fields.size(); ++i)
            if (!row.values[i].null())
                object[plan.set.fields[i].name()] = diff_value(plan.set.fields[i], row.values[i], blob_at(row.blobs, i));
        list.push_back(std::move(object));
    }
    return list;
}

json::object diff_of(const Form& form)
{
    json::object diff;
    const Value none;
    for (const std::size_t i : changed_fields(form)) {
        const FieldPlan& field = form.plan.set.fields[i];
        const json::value before = form.before
            ? diff_value(field, form.before->values[i], blob_at(form.before->blobs, i)) : json::value(nullptr);
        diff[field.name()] = json::array{before, diff_value(field, form.after.values[i], blob_at(form.after.blobs, i))};
    }
    for (std::size_t r = 0; r < form.plan.rows.size(); ++r)
        if (rows_changed(form, r))
            diff[form.plan.rows[r].rows->name] = json::array{
                form.before ? json::value(diff_rows(form.plan.rows[r], form.before->rows[r])) : json::value(nullptr),
                diff_rows(form.plan.rows[r], form.after.rows[r])};
    if (form.before && form.before->organisation != form.after.organisation)
        diff["organisation"] = json::array{std::to_string(form.before->organisation), std::to_string(form.after.organisation)};
    if (form.before && form.before->region != form.after.region)
        diff["region"] = json::array{form.before->region, form.after.region};
    return diff;
}

}  // namespace records
