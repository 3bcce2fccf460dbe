#include "kernel/workflow/clocks.h"

#include <algorithm>

#include "kernel/workflow/columns.h"

namespace workflow {

using base::Timestamp;
using definitions::FlowDeadline;

namespace {

bool among(const std::vector<std::string>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

std::string text_of(const std::vector<Length>& lengths)
{
    json::array list;
    for (const Length& length : lengths)
        list.push_back(json::array{length.count, name_of(length.unit), length.roll});
    return json::serialize(list);
}

std::string text_of(const std::vector<Suspension>& suspensions)
{
    json::array list;
    for (const Suspension& one : suspensions)
        list.push_back(json::array{one.from.milliseconds, one.to ? json::value(one.to->milliseconds) : json::value(nullptr)});
    return json::serialize(list);
}

std::vector<Length> lengths_from(const std::string& text)
{
    std::vector<Length> lengths;
    const auto parsed = base::parse_json(text);
    if (!parsed.ok() || !parsed->is_array())
        return lengths;
    for (const json::value& one : parsed->as_array()) {
        Length length{static_cast<int>(one.as_array()[0].as_int64()), TimeUnit::Days, one.as_array()[2].as_bool()};
        for (const auto unit : {TimeUnit::Workdays, TimeUnit::Days, TimeUnit::Months, TimeUnit::Years, TimeUnit::Hours})
            if (name_of(unit) == std::string_view(one.as_array()[1].as_string()))
                length.unit = unit;
        lengths.push_back(length);
    }
    return lengths;
}

std::vector<Suspension> suspensions_from(const std::string& text)
{
    std::vector<Suspension> list;
    const auto parsed = base::parse_json(text);
    if (!parsed.ok() || !parsed->is_array())
        return list;
    for (const json::value& one : parsed->as_array()) {
        const json::value& to = one.as_array()[1];
        list.push_back({{one.as_array()[0].as_int64()}, to.is_null() ? std::nullopt : std::optional{Timestamp{to.as_int64()}}});
    }
    return list;
}

constexpr std::string_view select_clocks = R"sql(
    SELECT id, name, state, started_at, lengths, suspensions, extensions, due_at, yellow_at, red_at, stopped_at, overdue_days
      FROM workflow_deadline WHERE record_id = ?1 ORDER BY id
)sql";

}  // namespace

Light Face::light(Timestamp now) const { return due ? light_of(*yellow, *red, *due, now) : Light::Green; }

std::int64_t Face::next_after(Timestamp now) const
{
    if (!due)
        return never;
    for (const Timestamp at : {*yellow, *red, *due})
        if (now < at)
            return at.milliseconds;
    return due->milliseconds + ((now.milliseconds - due->milliseconds) / day_ms + 1) * day_ms;
}

Result<Length> length_of(const Moment& moment, const definitions::Term& term)
{
    Length length{term.count, term.unit, term.roll};
    if (term.figure.empty())
        return length;
    const auto* figure = moment.plans.release->figure(term.figure, moment.now().date());
    if (!figure)
        return Error{Kind::Conflict, "FIGURE_MISSING", {}, {{"figure", term.figure}, {"day", moment.now().date().text()}}};
    length.count = std::atoi(figure->value.c_str());
    return length;
}

Result<Clocks> Clocks::load(Transaction& transaction, base::Id record_id)
{
    Clocks clocks;
    TRY_ASSIGN(const auto rows, transaction.query(select_clocks, {record_id}));
    for (const auto& row : rows) {
        Clock clock;
        clock.id = row.integer(0);
        clock.name = row.text(1);
        clock.state = row.text(2);
        clock.started_at = row.timestamp(3);
        clock.lengths = lengths_from(row.text(4));
        clock.suspensions = suspensions_from(row.text(5));
        clock.extensions = static_cast<int>(row.integer(6));
        clock.due = instant_at(row, 7);
        clock.yellow = instant_at(row, 8);
        clock.red = instant_at(row, 9);
        clock.stopped_at = instant_at(row, 10);
        clock.overdue = row.integer(11);
        clocks.clocks_.push_back(std::move(clock));
    }
    return clocks;
}

Clock* Clocks::open(std::string_view name)
{
    for (Clock& clock : clocks_)
        if (clock.name == name && clock.state != "stopped")
            return &clock;
    return nullptr;
}

Status Clocks::compute(const Moment& moment, Clock& clock)
{
    const auto calendar = moment.parts.store.calendar();
    static const base::WorkCalendar none;
    TRY_ASSIGN(const auto deadline, deadline_of(clock.started_at, clock.lengths, clock.suspensions, calendar ? *calendar : none));
    clock.changed = true;
    clock.due = clock.yellow = clock.red = std::nullopt;
    if (!deadline)
        return {};
    const FlowDeadline* declared = moment.flow.deadline(clock.name);
    clock.due = deadline->due;
    clock.red = declared && declared->red ? share_of(*deadline, declared->red) : std::max(deadline->last_day, deadline->start);
    clock.yellow = std::min(share_of(*deadline, declared ? declared->yellow : 70), *clock.red);
    clock.segments = deadline->segments;
    return {};
}

Status Clocks::start(const Moment& moment, const records::Image& image, const FlowDeadline& declared)
{
    Clock clock;
    clock.id = moment.parts.store.parts().ids.next();
    clock.name = declared.name;
    clock.fresh = true;
    clock.started_at = moment.now();
    records::RecordActivation names{moment.plan, image, moment.context.subject};
    names.now = moment.now();
    if (!declared.from.empty()) {
        const auto from = names.find(declared.from);
        if (from && from->get<Timestamp>())
            clock.started_at = *from->get<Timestamp>();
        else if (from && from->get<base::Date>())
            clock.started_at = Timestamp::start_of(*from->get<base::Date>());
    }
    for (const definitions::Term& term : declared.terms) {
        if (term.when && !term.when->expression.evaluate(names).truth())
            continue;
        TRY_ASSIGN(const Length length, length_of(moment, term));
        clock.lengths.push_back(length);
        break;
    }
    if (clock.lengths.empty())
        return {};  // no term holds: there is no deadline for this record
    TRY(compute(moment, clock));
    clocks_.push_back(std::move(clock));
    return {};
}

void Clocks::stop(const Moment& moment, const FlowDeadline& declared)
{
    Clock* clock = open(declared.name);
    if (!clock)
        return;
    if (clock->state == "suspended" && !clock->suspensions.empty())
        clock->suspensions.back().to = moment.now();
    clock->state = "stopped";
    clock->stopped_at = moment.now();
    clock->changed = true;
    clock->overdue = clock->due ? workflow::overdue_days(*clock->due, moment.now()) : 0;
    if (clock->overdue > 0)
        late_.push_back(&declared);
}

Status Clocks::suspend(const Moment& moment, const std::string& name, bool must)
{
    Clock* clock = open(name);
    if (!clock || clock->state == "suspended")
        return must ? Status{Error{Kind::Conflict, "DEADLINE_NOT_RUNNING", {}, {{"deadline", name}}}} : Status{};
    if (clock->due && *clock->due <= moment.now())
        return {};  // what is over stays over
    clock->state = "suspended";
    clock->suspensions.push_back({moment.now(), std::nullopt});
    return compute(moment, *clock);
}

Status Clocks::resume(const Moment& moment, const std::string& name, bool must)
{
    Clock* clock = open(name);
    if (!clock || clock->state != "suspended")
        return must ? Status{Error{Kind::Conflict, "DEADLINE_NOT_RUNNING", {}, {{"deadline", name}}}} : Status{};
    clock->state = "running";
    clock->suspensions.back().to = moment.now();
    return compute(moment, *clock);
}

Status Clocks::extend(const Moment& moment, const FlowDeadline& declared)
{
    Clock* clock = open(declared.name);
    if (!clock || !declared.extension)
        return Error{Kind::Conflict, "DEADLINE_NOT_RUNNING", {}, {{"deadline", declared.name}}};
    if (clock->due && *clock->due <= moment.now())
        return Error{Kind::Conflict, "DEADLINE_OVER", {}, {{"deadline", declared.name}}};
    if (clock->extensions >= declared.extensions_max)
        return Error{Kind::Conflict, "DEADLINE_EXTENDED", {}, {{"deadline", declared.name}}};
    TRY_ASSIGN(const Length length, length_of(moment, *declared.extension));
    clock->lengths.push_back(length);
    ++clock->extensions;
    return compute(moment, *clock);
}

Status Clocks::move(const Moment& moment, const records::Image& image, std::string_view from, std::string_view to,
    const definitions::FlowAction* action)
{
    const auto* state = moment.flow.state(to);
    const bool final = state && state->kind == definitions::FlowState::Kind::Final;
    for (const FlowDeadline& declared : moment.flow.deadlines) {
        const bool entered = from != to;
        if ((action && among(action->stop, declared.name)) || (entered && (final || among(declared.stop_in, to)))) {
            stop(moment, declared);
            continue;
        }
        if ((action && among(action->start, declared.name)) || (entered && among(declared.start_in, to)))
            if (!open(declared.name))
                TRY(start(moment, image, declared));
        if (action && among(action->extend, declared.name))
            TRY(extend(moment, declared));
        const bool asked = action && among(action->resume, declared.name);
        if (asked || (entered && among(declared.suspend_in, from) && !among(declared.suspend_in, to)))
            TRY(resume(moment, declared.name, asked));
        const bool halted = action && among(action->suspend, declared.name);
        if (halted || (entered && among(declared.suspend_in, to)))
            TRY(suspend(moment, declared.name, halted));
    }
    return {};
}

namespace {

constexpr std::string_view insert_clock = R"sql(
    INSERT INTO workflow_deadline (id, record, record_id, name, state, started_at, lengths, suspensions, extensions, due_at, yellow_at,
        red_at, urgency, next_at, stopped_at, overdue_days)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
)sql";
constexpr std::string_view update_clock = R"sql(
    UPDATE workflow_deadline SET state = ?2, lengths = ?3, suspensions = ?4, extensions = ?5, due_at = ?6, yellow_at = ?7, red_at = ?8,
        urgency = ?9, next_at = ?10, stopped_at = ?11, overdue_days = ?12 WHERE id = ?1
)sql";
constexpr std::string_view delete_segments = "DELETE FROM workflow_segment WHERE deadline = ?1";
constexpr std::string_view insert_segment
    = "INSERT INTO workflow_segment (deadline, position, kind, from_at, to_at, counted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr std::string_view select_segments
    = "SELECT kind, from_at, to_at, counted FROM workflow_segment WHERE deadline = ?1 ORDER BY position";

Status store_segments(Transaction& transaction, const Clock& clock)
{
    if (!clock.fresh)
        TRY(transaction.execute_later(delete_segments, {clock.id}));
    std::int64_t position = 0;
    for (const Segment& segment : clock.segments)
        TRY(transaction.execute_later(insert_segment, {clock.id, ++position, std::string(name_of(segment.kind)), segment.from, segment.to,
            segment.counted}));
    return {};
}

}  // namespace

Status Clocks::store(const Moment& moment, base::Id record_id)
{
    Transaction& transaction = moment.transaction;
    for (Clock& clock : clocks_) {
        if (!clock.changed)
            continue;
        const Face face{clock.due, clock.yellow, clock.red};
        const std::int64_t urgency = 3 - static_cast<std::int64_t>(face.light(moment.now()));
        const std::int64_t next = clock.state == "running" ? face.next_after(moment.now()) : never;
        if (clock.fresh)
            TRY(transaction.execute_later(insert_clock, {clock.id, moment.plan.name(), record_id, clock.name, clock.state, clock.started_at,
                text_of(clock.lengths), text_of(clock.suspensions), std::int64_t{clock.extensions}, or_null(clock.due),
                or_null(clock.yellow), or_null(clock.red), urgency, next, or_null(clock.stopped_at), clock.overdue}));
        else
            TRY(transaction.execute_later(update_clock, {clock.id, clock.state, text_of(clock.lengths), text_of(clock.suspensions),
                std::int64_t{clock.extensions}, or_null(clock.due), or_null(clock.yellow), or_null(clock.red), urgency, next,
                or_null(clock.stopped_at), clock.overdue}));
        if (!clock.segments.empty())
            TRY(store_segments(transaction, clock));
    }
    return {};
}

Face Clocks::face() const
{
    Face face;
    for (const Clock& clock : clocks_)
        if (clock.state == "running" && clock.due && (!face.due || *clock.due < *face.due))
            face = {clock.due, clock.yellow, clock.red};
    return face;
}

std::optional<std::int64_t> Clocks::overdue_days() const
{
    std::optional<std::int64_t> worst;
    for (const Clock& clock : clocks_)
        worst = std::max(worst.value_or(0), clock.overdue);
    return worst;
}

Result<json::array> clocks_json(Transaction& transaction, const definitions::Workflow& flow, const std::vector<Clock>& clocks, Timestamp now)
{
    json::array list;
    for (const Clock& clock : clocks) {
        const FlowDeadline* declared = flow.deadline(clock.name);
        json::object object{{"name", clock.name}, {"state", clock.state}, {"started_at", clock.started_at.text()},
            {"due_at", clock.due ? json::value(clock.due->text()) : json::value(nullptr)}, {"extensions", clock.extensions},
            {"stopped_at", clock.stopped_at ? json::value(clock.stopped_at->text()) : json::value(nullptr)}, {"overdue_days", clock.overdue}};
        if (declared) {
            object["title"] = json::object{{"zh", declared->title.zh}, {"en", declared->title.en}};
            object["basis"] = declared->basis;
        }
        if (clock.state == "running")
            object["light"] = name_of(Face{clock.due, clock.yellow, clock.red}.light(now));
        json::array segments;
        TRY_ASSIGN(const auto rows, transaction.query(select_segments, {clock.id}));
        for (const auto& row : rows)
            segments.push_back(json::object{{"kind", row.text(0)}, {"from", row.timestamp(1).text()}, {"to", row.timestamp(2).text()},
                {"counted", row.integer(3)}});
        object["segments"] = std::move(segments);
        list.push_back(std::move(object));
    }
    return list;
}

}  // namespace workflow
