#include "kernel/imports/examine.h"

#include <algorithm>
#include <cmath>

#include "base/checks.h"
#include "kernel/imports/parallel.h"

namespace imports {

using records::Form;
using records::Image;
using storage::Transaction;

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
    for (std::size_t i = 0; i < targets_.size(); ++i)
        for (std::size_t j = 0; j < targets_.size(); ++j)
            if (targets_[i].half == "lng" && targets_[j].half == "lat" && targets_[i].field == targets_[j].field)
                points_.emplace_back(i, j);
    for (Target& target : targets_) {
        converters_.emplace_back();
        if (target.field)
            converters_.back().emplace(*target.field, look_up_);
    }
    if (!plan_->record->unique.empty())
        for (const std::string& name : plan_->record->unique.front())
            stand_ins_.push_back(stand_in({name}));
}

// Asked once; the lines of a lot are read on several threads.
std::vector<base::Id> Examiner::known(const std::string& key, const std::function<std::vector<base::Id>()>& find)
{
    const std::lock_guard lock(known_mutex_);
    const auto found = known_.find(key);
    return found != known_.end() ? found->second : known_.emplace(key, find()).first->second;
}

std::vector<base::Id> Examiner::ids_of(std::string_view sql, std::string_view text)
{
    return known(std::string(sql) + "|" + std::string(text), [&] {
        std::vector<base::Id> ids;
        const auto rows = store_.parts().database.read(
            [&](Transaction& transaction) { return transaction.query(sql, {std::string(text)}); });
        if (rows.ok())
            for (const storage::Row& row : *rows)
                ids.push_back(row.integer(0));
        return ids;
    });
}

// Another record by its number or by the field that names it.
std::vector<base::Id> Examiner::referred(std::string_view record, std::string_view text)
{
    const records::RecordPlan* target = plans_->find(record);
    if (!target)
        return {};
    const auto decision = store_.decide(*plans_, *target, "read", nullptr, context_);
    if (!decision.allowed)
        return {};
    return known(std::string(record) + "#" + std::string(text), [&] {
        std::vector<std::string> names{"number"};
        if (target->label && !target->label->masked)
            names.push_back(target->label->name());
        std::vector<base::Id> ids;
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
                    ids.push_back(row.integer(0));
            if (!ids.empty())
                break;
        }
        return ids;
    });
}

RowFault Examiner::fault_at(const Line& line, std::string_view path, std::string code, base::Parameters parameters) const
{
    RowFault fault{line.row, {}, {}, std::move(code), std::move(parameters)};
    const std::string wanted = without_index(path);
    for (std::size_t i = 0; i < targets_.size(); ++i)
        if (targets_[i].field && (targets_[i].path == wanted || (!targets_[i].half.empty() && targets_[i].path.starts_with(wanted + ".")))) {
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

std::vector<RowFault> Examiner::faults_of(const Line& line, const Error& error) const
{
    std::vector<RowFault> faults;
    for (const base::Fault& fault : error.faults)
        faults.push_back(fault_at(line, fault.field, fault.code, fault.parameters));
    if (error.faults.empty())
        faults.push_back(fault_at(line, error.fields.empty() ? "" : error.fields.front(), error.code, error.parameters));
    return faults;
}

void Examiner::refuse(Line& line, const Error& error) const
{
    std::ranges::move(faults_of(line, error), std::back_inserter(line.faults));
}

// Cells into the body; what a cell cannot be stands among the form's faults.
void Examiner::convert(Line& line) const
{
    for (const sheets::CellFault& fault : line.cell_faults) {
        const bool ignored = fault.column && *fault.column < targets_.size() && !targets_[*fault.column].field;
        if (ignored)
            continue;
        RowFault found{line.row, {}, {}, fault.code};
        if (fault.column && *fault.column < targets_.size())
            found = fault_at(line, targets_[*fault.column].path, fault.code, {});
        line.faults.push_back(std::move(found));
    }
    line.body.reserve(targets_.size());
    for (std::size_t i = 0; i < targets_.size() && i < line.cells.size(); ++i) {
        if (!converters_[i] || !targets_[i].half.empty())
            continue;
        Converted converted = (*converters_[i])(line.cells[i]);
        if (!converted.empty())
            put(line, targets_[i], std::move(converted));
    }
    for (const auto& [lng, lat] : points_)
        put(line, targets_[lng], point_of(line, lng, lat));
}

void Examiner::put(Line& line, const Target& target, Converted converted) const
{
    const auto* rows = target.rows ? plan_->rows[*target.rows].rows : nullptr;
    if (!converted.code.empty()) {
        const std::string name = target.half.empty() ? target.field->name() : target.field->name() + "." + converted.half;
        line.converted.add(rows ? rows->name + "[0]." + name : name, std::move(converted.code), std::move(converted.parameters));
    } else if (converted.value.is_null()) {
        return;
    } else if (!rows) {
        line.body.emplace_back(target.field->name(), std::move(converted.value));
    } else {
        auto list = std::ranges::find(line.body, rows->name, &records::Members::value_type::first);
        if (list == line.body.end())
            list = line.body.emplace(list, rows->name, json::array{json::object{}});
        list->second.as_array()[0].as_object()[target.field->name()] = std::move(converted.value);
    }
}

// A point in two columns: both or none.
Converted Examiner::point_of(const Line& line, std::size_t lng, std::size_t lat) const
{
    const auto text = [&](std::size_t column) {
        std::string cell = column < line.cells.size() ? narrow(line.cells[column]) : std::string{};
        return cell == "-" || cell == "/" || cell == "—" || cell == "--" ? std::string{} : cell;
    };
    const std::string x = text(lng), y = text(lat);
    if (x.empty() && y.empty())
        return {};
    const auto east = degrees(x), north = degrees(y);
    if (!east || !north)
        return {nullptr, "POINT_SYNTAX", {}, east ? "lat" : "lng"};
    if (std::abs(*east) > 180 || std::abs(*north) > 90)
        return {nullptr, "POINT_RANGE", {}, std::abs(*east) > 180 ? "lng" : "lat"};
    return {json::object{{"lng", *east}, {"lat", *north}, {"system", "CGCS2000"}}};
}

Line Examiner::new_line(sheets::Row row, const records::Context& context) const
{
    Line line{row.number, std::move(row.cells), std::move(row.faults), {*plans_, *plan_, context, store_.calendar()}};
    line.form.after = records::new_image(*plan_, context, store_.parts().ids.next());
    return line;
}

void Examiner::read(Line& line) const
{
    convert(line);
    line.form.faults = line.converted;
    records::read_body(line.form, line.body, store_.parts().ids);
    line.read_faults = line.form.faults.list.size();
    line.pending = records::needs_look_up(line.form);
    if (!line.pending)
        records::fill_in(line.form);
    mark(line);
}

// The form becomes a change of the record that is there.
void Examiner::join(Line& line) const
{
    records::Form& form = line.form;
    form.before = std::move(line.existing);
    form.after = *form.before;
    form.faults = std::move(line.converted);
    form.warnings = {};
    merge_rows(line.body, *form.before);
    records::read_body(form, line.body, store_.parts().ids);
    line.read_faults = form.faults.list.size();
    line.pending = records::needs_look_up(form);
}

void Examiner::settle(Line& line, Then then) const
{
    records::Form& form = line.form;
    if (!form.creating())
        records::fill_in(form);
    records::validate(form);
    if (!form.faults.none()) {
        Error error{Kind::Invalid, "VALIDATION"};
        error.faults = std::move(form.faults.list);
        refuse(line, error);
    }
    if (!line.faults.empty())
        return;
    bool changed = form.creating() || !records::changed_fields(form).empty() || form.before->region != form.after.region;
    for (std::size_t r = 0; r < plan_->rows.size(); ++r)
        changed = changed || records::rows_changed(form, r);
    if (!changed) {
        line.outcome = Outcome::Unchanged;
        return;
    }
    const auto& locked = plan_->record->locked_states;
    if (!form.creating() && std::ranges::find(locked, form.before->state) != locked.end())
        return refuse(line, {base::Kind::Conflict, "STATE_LOCKED", {}, {{"state", form.before->state}}});
    const identity::Row row = records::access_row(form.after);
    auto decision = store_.decide(*plans_, *plan_, form.creating() ? "create" : "update", &row, context_);
    if (!decision.allowed)
        return refuse(line, identity::refusal(decision));
    if (then == Then::Write) {
        auto ready = records::make_ready(form, std::move(decision.predicate), store_);
        if (!ready.ok())
            return refuse(line, ready.error());
        line.change.emplace(*std::move(ready));
    }
    line.outcome = form.creating() ? Outcome::Create : Outcome::Update;
}

// One read; it may run twice.
Status Examiner::look_up(Lot& lot, bool existing)
{
    const bool any = std::ranges::any_of(lot.lines, &Line::pending);
    if (!any && !existing)
        return {};
    std::vector<std::size_t> faults;
    for (const Line& line : lot.lines)
        faults.push_back(line.faults.size());
    TRY(store_.parts().database.read([&](Transaction& transaction) -> Status {
        for (std::size_t i = 0; i < lot.lines.size(); ++i) {
            Line& line = lot.lines[i];
            line.faults.resize(faults[i]);
            if (!line.pending)
                continue;
            line.form.faults.list.resize(line.read_faults);
            TRY(records::look_up(line.form, transaction, store_));
            if (existing)
                records::fill_in(line.form);
        }
        return existing ? find_existing(lot, transaction) : Status{};
    }));
    for (Line& line : lot.lines)
        line.pending = false;
    return {};
}

void Examiner::remember(const sheets::Row& row)
{
    Line line = new_line(row, context_);
    read(line);
    refuse_duplicates(line);
}

Result<std::unique_ptr<Lot>> Examiner::examine(std::vector<sheets::Row> rows, Then then)
{
    auto lot = std::make_unique<Lot>(Lot{context_});
    lot->context.at = store_.parts().clock.now();
    std::vector<Line>& lines = lot->lines;
    lines.reserve(rows.size());
    for (sheets::Row& row : rows)
        lines.push_back(new_line(std::move(row), lot->context));
    in_parallel(lines, [this](Line& line) { read(line); });
    for (Line& line : lines)
        refuse_duplicates(line);
    TRY(look_up(*lot, true));
    in_parallel(lines, [this, then](Line& line) {
        if (line.existing)
            join(line);
        if (!line.pending)
            settle(line, then);
    });
    std::vector<Line*> waiting;
    for (Line& line : lines)
        if (line.pending)
            waiting.push_back(&line);
    TRY(look_up(*lot, false));
    for (Line* line : waiting)
        settle(*line, then);
    return lot;
}

}  // namespace imports
