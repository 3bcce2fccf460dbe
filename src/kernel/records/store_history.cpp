// The history of a record, what points at it, and the files it holds.

#include <algorithm>

#include "base/crypto.h"
#include "kernel/records/diff.h"
#include "kernel/records/present.h"

namespace records {

using rules::Value;
using storage::Transaction;

namespace {

constexpr std::size_t history_page = 100;

constexpr std::string_view select_history = R"sql(
    SELECT seq, at, actor, action, version, diff FROM change_log
     WHERE record = ?1 AND id = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT 101
)sql";

struct Change {
    std::int64_t seq = 0;
    base::Timestamp at;
    base::Id actor = 0;
    std::string action;
    std::int64_t version = 0;
    json::object diff;
};

// A value of a diff as it may be shown: ciphertext opened and masked, protected text masked.
class Shown {
public:
    Shown(const Plan& plans, const identity::FieldCipher& cipher) : plans_(plans), cipher_(cipher) {}

    json::value field(const FieldPlan& plan, const json::value& stored, base::Id id) const
    {
        if (stored.is_null())
            return nullptr;
        if (stored.is_object() && stored.as_object().contains("cipher"))
            return cipher(plan, stored.as_object().at("cipher"), id);
        if (!plan.masked)
            return stored;
        return stored.is_string() ? json::value(mask_of(plan, Value{std::string(stored.as_string())})) : json::value("***");
    }

    json::value rows(const RowsPlan& plan, const json::value& stored) const
    {
        if (!stored.is_array())
            return nullptr;
        json::array list;
        for (const json::value& row : stored.as_array()) {
            if (!row.is_object())
                continue;
            const json::value* id_text = row.as_object().if_contains("id");
            const base::Id id = id_text && id_text->is_string() ? base::parse_id(id_text->as_string()).value_or(0) : 0;
            json::object shown;
            for (const auto& [name, value] : row.as_object())
                if (const FieldPlan* known = plan.set.find(name))
                    shown[name] = field(*known, value, id);
                else if (name == "id")
                    shown[name] = value;
            list.push_back(std::move(shown));
        }
        return list;
    }

private:
    json::value cipher(const FieldPlan& plan, const json::value& text, base::Id id) const
    {
        if (!text.is_string())
            return nullptr;
        const auto blob = base::crypto::from_base64(text.as_string());
        const auto plain = blob.ok() ? cipher_.decrypt(plan.cipher_column, id, *blob) : Result<std::string>{blob.error()};
        if (!plain.ok())
            return nullptr;
        const auto value = from_text_form(plan, *plain);
        return value.ok() ? json::value(mask_of(plan, *value)) : json::value("***");
    }

    const Plan& plans_;
    const identity::FieldCipher& cipher_;
};

std::string title_of(const RecordPlan& plan, std::string_view name, const std::string& language)
{
    if (const FieldPlan* field = plan.set.find(name))
        return field->field->title.in(language);
    if (const RowsPlan* rows = plan.child(name))
        return rows->rows->title.in(language);
    for (const definitions::Field& field : definitions::standard_fields())
        if (field.name == name)
            return field.title.in(language);
    return std::string(name);
}

json::array changes_of(const RecordPlan& plan, const Change& change, base::Id id, const Shown& shown, const std::string& language)
{
    json::array list;
    for (const auto& [name, pair] : change.diff) {
        if (!pair.is_array() || pair.as_array().size() != 2)
            continue;
        json::value before = pair.as_array()[0], after = pair.as_array()[1];
        if (const FieldPlan* field = plan.set.find(name)) {
            before = shown.field(*field, before, id);
            after = shown.field(*field, after, id);
        } else if (const RowsPlan* rows = plan.child(name)) {
            before = shown.rows(*rows, before);
            after = shown.rows(*rows, after);
        } else if ((before.is_object() || after.is_object())) {
            before = after = nullptr;  // a protected field that is no longer declared
        }
        list.push_back(json::object{{"field", name}, {"title", title_of(plan, name, language)}, {"before", before}, {"after", after}});
    }
    return list;
}

Result<std::vector<Change>> load_history(Transaction& transaction, const std::string& record, base::Id id, std::int64_t before)
{
    TRY_ASSIGN(const auto rows, transaction.query(select_history, {record, id, before}));
    std::vector<Change> history;
    for (const auto& row : rows) {
        Change change{row.integer(0), row.timestamp(1), row.integer(2), row.text(3), row.integer(4), {}};
        if (!row.null(5)) {
            auto diff = base::parse_json(row.text(5));
            if (diff.ok() && diff->is_object())
                change.diff = std::move(diff->as_object());
        }
        history.push_back(std::move(change));
    }
    return history;
}

const RecordPlan* plan_of(const Plan& plans, std::string_view record) { return plans.find(record); }

Error unknown_record(std::string_view record)
{
    return {Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
}

}  // namespace

Result<json::object> Store::history(std::string_view record, base::Id id, std::optional<std::int64_t> before, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plan_of(*plans, record);
    if (!plan)
        return unknown_record(record);
    Labels labels{*this, *plans, context, *names_};
    std::vector<Change> history;
    const Status loaded = parts_.database.read([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const Kept kept, find_row(transaction, *plans, *plan, id, context));
        TRY_ASSIGN(history, load_history(transaction, plan->name(), id, before.value_or(std::numeric_limits<std::int64_t>::max())));
        for (const Change& change : history)
            labels.need("user", change.actor);
        return labels.load(transaction);
    });
    TRY(loaded);
    const Shown shown{*plans, parts_.cipher};
    json::array items;
    for (std::size_t i = 0; i < std::min(history.size(), history_page); ++i) {
        const Change& change = history[i];
        json::object actor = labels.of("user", change.actor);
        items.push_back(json::object{{"seq", std::to_string(change.seq)}, {"at", change.at.text()},
            {"actor", json::object{{"id", actor["id"]}, {"name", actor["label"]}}}, {"action", change.action},
            {"version", change.version}, {"changes", changes_of(*plan, change, id, shown, context.language)}});
    }
    const json::value next = history.size() > history_page ? json::value(std::to_string(history[history_page - 1].seq)) : json::value(nullptr);
    return json::object{{"items", std::move(items)}, {"next", next}};
}

Result<json::object> Store::related(std::string_view record, base::Id id, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plan_of(*plans, record);
    if (!plan)
        return unknown_record(record);
    json::array items;
    const Status counted = parts_.database.read([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const Kept kept, find_row(transaction, *plans, *plan, id, context));
        for (const Reference& reference : plan->referenced_by) {
            const RecordPlan& from = *plans->find(reference.record);
            const auto decision = decide(*plans, from, "read", nullptr, context);
            if (!decision.allowed)
                continue;
            Sql sql;
            sql.bind(id);
            sql.text = reference.count;
            const auto place = sql.text.find("{scope}");
            sql.text.replace(place, 7, scope_condition(decision.predicate, sql));
            TRY(set_scope(transaction, decision.predicate));
            TRY_ASSIGN(const auto row, transaction.first(sql.text, sql.values));
            items.push_back(json::object{{"record", reference.record}, {"field", reference.field->name},
                {"title", from.record->title.in(context.language)}, {"count", row->integer(0)}});
        }
        return {};
    });
    TRY(counted);
    return json::object{{"items", std::move(items)}};
}

Result<Store::HeldFile> Store::file(std::string_view record, base::Id id, const std::string& field, const std::string& hash,
    const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plan_of(*plans, record);
    if (!plan)
        return unknown_record(record);
    TRY_ASSIGN(const Kept kept, parts_.database.read([&](Transaction& transaction) {
        return find_row(transaction, *plans, *plan, id, context);
    }));
    const Error unknown{Kind::NotFound, "FILE_UNKNOWN"};
    if (!parts_.blobs)
        return unknown;
    const auto matches = [&](const Value& value) -> std::optional<HeldFile> {
        const auto* map = value.get<std::shared_ptr<const rules::Map>>();
        if (!map || *(*map)->find("hash")->second.get<std::string>() != hash)
            return std::nullopt;
        return HeldFile{{}, *(*map)->find("name")->second.get<std::string>(), *(*map)->find("media_type")->second.get<std::string>()};
    };
    std::optional<HeldFile> found;
    const auto look = [&](const FieldSet& set, const std::vector<Value>& values, std::string_view name) {
        const auto position = set.position(name);
        if (!position || found)
            return;
        if (const auto* list = values[*position].get<std::shared_ptr<const rules::List>>()) {
            for (const Value& one : **list)
                if (!found)
                    found = matches(one);
        } else {
            found = matches(values[*position]);
        }
    };
    look(plan->set, kept.image.values, field);
    for (std::size_t r = 0; r < plan->rows.size(); ++r)
        if (const auto dot = field.find('.'); dot != std::string::npos && field.substr(0, dot) == plan->rows[r].rows->name)
            for (const ChildRow& row : kept.image.rows[r])
                look(plan->rows[r].set, row.values, std::string_view(field).substr(dot + 1));
    if (!found)
        return unknown;
    TRY_ASSIGN(const auto path, parts_.blobs->path(hash));
    found->path = path.string();
    return *std::move(found);
}

}  // namespace records
