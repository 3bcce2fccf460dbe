#include "storage/database.h"

namespace storage {

Result<std::unique_ptr<Database>> open(const std::string& where)
{
    if (where.starts_with("postgresql://") || where.starts_with("postgres://"))
        return open_postgres({.url = where});
    return open_sqlite({.path = where});
}

}  // namespace storage
