#pragma once

// The SQLite side of Power: the usual VFS, with every write, sync and name noted.

#include <memory>
#include <string>

#include "storage/testing/power.h"

struct sqlite3_vfs;

namespace storage::testing {

std::unique_ptr<sqlite3_vfs> register_power_vfs(Power& power, const std::string& name);
void unregister_power_vfs(sqlite3_vfs& vfs);

}  // namespace storage::testing
