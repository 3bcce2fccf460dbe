#pragma once

// Inside the library: imports as rows of the database.

#include "kernel/imports/engine.h"

namespace imports {

extern const std::string select_job;  // "SELECT … FROM import_job"
Job job_of(const storage::Row&);
Status insert_job(storage::Transaction&, const Job&);
// An import that waits for work, now held by this server until the lease runs out.
Result<std::optional<Job>> claim_job(storage::Transaction&, base::Id holder);
Status release_jobs(storage::Transaction&, base::Id holder);  // 0: whoever holds them
// State, mapping and figures. With a holder it renews the lease, and fails with IMPORT_LOST when the
// import was cancelled or another server has taken it; without, it does nothing to a cancelled one.
Status update_job(storage::Transaction&, const Job&, base::Timestamp now, base::Id holder = 0);
Status insert_faults(storage::Transaction&, base::Id, const std::vector<RowFault>&);
std::vector<std::string> headings_of(const Job&);

}  // namespace imports
