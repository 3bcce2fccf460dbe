#pragma once

// The calls on which the durability of blobs rests. There is one real implementation; a test puts a
// power supply that fails behind them.

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace storage {

class BlobDisk {
public:
    virtual ~BlobDisk() = default;
    // Writes at an offset of a file that `create` made; the rest of the file stays. DISK_FULL.
    virtual base::Status write(const std::filesystem::path& file, std::uint64_t offset, std::string_view bytes) = 0;
    virtual base::Status create(const std::filesystem::path& file) = 0;
    virtual base::Status truncate(const std::filesystem::path& file, std::uint64_t size) = 0;
    virtual base::Status sync(const std::filesystem::path& file) = 0;
    // The names in a folder: what was created, renamed and removed there.
    virtual base::Status sync_folder(const std::filesystem::path& folder) = 0;
    virtual base::Status make_folder(const std::filesystem::path& folder) = 0;  // fine when it is there
    virtual base::Status rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    virtual base::Status remove(const std::filesystem::path& file) = 0;  // file or empty folder
};

std::unique_ptr<BlobDisk> real_disk();

}  // namespace storage
