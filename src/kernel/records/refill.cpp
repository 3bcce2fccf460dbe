// Derived columns of rows that were written before the column existed. Protected values do not take
// part: definitions refuse computed fields and sort keys on them.

#include "base/text.h"
#include "kernel/records/image.h"
#include "kernel/records/reshape.h"

namespace records {

using rules::Value;
using storage::Transaction;
using Progress = std::function<void(const std::string& step, std::int64_t done)>;

namespace {

constexpr std::size_t batch_size = 1000;

struct Filled {
    std::vector<std::string> columns;
    storage::Values values;
};

// Sort keys and search text stand in the written columns of their text field.
Filled derived_of(const RecordPlan& plan, Image& image)
{
    Filled filled;
    RecordActivation names{plan, image, nullptr};
    names.now = image.updated_at;
    for (const std::size_t position : plan.computed)
        image.values[position] = plan.set.fields[position].field->computed->expression.evaluate(names);
    for (std::size_t i = 0; i < plan.set.fields.size(); ++i) {
        const FieldPlan& field = plan.set.fields[i];
        if (field.encrypted)
            continue;
        if (field.field->computed) {
            filled.columns.push_back(field.name());
            bind_plain(field, image.values[i], filled.values);
        }
        if (field.sorted) {
            filled.columns.push_back(field.name() + "_sort");
            const auto* text = image.values[i].get<std::string>();
            filled.values.push_back(text ? storage::Value{storage::Bytes{base::text::sort_key(*text)}} : storage::Value{});
        }
    }
    filled.columns.emplace_back("search_text");
    filled.values.emplace_back(search_text(plan, image));
    return filled;
}

Status fill_row(Transaction& transaction, const RecordPlan& plan, Image& image)
{
    Filled filled = derived_of(plan, image);
    std::string sql = "UPDATE " + sql_name(plan.table) + " SET ";
    for (std::size_t i = 0; i < filled.columns.size(); ++i)
        sql += (i ? ", " : "") + sql_name(filled.columns[i]) + " = ?" + std::to_string(i + 1);
    sql += " WHERE id = ?" + std::to_string(filled.columns.size() + 1);
    filled.values.emplace_back(image.id);
    TRY(transaction.execute(sql, filled.values));
    return {};
}

// Fields that are encrypted are not read: no key is at hand, and nothing derived may use them.
Image plain_image(const RecordPlan& plan, const storage::Row& row)
{
    Image image = empty_image(plan);
    image.id = row.integer(standard::id);
    image.number = row.text(standard::number);
    image.organisation = row.integer(standard::organisation);
    image.region = row.text(standard::region);
    image.state = row.text(standard::state);
    image.created_at = row.timestamp(standard::created_at);
    image.updated_at = row.timestamp(standard::updated_at);
    image.version = row.integer(standard::version);
    for (std::size_t i = 0; i < plan.set.fields.size(); ++i)
        if (!plan.set.fields[i].encrypted)
            image.values[i] = read_plain(plan.set.fields[i], row, plan.set.fields[i].column);
    return image;
}

Status plain_rows(Transaction& transaction, const RecordPlan& plan, Image& image)
{
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        TRY_ASSIGN(const auto rows, transaction.query(plan.rows[i].select, {image.id}));
        for (const auto& row : rows) {
            ChildRow child;
            child.id = row.integer(0);
            for (const FieldPlan& field : plan.rows[i].set.fields)
                child.values.push_back(field.encrypted ? Value{} : read_plain(field, row, field.column));
            image.rows[i].push_back(std::move(child));
        }
    }
    return {};
}

Status refill_links(Transaction& transaction, const RecordPlan& plan, const Table& table)
{
    for (const FieldPlan& field : plan.set.fields) {
        if (field.type != definitions::FieldType::Refs || rows_table_of(plan.name(), field.name()) != table.name)
            continue;
        std::vector<storage::Values> links;
        const std::string select = "SELECT id, " + sql_name(field.name()) + " FROM " + sql_name(plan.table)
            + " WHERE " + sql_name(field.name()) + " IS NOT NULL";
        TRY(transaction.query_each(select, {}, [&](const storage::Row& row) {
            const Value value = read_plain(field, row, 1);
            if (const auto* list = value.get<std::shared_ptr<const rules::List>>())
                for (const Value& target : **list)
                    links.push_back({row.integer(0), *target.get<std::int64_t>()});
            return true;
        }));
        const std::vector<std::string> columns{"parent", "target"};
        TRY(transaction.insert_many(table.name, columns, links));
    }
    return {};
}

}  // namespace

Status refill(Transaction& transaction, const definitions::Release& release, const Table& table, const Progress& progress)
{
    // The plan does not outlive this call, so it may look at the release without owning it.
    const std::shared_ptr<const definitions::Release> borrowed{std::shared_ptr<void>{}, &release};
    TRY_ASSIGN(const auto plans, make_plan(borrowed));
    const RecordPlan* plan = plans->find(table.record);
    if (!plan || table.role == Table::Role::Rows)
        return {};
    if (table.role == Table::Role::Link)
        return refill_links(transaction, *plan, table);
    std::int64_t last = 0, done = 0;
    const std::string select = plan->select + " WHERE id > ?1 ORDER BY id LIMIT " + std::to_string(batch_size);
    for (;;) {
        TRY_ASSIGN(const auto rows, transaction.query(select, {last}));
        for (const auto& row : rows) {
            Image image = plain_image(*plan, row);
            last = image.id;
            if (!plan->computed.empty())
                TRY(plain_rows(transaction, *plan, image));
            TRY(fill_row(transaction, *plan, image));
        }
        done += static_cast<std::int64_t>(rows.size());
        if (progress)
            progress("refill " + table.name, done);
        if (rows.size() < batch_size)
            return {};
    }
}

}  // namespace records
