#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"

namespace base {
namespace {

class Files : public testing::Test {
protected:
    Files()
    {
        char name[] = "/tmp/weijian_files_XXXXXX";
        folder_ = ::mkdtemp(name);
    }
    ~Files() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
};

TEST_F(Files, AnUnreadableFileIsNamed)
{
    const auto missing = files::read(folder_ / "missing");
    EXPECT_EQ(missing.error().code, "FILE_UNREADABLE");
    EXPECT_EQ(missing.error().kind, Kind::NotFound);
    EXPECT_EQ(files::read(folder_).error().code, "FILE_UNREADABLE");
}

TEST_F(Files, WhatWasWrittenIsReadBackWhole)
{
    std::string content(100'000, 'x');
    content[50] = '\0';
    ASSERT_TRUE(files::write_durably(folder_ / "a", content).ok());
    EXPECT_EQ(*files::read(folder_ / "a"), content);
    ASSERT_TRUE(files::write_durably(folder_ / "a", "").ok());
    EXPECT_EQ(*files::read(folder_ / "a"), "");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, AFileLargerThanAllowedIsRefused)
{
    ASSERT_TRUE(files::write_durably(folder_ / "a", "12345").ok());
    EXPECT_EQ(files::read(folder_ / "a", 4).error().kind, Kind::TooLarge);
    EXPECT_TRUE(files::read(folder_ / "a", 5).ok());
    EXPECT_TRUE(files::read("/proc/self/status").ok());  // a file whose size reads as 0
}

TEST_F(Files, TheModeIsTheOneAskedFor)
{
    ASSERT_TRUE(files::write_durably(folder_ / "key", "secret", 0400).ok());
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / "key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0400u);
}

TEST_F(Files, AFolderThatIsMissingIsReported)
{
    EXPECT_EQ(files::write_durably(folder_ / "no" / "a", "x").error().code, "FILE_UNWRITABLE");
    EXPECT_EQ(files::sync_folder(folder_ / "no").error().code, "FILE_UNWRITABLE");
}

TEST_F(Files, AFullDiskIsTemporary)
{
    if (::access("/dev/full", W_OK) != 0)
        GTEST_SKIP();
    const auto status = files::append_durably("/dev/full", "x");
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, "DISK_FULL");
    EXPECT_EQ(status.error().kind, Kind::Unavailable);
}

TEST_F(Files, TheLogKeepsOneLineAnEvent)
{
    const auto path = (folder_ / "weijian.log").string();
    log::open("warning", path);
    log::info("too quiet to be written");
    log::warning("request 17 failed\nforged line");
    log::open("info");
    const auto content = *files::read(path);
    EXPECT_EQ(std::count(content.begin(), content.end(), '\n'), 1);
    EXPECT_NE(content.find("request 17 failed\\x0aforged line"), std::string::npos) << content;
    EXPECT_EQ(content.find("too quiet"), std::string::npos);
}

TEST_F(Files, ALogFileThatCannotBeOpenedStopsNothing)
{
    log::open("info", "/proc/none/weijian.log");
    log::debug("still alive");
    log::open("info");
}

}  // namespace
}  // namespace base
