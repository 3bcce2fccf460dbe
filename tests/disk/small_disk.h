#pragma once

// A place of limited size for the files of a program: a memory file system where we may mount one, else
// a limit on the size of each file that the program writes.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace disk {

class SmallDisk {
public:
    explicit SmallDisk(std::filesystem::path folder);  // made; large until `shrink`
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }
    const std::filesystem::path& folder() const { return folder_; }
    // Leaves so much room; `process` is whose files are limited where nothing could be mounted.
    void shrink(std::uint64_t room, pid_t process);
    void grow(pid_t process);

private:
    void remount(std::uint64_t bytes) const;
    std::filesystem::path folder_;
    bool mounted_ = false;
};

}  // namespace disk
