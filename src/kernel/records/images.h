#pragma once

// Many records at once, in a few statements.

#include <map>

#include "kernel/records/image.h"

namespace records {

// Those of the ids that exist, deleted ones too.
Result<std::map<base::Id, Image>> load_images(storage::Transaction&, const RecordPlan&, const std::vector<base::Id>&,
    const identity::FieldCipher&);

}  // namespace records
