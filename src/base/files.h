#pragma once

// Files as the product needs them: whole, durable, or not at all.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base::files {

Result<std::string> read(const std::filesystem::path&, std::size_t size_max = std::size_t{1} << 30);  // FILE_UNREADABLE
// Written beside, synced, renamed, folder synced. FILE_UNWRITABLE, DISK_FULL (Kind::Unavailable).
Status write_durably(const std::filesystem::path&, std::string_view content, int mode = 0644);
// Added at the end of the file, which is created when missing, and synced.
Status append_durably(const std::filesystem::path&, std::string_view content, int mode = 0644);
Status sync_folder(const std::filesystem::path&);

}  // namespace base::files
