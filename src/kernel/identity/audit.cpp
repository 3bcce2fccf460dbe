#include "kernel/identity/audit.h"

#include "kernel/identity/scope_sql.h"

namespace identity {

constexpr std::string_view select_audit = R"sql(
    SELECT c.seq, c.at, c.actor, u.display_name, c.organisation, c.record, c.id, c.version, c.action, c.diff,
           c.source, c.request_id, c.remote
      FROM change_log c LEFT JOIN user_account u ON u.id = c.actor
     WHERE 1 = 1
)sql";

Result<std::vector<AuditEntry>> list_audit(Transaction& transaction, const AuditFilter& filter)
{
    storage::Values values;
    std::string sql{select_audit};
    if (filter.actor)
        sql += " AND c.actor = " + placeholder(values, *filter.actor);
    if (!filter.record.empty())
        sql += " AND c.record = " + placeholder(values, filter.record);
    if (filter.id)
        sql += " AND c.id = " + placeholder(values, *filter.id);
    if (!filter.action.empty())
        sql += " AND c.action = " + placeholder(values, filter.action);
    if (filter.from)
        sql += " AND c.at >= " + placeholder(values, *filter.from);
    if (filter.to)
        sql += " AND c.at < " + placeholder(values, *filter.to);
    if (filter.after)
        sql += " AND c.seq < " + placeholder(values, filter.after);
    sql += " ORDER BY c.seq DESC LIMIT " + placeholder(values, std::int64_t{filter.limit});
    std::vector<AuditEntry> entries;
    TRY(transaction.query_each(sql, values, [&](const storage::Row& row) {
        AuditEntry entry{.seq = row.integer(0), .actor_name = row.text(3)};
        auto& change = entry.change;
        change.at = row.timestamp(1);
        change.actor = row.integer(2);
        change.organisation = row.integer(4);
        change.record = row.text(5);
        change.id = row.integer(6);
        change.version = row.integer(7);
        change.action = row.text(8);
        boost::system::error_code broken;
        if (!row.null(9))
            change.diff = json::parse(row.text(9), broken);
        change.source = row.text(10);
        change.request_id = row.text(11);
        change.remote = row.text(12);
        entries.push_back(std::move(entry));
        return true;
    }));
    return entries;
}

}  // namespace identity
