#pragma once

// Small things that every store of this folder writes: optional instants and ids as columns.

#include <limits>
#include <optional>

#include "storage/database.h"

namespace workflow {

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t day_ms = 86'400'000;

inline storage::Value or_null(const std::optional<base::Timestamp>& at) { return at ? storage::Value{*at} : storage::Value{}; }
inline storage::Value id_or_null(base::Id id) { return id ? storage::Value{id} : storage::Value{}; }
inline storage::Value text_or_null(const std::string& text) { return text.empty() ? storage::Value{} : storage::Value{text}; }
inline std::optional<base::Timestamp> instant_at(const storage::Row& row, std::size_t column)
{
    return row.null(column) ? std::nullopt : std::optional{row.timestamp(column)};
}

}  // namespace workflow
