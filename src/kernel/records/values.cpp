#include "kernel/records/values.h"

#include <charconv>

#include "base/checks.h"
#include "base/text.h"

namespace records {

using definitions::FieldType;
using rules::Value;

json::value to_json(const FieldPlan& plan, const Value& value)
{
    constexpr std::int64_t exact_max = std::int64_t{1} << 53;
    const bool id = plan.type == FieldType::Ref || plan.type == FieldType::Organisation || plan.type == FieldType::User
        || plan.type == FieldType::Person || plan.type == FieldType::Refs;
    if (const auto* text = value.get<std::string>()) {
        if (plan.type != FieldType::Polygon)
            return json::value(*text);
        auto shape = base::parse_json(*text);
        return shape.ok() ? *std::move(shape) : json::value(nullptr);
    }
    if (const auto* number = value.get<std::int64_t>())
        return id || *number > exact_max || *number < -exact_max ? json::value(std::to_string(*number)) : json::value(*number);
    if (const auto* flag = value.get<bool>())
        return *flag;
    if (const auto* decimal = value.get<base::Decimal>())
        return plan.type == FieldType::Point ? json::value(decimal->approximate()) : json::value(decimal->text());
    if (const auto* date = value.get<base::Date>())
        return json::value(date->text());
    if (const auto* instant = value.get<base::Timestamp>())
        return json::value(instant->text());
    if (const auto* real = value.get<double>())
        return *real;
    if (const auto* list = value.get<std::shared_ptr<const rules::List>>()) {
        json::array array;
        for (const Value& element : **list)
            array.push_back(to_json(plan, element));
        return array;
    }
    if (const auto* map = value.get<std::shared_ptr<const rules::Map>>()) {
        json::object object;
        for (const auto& [name, element] : **map)
            object[name] = element.get<std::int64_t>() ? json::value(*element.get<std::int64_t>()) : to_json(plan, element);
        return object;
    }
    return nullptr;
}

std::string mask_of(const FieldPlan& plan, const Value& value)
{
    const auto* text = value.get<std::string>();
    if (!text)
        return "***";
    switch (plan.type) {
    case FieldType::IdCard: return base::checks::mask_id_card(*text);
    case FieldType::Phone: return base::checks::mask_phone(*text);
    default: break;
    }
    if (plan.name().find("address") != std::string::npos)
        return base::checks::mask_address(*text);
    if (plan.name().find("phone") != std::string::npos || plan.name().find("mobile") != std::string::npos)
        return base::checks::mask_phone(*text);
    if (plan.name().find("name") != std::string::npos || (plan.field->max > 0 && plan.field->max <= 50))
        return base::checks::mask_name(*text);
    return base::checks::mask_text(*text);
}

bool same(const Value& a, const Value& b)
{
    if (a.held().index() != b.held().index())
        return false;
    if (const auto* list = a.get<std::shared_ptr<const rules::List>>()) {
        const rules::List& other = **b.get<std::shared_ptr<const rules::List>>();
        return std::equal((*list)->begin(), (*list)->end(), other.begin(), other.end(), same);
    }
    if (const auto* map = a.get<std::shared_ptr<const rules::Map>>()) {
        const rules::Map& other = **b.get<std::shared_ptr<const rules::Map>>();
        return std::equal((*map)->begin(), (*map)->end(), other.begin(), other.end(),
            [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
    }
    return a.held() == b.held();
}

std::string text_form(const FieldPlan& plan, const Value& value)
{
    if (const auto* text = value.get<std::string>())
        return *text;
    return json::serialize(to_json(plan, value));
}

}  // namespace records
