#include "kernel/imports/jobs_table.h"

namespace imports {

using storage::Transaction;

const std::string select_job
    = "SELECT id, owner, record, hash, name, mode, state, layout, mapping, total, reached, done, created, updated, unchanged, "
      "rejected, error, created_at FROM import_job";

namespace {

json::object object_of(const std::string& text)
{
    auto parsed = base::parse_json(text);
    return parsed.ok() && parsed->is_object() ? parsed->as_object() : json::object{};
}

std::int64_t number(std::size_t value) { return static_cast<std::int64_t>(value); }

std::string mapping_text(const Mapping& mapping)
{
    json::object object;
    for (const auto& [heading, path] : mapping)
        object[heading] = path;
    return json::serialize(object);
}

}  // namespace

Job job_of(const storage::Row& row)
{
    const auto count = [&](std::size_t column) { return static_cast<std::size_t>(row.integer(column)); };
    Job job;
    job.id = row.integer(0);
    job.owner = row.integer(1);
    job.record = row.text(2);
    job.hash = row.text(3);
    job.name = row.text(4);
    job.mode = row.text(5) == "all_or_nothing" ? Mode::AllOrNothing : Mode::GoodRows;
    job.state = row.text(6);
    job.layout = object_of(row.text(7));
    for (const auto& [heading, path] : object_of(row.text(8)))
        if (path.is_string())
            job.mapping[std::string(heading)] = std::string(path.as_string());
    job.total = count(9);
    job.reached = count(10);
    job.counts = {count(11), count(12), count(13), count(14), count(15)};
    job.error = row.text(16);
    job.created_at = row.timestamp(17);
    return job;
}

Status insert_job(Transaction& transaction, const Job& job)
{
    // The file stays as long as the import names it.
    TRY(transaction.execute("INSERT INTO records_blob_use (hash, record, id) VALUES (?1, 'import', ?2)", {job.hash, job.id}));
    TRY(transaction.execute("INSERT INTO import_job (id, owner, record, hash, name, mode, state, layout, mapping, total, reached, "
                            "done, created, updated, unchanged, rejected, error, created_at, changed_at) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '{}', '{}', 0, 0, 0, 0, 0, 0, 0, '', ?8, ?8)",
        {job.id, job.owner, job.record, job.hash, job.name, std::string(job.mode == Mode::GoodRows ? "good_rows" : "all_or_nothing"),
            job.state, job.created_at}));
    return {};
}

// The clock of the database is the same for all servers; on SQLite there is one server.
constexpr std::string_view now_sqlite = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
constexpr std::string_view later_sqlite = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) + 15000";
constexpr std::string_view now_postgres = "clock_timestamp()";
constexpr std::string_view later_postgres = "clock_timestamp() + interval '15 seconds'";

Result<std::optional<Job>> claim_job(Transaction& transaction, base::Id holder)
{
    const bool sqlite = transaction.dialect() == storage::Dialect::Sqlite;
    const std::string select = select_job + " WHERE state IN ('reading', 'checking', 'running') AND (holder = ?1 OR held_until IS NULL "
        "OR held_until < " + std::string(sqlite ? now_sqlite : now_postgres) + ") ORDER BY id LIMIT 1";
    TRY_ASSIGN(const auto row, transaction.first(select, {holder}));
    if (!row)
        return std::optional<Job>{};
    const std::string update = "UPDATE import_job SET holder = ?1, held_until = " + std::string(sqlite ? later_sqlite : later_postgres)
        + " WHERE id = ?2";
    TRY(transaction.execute(update, {holder, row->integer(0)}));
    return std::optional{job_of(*row)};
}

Status release_jobs(Transaction& transaction, base::Id holder)
{
    TRY(transaction.execute("UPDATE import_job SET held_until = NULL WHERE held_until IS NOT NULL AND (holder = ?1 OR ?1 = 0)", {holder}));
    return {};
}

Status update_job(Transaction& transaction, const Job& job, base::Timestamp now, base::Id holder)
{
    const bool sqlite = transaction.dialect() == storage::Dialect::Sqlite;
    const std::string sql = "UPDATE import_job SET state = ?2, layout = ?3, mapping = ?4, total = ?5, reached = ?6, done = ?7, "
        "created = ?8, updated = ?9, unchanged = ?10, rejected = ?11, error = ?12, changed_at = ?13, held_until = "
        + std::string(holder == 0 ? "NULL" : sqlite ? later_sqlite : later_postgres)
        + " WHERE id = ?1 AND state <> 'cancelled' AND (?14 = 0 OR holder = ?14)";
    TRY_ASSIGN(const auto rows, transaction.execute(sql,
        {job.id, job.state, json::serialize(job.layout), mapping_text(job.mapping), number(job.total), number(job.reached),
            number(job.counts.done), number(job.counts.created), number(job.counts.updated), number(job.counts.unchanged),
            number(job.counts.rejected), job.error, now, holder}));
    return rows == 0 && holder != 0 ? Status{Error{Kind::Conflict, "IMPORT_LOST"}} : Status{};
}

Status insert_faults(Transaction& transaction, base::Id job, const std::vector<RowFault>& faults)
{
    std::vector<storage::Values> rows;
    std::int64_t position = 0;
    for (const RowFault& fault : faults) {
        json::object parameters;
        for (const auto& [name, value] : fault.parameters)
            parameters[name] = value;
        position = rows.empty() || std::get<std::int64_t>(rows.back()[1]) != number(fault.row) ? 0 : position + 1;
        rows.push_back({job, number(fault.row), position, fault.column, fault.value, fault.code, json::serialize(parameters)});
    }
    static const std::vector<std::string> columns{"job", "line", "position", "heading", "content", "code", "parameters"};
    if (!rows.empty())
        TRY(transaction.insert_many("import_fault", columns, rows));
    return {};
}

std::vector<std::string> headings_of(const Job& job)
{
    std::vector<std::string> headings;
    if (const auto* list = job.layout.if_contains("headings"); list && list->is_array())
        for (const json::value& heading : list->as_array())
            headings.emplace_back(heading.as_string());
    return headings;
}

}  // namespace imports
