#pragma once

#include "storage/database.h"

namespace storage {

// What stands in a database before its first migration: Ours once a module has migrated it, Foreign
// when there are only tables of somebody else (those of PostgreSQL's extensions do not count).
enum class Contents { Nothing, Ours, Foreign };
Result<Contents> contents(Database&);

}  // namespace storage
