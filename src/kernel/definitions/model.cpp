#include "kernel/definitions/model.h"

#include <algorithm>
#include <array>

namespace definitions {

namespace {

constexpr std::array<std::pair<FieldType, std::string_view>, 23> type_names{{
    {FieldType::Text, "text"}, {FieldType::Integer, "integer"}, {FieldType::Decimal, "decimal"},
    {FieldType::Money, "money"}, {FieldType::Boolean, "boolean"}, {FieldType::Date, "date"},
    {FieldType::DateTime, "datetime"}, {FieldType::Code, "code"}, {FieldType::Codes, "codes"},
    {FieldType::Ref, "ref"}, {FieldType::Refs, "refs"}, {FieldType::Organisation, "organisation"},
    {FieldType::User, "user"}, {FieldType::Person, "person"}, {FieldType::Region, "region"},
    {FieldType::IdCard, "id_card"}, {FieldType::CreditCode, "credit_code"}, {FieldType::Phone, "phone"},
    {FieldType::Files, "files"}, {FieldType::Signature, "signature"}, {FieldType::Point, "point"},
    {FieldType::Polygon, "polygon"}, {FieldType::Computed, "computed"},
}};

template <class Items>
auto find_named(const Items& items, std::string_view name) -> decltype(&*items.begin())
{
    const auto at = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
    return at == items.end() ? nullptr : &*at;
}

Field standard(std::string name, std::string zh, std::string en, FieldType type)
{
    Field field;
    field.name = std::move(name);
    field.title = {std::move(zh), std::move(en)};
    field.type = type;
    field.read_only = true;
    if (type == FieldType::Text)
        field.max = 64;
    return field;
}

}  // namespace

std::string_view name_of(FieldType type)
{
    for (const auto& [value, name] : type_names)
        if (value == type)
            return name;
    return "text";
}

const Field* Rows::field(std::string_view wanted) const { return find_named(fields, wanted); }
const Field* Record::field(std::string_view wanted) const { return find_named(fields, wanted); }
const Rows* Record::child(std::string_view wanted) const { return find_named(rows, wanted); }

std::vector<std::string> orders_of(const Record& record)
{
    std::vector<std::string> orders{record.list.order.substr(record.list.order.starts_with('-') ? 1 : 0)};
    const auto add = [&](const std::string& name) {
        if (std::find(orders.begin(), orders.end(), name) == orders.end())
            orders.push_back(name);
    };
    if (!record.number.empty())
        add("number");
    for (const std::string& name : record.list.sort)
        add(name);
    return orders;
}

const DictionaryEntry* Dictionary::find(std::string_view code) const
{
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.code == code; });
    return at == entries.end() ? nullptr : &*at;
}

bool Dictionary::valid_on(std::string_view code, base::Date day) const
{
    const auto* entry = find(code);
    return entry && (!entry->valid_from || *entry->valid_from <= day) && (!entry->valid_to || day <= *entry->valid_to);
}

const std::vector<Field>& standard_fields()
{
    static const std::vector<Field> fields = {
        standard("id", "标识", "Id", FieldType::Integer),
        standard("number", "编号", "Number", FieldType::Text),
        standard("organisation", "所属机构", "Organisation", FieldType::Organisation),
        standard("region", "行政区划", "Region", FieldType::Region),
        standard("state", "办理状态", "State", FieldType::Text),
        standard("state_since", "进入状态时间", "In this state since", FieldType::DateTime),
        standard("due_at", "办理期限", "Due", FieldType::DateTime),
        standard("overdue_days", "超期天数", "Days overdue", FieldType::Integer),
        standard("created_by", "创建人", "Created by", FieldType::User),
        standard("created_at", "创建时间", "Created", FieldType::DateTime),
        standard("updated_by", "修改人", "Changed by", FieldType::User),
        standard("updated_at", "修改时间", "Changed", FieldType::DateTime),
        standard("version", "版本", "Version", FieldType::Integer),
        standard("source", "数据来源", "Source", FieldType::Text),
        standard("deleted_at", "删除时间", "Deleted", FieldType::DateTime),
    };
    return fields;
}

const Record* Release::record(std::string_view name) const
{
    const auto at = records.find(name);
    return at == records.end() ? nullptr : &at->second;
}

const Workflow* Release::workflow_of(const Record& record) const
{
    const auto at = workflows.find(record.workflow);
    return record.workflow.empty() || at == workflows.end() ? nullptr : &at->second;
}

const System* Release::system(std::string_view name) const { return find_named(systems, name); }

const Figure* Release::figure(std::string_view rule_code, base::Date day) const
{
    const auto at = figures.find(rule_code);
    if (at == figures.end())
        return nullptr;
    for (const auto& figure : at->second)
        if (figure.effective_from <= day && (!figure.effective_to || day <= *figure.effective_to))
            return &figure;
    return nullptr;
}

const Field* Release::field_of(const Record& record, std::string_view name) const
{
    if (const auto* declared = record.field(name))
        return declared;
    return find_named(standard_fields(), name);
}

}  // namespace definitions
