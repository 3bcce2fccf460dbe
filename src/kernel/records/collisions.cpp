// Other rows with the same values, for one form or for a thousand.

#include <algorithm>

#include "kernel/records/writer.h"

namespace records {

using rules::Value;
using storage::Transaction;

namespace {

// Every way a row may hold the values: an encrypted one stands under any index key in use. Empty when
// a value is missing.
std::vector<storage::Values> keys_of(const Form& form, const std::vector<std::string>& names, const identity::FieldCipher& cipher)
{
    std::vector<storage::Values> keys{{}};
    for (const std::string& name : names) {
        const auto position = form.plan.set.position(name);
        const Value standard = position ? Value{} : standard_value(form.after, name);
        const Value& value = position ? form.after.values[*position] : standard;
        if (value.null() || value.unknown())
            return {};
        storage::Values forms;
        if (position && form.plan.set.fields[*position].encrypted) {
            const FieldPlan& field = form.plan.set.fields[*position];
            for (std::string& index : cipher.indexes(field.cipher_column, text_form(field, value)))
                forms.emplace_back(storage::Bytes{std::move(index)});
        } else if (position) {
            bind_plain(form.plan.set.fields[*position], value, forms);
            forms.resize(1);
        } else {
            const auto* text = value.get<std::string>();
            forms.push_back(text ? storage::Value{*text} : storage::Value{*value.get<std::int64_t>()});
        }
        if (forms.size() == 1) {
            for (storage::Values& key : keys)
                key.push_back(forms.front());
            continue;
        }
        std::vector<storage::Values> longer;
        for (const storage::Values& key : keys)
            for (const storage::Value& one : forms) {
                longer.push_back(key);
                longer.back().push_back(one);
            }
        keys = std::move(longer);
    }
    return keys;
}

std::string column_of(const RecordPlan& plan, const std::string& name)
{
    const FieldPlan* field = plan.set.find(name);
    return sql_name(field && field->encrypted ? name + "_index" : name);
}

// CROSS JOIN keeps SQLite at asking the index once for each key.
std::string equal_sql(const RecordPlan& plan, const std::vector<std::string>& names, std::size_t count)
{
    std::string columns = "n", condition;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string key = "key_" + std::to_string(i + 1);
        columns += ", " + key;
        condition += " AND there." + column_of(plan, names[i]) + " = wanted." + key;
    }
    std::string rows;
    std::size_t parameter = 0;
    for (std::size_t row = 0; row < count; ++row) {
        rows += row ? ", (" : "(";
        for (std::size_t i = 0; i <= names.size(); ++i)
            rows += (i ? ", ?" : "?") + std::to_string(++parameter);
        rows += ")";
    }
    return "WITH wanted (" + columns + ") AS (VALUES " + rows + ") SELECT wanted.n, there.id FROM wanted CROSS JOIN "
        + sql_name(plan.table) + " AS there WHERE there.deleted_at IS NULL" + condition + " ORDER BY there.id";
}

// Few sizes, so that the statements are prepared once; what is left over asks for nothing.
std::size_t rounded(std::size_t count)
{
    return count <= 1 ? 1 : count <= 16 ? 16 : 256;
}

}  // namespace

Result<std::vector<std::vector<base::Id>>> find_equal(Transaction& transaction, std::span<const Form* const> forms,
    const std::vector<std::string>& fields, const identity::FieldCipher& cipher)
{
    std::vector<std::vector<base::Id>> found(forms.size());
    storage::Values values;
    std::size_t waiting = 0;
    const auto ask = [&]() -> Status {
        const std::size_t count = rounded(waiting);
        values.resize(count * (fields.size() + 1));
        TRY_ASSIGN(const auto rows, transaction.query(equal_sql(forms.front()->plan, fields, count), values));
        for (const storage::Row& row : rows) {
            const auto n = static_cast<std::size_t>(row.integer(0));
            const base::Id id = row.integer(1);
            if (id != forms[n]->after.id && found[n].size() < 2 && std::ranges::find(found[n], id) == found[n].end())
                found[n].push_back(id);
        }
        values.clear();
        waiting = 0;
        return {};
    };
    for (std::size_t n = 0; n < forms.size(); ++n)
        for (storage::Values& key : keys_of(*forms[n], fields, cipher)) {
            values.emplace_back(static_cast<std::int64_t>(n));
            std::ranges::move(key, std::back_inserter(values));
            if (++waiting == rounded(256))
                TRY(ask());
        }
    if (waiting > 0)
        TRY(ask());
    return found;
}

Result<std::vector<std::optional<Collision>>> find_collisions(Transaction& transaction, std::span<const Form* const> forms,
    const identity::FieldCipher& cipher)
{
    std::vector<std::optional<Collision>> collisions(forms.size());
    if (forms.empty())
        return collisions;
    for (const auto& names : forms.front()->plan.record->unique) {
        TRY_ASSIGN(const auto found, find_equal(transaction, forms, names, cipher));
        for (std::size_t i = 0; i < forms.size(); ++i)
            if (!collisions[i] && !found[i].empty())
                collisions[i] = Collision{&names, found[i].front()};
    }
    return collisions;
}

Result<std::optional<Collision>> find_collision(Transaction& transaction, const Form& form, const identity::FieldCipher& cipher)
{
    const Form* const one = &form;
    TRY_ASSIGN(const auto collisions, find_collisions(transaction, {&one, 1}, cipher));
    return collisions.front();
}

}  // namespace records
