#include "kernel/imports/run.h"

#include <algorithm>
#include <future>
#include <map>

namespace imports {

using records::Context;
using records::Store;

namespace {

// The database or the machine, not the line.
bool fatal(const Error& error)
{
    return error.kind == Kind::Unavailable || error.kind == Kind::Internal;
}

// What the database refused, by line.
using Refused = std::map<std::size_t, Error>;

// All at once; when that is refused, one by one, so that the others are written.
Result<Refused> write_changes(storage::Transaction& transaction, Lot& lot)
{
    Refused refused;
    std::vector<records::BatchChange*> changes;
    for (Line& line : lot.lines)
        if (line.change)
            changes.push_back(&*line.change);
    if (changes.empty())
        return refused;
    const auto write = [&transaction](std::span<records::BatchChange* const> some) {
        return transaction.attempt([some](storage::Transaction& inner) { return records::write_batch(inner, some); });
    };
    const Status together = write(changes);
    if (together.ok())
        return refused;
    if (fatal(together.error()))
        return together.error();
    for (std::size_t i = 0; i < lot.lines.size(); ++i) {
        if (!lot.lines[i].change)
            continue;
        records::BatchChange* const one = &*lot.lines[i].change;
        if (const Status alone = write({&one, 1}); !alone.ok()) {
            if (fatal(alone.error()))
                return alone.error();
            refused.emplace(i, alone.error());
        }
    }
    return refused;
}

Batch batch_of(const Examiner& examiner, const Lot& lot, const Refused& refused)
{
    Batch batch;
    batch.reached = lot.lines.back().row;
    batch.counts.done = lot.lines.size();
    for (std::size_t i = 0; i < lot.lines.size(); ++i) {
        const Line& line = lot.lines[i];
        batch.faults.insert(batch.faults.end(), line.faults.begin(), line.faults.end());
        if (const auto found = refused.find(i); found != refused.end()) {
            std::ranges::move(examiner.faults_of(line, found->second), std::back_inserter(batch.faults));
            ++batch.counts.rejected;
            continue;
        }
        switch (line.outcome) {
        case Outcome::Create: ++batch.counts.created; break;
        case Outcome::Update: ++batch.counts.updated; break;
        case Outcome::Unchanged: ++batch.counts.unchanged; break;
        case Outcome::Refused: ++batch.counts.rejected; break;
        }
    }
    return batch;
}

Result<bool> finish(Store& store, const Examiner& examiner, Lot& lot, const Steps& steps)
{
    Batch batch = batch_of(examiner, lot, {});
    if (steps.within || (steps.write && batch.counts.created + batch.counts.updated > 0))
        TRY(store.parts().database.write([&](storage::Transaction& transaction) -> Status {
            if (steps.write) {
                TRY_ASSIGN(const auto refused, write_changes(transaction, lot));
                batch = batch_of(examiner, lot, refused);
            }
            return steps.within ? steps.within(transaction, batch) : Status{};
        }));
    return steps.after ? steps.after(batch) : Result<bool>{true};
}

Result<std::vector<sheets::Row>> next_rows(Examiner& examiner, sheets::Reader& reader, const Steps& steps)
{
    std::vector<sheets::Row> rows;
    while (rows.size() < steps.batch) {
        sheets::Row row;
        TRY_ASSIGN(const bool more, reader.next(row));
        if (!more)
            break;
        if (row.number <= steps.behind)
            examiner.remember(row);
        else
            rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

Result<bool> process(Store& store, Examiner& examiner, sheets::Reader& reader, const Steps& steps)
{
    std::future<Result<bool>> writing;  // its end waits for the batch under way
    for (;;) {
        TRY_ASSIGN(auto rows, next_rows(examiner, reader, steps));
        if (rows.empty())
            return writing.valid() ? writing.get() : Result<bool>{true};
        TRY_ASSIGN(auto lot, examiner.examine(std::move(rows), steps.write ? Examiner::Then::Write : Examiner::Then::Forget));
        if (writing.valid()) {
            TRY_ASSIGN(const bool go_on, writing.get());
            if (!go_on)
                return false;
        }
        writing = std::async(std::launch::async,
            [&store, &examiner, &steps, lot = std::move(lot)]() mutable {
                const auto done = std::move(lot);  // its thousand lines are taken apart here, not where the next are examined
                return finish(store, examiner, *done, steps);
            });
    }
}

Status may_import(const Store& store, const std::string& record, const Context& context)
{
    const auto plans = store.plan();
    const auto* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", record}}};
    // Whoever may not create records may not do so by a file either.
    for (const std::string_view action : {"import", "create"})
        if (const auto decision = store.decide(*plans, *plan, action, nullptr, context); !decision.allowed)
            return identity::refusal(decision);
    return {};
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
        TRY(process(store, examiner, *reader, steps));
        summary.written = write;
        if (!write && summary.counts.rejected > 0)
            break;
    }
    return summary;
}

}  // namespace imports
