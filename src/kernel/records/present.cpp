#include "kernel/records/present.h"

#include <algorithm>

namespace records {

using definitions::FieldType;
using rules::Value;

namespace {

constexpr std::int64_t name_lifetime_ms = 5'000;
constexpr std::size_t names_max = 20'000;

json::value id_or_null(base::Id id) { return id ? json::value(std::to_string(id)) : json::value(nullptr); }

json::value instant(const std::optional<base::Timestamp>& at) { return at ? json::value(at->text()) : json::value(nullptr); }

std::string_view kind_of(const FieldPlan& field)
{
    switch (field.type) {
    case FieldType::Organisation: return "organisation";
    case FieldType::User: return "user";
    case FieldType::Ref:
    case FieldType::Refs: return field.field->record;
    default: return {};
    }
}

constexpr std::size_t standard_member_count = 16;  // with `masked`

void standard_members(json::object& object, const Image& image, const Presentation& how)
{
    const auto add = [&](std::string_view name, auto&& value) { object.emplace(name, std::forward<decltype(value)>(value)); };
    const auto user = [&](base::Id id) { return id ? json::value(how.labels.of("user", id, object.storage())) : json::value(nullptr); };
    add("id", std::to_string(image.id));
    if (image.number.empty())
        add("number", nullptr);
    else
        add("number", image.number);
    add("organisation", how.labels.of("organisation", image.organisation, object.storage()));
    add("region", image.region);
    add("state", image.state);
    add("state_since", instant(image.state_since));
    add("due_at", instant(image.due_at));
    add("overdue_days", image.overdue_days ? json::value(*image.overdue_days) : json::value(nullptr));
    add("version", image.version);
    add("source", image.source);
    add("created_by", user(image.created_by));
    add("created_at", image.created_at.text());
    add("updated_by", user(image.updated_by));
    add("updated_at", image.updated_at.text());
    add("deleted_at", instant(image.deleted_at));
}

json::array present_rows(const RowsPlan& plan, const std::vector<ChildRow>& rows, const Presentation& how)
{
    json::array list;
    for (const ChildRow& row : rows) {
        json::object object{{"id", id_or_null(row.id)}};
        json::array masked;
        for (std::size_t i = 0; i < plan.set.fields.size(); ++i)
            object[plan.set.fields[i].name()] = present_value(plan.set.fields[i], row.values[i], how.labels, how.unmasked, masked);
        if (!masked.empty())
            object["masked"] = std::move(masked);
        list.push_back(std::move(object));
    }
    return list;
}

}  // namespace

std::optional<std::string> NameCache::find(std::string_view kind, base::Id id, base::Timestamp now)
{
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find({std::string(kind), id});
    if (found == entries_.end() || found->second.until < now)
        return std::nullopt;
    return found->second.name;
}

void NameCache::put(std::string_view kind, base::Id id, const std::string& name, base::Timestamp now)
{
    const std::lock_guard lock{mutex_};
    if (entries_.size() >= names_max)
        entries_.clear();
    entries_[{std::string(kind), id}] = {name, {now.milliseconds + name_lifetime_ms}};
}

Labels::Labels(const Store& store, const Plan& plans, const Context& context, NameCache& cache) :
    store_(store), plans_(plans), context_(context), cache_(cache)
{
    if (context.subject && !context.subject->display_name.empty())
        known_.insert_or_assign({"user", context.subject->user}, context.subject->display_name);
}

void Labels::need(std::string_view kind, base::Id id)
{
    if (id == 0 || known_.contains({std::string(kind), id}))
        return;
    if (kind == "organisation" || kind == "user")
        if (auto name = cache_.find(kind, id, store_.parts().clock.now())) {
            known_.insert_or_assign({std::string(kind), id}, *std::move(name));
            return;
        }
    wanted_[std::string(kind)].insert(id);
}

void Labels::need_fields(const FieldSet& set, const std::vector<Value>& values)
{
    for (std::size_t i = 0; i < set.fields.size(); ++i) {
        const std::string_view kind = kind_of(set.fields[i]);
        if (kind.empty())
            continue;
        if (const auto* id = values[i].get<std::int64_t>())
            need(kind, *id);
        else if (const auto* list = values[i].get<std::shared_ptr<const rules::List>>())
            for (const Value& element : **list)
                if (const auto* element_id = element.get<std::int64_t>())
                    need(kind, *element_id);
    }
}

void Labels::need(const RecordPlan& plan, const Image& image, bool with_rows)
{
    need("organisation", image.organisation);
    need("user", image.created_by);
    need("user", image.updated_by);
    need_fields(plan.set, image.values);
    for (std::size_t i = 0; with_rows && i < plan.rows.size(); ++i)
        for (const ChildRow& row : image.rows[i])
            need_fields(plan.rows[i].set, row.values);
}

Status Labels::load_names(storage::Transaction& transaction, const std::string& kind, const std::set<base::Id>& ids)
{
    Sql sql;
    sql.text = kind == "user" ? "SELECT id, display_name FROM user_account WHERE id IN ("
                              : "SELECT id, name FROM organisation WHERE id IN (";
    bool first = true;
    for (const base::Id id : ids) {
        sql.text += (first ? "" : ", ") + sql.bind(id);
        first = false;
    }
    TRY_ASSIGN(const auto rows, transaction.query(sql.text + ")", sql.values));
    for (const auto& row : rows) {
        cache_.put(kind, row.integer(0), row.text(1), store_.parts().clock.now());
        known_.insert_or_assign({kind, row.integer(0)}, row.text(1));
    }
    return {};
}

Status Labels::load_records(storage::Transaction& transaction, const RecordPlan& plan, const std::set<base::Id>& ids)
{
    const auto decision = store_.decide(plans_, plan, "read", nullptr, context_);
    if (!decision.allowed)
        return {};
    Sql sql;
    sql.text = "SELECT id, number, " + sql_name(plan.label ? plan.label->name() : "number") + " FROM " + sql_name(plan.table)
        + " WHERE id IN (";
    bool first = true;
    for (const base::Id id : ids) {
        sql.text += (first ? "" : ", ") + sql.bind(id);
        first = false;
    }
    sql.text += ") AND " + scope_condition(decision.predicate, sql);
    TRY(set_scope(transaction, decision.predicate));
    TRY_ASSIGN(const auto rows, transaction.query(sql.text, sql.values));
    for (const auto& row : rows) {
        std::string label = row.text(1);
        if (plan.label) {
            const Value value = read_value(*plan.label, row, 2, row.integer(0), store_.parts().cipher);
            if (!value.null() && !value.unknown())
                label = plan.label->masked ? mask_of(*plan.label, value) : text_form(*plan.label, value);
        }
        known_.insert_or_assign({plan.name(), row.integer(0)}, std::move(label));
    }
    return {};
}

Status Labels::load(storage::Transaction& transaction)
{
    for (const auto& [kind, ids] : wanted_) {
        if (kind == "organisation" || kind == "user")
            TRY(load_names(transaction, kind, ids));
        else if (const RecordPlan* plan = plans_.find(kind))
            TRY(load_records(transaction, *plan, ids));
    }
    wanted_.clear();
    return {};
}

json::object Labels::of(std::string_view kind, base::Id id, const json::storage_ptr& memory) const
{
    const auto found = known_.find({std::string(kind), id});
    json::object object(2, memory);
    object.emplace("id", std::to_string(id));
    if (found == known_.end())
        object.emplace("label", nullptr);
    else
        object.emplace("label", found->second);
    return object;
}

json::value plain_value(const FieldPlan& field, const Value& value, const Labels& labels, const json::storage_ptr& memory)
{
    const std::string_view kind = kind_of(field);
    const auto* text = value.get<std::string>();
    if (text && field.type != FieldType::Polygon)
        return json::value(*text, memory);
    if (kind.empty())
        return to_json(field, value);
    if (const auto* id = value.get<std::int64_t>())
        return labels.of(kind, *id, memory);
    const auto* list = value.get<std::shared_ptr<const rules::List>>();
    if (!list)
        return nullptr;
    json::array array;
    for (const Value& element : **list)
        array.push_back(labels.of(kind, *element.get<std::int64_t>()));
    return array;
}

json::value present_value(const FieldPlan& field, const Value& value, const Labels& labels, bool unmasked, json::array& masked,
    const json::storage_ptr& memory)
{
    if (value.null())
        return nullptr;
    if (value.unknown()) {  // a blob that does not open: nothing is shown, and the reader sees that something is wrong
        masked.emplace_back(field.name());
        return nullptr;
    }
    if (!field.masked || unmasked)
        return plain_value(field, value, labels, memory);
    masked.emplace_back(field.name());
    return json::value(mask_of(field, value));
}

json::object present(const Presentation& how, const Image& image, const json::storage_ptr& memory)
{
    const std::size_t fields = how.columns ? how.columns->size() : how.plan.set.fields.size() + how.plan.rows.size();
    json::object object(standard_member_count + fields, memory);
    standard_members(object, image, how);
    json::array masked(memory);
    for (std::size_t i = 0; i < how.plan.set.fields.size(); ++i) {
        const FieldPlan& field = how.plan.set.fields[i];
        if (!how.columns || how.columns->contains(field.name()))
            object.emplace(field.name(), present_value(field, image.values[i], how.labels, how.unmasked, masked, memory));
    }
    for (std::size_t i = 0; !how.columns && i < how.plan.rows.size(); ++i)
        object[how.plan.rows[i].rows->name] = present_rows(how.plan.rows[i], image.rows[i], how);
    object.emplace("masked", std::move(masked));
    return object;
}

}  // namespace records
