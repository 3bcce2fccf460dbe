// The simplest inbox of notices; SMS and mail are readers of the same rows.

#include "kernel/records/present.h"
#include "kernel/workflow/engine.h"

namespace workflow {

namespace {

constexpr std::string_view select_notices = R"sql(
    SELECT id, record, record_id, title_zh, title_en, text_zh, text_en, created_at, read_at
      FROM workflow_notice WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT 51
)sql";
constexpr std::string_view select_unread = R"sql(
    SELECT id, record, record_id, title_zh, title_en, text_zh, text_en, created_at, read_at
      FROM workflow_notice WHERE account = ?1 AND id < ?2 AND read_at IS NULL ORDER BY id DESC LIMIT 51
)sql";
constexpr std::string_view mark_read = "UPDATE workflow_notice SET read_at = ?3 WHERE account = ?1 AND id = ?2 AND read_at IS NULL";
constexpr std::string_view mark_all_read = "UPDATE workflow_notice SET read_at = ?2 WHERE account = ?1 AND read_at IS NULL";
constexpr std::size_t page = 50;

}  // namespace

Result<json::object> Engine::notices(bool unread_only, const std::string& after, const Context& context)
{
    const auto before = after.empty() ? std::optional<base::Id>{std::numeric_limits<base::Id>::max()} : base::parse_id(after);
    if (!before)
        return Error{Kind::Malformed, "CURSOR"};
    const auto plans = parts_.store.plan();
    return parts_.store.parts().database.read([&](Transaction& transaction) -> Result<json::object> {
        TRY_ASSIGN(const auto rows, transaction.query(unread_only ? select_unread : select_notices, {context.subject->user, *before}));
        records::Labels labels{parts_.store, *plans, context, parts_.store.names()};
        for (const auto& row : rows)
            labels.need(row.text(1), row.integer(2));
        TRY(labels.load(transaction));
        json::array items;
        for (std::size_t i = 0; i < rows.size() && i < page; ++i) {
            const auto& row = rows[i];
            items.push_back(json::object{{"id", std::to_string(row.integer(0))}, {"record", row.text(1)},
                {"record_id", std::to_string(row.integer(2))}, {"label", labels.of(row.text(1), row.integer(2))},
                {"title", json::object{{"zh", row.text(3)}, {"en", row.text(4)}}}, {"text", json::object{{"zh", row.text(5)}, {"en", row.text(6)}}},
                {"created_at", row.timestamp(7).text()}, {"read_at", row.null(8) ? json::value(nullptr) : json::value(row.timestamp(8).text())}});
        }
        json::value next = rows.size() > page ? json::value(std::to_string(rows[page - 1].integer(0))) : json::value(nullptr);
        return json::object{{"items", std::move(items)}, {"next", std::move(next)}};
    });
}

Status Engine::read_notices(const std::vector<base::Id>& ids, const Context& context)
{
    return parts_.store.parts().database.write([&](Transaction& transaction) -> Status {
        if (ids.empty()) {
            TRY(transaction.execute(mark_all_read, {context.subject->user, context.at}));
            return {};
        }
        for (const base::Id id : ids)
            TRY(transaction.execute(mark_read, {context.subject->user, id, context.at}));
        return {};
    });
}

}  // namespace workflow
