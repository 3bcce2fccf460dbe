#include "storage/blobs.h"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/testing/databases.h"

namespace storage {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// The digest of "abc" from FIPS 180-2.
const std::string abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class BlobStore : public ::testing::Test {
protected:
    BlobStore() { reopen(); }
    void reopen()
    {
        auto opened = Blobs::open(folder_.path() / "blobs");
        ASSERT_TRUE(opened.ok());
        blobs_ = *std::move(opened);
    }
    static void make_old(const fs::path& path) { fs::last_write_time(path, fs::file_time_type::clock::now() - 200h); }

    testing::Folder folder_{testing::Folder::On::Memory};
    std::unique_ptr<Blobs> blobs_;
};

TEST_F(BlobStore, NamesAreTheDigestOfTheContent)
{
    const auto name = blobs_->put("abc");
    ASSERT_TRUE(name.ok());
    EXPECT_EQ(*name, abc);
    EXPECT_EQ(*blobs_->read(abc, 3), "abc");
    EXPECT_EQ(blobs_->read(abc, 2).error().code, "BLOB_TOO_LARGE");
    EXPECT_EQ(*blobs_->put("abc"), abc);
    EXPECT_EQ(*blobs_->put(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(BlobStore, AnUploadGoesOnAfterARestart)
{
    const auto upload = blobs_->begin(3);
    ASSERT_TRUE(upload.ok());
    ASSERT_TRUE(blobs_->append(upload->id, 0, "a").ok());
    reopen();
    EXPECT_EQ(blobs_->find(upload->id)->offset, 1U);
    EXPECT_EQ(blobs_->find(upload->id)->size, 3U);
    const auto wrong = blobs_->append(upload->id, 0, "a");
    EXPECT_EQ(wrong.error().code, "UPLOAD_OFFSET");
    EXPECT_EQ(wrong.error().parameters.at(0).second, "1");
    EXPECT_EQ(blobs_->append(upload->id, 1, "bcd").error().code, "UPLOAD_SIZE");
    EXPECT_EQ(blobs_->finish(upload->id).error().code, "UPLOAD_SIZE");
    EXPECT_EQ(blobs_->append(upload->id, 1, "bc")->offset, 3U);
    EXPECT_EQ(*blobs_->finish(upload->id, abc), abc);
    EXPECT_EQ(blobs_->find(upload->id).error().code, "UPLOAD_UNKNOWN");
    EXPECT_EQ(*blobs_->read(abc, 10), "abc");
}

TEST_F(BlobStore, BytesThatNobodyVouchedForAreCutOff)
{
    const auto upload = blobs_->begin(3);
    ASSERT_TRUE(blobs_->append(upload->id, 0, "ab").ok());
    // As a power failure in the middle of a write may leave it.
    for (const auto& entry : fs::directory_iterator(folder_.path() / "blobs/uploads" / upload->id))
        std::ofstream(entry.path(), std::ios::app) << "garbage";
    reopen();
    EXPECT_EQ(blobs_->find(upload->id)->offset, 2U);
    ASSERT_TRUE(blobs_->append(upload->id, 2, "c").ok());
    EXPECT_EQ(*blobs_->finish(upload->id), abc);
}

TEST_F(BlobStore, OtherContentThanAnnouncedIsRefused)
{
    const auto upload = blobs_->begin(3);
    ASSERT_TRUE(blobs_->append(upload->id, 0, "abd").ok());
    EXPECT_EQ(blobs_->finish(upload->id, abc).error().code, "BLOB_HASH");
    EXPECT_EQ(blobs_->path(abc).error().code, "BLOB_UNKNOWN");
    EXPECT_EQ(blobs_->find(upload->id).error().code, "UPLOAD_UNKNOWN");
}

TEST_F(BlobStore, NamesThatAreNoneLeadNowhere)
{
    ASSERT_TRUE(blobs_->put("abc").ok());
    for (const std::string& name : {std::string(), std::string("sha256:"), std::string("sha256:../../../etc/passwd"),
                                   abc.substr(7), abc + "0", std::string("sha256:") + std::string(64, '/'),
                                   std::string("sha256:") + std::string(64, 'A')})
        EXPECT_EQ(blobs_->path(name).error().code, "BLOB_UNKNOWN") << name;
    for (const std::string& id : {std::string(), std::string(".."), std::string("../blobs"), std::string(32, '.')})
        EXPECT_EQ(blobs_->find(id).error().code, "UPLOAD_UNKNOWN") << id;
}

TEST_F(BlobStore, ADamagedFileIsNotGivenOut)
{
    ASSERT_TRUE(blobs_->put("abc").ok());
    std::ofstream(*blobs_->path(abc)) << "abd";
    EXPECT_EQ(blobs_->read(abc, 10).error().code, "BLOB_DAMAGED");
}

TEST_F(BlobStore, TheSweepRemovesOnlyWhatIsOldAndUnused)
{
    const auto used = *blobs_->put("used"), old = *blobs_->put("old"), fresh = *blobs_->put("fresh");
    const auto again = *blobs_->put("again");
    const auto left = *blobs_->begin(10), running = *blobs_->begin(10);
    for (const auto& name : {used, old, again})
        make_old(*blobs_->path(name));
    make_old(folder_.path() / "blobs/uploads" / left.id);
    ASSERT_TRUE(blobs_->put("again").ok());  // uploaded once more: young again

    const auto removed = blobs_->sweep([&](const std::string& name) { return name == used; }, 24h * 7);
    ASSERT_TRUE(removed.ok());
    EXPECT_EQ(*removed, 2U);
    EXPECT_TRUE(blobs_->path(used).ok());
    EXPECT_TRUE(blobs_->path(fresh).ok());
    EXPECT_TRUE(blobs_->path(again).ok());
    EXPECT_FALSE(blobs_->path(old).ok());
    EXPECT_FALSE(blobs_->find(left.id).ok());
    EXPECT_TRUE(blobs_->find(running.id).ok());
}

}  // namespace
}  // namespace storage
