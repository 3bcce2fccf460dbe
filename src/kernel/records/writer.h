#pragma once

// The statements of one change. Everything here runs inside database.write and may run twice.

#include "kernel/records/diff.h"
#include "kernel/records/numbering.h"

namespace records {

// What a change binds, prepared before the transaction so that the writer is held shortly.
struct Writing {
    const Form& form;
    const Store& store;
    changes::Change change;
    std::optional<NumberParts> number = {};
    storage::Values values = {};           // of the insert, or of the update
    std::string update = {};               // SQL of the update
    std::vector<std::string> hashes = {};  // files of the record afterwards
    bool files_changed = false;
};

Result<Writing> prepare(const Form&, const Store&);
// The row and what belongs to it, without its number and its row in the change log. STALE.
Status write_record(storage::Transaction&, const Writing&);
Status write_attached(storage::Transaction&, const Writing&);  // what belongs to the row alone
Status insert_record(storage::Transaction&, Writing&, std::string& number);
Status update_record(storage::Transaction&, Writing&);  // STALE

// `Idempotency-Key`: claims it for this request, or gives the id that the first request made.
// IDEMPOTENCY_MISMATCH.
Result<std::optional<base::Id>> claim_key(storage::Transaction&, const Context&, std::string_view record, base::Id);
// The same in a read: after a failure that may mean that another request was first.
Result<std::optional<base::Id>> claimed_by(storage::Transaction&, const Context&);

// Another live row with the same values in `unique`; for the error and for rows under an older index key.
struct Collision {
    const std::vector<std::string>* fields;
    base::Id id;
};
Result<std::optional<Collision>> find_collision(storage::Transaction&, const Form&, const identity::FieldCipher&);
// The same for many forms of one record, in a few statements.
Result<std::vector<std::optional<Collision>>> find_collisions(storage::Transaction&, std::span<const Form* const>,
    const identity::FieldCipher&);
// Live rows with these values in these fields (those without a value are left out), by form; at most
// two each.
Result<std::vector<std::vector<base::Id>>> find_equal(storage::Transaction&, std::span<const Form* const>,
    const std::vector<std::string>& fields, const identity::FieldCipher&);

}  // namespace records
