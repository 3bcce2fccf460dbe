#include "kernel/records/writer.h"

#include <algorithm>

namespace records {

using rules::Value;
using storage::Transaction;

namespace {

storage::Value text_or_null(const std::string& text) { return text.empty() ? storage::Value{} : storage::Value{text}; }

storage::Value instant_or_null(const std::optional<base::Timestamp>& at)
{
    return at ? storage::Value{*at} : storage::Value{};
}

const std::string* blob_of(const std::vector<std::string>& blobs, std::size_t position)
{
    return position < blobs.size() && !blobs[position].empty() ? &blobs[position] : nullptr;
}

storage::Values insert_values(const Form& form, const identity::FieldCipher& cipher)
{
    const Image& image = form.after;
    storage::Values values{image.id, text_or_null(image.number), image.organisation, image.organisation_path, image.region,
        image.state, instant_or_null(image.state_since), instant_or_null(image.due_at),
        image.overdue_days ? storage::Value{*image.overdue_days} : storage::Value{}, image.created_by, image.created_at,
        image.updated_by, image.updated_at, image.version, image.source, instant_or_null(image.deleted_at)};
    for (std::size_t i = 0; i < form.plan.set.fields.size(); ++i)
        bind_value(form.plan.set.fields[i], image.values[i], image.id, cipher, blob_of(image.blobs, i), values);
    values.emplace_back(search_text(form.plan, image));
    return values;
}

// Only columns that change are named, so that only their indexes are touched.
void prepare_update(Writing& writing, const identity::FieldCipher& cipher)
{
    const Form& form = writing.form;
    const Image& image = form.after;
    std::string text = "UPDATE " + sql_name(form.plan.table) + " SET updated_at = ?1, updated_by = ?2, version = version + 1";
    writing.values = {image.updated_at, image.updated_by};
    const auto set = [&](const std::string& column, storage::Value value) {
        writing.values.push_back(std::move(value));
        text += ", " + sql_name(column) + " = ?" + std::to_string(writing.values.size());
    };
    if (form.before->organisation != image.organisation) {
        set("organisation", image.organisation);
        set("organisation_path", image.organisation_path);
    }
    if (form.before->region != image.region)
        set("region", image.region);
    if (form.before->state != image.state) {
        set("state", image.state);
        set("state_since", instant_or_null(image.state_since));
    }
    if (form.before->due_at != image.due_at)
        set("due_at", instant_or_null(image.due_at));
    if (form.before->overdue_days != image.overdue_days)
        set("overdue_days", image.overdue_days ? storage::Value{*image.overdue_days} : storage::Value{});
    bool search = false;
    for (const std::size_t i : changed_fields(form)) {
        const FieldPlan& field = form.plan.set.fields[i];
        search = search || field.searched;
        storage::Values bound;
        bind_value(field, image.values[i], image.id, cipher, blob_of(image.blobs, i), bound);
        const auto columns = written_columns(field);
        for (std::size_t c = 0; c < columns.size(); ++c)
            set(columns[c], std::move(bound[c]));
    }
    if (search)
        set("search_text", search_text(form.plan, image));
    writing.values.emplace_back(image.id);
    text += " WHERE id = ?" + std::to_string(writing.values.size());
    writing.values.emplace_back(form.before->version);
    writing.update = text + " AND version = ?" + std::to_string(writing.values.size());
}

Status insert_row(Transaction& transaction, const RowsPlan& plan, const ChildRow& row, base::Id parent, std::size_t position,
    const identity::FieldCipher& cipher)
{
    storage::Values values{row.id, parent, static_cast<std::int64_t>(position)};
    for (std::size_t i = 0; i < plan.set.fields.size(); ++i)
        bind_value(plan.set.fields[i], row.values[i], row.id, cipher, blob_of(row.blobs, i), values);
    return transaction.execute_later(plan.insert, std::span<const storage::Value>{values});
}

// A changed row goes and comes again under its id, so that two rows may swap a unique value.
Status write_rows(Transaction& transaction, const Form& form, std::size_t r, const identity::FieldCipher& cipher)
{
    const RowsPlan& plan = form.plan.rows[r];
    const std::vector<ChildRow> none;
    const std::vector<ChildRow>& before = form.before ? form.before->rows[r] : none;
    const std::vector<ChildRow>& after = form.after.rows[r];
    const auto unchanged = [&](const ChildRow& row) {
        const auto found = std::ranges::find(before, row.id, &ChildRow::id);
        return found != before.end() && std::equal(row.values.begin(), row.values.end(), found->values.begin(), found->values.end(), same);
    };
    for (const ChildRow& row : before) {
        const auto kept = std::ranges::find(after, row.id, &ChildRow::id);
        if (kept == after.end() || !unchanged(*kept))
            TRY(transaction.execute_later(plan.remove, {row.id, form.after.id}));
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (!unchanged(after[i]))
            TRY(insert_row(transaction, plan, after[i], form.after.id, i + 1, cipher));
        else if (i >= before.size() || before[i].id != after[i].id)
            TRY(transaction.execute_later(plan.move, {static_cast<std::int64_t>(i + 1), after[i].id, form.after.id}));
    }
    return {};
}

Status write_links(Transaction& transaction, const Form& form)
{
    for (std::size_t i = 0; i < form.plan.set.fields.size(); ++i) {
        const FieldPlan& field = form.plan.set.fields[i];
        if (field.type != definitions::FieldType::Refs || (form.before && same(form.before->values[i], form.after.values[i])))
            continue;
        const std::string table = sql_name(rows_table_of(form.plan.name(), field.name()));
        if (form.before)
            TRY(transaction.execute_later("DELETE FROM " + table + " WHERE parent = ?1", {form.after.id}));
        if (const auto* list = form.after.values[i].get<std::shared_ptr<const rules::List>>())
            for (const Value& target : **list)
                TRY(transaction.execute_later("INSERT INTO " + table + " (parent, target) VALUES (?1, ?2)",
                    {form.after.id, *target.get<std::int64_t>()}));
    }
    return {};
}

constexpr std::string_view insert_use = R"sql(
    INSERT INTO records_blob_use (hash, record, id) VALUES (?1, ?2, ?3) ON CONFLICT (hash, record, id) DO NOTHING
)sql";
constexpr std::string_view delete_uses = "DELETE FROM records_blob_use WHERE record = ?1 AND id = ?2";

}  // namespace

Status write_attached(Transaction& transaction, const Writing& writing)
{
    const Form& form = writing.form;
    for (std::size_t r = 0; r < form.plan.rows.size(); ++r)
        if (rows_changed(form, r))
            TRY(write_rows(transaction, form, r, writing.store.parts().cipher));
    TRY(write_links(transaction, form));
    if (!writing.files_changed)
        return {};
    if (form.before)
        TRY(transaction.execute_later(delete_uses, {form.plan.name(), form.after.id}));
    for (const std::string& hash : writing.hashes)
        TRY(transaction.execute_later(insert_use, {hash, form.plan.name(), form.after.id}));
    return {};
}

Result<Writing> prepare(const Form& form, const Store& store)
{
    Writing writing{form, store, {}};
    const Image& image = form.after;
    writing.change.at = form.context.at;
    writing.change.actor = form.context.subject ? form.context.subject->user : 0;
    writing.change.organisation = image.organisation;
    writing.change.record = form.plan.name();
    writing.change.id = image.id;
    writing.change.version = image.version;
    writing.change.action = form.creating() ? "create" : "update";
    writing.change.source = form.context.source;
    writing.change.request_id = form.context.request_id;
    writing.change.remote = form.context.remote;
    writing.change.diff = diff_of(form);
    writing.hashes = hashes_of(form.plan, image);
    writing.files_changed = form.before ? writing.hashes != hashes_of(form.plan, *form.before) : !writing.hashes.empty();
    if (!form.creating()) {
        prepare_update(writing, store.parts().cipher);
        return writing;
    }
    writing.values = insert_values(form, store.parts().cipher);
    if (!form.plan.record->number.empty()) {
        TRY_ASSIGN(writing.number, number_parts(form.plan.record->number, form.today(),
            {image.region, std::to_string(image.organisation)}));
    }
    return writing;
}

Status write_record(Transaction& transaction, const Writing& writing)
{
    if (writing.form.creating()) {
        TRY(transaction.execute_later(writing.form.plan.insert, std::span<const storage::Value>{writing.values}));
    } else {
        TRY_ASSIGN(const auto rows, transaction.execute(writing.update, writing.values));
        if (rows == 0)
            return Error{Kind::Conflict, "STALE", {}, {{"version", std::to_string(writing.form.before->version)}}};
    }
    return write_attached(transaction, writing);
}

Status insert_record(Transaction& transaction, Writing& writing, std::string& number)
{
    if (writing.number) {
        TRY_ASSIGN(number, next_number(transaction, writing.form.plan.name(), writing.form.after.organisation, *writing.number));
        writing.values[standard::number] = number;
        writing.change.diff.as_object()["number"] = json::array{nullptr, number};
    }
    TRY(write_record(transaction, writing));
    TRY(changes::append(transaction, writing.change));
    return {};
}

Status update_record(Transaction& transaction, Writing& writing)
{
    TRY(write_record(transaction, writing));
    TRY(changes::append(transaction, writing.change));
    return {};
}

}  // namespace records
