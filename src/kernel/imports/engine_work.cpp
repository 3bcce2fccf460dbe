// What the engine's thread does.

#include "kernel/imports/jobs_table.h"

namespace imports {

using records::Context;
using storage::Transaction;

void Engine::loop()
{
    while (!stopping_) {
        auto job = next();
        if (job.ok() && *job) {
            Status worked = work(**job);
            if (!worked.ok() && worked.error().code == "IMPORT_LOST")
                worked = {};  // cancelled, or another server has it
            if (!worked.ok() && !stopping_)
                worked = set_state(**job, "failed", worked.error().code, holder_);
            if (worked.ok())
                continue;
        }
        std::unique_lock lock(mutex_);
        // With an unreachable database it tries again every few seconds.
        changed_.wait_for(lock, std::chrono::seconds(5), [this] { return pending_ || stopping_.load(); });
        pending_ = false;
    }
}

Result<std::optional<Job>> Engine::next()
{
    return parts_.store.parts().database.write([this](Transaction& transaction) { return claim_job(transaction, holder_); });
}

Status Engine::work(Job& job)
{
    return job.state == "reading" ? read_file(job) : go_through(job);
}

Status Engine::read_file(Job& job)
{
    TRY_ASSIGN(const auto path, file_of(job));
    TRY_ASSIGN(auto reader, sheets::open(path));
    const sheets::Layout layout = reader->layout();
    json::array headings;
    for (const std::string& heading : layout.headings)
        headings.emplace_back(heading);
    job.total = 0;
    for (sheets::Row row;;) {
        TRY_ASSIGN(const bool more, reader->next(row));
        if (!more)
            break;
        if (stopping_ || cancelled_ == job.id)
            return {};
        if (++job.total % 50'000 == 0)  // a large workbook outlasts the lease
            TRY(set_state(job, "reading", {}, holder_));
    }
    const auto plans = parts_.store.plan();
    const auto* plan = plans->find(job.record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN"};
    job.layout = {{"kind", layout.kind}, {"encoding", layout.encoding}, {"sheet", layout.sheet}, {"headings", std::move(headings)}};
    job.mapping = suggest(layout.headings, *plan);
    return set_state(job, "mapping", {}, holder_);
}

// Checks or runs, from the line behind the last one dealt with.
Status Engine::go_through(Job& job)
{
    const bool write = job.state == "running";
    TRY_ASSIGN(const auto subject, parts_.subject(job.owner));
    if (!subject)
        return Error{Kind::Forbidden, "IMPORT_OWNER"};
    Context context;
    context.subject = subject.get();
    context.at = parts_.store.parts().clock.now();
    context.language = subject->chosen_language.empty() ? "zh" : subject->chosen_language;
    context.source = "IMPORT";
    context.request_id = "import-" + std::to_string(job.id);
    TRY(may_import(parts_.store, job.record, context));
    TRY_ASSIGN(const auto path, file_of(job));
    TRY_ASSIGN(auto reader, sheets::open(path));
    const auto plans = parts_.store.plan();
    TRY_ASSIGN(auto targets, targets_of(reader->layout().headings, job.mapping, *plans->find(job.record)));
    TRY(clear(job, holder_));
    Examiner examiner{parts_.store, context, job.record, std::move(targets)};
    Steps steps{.write = write, .behind = job.reached, .batch = parts_.batch};
    Job next = job;
    steps.within = [&](Transaction& transaction, const Batch& batch) {
        next = job;
        return save_batch(transaction, next, batch);
    };
    steps.after = [&](const Batch& batch) -> Result<bool> {
        job = next;
        tell(job);
        // A line refused since the check ends all or nothing where it stands.
        if (write && job.mode == Mode::AllOrNothing && batch.counts.rejected > 0)
            return Error{Kind::Conflict, "IMPORT_BROKEN_OFF"};
        return !stopping_ && cancelled_ != job.id;
    };
    TRY_ASSIGN(const bool finished, process(parts_.store, examiner, *reader, steps));
    return finished ? set_state(job, write ? "done" : "checked", {}, holder_) : Status{};
}

// In the transaction of the batch: what counts as done is done, and nothing else.
Status Engine::save_batch(Transaction& transaction, Job& job, const Batch& batch)
{
    job.reached = batch.reached;
    job.counts.done += batch.counts.done;
    job.counts.created += batch.counts.created;
    job.counts.updated += batch.counts.updated;
    job.counts.unchanged += batch.counts.unchanged;
    job.counts.rejected += batch.counts.rejected;
    TRY(insert_faults(transaction, job.id, batch.faults));
    return update_job(transaction, job, parts_.store.parts().clock.now(), holder_);
}

Status Engine::set_state(Job& job, const std::string& state, const std::string& error, base::Id holder)
{
    job.state = state;
    job.error = error;
    TRY(parts_.store.parts().database.write(
        [&](Transaction& transaction) { return update_job(transaction, job, parts_.store.parts().clock.now(), holder); }));
    tell(job);
    return {};
}

// Faults behind the last line dealt with go: those lines come again.
Status Engine::clear(const Job& job, base::Id holder)
{
    return parts_.store.parts().database.write([&](Transaction& transaction) -> Status {
        if (holder != 0)
            TRY(update_job(transaction, job, parts_.store.parts().clock.now(), holder));
        TRY(transaction.execute("DELETE FROM import_fault WHERE job = ?1 AND line > ?2", {job.id, static_cast<std::int64_t>(job.reached)}));
        return {};
    });
}

}  // namespace imports
