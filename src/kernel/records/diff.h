#pragma once

// What a change changed, for the change log and the history: {field: [before, after]}. Values of
// encrypted fields stand there as {"cipher": base64} only.

#include "kernel/records/form.h"

namespace records {

json::object diff_of(const Form&);
// A value as a diff holds it.
json::value diff_value(const FieldPlan&, const rules::Value&, const std::string& blob);
json::array diff_rows(const RowsPlan&, const std::vector<ChildRow>&);

// Encrypts what is new, so that row and diff hold the same blob.
void seal(Form&, const identity::FieldCipher&);

}  // namespace records
