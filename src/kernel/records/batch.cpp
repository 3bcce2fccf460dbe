#include "kernel/records/batch.h"

#include "kernel/changes/written.h"
#include "kernel/records/images.h"

namespace records {

using storage::Transaction;

Result<BatchChange> make_ready(Form& form, identity::Predicate scope, const Store& store)
{
    if (!form.creating()) {
        form.after.version = form.before->version + 1;
        form.after.updated_at = form.context.at;
        form.after.updated_by = form.context.subject ? form.context.subject->user : 0;
    }
    const changes::Generation known = store.known(form.plans);
    seal(form, store.parts().cipher);
    TRY_ASSIGN(Writing writing, prepare(form, store));
    std::string diff = json::serialize(writing.change.diff);
    return BatchChange{std::move(writing), std::move(scope), std::move(diff), known};
}

namespace {

// Serials of one counter are taken together.
Status number_all(Transaction& transaction, std::span<BatchChange* const> changes)
{
    std::map<std::pair<base::Id, std::string>, std::vector<Writing*>> counters;
    for (BatchChange* change : changes)
        if (change->writing.number)
            counters[{change->writing.form.after.organisation, change->writing.number->period}].push_back(&change->writing);
    for (const auto& [counter, writings] : counters) {
        TRY_ASSIGN(std::int64_t serial, take_serials(transaction, writings.front()->form.plan.name(), counter.first,
            counter.second, static_cast<std::int64_t>(writings.size())));
        for (Writing* writing : writings)
            writing->values[standard::number] = number_of(*writing->number, serial++);
    }
    return {};
}

std::string numbered_diff(const BatchChange& change)
{
    std::string diff = change.diff;
    if (change.writing.number) {
        diff.back() = diff.size() > 2 ? ',' : ' ';
        diff += "\"number\":" + json::serialize(json::array{nullptr, std::get<std::string>(change.writing.values[standard::number])}) + "}";
    }
    return diff;
}

// The unique index sees one version of the index key only, so the older ones are asked for here.
Status refuse_collisions(Transaction& transaction, std::span<BatchChange* const> changes)
{
    if (changes.empty() || !changes.front()->writing.form.plan.encrypted_unique)
        return {};
    std::vector<const Form*> forms;
    for (const BatchChange* change : changes)
        forms.push_back(&change->writing.form);
    TRY(set_scope(transaction, everything));
    TRY_ASSIGN(const auto collisions, find_collisions(transaction, forms, changes.front()->writing.store.parts().cipher));
    for (const auto& collision : collisions)
        if (collision)
            return Error{Kind::Conflict, "UNIQUE", {collision->fields->front()}};
    return {};
}

constexpr std::size_t rows_together = 32;

// "INSERT … VALUES (?1, ?2), (?3, ?4), …"
std::string insert_many_sql(const std::string& insert, std::size_t width)
{
    std::string text = insert.substr(0, insert.rfind(" VALUES ") + 8);
    for (std::size_t i = 0; i < rows_together * width; ++i)
        text += (i == 0 ? "(?" : i % width == 0 ? "), (?" : ", ?") + std::to_string(i + 1);
    return text + ")";
}

// The rows of new records first, some dozen a statement, then what belongs to them.
Status insert_all(Transaction& transaction, const std::vector<const Writing*>& created)
{
    std::size_t next = 0;
    if (created.size() >= rows_together) {
        const std::string sql = insert_many_sql(created.front()->form.plan.insert, created.front()->values.size());
        for (; next + rows_together <= created.size(); next += rows_together) {
            storage::Values values;
            values.reserve(rows_together * created.front()->values.size());
            for (std::size_t i = next; i < next + rows_together; ++i)
                values.insert(values.end(), created[i]->values.begin(), created[i]->values.end());
            TRY(transaction.execute_later(sql, std::span<const storage::Value>{values}));
        }
    }
    for (; next < created.size(); ++next)
        TRY(transaction.execute_later(created[next]->form.plan.insert, std::span<const storage::Value>{created[next]->values}));
    for (const Writing* writing : created)
        TRY(write_attached(transaction, *writing));
    return {};
}

}  // namespace

Status write_batch(Transaction& transaction, std::span<BatchChange* const> changes)
{
    for (std::size_t i = 0; i < changes.size(); ++i)
        if (i == 0 || changes[i]->known != changes[i - 1]->known)
            TRY(changes::require(transaction, changes[i]->known));
    TRY(refuse_collisions(transaction, changes));
    TRY(number_all(transaction, changes));
    std::vector<changes::Written> log;
    log.reserve(changes.size());
    std::optional<std::string> scope;
    std::vector<const Writing*> created;
    const auto insert = [&] {
        Status inserted = insert_all(transaction, created);
        created.clear();
        return inserted;
    };
    for (BatchChange* change : changes) {
        log.push_back({&change->writing.change, numbered_diff(*change)});
        std::string wanted = scope_setting(change->scope);
        if (wanted != scope || !change->writing.form.creating())
            TRY(insert());
        if (wanted != scope)
            TRY(set_scope(transaction, change->scope));
        scope = std::move(wanted);
        if (change->writing.form.creating())
            created.push_back(&change->writing);
        else
            TRY(write_record(transaction, change->writing));
    }
    TRY(insert());
    return changes::append_written(transaction, std::move(log));
}

Result<std::map<base::Id, Image>> find_rows(Transaction& transaction, const Plan& plans, const RecordPlan& plan,
    const std::vector<base::Id>& ids, const Context& context, const Store& store)
{
    const auto reading = store.decide(plans, plan, "read", nullptr, context);
    if (!reading.allowed || ids.empty())
        return std::map<base::Id, Image>{};
    TRY(set_scope(transaction, reading.predicate));
    TRY_ASSIGN(auto images, load_images(transaction, plan, ids, store.parts().cipher));
    std::erase_if(images, [&](const auto& one) {
        const identity::Row row = access_row(one.second);
        return !store.decide(plans, plan, "read", &row, context).allowed;
    });
    return images;
}

}  // namespace records
