#pragma once

// Work that runs by the clock: freezing idle accounts, sweeping unused files, warning of a missing
// calendar. A run is claimed by inserting its row (job, planned time), so of several nodes one does
// it. After a stop the latest missed run is made up once, not every one of them. A run that a crash
// cut off is taken up again after its time limit; so a job must be safe to run twice.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "storage/database.h"

namespace jobs {

using base::Result;
using base::Status;

struct Schedule {
    // Every `interval` from midnight Asia/Shanghai on, shifted by `offset`. A day and 02:10 is
    // {24h, 2h + 10min}. The interval divides a day.
    std::chrono::minutes interval{24 * 60};
    std::chrono::minutes offset{0};
};

// The latest planned time at or before `now`.
base::Timestamp planned_at(const Schedule&, base::Timestamp now);

struct Job {
    std::string name;
    Schedule schedule;
    // A sentence for the run's row, such as "3 accounts frozen". Never personal data.
    std::function<Result<std::string>()> work;
    std::chrono::minutes time_limit{60};
};

struct Run {
    std::string job;
    base::Timestamp planned_at, started_at;
    std::optional<base::Timestamp> finished_at;
    std::int64_t attempts = 1;
    std::string outcome;  // running, done, failed
    std::string detail;
};

class Scheduler {
public:
    Scheduler(storage::Database&, const base::Clock&);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    void add(Job);  // before start()
    void start();   // one thread; looks every 10 s
    void stop();    // after the running job
    // Runs what is due now, in this thread; for tests and stories. Gives the number of runs.
    Result<int> run_due();
    Result<std::vector<Run>> runs(const std::string& job, int limit) const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

Status migrate(storage::Database&);

}  // namespace jobs
