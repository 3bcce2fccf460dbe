#include "kernel/imports/engine.h"

#include <cstring>
#include <limits>

#include "base/crypto.h"
#include "base/embedded.h"
#include "kernel/imports/jobs_table.h"
#include "kernel/imports/memory_file.h"

std::span<const base::EmbeddedFile> imports_files();

namespace imports {

using records::Context;
using storage::Transaction;

namespace {

Error unknown() { return {Kind::NotFound, "IMPORT_UNKNOWN"}; }

bool one_of(const std::string& state, std::initializer_list<std::string_view> states)
{
    return std::find(states.begin(), states.end(), state) != states.end();
}

Status right_time(const Job& job, std::initializer_list<std::string_view> states)
{
    return one_of(job.state, states) ? Status{} : Status{Error{Kind::Conflict, "IMPORT_STATE", {}, {{"state", job.state}}}};
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(Parts parts)
{
    storage::Database& database = parts.store.parts().database;
    TRY(storage::migrate(database, "imports", imports_files()));
    if (database.dialect() == storage::Dialect::Sqlite)  // nobody else can hold one
        TRY(database.write([](Transaction& transaction) { return release_jobs(transaction, 0); }));
    return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

Engine::Engine(Parts parts) : parts_(std::move(parts))
{
    const std::string random = base::crypto::random_bytes(sizeof(holder_));
    std::memcpy(&holder_, random.data(), sizeof(holder_));
    holder_ = (holder_ & std::numeric_limits<base::Id>::max()) | 1;  // 0 is nobody
}

Engine::~Engine() { stop(); }

void Engine::start()
{
    stopping_ = false;
    thread_ = std::thread([this] { loop(); });
}

void Engine::stop()
{
    stopping_ = true;
    wake();
    if (!thread_.joinable())
        return;
    thread_.join();
    // Another server need not wait for the lease to run out; without this it does.
    static_cast<void>(parts_.store.parts().database.write([this](Transaction& transaction) { return release_jobs(transaction, holder_); }).ok());
}

void Engine::wake()
{
    {
        const std::lock_guard lock(mutex_);
        pending_ = true;
    }
    changed_.notify_all();
}

Result<base::Id> Engine::create(const std::string& record, const std::string& hash, const std::string& name,
    const std::string& mode, const Context& context)
{
    TRY(may_import(parts_.store, record, context));
    if (mode != "good_rows" && mode != "all_or_nothing")
        return Error{Kind::Invalid, "VALIDATION", {}, {}, {{"mode", "IMPORT_MODE"}}};
    Job job;
    job.id = parts_.store.parts().ids.next();
    job.owner = context.subject ? context.subject->user : 0;
    job.record = record;
    job.hash = hash;
    job.name = name;
    job.mode = mode == "good_rows" ? Mode::GoodRows : Mode::AllOrNothing;
    job.state = "reading";
    job.created_at = context.at;
    TRY(parts_.store.parts().database.write([&](Transaction& transaction) -> Status {
        TRY_ASSIGN(const auto upload, transaction.first("SELECT 1 FROM records_upload WHERE hash = ?1 AND owner = ?2", {hash, job.owner}));
        if (!upload)
            return Error{Kind::Invalid, "VALIDATION", {}, {}, {{"hash", "FILE_UNKNOWN"}}};
        return insert_job(transaction, job);
    }));
    tell(job);
    wake();
    return job.id;
}

Result<Job> Engine::find(base::Id id, const Context& context)
{
    const std::string sql = select_job + " WHERE id = ?1";
    TRY_ASSIGN(const auto row, parts_.store.parts().database.read([&](Transaction& transaction) { return transaction.first(sql, {id}); }));
    if (!row)
        return unknown();
    Job job = job_of(*row);
    if (context.subject && context.subject->user != job.owner)
        return unknown();
    return job;
}

Result<std::vector<Job>> Engine::list(const Context& context)
{
    const std::string sql = select_job + " WHERE owner = ?1 ORDER BY id DESC LIMIT 100";
    TRY_ASSIGN(const auto rows, parts_.store.parts().database.read([&](Transaction& transaction) {
        return transaction.query(sql, {context.subject ? context.subject->user : base::Id{0}});
    }));
    std::vector<Job> jobs;
    for (const storage::Row& row : rows)
        jobs.push_back(job_of(row));
    return jobs;
}

Result<std::vector<RowFault>> Engine::faults(base::Id id, std::size_t limit)
{
    TRY_ASSIGN(const auto rows, parts_.store.parts().database.read([&](Transaction& transaction) {
        return transaction.query("SELECT line, heading, content, code, parameters FROM import_fault WHERE job = ?1 "
                                 "ORDER BY line, position LIMIT ?2", {id, static_cast<std::int64_t>(limit)});
    }));
    std::vector<RowFault> faults;
    for (const storage::Row& row : rows) {
        RowFault fault{static_cast<std::size_t>(row.integer(0)), row.text(1), row.text(2), row.text(3)};
        if (auto parameters = base::parse_json(row.text(4)); parameters.ok() && parameters->is_object())
            for (const auto& [name, value] : parameters->as_object())
                fault.parameters.emplace_back(std::string(name), std::string(value.as_string()));
        faults.push_back(std::move(fault));
    }
    return faults;
}

Status Engine::set_mapping(base::Id id, const Mapping& mapping, const Context& context)
{
    TRY_ASSIGN(Job job, find(id, context));
    TRY(may_import(parts_.store, job.record, context));
    TRY(right_time(job, {"mapping", "checked"}));
    const auto plans = parts_.store.plan();
    TRY(targets_of(headings_of(job), mapping, *plans->find(job.record)));
    job.mapping = mapping;
    job.reached = 0;
    job.counts = {};
    TRY(clear(job, 0));
    TRY(set_state(job, "checking", {}, 0));
    wake();
    return {};
}

Status Engine::run(base::Id id, const Context& context)
{
    TRY_ASSIGN(Job job, find(id, context));
    TRY(may_import(parts_.store, job.record, context));
    TRY(right_time(job, {"checked"}));
    if (job.mode == Mode::AllOrNothing && job.counts.rejected > 0)
        return Error{Kind::Conflict, "IMPORT_HAS_FAULTS", {}, {{"rows", std::to_string(job.counts.rejected)}}};
    job.reached = 0;
    job.counts = {};
    TRY(clear(job, 0));
    TRY(set_state(job, "running", {}, 0));
    wake();
    return {};
}

Status Engine::cancel(base::Id id, const Context& context)
{
    TRY_ASSIGN(Job job, find(id, context));
    if (one_of(job.state, {"done", "failed", "cancelled"}))
        return right_time(job, {"running"});
    cancelled_ = id;
    return set_state(job, "cancelled", {}, 0);
}

Result<std::filesystem::path> Engine::file_of(const Job& job) { return parts_.blobs.path(job.hash); }

Result<json::array> Engine::preview(const Job& job)
{
    if (one_of(job.state, {"reading", "failed", "cancelled"}))
        return json::array{};
    {
        const std::lock_guard lock(previews_mutex_);
        if (const auto found = previews_.find(job.id); found != previews_.end())
            return found->second;
    }
    TRY_ASSIGN(const auto path, file_of(job));
    TRY_ASSIGN(auto reader, sheets::open(path));
    json::array lines;
    for (sheets::Row row; lines.size() < 10;) {
        TRY_ASSIGN(const bool more, reader->next(row));
        if (!more)
            break;
        json::array cells;
        for (const std::string& cell : row.cells)
            cells.emplace_back(cell);
        lines.push_back(std::move(cells));
    }
    const std::lock_guard lock(previews_mutex_);
    if (previews_.size() > 20)
        previews_.clear();
    previews_[job.id] = lines;
    return lines;
}

Result<std::string> Engine::rejects(const Job& job, SheetFormat format, const std::string& language)
{
    TRY_ASSIGN(const auto source, file_of(job));
    TRY_ASSIGN(const auto list, faults(job.id, 10'000'000));
    TRY_ASSIGN(const MemoryFile file, MemoryFile::open());
    TRY(write_rejects(source, {}, list, format, file.path(), parts_.messages, language));
    return file.content();
}

Result<json::object> Engine::describe(const Job& job, const std::string& language, bool whole)
{
    const auto member = [&](const char* name) -> json::value {
        const auto* value = job.layout.if_contains(name);
        return value && !(value->is_string() && value->as_string().empty()) ? *value : json::value(nullptr);
    };
    json::object mapping;
    for (const auto& [heading, path] : job.mapping)
        mapping[heading] = path;
    const double progress = job.total == 0 ? (job.state == "done" ? 1.0 : 0.0) : static_cast<double>(job.counts.done) / static_cast<double>(job.total);
    json::object object{{"id", std::to_string(job.id)}, {"record", job.record}, {"name", job.name}, {"state", job.state},
        {"mode", job.mode == Mode::GoodRows ? "good_rows" : "all_or_nothing"}, {"encoding", member("encoding")}, {"sheet", member("sheet")},
        {"headings", job.layout.contains("headings") ? job.layout.at("headings") : json::value(json::array{})}, {"mapping", mapping},
        {"rows", job.total}, {"done", job.counts.done}, {"created", job.counts.created}, {"updated", job.counts.updated},
        {"unchanged", job.counts.unchanged}, {"rejected", job.counts.rejected}, {"progress", progress},
        {"created_at", job.created_at.text()},
        {"message", job.error.empty() ? json::value(nullptr) : json::value(parts_.messages.sentence(language, job.error, {}))}};
    json::array shown;
    if (whole) {
        TRY_ASSIGN(const auto list, faults(job.id, 2000));
        for (const RowFault& fault : list)
            shown.push_back(json::object{{"row", fault.row}, {"column", fault.column}, {"value", fault.value}, {"code", fault.code},
                {"message", sentence_of(fault, parts_.messages, language)}});
        TRY_ASSIGN(object["preview"], preview(job));
    } else {
        object["preview"] = json::array{};
    }
    object["faults"] = std::move(shown);
    return object;
}

void Engine::tell(const Job& job) const
{
    if (parts_.notify)
        parts_.notify(job.owner, {{"id", std::to_string(job.id)}, {"state", job.state}, {"done", job.counts.done}, {"rows", job.total}});
}

}  // namespace imports
