#pragma once

// Places for the files of tests.

#include <cstdint>
#include <filesystem>

namespace storage::testing {

// The memory file system, where syncing costs nothing, when it has that much room; else the temporary
// folder.
std::filesystem::path memory_or_temporary(std::uintmax_t bytes);

// A new folder, removed at the end.
class Folder {
public:
    enum class On { Disk, Memory };
    explicit Folder(On where = On::Disk);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace storage::testing
