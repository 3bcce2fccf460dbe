#include "kernel/imports/examine.h"

#include <algorithm>

#include "base/checks.h"
#include "kernel/records/writer.h"

namespace imports {

using records::Form;
using records::Image;
using storage::Transaction;

struct Examiner::Line {
    Examined result;
    Form form;
    std::vector<sheets::CellFault> cell_faults;
    records::Faults converted = {};  // cells that are no value of their field
};

namespace {

constexpr std::string_view find_user = "SELECT id FROM user_account WHERE (login_name = ?1 OR display_name = ?1) AND status = 'active' LIMIT 2";
constexpr std::string_view find_organisation
    = "SELECT id FROM organisation WHERE (code = ?1 OR name = ?1 OR short_name = ?1) AND status = 'active' LIMIT 2";

// "professions[0].permit_no" as the mapping writes it.
std::string without_index(std::string_view path)
{
    std::string result;
    bool inside = false;
    for (const char c : path) {
        inside = inside || c == '[';
        if (!inside)
            result += c;
        inside = inside && c != ']';
    }
    return result;
}

}  // namespace

Examiner::Examiner(records::Store& store, const records::Context& context, std::string record, std::vector<Target> targets) :
    store_(store), context_(context), plans_(store.plan()), plan_(plans_->find(record)), targets_(std::move(targets))
{
    look_up_.users = [this](std::string_view text) { return ids_of(find_user, text); };
    look_up_.organisations = [this](std::string_view text) { return ids_of(find_organisation, text); };
    look_up_.records = [this](std::string_view name, std::string_view text) { return referred(name, text); };
    if (context.subject)
        look_up_.region = context.subject->region;
    for (Target& target : targets_) {
        converters_.emplace_back();
        if (target.field)
            converters_.back().emplace(*target.field, look_up_);
    }
}

std::vector<base::Id> Examiner::ids_of(std::string_view sql, std::string_view text)
{
    const auto [found, fresh] = known_.try_emplace(std::string(sql) + "|" + std::string(text));
    if (fresh) {
        const auto rows = store_.parts().database.read(
            [&](Transaction& transaction) { return transaction.query(sql, {std::string(text)}); });
        if (rows.ok())
            for (const storage::Row& row : *rows)
                found->second.push_back(row.integer(0));
    }
    return found->second;
}

// Another record by its number or by the field that names it.
std::vector<base::Id> Examiner::referred(std::string_view record, std::string_view text)
{
    const auto [found, fresh] = known_.try_emplace(std::string(record) + "#" + std::string(text));
    const records::RecordPlan* target = plans_->find(record);
    if (!fresh || !target)
        return found->second;
    std::vector<std::string> names{"number"};
    if (target->label && !target->label->masked)
        names.push_back(target->label->name());
    const auto decision = store_.decide(*plans_, *target, "read", nullptr, context_);
    if (!decision.allowed)
        return {};
    for (const std::string& name : names) {
        records::Sql sql;
        sql.text = "SELECT id FROM " + records::sql_name(target->table) + " WHERE " + records::sql_name(name) + " = "
            + sql.bind(std::string(text)) + " AND deleted_at IS NULL AND ";
        sql.text += records::scope_condition(decision.predicate, sql) + " LIMIT 2";
        const auto rows = store_.parts().database.read([&](Transaction& transaction) -> Result<std::vector<storage::Row>> {
            TRY(records::set_scope(transaction, decision.predicate));
            return transaction.query(sql.text, sql.values);
        });
        if (rows.ok())
            for (const storage::Row& row : *rows)
                found->second.push_back(row.integer(0));
        if (!found->second.empty())
            break;
    }
    return found->second;
}

RowFault Examiner::fault_at(const Examined& line, std::string_view path, std::string code, base::Parameters parameters) const
{
    RowFault fault{line.row, {}, {}, std::move(code), std::move(parameters)};
    const std::string wanted = without_index(path);
    for (std::size_t i = 0; i < targets_.size(); ++i)
        if (targets_[i].field && targets_[i].path == wanted) {
            fault.column = targets_[i].heading;
            if (i < line.cells.size())
                fault.value = targets_[i].field->masked ? base::checks::mask_tail(line.cells[i]) : line.cells[i];
            return fault;
        }
    const auto dot = wanted.find('.');
    const auto* rows = dot == std::string::npos ? plan_->child(wanted) : plan_->child(wanted.substr(0, dot));
    const auto* field = dot == std::string::npos ? plan_->set.find(wanted) : rows ? rows->set.find(wanted.substr(dot + 1)) : nullptr;
    fault.column = field ? field->field->title.in(context_.language) : rows ? rows->rows->title.in(context_.language) : wanted;
    return fault;
}

void Examiner::add_faults(Examined& line, const Error& error) const
{
    line.outcome = Outcome::Refused;
    for (const base::Fault& fault : error.faults)
        line.faults.push_back(fault_at(line, fault.field, fault.code, fault.parameters));
    if (error.faults.empty())
        line.faults.push_back(fault_at(line, error.fields.empty() ? "" : error.fields.front(), error.code, error.parameters));
}

// Cells into the body; what a cell cannot be stands among the form's faults.
void Examiner::convert(Line& line) const
{
    for (const sheets::CellFault& fault : line.cell_faults) {
        const bool ignored = fault.column && *fault.column < targets_.size() && !targets_[*fault.column].field;
        if (ignored)
            continue;
        RowFault found{line.result.row, {}, {}, fault.code};
        if (fault.column && *fault.column < targets_.size())
            found = fault_at(line.result, targets_[*fault.column].path, fault.code, {});
        line.result.faults.push_back(std::move(found));
    }
    for (std::size_t i = 0; i < targets_.size() && i < line.result.cells.size(); ++i) {
        if (!converters_[i])
            continue;
        const Target& target = targets_[i];
        Converted converted = (*converters_[i])(line.result.cells[i]);
        if (converted.empty())
            continue;
        const auto* rows = target.rows ? plan_->rows[*target.rows].rows : nullptr;
        if (!converted.code.empty()) {
            line.converted.add(rows ? rows->name + "[0]." + target.field->name() : target.field->name(),
                std::move(converted.code), std::move(converted.parameters));
        } else if (!rows) {
            line.result.body[target.field->name()] = std::move(converted.value);
        } else {
            json::value& list = line.result.body[rows->name];
            if (!list.is_array())
                list = json::array{json::object{}};
            list.as_array()[0].as_object()[target.field->name()] = std::move(converted.value);
        }
    }
}

void Examiner::read(Line& line)
{
    convert(line);
    line.form.faults = line.converted;
    line.form.after = records::new_image(*plan_, context_, store_.parts().ids.next());
    records::read_body(line.form, line.result.body, store_.parts().ids);
}

// The later of two lines is the fault; it names the earlier one.
void Examiner::refuse_duplicates(Line& line)
{
    for (const auto& names : plan_->record->unique) {
        std::string key = names.front();
        for (const std::string& name : names) {
            const auto position = plan_->set.position(name);
            const auto& value = position ? line.form.after.values[*position] : rules::Value{};
            if (value.null() || value.unknown()) {
                key.clear();
                break;
            }
            key += "\x1f" + records::text_form(plan_->set.fields[*position], value);
        }
        if (key.empty())
            continue;
        const auto [first, fresh] = keys_.emplace(key, line.result.row);
        if (!fresh && first->second != line.result.row)
            line.result.faults.push_back(
                fault_at(line.result, names.front(), "DUPLICATE_IN_FILE", {{"row", std::to_string(first->second)}}));
    }
}

// The child row of the line joins those of the record: the one with the same key changes, else it is new.
json::object Examiner::merged(const json::object& body, const Image& image) const
{
    json::object result = body;
    for (std::size_t r = 0; r < plan_->rows.size(); ++r) {
        const auto& rows = plan_->rows[r];
        json::value* list = result.if_contains(rows.rows->name);
        if (!list || !list->is_array())
            continue;
        const json::object given = list->as_array().front().as_object();
        std::vector<std::string> keys = rows.rows->unique.empty() ? std::vector<std::string>{} : rows.rows->unique.front();
        for (const auto& field : rows.set.fields)
            if (rows.rows->unique.empty() && field.field->required)
                keys.push_back(field.name());
        std::erase_if(keys, [&](const std::string& key) { return !given.contains(key); });
        json::array all;
        bool joined = false;
        for (const records::ChildRow& row : image.rows[r]) {
            json::object one{{"id", std::to_string(row.id)}};
            const bool same = keys.empty() ? image.rows[r].size() == 1 : std::ranges::all_of(keys, [&](const std::string& key) {
                const auto position = *rows.set.position(key);
                return records::to_json(rows.set.fields[position], row.values[position]) == given.at(key);
            });
            if (same && !joined) {
                joined = true;
                for (const auto& [name, value] : given)
                    one[name] = value;
            }
            all.push_back(std::move(one));
        }
        if (!joined)
            all.push_back(given);
        *list = std::move(all);
    }
    return result;
}

void Examiner::conclude(Line& line, Form& form) const
{
    records::validate(form);
    Error error{Kind::Invalid, "VALIDATION"};
    error.faults = std::move(form.faults.list);
    if (!error.faults.empty())
        add_faults(line.result, error);
    if (!line.result.faults.empty()) {
        line.result.outcome = Outcome::Refused;
        return;
    }
    bool changed = form.creating() || !records::changed_fields(form).empty() || form.before->region != form.after.region;
    for (std::size_t r = 0; r < plan_->rows.size(); ++r)
        changed = changed || records::rows_changed(form, r);
    line.result.outcome = form.creating() ? Outcome::Create : changed ? Outcome::Update : Outcome::Unchanged;
    if (!changed)
        return;
    const identity::Row row = records::access_row(form.after);
    const auto decision = store_.decide(*plans_, *plan_, form.creating() ? "create" : "update", &row, context_);
    if (!decision.allowed)
        add_faults(line.result, identity::refusal(decision));
}

Status Examiner::settle_existing(Line& line, Transaction& transaction, base::Id id)
{
    auto kept = store_.find_row(transaction, *plans_, *plan_, id, context_);
    if (!kept.ok()) {
        if (kept.error().kind != Kind::NotFound)
            return kept.error();
        add_faults(line.result, {Kind::Conflict, "UNIQUE", {plan_->record->unique.front().front()}});
        return {};
    }
    line.result.id = id;
    Form form{*plans_, *plan_, context_, line.form.calendar};
    form.after = kept->image;
    form.before = std::move(kept->image);
    line.result.body = merged(line.result.body, *form.before);
    form.faults = std::move(line.converted);
    records::read_body(form, line.result.body, store_.parts().ids);
    if (records::needs_look_up(form))
        TRY(records::look_up(form, transaction, store_));
    records::fill_in(form);
    conclude(line, form);
    return {};
}

Status Examiner::settle(Line& line, Transaction& transaction)
{
    Form& form = line.form;
    if (records::needs_look_up(form))
        TRY(records::look_up(form, transaction, store_));
    records::fill_in(form);
    if (!plan_->record->unique.empty()) {
        TRY(records::set_scope(transaction, records::everything));
        TRY_ASSIGN(const auto existing, records::find_collision(transaction, form, store_.parts().cipher));
        if (existing)
            return settle_existing(line, transaction, existing->id);
    }
    conclude(line, form);
    return {};
}

void Examiner::remember(const sheets::Row& row)
{
    Line line{{row.number, Outcome::Refused, 0, {}, row.cells, {}}, {*plans_, *plan_, context_, nullptr}, {}};
    read(line);
    refuse_duplicates(line);
}

Result<std::vector<Examined>> Examiner::examine(std::vector<sheets::Row> rows)
{
    std::vector<Line> lines;
    lines.reserve(rows.size());
    for (sheets::Row& row : rows) {
        lines.push_back({{row.number, Outcome::Refused, 0, {}, std::move(row.cells), {}},
            {*plans_, *plan_, context_, store_.calendar()}, std::move(row.faults)});
        read(lines.back());
        refuse_duplicates(lines.back());
    }
    TRY(store_.parts().database.read([&](Transaction& transaction) -> Status {
        for (Line& line : lines)
            TRY(settle(line, transaction));
        return {};
    }));
    std::vector<Examined> results;
    results.reserve(lines.size());
    for (Line& line : lines)
        results.push_back(std::move(line.result));
    return results;
}

}  // namespace imports
