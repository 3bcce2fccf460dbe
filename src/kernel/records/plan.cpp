#include "kernel/records/plan.h"

#include <algorithm>
#include <functional>
#include <set>

#include "kernel/records/patterns.h"
#include "kernel/records/values.h"

namespace records {

using definitions::Field;
using definitions::FieldType;
using definitions::Protection;
using definitions::Release;

const std::vector<std::string> standard::names = {"id", "number", "organisation", "organisation_path", "region", "state",
    "state_since", "due_at", "overdue_days", "created_by", "created_at", "updated_by", "updated_at", "version", "source",
    "deleted_at"};

namespace {

// A column's read form; sort keys, blind indexes and search text are written only.
std::vector<std::string> read_columns(const FieldPlan& plan)
{
    if (plan.type == FieldType::Point && !plan.encrypted)
        return {plan.name() + "_lng", plan.name() + "_lat", plan.name() + "_system"};
    return {plan.name()};
}

std::string list(const std::vector<std::string>& columns)
{
    std::string text;
    for (const std::string& column : columns)
        text += (text.empty() ? "" : ", ") + sql_name(column);
    return text;
}

std::string insert_sql(const std::string& table, const std::vector<std::string>& columns)
{
    std::string values;
    for (std::size_t i = 1; i <= columns.size(); ++i)
        values += (i == 1 ? "?" : ", ?") + std::to_string(i);
    return "INSERT INTO " + sql_name(table) + " (" + list(columns) + ") VALUES (" + values + ")";
}

Result<FieldPlan> field_plan(const Release& release, const definitions::Record& record, const Field& field,
    const std::string& cipher_prefix)
{
    FieldPlan plan;
    plan.field = &field;
    plan.type = kept_type(field);
    plan.encrypted = field.protection == Protection::Encrypt;
    plan.masked = field.protection != Protection::None;
    plan.sorted = has_sort_key(record, field);
    plan.columns = plan.type == FieldType::Point && !plan.encrypted ? 3 : 1;
    plan.cipher_column = cipher_prefix + "." + field.name;
    if (!field.dictionary.empty()) {
        const auto found = release.dictionaries.find(field.dictionary);
        if (found != release.dictionaries.end()) {
            plan.dictionary = &found->second;
            for (const auto& entry : found->second.entries)
                plan.codes.emplace(entry.code, &entry);
        }
    }
    if (!field.pattern.empty()) {
        TRY_ASSIGN(plan.pattern, Pattern::make(field.pattern));
    }
    return plan;
}

Status fill(FieldSet& set, const Release& release, const definitions::Record& record, const std::vector<Field>& fields,
    const std::string& cipher_prefix, std::size_t first_column)
{
    for (const Field& field : fields) {
        TRY_ASSIGN(FieldPlan plan, field_plan(release, record, field, cipher_prefix));
        plan.column = first_column;
        first_column += plan.columns;
        set.by_name.emplace(field.name, set.fields.size());
        set.fields.push_back(std::move(plan));
    }
    return {};
}

Result<RowsPlan> rows_plan(const Release& release, const definitions::Record& record, const definitions::Rows& rows)
{
    RowsPlan plan;
    plan.rows = &rows;
    plan.table = rows_table_of(record.name, rows.name);
    TRY(fill(plan.set, release, record, rows.fields, record.name + "." + rows.name, 2));
    std::vector<std::string> read{"id", "position"}, written{"id", "parent", "position"};
    for (const FieldPlan& field : plan.set.fields) {
        std::ranges::copy(read_columns(field), std::back_inserter(read));
        std::ranges::copy(written_columns(field), std::back_inserter(written));
    }
    plan.select = "SELECT " + list(read) + " FROM " + sql_name(plan.table) + " WHERE parent = ?1 ORDER BY position";
    plan.insert = insert_sql(plan.table, written);
    plan.remove = "DELETE FROM " + sql_name(plan.table) + " WHERE id = ?1 AND parent = ?2";
    plan.move = "UPDATE " + sql_name(plan.table) + " SET position = ?1 WHERE id = ?2 AND parent = ?3";
    return plan;
}

// Computed fields may use each other; a circle would have been refused by the definition check,
// here it only must not loop.
std::vector<std::size_t> computed_order(const FieldSet& set)
{
    std::vector<std::size_t> order;
    std::set<std::size_t> seen;
    const std::function<void(std::size_t)> visit = [&](std::size_t position) {
        if (!set.fields[position].field->computed || !seen.insert(position).second)
            return;
        for (const std::string& name : set.fields[position].field->computed->expression.names())
            if (const auto other = set.position(name))
                visit(*other);
        order.push_back(position);
    };
    for (std::size_t i = 0; i < set.fields.size(); ++i)
        visit(i);
    return order;
}

Result<RecordPlan> record_plan(const Release& release, const definitions::Record& record)
{
    RecordPlan plan;
    plan.record = &record;
    plan.table = table_of(record.name);
    TRY(fill(plan.set, release, record, record.fields, record.name, standard::count));
    std::vector<std::string> read = standard::names, written = standard::names;
    for (FieldPlan& field : plan.set.fields) {
        field.searched = field.type == FieldType::Text && field.field->protection == Protection::None
            && std::ranges::find(record.list.search, field.name()) != record.list.search.end();
        std::ranges::copy(read_columns(field), std::back_inserter(read));
        std::ranges::copy(written_columns(field), std::back_inserter(written));
    }
    written.emplace_back("search_text");
    plan.columns = list(read);
    plan.select = "SELECT " + plan.columns + " FROM " + sql_name(plan.table);
    plan.insert = insert_sql(plan.table, written);
    for (const definitions::Rows& rows : record.rows) {
        TRY_ASSIGN(RowsPlan child, rows_plan(release, record, rows));
        plan.rows.push_back(std::move(child));
    }
    plan.computed = computed_order(plan.set);
    for (const auto& names : record.unique)
        for (const std::string& name : names)
            if (const FieldPlan* field = plan.set.find(name))
                plan.encrypted_unique = plan.encrypted_unique || field->encrypted;
    return plan;
}

void add_references(Plan& plan)
{
    for (auto& [name, from] : plan.records)
        for (const FieldPlan& field : from.set.fields) {
            const auto target = plan.records.find(field.field->record);
            if (target == plan.records.end() || (field.type != FieldType::Ref && field.type != FieldType::Refs))
                continue;
            std::string where = sql_name(field.name()) + " = ?1";
            if (field.type == FieldType::Refs)
                where = "id IN (SELECT parent FROM " + sql_name(rows_table_of(name, field.name())) + " WHERE target = ?1)";
            target->second.referenced_by.push_back({name, field.field,
                "SELECT count(*) FROM " + sql_name(from.table) + " WHERE " + where + " AND deleted_at IS NULL AND {scope}"});
        }
}

}  // namespace

std::vector<std::string> written_columns(const FieldPlan& plan)
{
    std::vector<std::string> columns = read_columns(plan);
    if (plan.encrypted)
        columns.push_back(plan.name() + "_index");
    else if (plan.sorted)
        columns.push_back(plan.name() + "_sort");
    return columns;
}

const FieldPlan* FieldSet::find(std::string_view name) const
{
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &fields[found->second];
}

std::optional<std::size_t> FieldSet::position(std::string_view name) const
{
    const auto found = by_name.find(name);
    return found == by_name.end() ? std::nullopt : std::optional{found->second};
}

const RowsPlan* RecordPlan::child(std::string_view wanted) const
{
    const auto found = std::ranges::find_if(rows, [&](const RowsPlan& plan) { return plan.rows->name == wanted; });
    return found == rows.end() ? nullptr : &*found;
}

const RecordPlan* Plan::find(std::string_view record) const
{
    const auto found = records.find(record);
    return found == records.end() ? nullptr : &found->second;
}

Result<std::shared_ptr<const Plan>> make_plan(std::shared_ptr<const Release> release, std::int64_t generation)
{
    auto plan = std::make_shared<Plan>();
    plan->generation = generation;
    for (const auto& [name, record] : release->records) {
        TRY_ASSIGN(RecordPlan one, record_plan(*release, record));
        plan->records.emplace(name, std::move(one));
    }
    for (auto& [name, one] : plan->records)  // pointers into the set are good only now
        one.label = one.record->label.empty() ? nullptr : one.set.find(one.record->label);
    add_references(*plan);
    plan->layout = layout_of(*release);
    plan->release = std::move(release);
    return std::shared_ptr<const Plan>(std::move(plan));
}

}  // namespace records
