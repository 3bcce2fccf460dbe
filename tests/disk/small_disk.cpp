#include "small_disk.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <csignal>

namespace disk {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t large = 512ULL << 20;

void limit_files(pid_t process, rlim_t bytes)
{
    rlimit now{};
    ASSERT_EQ(::prlimit(process, RLIMIT_FSIZE, nullptr, &now), 0);
    now.rlim_cur = bytes;
    ASSERT_EQ(::prlimit(process, RLIMIT_FSIZE, &now, nullptr), 0);
}

std::uint64_t largest_file(const fs::path& folder)
{
    std::uint64_t size = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            size = std::max<std::uint64_t>(size, entry.file_size());
    return size;
}

}  // namespace

SmallDisk::SmallDisk(fs::path folder) : folder_(std::move(folder))
{
    fs::create_directories(folder_);
    const std::string size = "size=" + std::to_string(large);
    mounted_ = ::mount("none", folder_.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

SmallDisk::~SmallDisk()
{
    if (mounted_)
        ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::remount(std::uint64_t bytes) const
{
    const std::string size = "size=" + std::to_string(bytes);
    ASSERT_EQ(::mount("none", folder_.c_str(), "tmpfs", MS_REMOUNT, size.c_str()), 0);
}

void SmallDisk::shrink(std::uint64_t room, pid_t process)
{
    if (!mounted_)
        return limit_files(process, largest_file(folder_) + room);
    struct statvfs facts {};
    ASSERT_EQ(::statvfs(folder_.c_str(), &facts), 0);
    remount((facts.f_blocks - facts.f_bfree) * facts.f_frsize + room);
}

void SmallDisk::grow(pid_t process)
{
    if (mounted_)
        remount(large);
    else
        limit_files(process, RLIM_INFINITY);
}

}  // namespace disk
