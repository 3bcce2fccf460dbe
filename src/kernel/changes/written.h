#pragma once

// Many rows of the log at once, for whoever writes in bulk: the text of a diff is made beforehand, so that
// the writer is held shortly.

#include "kernel/changes/changes.h"

namespace changes {

struct Written {
    const Change* change = nullptr;  // its `diff` is not looked at
    std::string diff;                // empty for none
};
Status append_written(storage::Transaction&, std::vector<Written>);

}  // namespace changes
