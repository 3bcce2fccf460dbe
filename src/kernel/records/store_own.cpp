// What belongs to one user: drafts and saved views.

#include "kernel/records/store.h"

namespace records {

using storage::Transaction;

namespace {

constexpr std::string_view draft_column = "records_draft.content";
constexpr std::size_t views_max = 50;

constexpr std::string_view select_draft = "SELECT id, content, version, saved_at FROM records_draft WHERE owner = ?1 AND record = ?2 AND key = ?3";
constexpr std::string_view select_drafts
    = "SELECT id, content, version, saved_at, record, key FROM records_draft WHERE owner = ?1 ORDER BY saved_at DESC, id LIMIT 200";
constexpr std::string_view delete_draft = "DELETE FROM records_draft WHERE owner = ?1 AND record = ?2 AND key = ?3";
constexpr std::string_view insert_draft = R"sql(
    INSERT INTO records_draft (id, owner, record, key, content, version, saved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
)sql";
constexpr std::string_view select_views
    = "SELECT name, title, query, columns FROM records_view WHERE owner = ?1 AND record = ?2 ORDER BY name";
constexpr std::string_view delete_view = "DELETE FROM records_view WHERE owner = ?1 AND record = ?2 AND name = ?3";
constexpr std::string_view insert_view
    = "INSERT INTO records_view (owner, record, name, title, query, columns) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

base::Id owner_of(const Context& context) { return context.subject ? context.subject->user : 0; }

// A draft is sealed whole: it holds what its record protects.
Result<Draft> read_draft(const storage::Row& row, const identity::FieldCipher& cipher)
{
    TRY_ASSIGN(const std::string plain, cipher.decrypt(draft_column, row.integer(0), row.bytes(1)));
    TRY_ASSIGN(json::value values, base::parse_json(plain));
    return Draft{std::move(values), row.null(2) ? std::nullopt : std::optional{row.integer(2)}, row.timestamp(3), {}, {}};
}

}  // namespace

Result<std::optional<Draft>> Store::draft(std::string_view record, const std::string& key, const Context& context)
{
    return parts_.database.read([&](Transaction& transaction) -> Result<std::optional<Draft>> {
        TRY_ASSIGN(const auto row, transaction.first(select_draft, {owner_of(context), std::string(record), key}));
        if (!row)
            return std::optional<Draft>{};
        TRY_ASSIGN(Draft draft, read_draft(*row, parts_.cipher));
        draft.record = record;
        draft.key = key;
        return std::optional{std::move(draft)};
    });
}

Result<std::vector<Draft>> Store::drafts(const Context& context)
{
    return parts_.database.read([&](Transaction& transaction) -> Result<std::vector<Draft>> {
        TRY_ASSIGN(const auto rows, transaction.query(select_drafts, {owner_of(context)}));
        std::vector<Draft> list;
        for (const auto& row : rows) {
            auto draft = read_draft(row, parts_.cipher);
            if (!draft.ok())
                continue;  // under a key that is gone; the others are still wanted
            draft->record = row.text(4);
            draft->key = row.text(5);
            list.push_back(*std::move(draft));
        }
        return list;
    });
}

Status Store::save_draft(std::string_view record, const std::string& key, const json::object& body, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    const auto decision = decide(*plans, *plan, key == "new" ? "create" : "update", nullptr, context);
    if (!decision.allowed)
        return Error{Kind::Forbidden, decision.reason};
    if (key != "new" && !base::parse_id(key))
        return Error{Kind::NotFound, "RECORD_UNKNOWN"};
    const json::value* values = body.if_contains("values");
    if (!values || !values->is_object())
        return Error{Kind::Invalid, "FIELD_MISSING", {"values"}, {{"name", "values"}}};
    const base::Id id = parts_.ids.next();
    const json::value* version = body.if_contains("version");
    const storage::Value kept_version = version && version->is_int64() ? storage::Value{version->as_int64()} : storage::Value{};
    const changes::Generation keys{.keys = known(*plans).keys};
    const std::string blob = parts_.cipher.encrypt(draft_column, id, json::serialize(*values));
    return parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(changes::require(transaction, keys));
        TRY(transaction.execute(delete_draft, {owner_of(context), std::string(record), key}));
        TRY(transaction.execute(insert_draft,
            {id, owner_of(context), std::string(record), key, storage::Bytes{blob}, kept_version, context.at}));
        return {};
    });
}

Status Store::remove_draft(std::string_view record, const std::string& key, const Context& context)
{
    return parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(delete_draft, {owner_of(context), std::string(record), key}));
        return {};
    });
}

Result<std::vector<View>> Store::views(std::string_view record, const Context& context)
{
    return parts_.database.read([&](Transaction& transaction) -> Result<std::vector<View>> {
        TRY_ASSIGN(const auto rows, transaction.query(select_views, {owner_of(context), std::string(record)}));
        std::vector<View> list;
        for (const auto& row : rows) {
            View view{row.text(0), row.text(1), row.text(2), {}};
            if (auto columns = base::parse_json(row.text(3)); columns.ok() && columns->is_array())
                view.columns = std::move(columns->as_array());
            list.push_back(std::move(view));
        }
        return list;
    });
}

Status Store::save_view(std::string_view record, const View& view, const Context& context)
{
    if (!plan()->find(record))
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    TRY_ASSIGN(const auto known, views(record, context));
    if (known.size() >= views_max)
        return Error{Kind::Invalid, "TOO_MANY", {"name"}, {{"maximum", std::to_string(views_max)}}};
    return parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(delete_view, {owner_of(context), std::string(record), view.name}));
        TRY(transaction.execute(insert_view,
            {owner_of(context), std::string(record), view.name, view.title, view.query, json::serialize(view.columns)}));
        return {};
    });
}

Status Store::remove_view(std::string_view record, const std::string& name, const Context& context)
{
    return parts_.database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(delete_view, {owner_of(context), std::string(record), name}));
        return {};
    });
}

}  // namespace records
