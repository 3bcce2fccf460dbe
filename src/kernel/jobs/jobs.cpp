#include "kernel/jobs/jobs.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"

std::span<const base::EmbeddedFile> jobs_files();

namespace jobs {

base::Timestamp planned_at(const Schedule& schedule, base::Timestamp now)
{
    const std::int64_t interval = std::chrono::milliseconds{schedule.interval}.count();
    const std::int64_t first = base::Timestamp::start_of(now.date()).milliseconds +
        std::chrono::milliseconds{schedule.offset}.count();
    std::int64_t steps = (now.milliseconds - first) / interval;
    if (now.milliseconds < first + steps * interval)
        --steps;
    return {first + steps * interval};
}

namespace {

constexpr std::string_view claim_run = R"sql(
    INSERT INTO job_run (job, planned_at, started_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (job, planned_at) DO UPDATE
       SET started_at = excluded.started_at, attempts = job_run.attempts + 1, outcome = 'running'
     WHERE job_run.finished_at IS NULL AND job_run.started_at < ?4
)sql";

constexpr std::string_view finish_run = R"sql(
    UPDATE job_run SET finished_at = ?3, outcome = ?4, detail = ?5 WHERE job = ?1 AND planned_at = ?2
)sql";

constexpr std::string_view select_runs = R"sql(
    SELECT job, planned_at, started_at, finished_at, attempts, outcome, detail
      FROM job_run
     WHERE job = ?1
     ORDER BY planned_at DESC
     LIMIT ?2
)sql";

}  // namespace

struct Scheduler::Inside {
    storage::Database& database;
    const base::Clock& clock;
    std::vector<Job> jobs;
    std::thread thread;
    std::mutex mutex;
    std::condition_variable woken;
    bool stopping = false;

    Result<bool> claim(const Job& job, base::Timestamp planned)
    {
        const base::Timestamp now = clock.now();
        const base::Timestamp given_up = now.plus(-std::chrono::milliseconds{job.time_limit});
        return database.write([&](storage::Transaction& transaction) -> Result<bool> {
            TRY_ASSIGN(const auto rows, transaction.execute(claim_run, {job.name, planned, now, given_up}));
            return rows > 0;
        });
    }

    Status run(const Job& job, base::Timestamp planned)
    {
        const auto outcome = job.work();
        if (!outcome.ok())
            base::log::error("job " + job.name + " failed: " + outcome.error().code + " " + outcome.error().detail);
        const std::string detail = outcome.ok() ? outcome.value() : outcome.error().code;
        return database.write([&](storage::Transaction& transaction) -> Status {
            TRY(transaction.execute(finish_run,
                {job.name, planned, clock.now(), std::string{outcome.ok() ? "done" : "failed"}, detail}));
            return {};
        });
    }

    Result<int> run_due()
    {
        int count = 0;
        for (const Job& job : jobs) {
            const base::Timestamp planned = planned_at(job.schedule, clock.now());
            TRY_ASSIGN(const bool mine, claim(job, planned));
            if (!mine)
                continue;
            TRY(run(job, planned));
            ++count;
        }
        return count;
    }

    void loop()
    {
        while (true) {
            {
                std::unique_lock lock{mutex};
                woken.wait_for(lock, std::chrono::seconds{10}, [&] { return stopping; });
                if (stopping)
                    return;
            }
            const auto done = run_due();
            if (!done.ok())
                base::log::error("scheduler: " + done.error().code + " " + done.error().detail);
        }
    }
};

Scheduler::Scheduler(storage::Database& database, const base::Clock& clock)
    : inside_(new Inside{database, clock})
{
}

Scheduler::~Scheduler()
{
    stop();
}

void Scheduler::add(Job job)
{
    inside_->jobs.push_back(std::move(job));
}

void Scheduler::start()
{
    inside_->thread = std::thread{[inside = inside_.get()] { inside->loop(); }};
}

void Scheduler::stop()
{
    {
        const std::lock_guard lock{inside_->mutex};
        inside_->stopping = true;
    }
    inside_->woken.notify_all();
    if (inside_->thread.joinable())
        inside_->thread.join();
}

Result<int> Scheduler::run_due()
{
    return inside_->run_due();
}

Result<std::vector<Run>> Scheduler::runs(const std::string& job, int limit) const
{
    return inside_->database.read([&](storage::Transaction& transaction) -> Result<std::vector<Run>> {
        TRY_ASSIGN(auto rows, transaction.query(select_runs, {job, std::int64_t{limit}}));
        std::vector<Run> runs;
        for (const storage::Row& row : rows) {
            Run run{row.text(0), row.timestamp(1), row.timestamp(2), {}, row.integer(4), row.text(5), row.text(6)};
            if (!row.null(3))
                run.finished_at = row.timestamp(3);
            runs.push_back(std::move(run));
        }
        return runs;
    });
}

Status migrate(storage::Database& database)
{
    return storage::migrate(database, "jobs", jobs_files());
}

}  // namespace jobs
