#include "kernel/imports/run.h"

#include <atomic>
#include <thread>

namespace imports {

using records::Context;
using records::Store;

namespace {

// The database or the machine, not the line.
bool fatal(const Error& error)
{
    return error.kind == Kind::Unavailable || error.kind == Kind::Internal;
}

Status write_one(Store& store, const Examiner& examiner, const std::string& record, Examined& line)
{
    if (line.outcome != Outcome::Create && line.outcome != Outcome::Update)
        return {};
    Context context = examiner.context();
    context.at = store.parts().clock.now();
    const auto saved = line.outcome == Outcome::Create ? store.create(record, line.body, context)
                                                       : store.update(record, line.id, line.body, std::nullopt, context);
    if (saved.ok()) {
        if (line.outcome == Outcome::Update && !saved->changed)
            line.outcome = Outcome::Unchanged;
        return {};
    }
    if (fatal(saved.error()))
        return saved.error();
    examiner.add_faults(line, saved.error());
    return {};
}

Status write_all(Store& store, const Examiner& examiner, const std::string& record, std::vector<Examined>& lines,
    std::size_t threads)
{
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::vector<Status> outcomes(std::max<std::size_t>(1, std::min(threads, lines.size())));
    const auto work = [&](std::size_t worker) {
        for (std::size_t i = next++; i < lines.size() && !failed; i = next++)
            if (Status written = write_one(store, examiner, record, lines[i]); !written.ok()) {
                outcomes[worker] = std::move(written);
                failed = true;
                return;
            }
    };
    std::vector<std::thread> workers;
    for (std::size_t i = 1; i < outcomes.size(); ++i)
        workers.emplace_back(work, i);
    work(0);
    for (std::thread& each : workers)
        each.join();
    for (Status& outcome : outcomes)
        if (!outcome.ok())
            return outcome;
    return {};
}

Batch batch_of(std::vector<Examined>& lines)
{
    Batch batch;
    batch.reached = lines.back().row;
    batch.counts.done = lines.size();
    for (Examined& line : lines) {
        switch (line.outcome) {
        case Outcome::Create: ++batch.counts.created; break;
        case Outcome::Update: ++batch.counts.updated; break;
        case Outcome::Unchanged: ++batch.counts.unchanged; break;
        case Outcome::Refused: ++batch.counts.rejected; break;
        }
        std::move(line.faults.begin(), line.faults.end(), std::back_inserter(batch.faults));
    }
    return batch;
}

}  // namespace

Result<bool> process(Store& store, Examiner& examiner, const std::string& record, sheets::Reader& reader, const Steps& steps)
{
    bool more = true;
    while (more) {
        std::vector<sheets::Row> rows;
        while (rows.size() < steps.batch) {
            sheets::Row row;
            TRY_ASSIGN(more, reader.next(row));
            if (!more)
                break;
            if (row.number <= steps.behind)
                examiner.remember(row);
            else
                rows.push_back(std::move(row));
        }
        if (rows.empty())
            break;
        TRY_ASSIGN(auto lines, examiner.examine(std::move(rows)));
        if (steps.write)
            TRY(write_all(store, examiner, record, lines, steps.threads));
        if (steps.after) {
            TRY_ASSIGN(const bool go_on, steps.after(batch_of(lines)));
            if (!go_on)
                return false;
        }
    }
    return true;
}

Status may_import(const Store& store, const std::string& record, const Context& context)
{
    const auto plans = store.plan();
    const auto* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", record}}};
    const auto decision = store.decide(*plans, *plan, "import", nullptr, context);
    return decision.allowed ? Status{} : Status{identity::refusal(decision)};
}

Result<Summary> import_file(Store& store, const Context& given, const std::string& record, const std::filesystem::path& path,
    const ImportOptions& options, const Progress& progress)
{
    TRY(may_import(store, record, given));
    Context context = given;
    context.source = "IMPORT";
    Summary summary;
    // All or nothing looks at every line before it writes the first.
    const bool look_first = !options.dry && options.mode == Mode::AllOrNothing;
    for (const bool write : look_first ? std::vector<bool>{false, true} : std::vector<bool>{!options.dry}) {
        TRY_ASSIGN(auto reader, sheets::open(path, options.sheet));
        const auto plans = store.plan();
        const auto* plan = plans->find(record);
        summary.layout = reader->layout();
        summary.mapping = options.mapping ? *options.mapping : suggest(summary.layout.headings, *plan);
        TRY_ASSIGN(auto targets, targets_of(summary.layout.headings, summary.mapping, *plan));
        summary.counts = {};
        summary.faults.clear();
        Examiner examiner{store, context, record, std::move(targets)};
        Steps steps{.write = write};
        steps.after = [&](const Batch& batch) -> Result<bool> {
            summary.counts.done += batch.counts.done;
            summary.counts.created += batch.counts.created;
            summary.counts.updated += batch.counts.updated;
            summary.counts.unchanged += batch.counts.unchanged;
            summary.counts.rejected += batch.counts.rejected;
            summary.faults.insert(summary.faults.end(), batch.faults.begin(), batch.faults.end());
            if (progress)
                progress(summary.counts);
            return true;
        };
        TRY(process(store, examiner, record, *reader, steps));
        summary.written = write;
        if (!write && summary.counts.rejected > 0)
            break;
    }
    return summary;
}

}  // namespace imports
