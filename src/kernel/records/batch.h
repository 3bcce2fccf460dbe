#pragma once

// Many changes of one record in one transaction, for imports. Each keeps every promise of a change made
// alone: its row in the change log with the diff, its number without gaps, encryption, uniqueness, scope.

#include <map>

#include "kernel/records/writer.h"

namespace records {

// A change that was read, looked up, filled in, validated and allowed; now ready to be written.
struct BatchChange {
    Writing writing;
    identity::Predicate scope;  // of the decision that allowed it
    std::string diff;           // as text, without the number
    changes::Generation known;  // what must still be in force
};
// Needs no database, so many threads may do it. The form must outlive the change.
Result<BatchChange> make_ready(Form&, identity::Predicate, const Store&);

// In the order given, with their numbers; the first in its transaction. All or none: NODE_BEHIND, UNIQUE, STALE and the others of the database
// do not say which change it was; `attempt` them one by one to learn that.
Status write_batch(storage::Transaction&, std::span<BatchChange* const>);

// Rows by id as find_row gives them, those that the caller may not read left out.
Result<std::map<base::Id, Image>> find_rows(storage::Transaction&, const Plan&, const RecordPlan&, const std::vector<base::Id>&,
    const Context&, const Store&);

}  // namespace records
