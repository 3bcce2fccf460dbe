#include "kernel/records/images.h"

#include <algorithm>

#include "base/text.h"

namespace records {

using definitions::FieldType;
using rules::Value;

namespace {

std::optional<base::Timestamp> instant_at(const storage::Row& row, std::size_t column)
{
    return row.null(column) ? std::nullopt : std::optional{row.timestamp(column)};
}

Value or_null(const std::optional<base::Timestamp>& at) { return at ? Value{*at} : Value{}; }

void read_fields(const FieldSet& set, const storage::Row& row, base::Id id, const identity::FieldCipher& cipher,
    std::vector<Value>& values, std::vector<std::string>& blobs)
{
    values.reserve(set.fields.size());
    for (std::size_t i = 0; i < set.fields.size(); ++i) {
        const FieldPlan& field = set.fields[i];
        std::string blob;
        values.push_back(read_value(field, row, field.column, id, cipher, field.encrypted ? &blob : nullptr));
        if (!blob.empty()) {
            blobs.resize(set.fields.size());
            blobs[i] = std::move(blob);
        }
    }
}

Value row_value(const RowsPlan& plan, const ChildRow& row, std::int64_t position)
{
    rules::Map map{{"id", Value{row.id}}, {"position", Value{position}}};
    for (std::size_t i = 0; i < plan.set.fields.size(); ++i)
        map.emplace(plan.set.fields[i].name(), row.values[i]);
    return Value::map(std::move(map));
}

Value user_value(const identity::Subject* subject)
{
    if (!subject)
        return Value::map({{"id", Value{std::int64_t{0}}}, {"organisation", Value{std::int64_t{0}}},
            {"region", Value{std::string{}}}, {"roles", Value::list({})}});
    rules::List roles;
    for (const identity::Grant& grant : subject->grants)
        roles.push_back(Value{grant.role});
    return Value::map({{"id", Value{subject->user}}, {"organisation", Value{subject->organisation}},
        {"region", Value{subject->region}}, {"roles", Value::list(std::move(roles))}});
}

}  // namespace

Image empty_image(const RecordPlan& plan)
{
    Image image;
    image.values.resize(plan.set.fields.size());
    image.rows.resize(plan.rows.size());
    return image;
}

Image image_of(const RecordPlan& plan, const storage::Row& row, const identity::FieldCipher& cipher)
{
    Image image;
    image.id = row.integer(standard::id);
    image.number = row.text(standard::number);
    image.organisation = row.integer(standard::organisation);
    image.organisation_path = row.text(standard::organisation_path);
    image.region = row.text(standard::region);
    image.state = row.text(standard::state);
    image.state_since = instant_at(row, standard::state_since);
    image.due_at = instant_at(row, standard::due_at);
    if (!row.null(standard::overdue_days))
        image.overdue_days = row.integer(standard::overdue_days);
    image.created_by = row.integer(standard::created_by);
    image.created_at = row.timestamp(standard::created_at);
    image.updated_by = row.integer(standard::updated_by);
    image.updated_at = row.timestamp(standard::updated_at);
    image.version = row.integer(standard::version);
    image.source = row.text(standard::source);
    image.deleted_at = instant_at(row, standard::deleted_at);
    read_fields(plan.set, row, image.id, cipher, image.values, image.blobs);
    image.rows.resize(plan.rows.size());
    return image;
}

namespace {

ChildRow child_of(const RowsPlan& plan, const storage::Row& row, const identity::FieldCipher& cipher)
{
    ChildRow child;
    child.id = row.integer(0);
    read_fields(plan.set, row, child.id, cipher, child.values, child.blobs);
    return child;
}

// The select list of RowsPlan::select, with the parent behind it.
std::string columns_with_parent(const RowsPlan& plan)
{
    std::string columns = "id, position";
    for (const FieldPlan& field : plan.set.fields)
        for (const std::string_view ending : {"_lng", "_lat", "_system"}) {
            columns += ", " + sql_name(field.name() + std::string(field.columns == 3 ? ending : ""));
            if (field.columns == 1)
                break;
        }
    return columns + ", parent";
}

}  // namespace

Status load_rows(storage::Transaction& transaction, const RecordPlan& plan, Image& image,
    const identity::FieldCipher& cipher)
{
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        TRY_ASSIGN(const auto rows, transaction.query(plan.rows[i].select, {image.id}));
        for (const auto& row : rows)
            image.rows[i].push_back(child_of(plan.rows[i], row, cipher));
    }
    return {};
}

Result<std::map<base::Id, Image>> load_images(storage::Transaction& transaction, const RecordPlan& plan,
    const std::vector<base::Id>& ids, const identity::FieldCipher& cipher)
{
    // Two sizes, so that the statements are prepared once; ids left over are null and find nothing.
    const std::size_t count = ids.size() <= 16 ? 16 : 256;
    std::string list;
    for (std::size_t i = 1; i <= count; ++i)
        list += (i == 1 ? "?" : ", ?") + std::to_string(i);
    std::map<base::Id, Image> images;
    for (std::size_t from = 0; from < ids.size(); from += count) {
        storage::Values values(ids.begin() + static_cast<std::ptrdiff_t>(from),
            ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), from + count)));
        values.resize(count);
        TRY_ASSIGN(const auto found, transaction.query(plan.select + " WHERE id IN (" + list + ")", values));
        for (const storage::Row& row : found) {
            Image image = image_of(plan, row, cipher);
            images.emplace(image.id, std::move(image));
        }
        for (std::size_t i = 0; i < plan.rows.size(); ++i) {
            const RowsPlan& rows = plan.rows[i];
            const std::string sql = "SELECT " + columns_with_parent(rows) + " FROM " + sql_name(rows.table) + " WHERE parent IN ("
                + list + ") ORDER BY parent, position";
            TRY_ASSIGN(const auto children, transaction.query(sql, values));
            for (const storage::Row& row : children)
                if (const auto parent = images.find(row.integer(row.size() - 1)); parent != images.end())
                    parent->second.rows[i].push_back(child_of(rows, row, cipher));
        }
        if (plan.record->workflow.empty())
            continue;
        TRY_ASSIGN(const auto people,
            transaction.query("SELECT id, account FROM records_assignment WHERE id IN (" + list + ") ORDER BY id, account", values));
        for (const storage::Row& row : people)
            if (const auto image = images.find(row.integer(0)); image != images.end())
                image->second.assigned.push_back(row.integer(1));
    }
    return images;
}

constexpr std::string_view select_assigned = "SELECT account FROM records_assignment WHERE id = ?1 ORDER BY account";

Result<std::optional<Image>> load_image(storage::Transaction& transaction, const RecordPlan& plan, base::Id id,
    const identity::FieldCipher& cipher)
{
    TRY_ASSIGN(const auto row, transaction.first(plan.select + " WHERE id = ?1", {id}));
    if (!row)
        return std::optional<Image>{};
    Image image = image_of(plan, *row, cipher);
    TRY(load_rows(transaction, plan, image, cipher));
    if (!plan.record->workflow.empty()) {
        TRY_ASSIGN(const auto people, transaction.query(select_assigned, {id}));
        for (const auto& person : people)
            image.assigned.push_back(person.integer(0));
    }
    return std::optional{std::move(image)};
}

identity::Row access_row(const Image& image)
{
    return {image.organisation, image.organisation_path, image.region, image.created_by, image.assigned};
}

std::string search_text(const RecordPlan& plan, const Image& image)
{
    std::string text;
    for (std::size_t i = 0; i < plan.set.fields.size(); ++i) {
        const auto* value = plan.set.fields[i].searched ? image.values[i].get<std::string>() : nullptr;
        if (value)
            text += (text.empty() ? "" : "\n") + base::text::lower(base::text::nfkc(*value));
    }
    return text;
}

Value standard_value(const Image& image, std::string_view name)
{
    if (name == "id")
        return Value{image.id};
    if (name == "number")
        return image.number.empty() ? Value{} : Value{image.number};
    if (name == "organisation")
        return Value{image.organisation};
    if (name == "region")
        return image.region.empty() ? Value{} : Value{image.region};
    if (name == "state")
        return Value{image.state};
    if (name == "state_since")
        return or_null(image.state_since);
    if (name == "due_at")
        return or_null(image.due_at);
    if (name == "overdue_days")
        return image.overdue_days ? Value{*image.overdue_days} : Value{};
    if (name == "created_by")
        return Value{image.created_by};
    if (name == "created_at")
        return Value{image.created_at};
    if (name == "updated_by")
        return Value{image.updated_by};
    if (name == "updated_at")
        return Value{image.updated_at};
    if (name == "version")
        return Value{image.version};
    if (name == "source")
        return Value{image.source};
    if (name == "deleted_at")
        return or_null(image.deleted_at);
    return {};
}

std::string label_of(const RecordPlan& plan, const Image& image)
{
    if (!plan.label)
        return image.number.empty() ? std::to_string(image.id) : image.number;
    const Value& value = image.values[static_cast<std::size_t>(plan.label - plan.set.fields.data())];
    if (value.null() || value.unknown())
        return image.number;
    return plan.label->masked ? mask_of(*plan.label, value) : text_form(*plan.label, value);
}

RecordActivation::RecordActivation(const RecordPlan& plan, const Image& image, const identity::Subject* subject) :
    plan_(plan), image_(image), subject_(subject) {}

const Value* RecordActivation::held(std::string_view name) const
{
    if (const auto position = plan_.set.position(name))
        return &image_.values[*position];
    if (name != "user")
        return nullptr;
    if (user_.null())
        user_ = user_value(subject_);
    return &user_;
}

std::optional<Value> RecordActivation::find(std::string_view name) const
{
    if (const Value* there = held(name))
        return *there;
    for (std::size_t i = 0; i < plan_.rows.size(); ++i) {
        if (plan_.rows[i].rows->name != name)
            continue;
        rules::List list;
        std::int64_t position = 0;
        for (const ChildRow& row : image_.rows[i])
            list.push_back(row_value(plan_.rows[i], row, ++position));
        return Value::list(std::move(list));
    }
    for (const definitions::Field& field : definitions::standard_fields())
        if (field.name == name)
            return standard_value(image_, name);
    return std::nullopt;
}

RowActivation::RowActivation(const RowsPlan& plan, const ChildRow& row, const RecordActivation& parent,
    const RecordPlan& record) :
    plan_(plan), row_(row), parent_(parent), record_(record)
{
    now = parent.now;
    calendar = parent.calendar;
}

const Value* RowActivation::held(std::string_view name) const
{
    if (const auto position = plan_.set.position(name))
        return &row_.values[*position];
    return name == "user" ? parent_.held(name) : nullptr;
}

std::optional<Value> RowActivation::find(std::string_view name) const
{
    if (const Value* there = held(name))
        return *there;
    if (name == "id")
        return Value{row_.id};
    if (name != "parent")
        return std::nullopt;
    rules::Map map;
    for (const FieldPlan& field : record_.set.fields)
        map.emplace(field.name(), *parent_.find(field.name()));
    for (const definitions::Field& field : definitions::standard_fields())
        map.emplace(field.name, *parent_.find(field.name));
    return Value::map(std::move(map));
}

}  // namespace records
