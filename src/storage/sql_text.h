#pragma once

// The little of SQL text that storage itself has to understand.

#include <string>
#include <string_view>

namespace storage {

std::string quoted_name(std::string_view name);

// `?1` becomes `$1`, except inside texts, quoted names, comments and dollar quotes.
std::string with_dollar_placeholders(std::string_view sql);

// The part of a migration for one dialect: lines between `-- postgres:` or `-- sqlite:` and
// `-- end` are kept for that database only, `{{type}}` becomes the database's type.
enum class Dialect;
std::string for_dialect(std::string_view sql, Dialect dialect);

}  // namespace storage
