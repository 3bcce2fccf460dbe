// A full disk refuses writes with DISK_FULL, loses nothing, and is forgotten once there is room.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <fstream>

#include "storage/blobs.h"
#include "storage/testing/databases.h"

namespace storage {
namespace {

// Limits the space below a folder: a small memory file system where we may mount one, else the
// size of each file of this process.
class SmallDisk {
public:
    explicit SmallDisk(const std::filesystem::path& folder) : folder_(folder)
    {
        mounted_ = ::mount("none", folder.c_str(), "tmpfs", 0, "size=3m") == 0;
        if (!mounted_) {
            ::signal(SIGXFSZ, SIG_IGN);
            limit(1'500'000);
        }
    }
    ~SmallDisk()
    {
        if (mounted_)
            ::umount2(folder_.c_str(), MNT_DETACH);
        else
            limit(RLIM_INFINITY);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    void grow()
    {
        if (mounted_)
            EXPECT_EQ(::mount("none", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=30m"), 0);
        else
            limit(RLIM_INFINITY);
    }

private:
    static void limit(rlim_t bytes)
    {
        rlimit now{};
        ::getrlimit(RLIMIT_FSIZE, &now);
        now.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &now);
    }

    std::filesystem::path folder_;
    bool mounted_ = false;
};

TEST(DiskFull, WritesAreRefusedAndGoOnWhenThereIsRoom)
{
    const testing::Folder folder;
    SmallDisk disk(folder.path());
    auto opened = open_sqlite({.path = folder.path() / "test.db"});
    ASSERT_TRUE(opened.ok()) << opened.error().code << opened.error().detail;
    Database& database = **opened;
    std::int64_t next = 0;
    const auto write = [&] {
        return database.write([&](Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO entry VALUES (?1, ?2)", {next, std::string(20'000, 'x')}));
            return {};
        });
    };
    const auto count = [&] {
        return (*database.read([](Transaction& transaction) {
            return transaction.first("SELECT count(*) FROM entry");
        }))->integer(0);
    };
    ASSERT_TRUE(database
                    .migrate([](Transaction& transaction) {
                        return transaction.execute_script("CREATE TABLE entry (id INTEGER PRIMARY KEY, pad TEXT)");
                    })
                    .ok());
    ::testing::internal::CaptureStderr();
    Status status = write();
    while (status.ok() && ++next < 1'000)
        status = write();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, "DISK_FULL") << status.error().detail;
    EXPECT_EQ(status.error().kind, Kind::Unavailable);
    EXPECT_EQ(count(), next);  // reading goes on, with everything acknowledged
    EXPECT_EQ(write().error().code, "DISK_FULL");
    disk.grow();
    EXPECT_TRUE(write().ok());
    EXPECT_EQ(count(), next + 1);
    static_cast<void>(::testing::internal::GetCapturedStderr());
    opened->reset();
    opened = open_sqlite({.path = folder.path() / "test.db"});
    ASSERT_TRUE(opened.ok());
}

TEST(DiskFull, UploadsAreRefusedAndGoOnWhenThereIsRoom)
{
    const testing::Folder folder;
    SmallDisk disk(folder.path());
    auto blobs = Blobs::open(folder.path() / "blobs");
    ASSERT_TRUE(blobs.ok());
    const std::string piece(700'000, 'x');
    const auto upload = (*blobs)->begin(piece.size() * 6);
    ASSERT_TRUE(upload.ok());
    std::uint64_t offset = 0;
    auto after = (*blobs)->append(upload->id, offset, piece);
    while (after.ok() && offset < piece.size() * 6) {
        offset = after->offset;
        after = (*blobs)->append(upload->id, offset, piece);
    }
    ASSERT_FALSE(after.ok());
    EXPECT_EQ(after.error().code, "DISK_FULL");
    EXPECT_EQ(after.error().kind, Kind::Unavailable);
    EXPECT_EQ((*blobs)->put(std::string(5'000'000, 'y')).error().code, "DISK_FULL");
    EXPECT_EQ((*blobs)->find(upload->id)->offset, offset);
    disk.grow();
    while (offset < piece.size() * 6) {
        after = (*blobs)->append(upload->id, offset, piece);
        ASSERT_TRUE(after.ok());
        offset = after->offset;
    }
    EXPECT_TRUE((*blobs)->finish(upload->id).ok());
}

}  // namespace
}  // namespace storage
