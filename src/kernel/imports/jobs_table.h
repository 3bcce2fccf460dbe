#pragma once

// Inside the library: imports as rows of the database.

#include "kernel/imports/engine.h"

namespace imports {

extern const std::string select_job;  // "SELECT … FROM import_job"
Job job_of(const storage::Row&);
Status insert_job(storage::Transaction&, const Job&);
// State, mapping and figures. Does nothing to an import that was cancelled meanwhile.
Status update_job(storage::Transaction&, const Job&, base::Timestamp now);
Status insert_faults(storage::Transaction&, base::Id, const std::vector<RowFault>&);
std::vector<std::string> headings_of(const Job&);

}  // namespace imports
