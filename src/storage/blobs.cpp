#include "storage/blobs.h"

#include <charconv>
#include <fstream>
#include <mutex>
#include <set>
#include <vector>

#include "base/crypto.h"
#include "base/files.h"
#include "storage/blob_disk.h"

namespace storage {

namespace {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;
namespace fs = std::filesystem;

constexpr std::string_view name_prefix = "sha256:";
constexpr std::size_t read_piece = 1 << 18;

bool lower_hex(std::string_view text, std::size_t length)
{
    return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Error unknown_upload()
{
    return {.kind = Kind::NotFound, .code = "UPLOAD_UNKNOWN"};
}

Error wrong_size(std::uint64_t announced, std::uint64_t received)
{
    return {.kind = Kind::Invalid,
            .code = "UPLOAD_SIZE",
            .parameters = {{"announced", std::to_string(announced)}, {"received", std::to_string(received)}}};
}

Result<std::string> digest_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    base::crypto::Hasher hasher(base::crypto::Hasher::Algorithm::Sha256);
    std::string piece(read_piece, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hasher.add(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    if (!in.eof())
        return Error{.kind = Kind::Unavailable, .code = "FILE_UNREADABLE"};
    return base::crypto::hex(hasher.finish());
}

// blobs/ab/abcdef…: one file a blob. uploads/<id>/<size>-<offset>: one file an upload; its name says
// how many bytes are kept for certain, whatever else a power failure left in it.
class FolderBlobs final : public Blobs {
public:
    FolderBlobs(fs::path folder, std::unique_ptr<BlobDisk> disk) : folder_(std::move(folder)), disk_(std::move(disk)) {}

    Status prepare();
    Result<Upload> begin(std::uint64_t size) override;
    Result<Upload> find(const std::string& upload) override;
    Result<Upload> append(const std::string& upload, std::uint64_t offset, std::string_view bytes) override;
    Result<std::string> finish(const std::string& upload, const std::string& expected) override;
    Result<std::string> put(std::string_view bytes) override;
    Result<fs::path> path(const std::string& name) override;
    Result<std::string> read(const std::string& name, std::uint64_t size_max) override;
    Result<std::size_t> sweep(const std::function<bool(const std::string&)>& used, std::chrono::hours age) override;

private:
    fs::path uploads() const { return folder_ / "uploads"; }
    fs::path blobs() const { return folder_ / "blobs"; }
    fs::path place_of(const std::string& digest) const { return blobs() / digest.substr(0, 2) / digest; }
    fs::path file_of(const Upload& upload) const
    {
        return uploads() / upload.id / (std::to_string(upload.size) + "-" + std::to_string(upload.offset));
    }
    Status drop(const Upload& upload);
    Status keep(const Upload& upload, const std::string& digest);
    bool remove_when_unused(const fs::path& file, fs::file_time_type limit,
                            const std::function<bool(const std::string&)>& used);

    fs::path folder_;
    std::unique_ptr<BlobDisk> disk_;
    // Held while a blob gets its place and while the sweep decides about one, so that a blob is not
    // removed just as somebody uploads the same content again.
    std::mutex places_;
    std::set<std::string> shards_;  // whose folder is durable for certain, as this run synced it
};

Status FolderBlobs::prepare()
{
    TRY(disk_->make_folder(folder_));
    TRY(disk_->make_folder(uploads()));
    TRY(disk_->make_folder(blobs()));
    TRY(disk_->sync_folder(folder_));
    return disk_->sync_folder(fs::absolute(folder_).parent_path());
}

Result<Upload> FolderBlobs::begin(std::uint64_t size)
{
    const Upload upload{.id = base::crypto::hex(base::crypto::random_bytes(16)), .size = size};
    TRY(disk_->make_folder(uploads() / upload.id));
    TRY(disk_->create(file_of(upload)));
    TRY(disk_->sync_folder(uploads() / upload.id));
    TRY(disk_->sync_folder(uploads()));
    return upload;
}

Result<Upload> FolderBlobs::find(const std::string& id)
{
    if (!lower_hex(id, 32))
        return unknown_upload();
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(uploads() / id, missing)) {
        const std::string name = entry.path().filename();
        Upload upload{.id = id};
        const char* const end = name.data() + name.size();
        const auto size = std::from_chars(name.data(), end, upload.size);
        if (size.ec == std::errc() && size.ptr != end && std::from_chars(size.ptr + 1, end, upload.offset).ec == std::errc())
            return upload;
    }
    return unknown_upload();
}

Result<Upload> FolderBlobs::append(const std::string& id, std::uint64_t offset, std::string_view bytes)
{
    TRY_ASSIGN(const Upload before, find(id));
    if (offset != before.offset)
        return Error{.kind = Kind::Conflict,
                     .code = "UPLOAD_OFFSET",
                     .parameters = {{"offset", std::to_string(before.offset)}}};
    if (bytes.size() > before.size - before.offset)
        return wrong_size(before.size, before.offset + bytes.size());
    if (bytes.empty())
        return before;
    const fs::path file = file_of(before);
    Status written = disk_->write(file, offset, bytes);
    if (written.ok())
        written = disk_->sync(file);
    if (!written.ok()) {
        // Gives the space back; what was kept before stays.
        static_cast<void>(disk_->truncate(file, before.offset).ok());
        return written.error();
    }
    Upload after = before;
    after.offset += bytes.size();
    TRY(disk_->rename(file, file_of(after)));
    TRY(disk_->sync_folder(uploads() / id));
    return after;
}

Status FolderBlobs::drop(const Upload& upload)
{
    TRY(disk_->remove(file_of(upload)));
    return disk_->remove(uploads() / upload.id);
}

Result<std::string> FolderBlobs::finish(const std::string& id, const std::string& expected)
{
    TRY_ASSIGN(const Upload upload, find(id));
    if (upload.offset != upload.size)
        return wrong_size(upload.size, upload.offset);
    // A power failure may have left more in the file than its name vouches for.
    TRY(disk_->truncate(file_of(upload), upload.size));
    TRY_ASSIGN(const std::string digest, digest_of(file_of(upload)));
    if (!expected.empty() && expected != digest && expected != std::string(name_prefix) + digest) {
        TRY(drop(upload));
        return Error{.kind = Kind::Invalid, .code = "BLOB_HASH"};
    }
    TRY(keep(upload, digest));
    return std::string(name_prefix) + digest;
}

Status FolderBlobs::keep(const Upload& upload, const std::string& digest)
{
    const fs::path place = place_of(digest);
    TRY(disk_->sync(file_of(upload)));
    {
        std::lock_guard lock(places_);
        if (!shards_.contains(digest.substr(0, 2))) {
            TRY(disk_->make_folder(place.parent_path()));
            TRY(disk_->sync_folder(blobs()));
            shards_.insert(digest.substr(0, 2));
        }
        std::error_code failed;
        if (fs::exists(place, failed)) {
            fs::last_write_time(place, fs::file_time_type::clock::now(), failed);
            TRY(drop(upload));
        } else {
            TRY(disk_->rename(file_of(upload), place));
            TRY(disk_->remove(uploads() / upload.id));
        }
    }
    return disk_->sync_folder(place.parent_path());
}

Result<std::string> FolderBlobs::put(std::string_view bytes)
{
    const std::string digest = base::crypto::hex(base::crypto::sha256(bytes));
    const Upload upload{.id = base::crypto::hex(base::crypto::random_bytes(16)), .size = bytes.size()};
    TRY(disk_->make_folder(uploads() / upload.id));
    TRY(disk_->create(file_of(upload)));
    Status kept = disk_->write(file_of(upload), 0, bytes);
    if (kept.ok())
        kept = keep(upload, digest);
    if (!kept.ok()) {
        static_cast<void>(drop(upload).ok());
        return kept.error();
    }
    return std::string(name_prefix) + digest;
}

Result<fs::path> FolderBlobs::path(const std::string& name)
{
    const Error unknown{.kind = Kind::NotFound, .code = "BLOB_UNKNOWN"};
    if (!name.starts_with(name_prefix) || !lower_hex(std::string_view(name).substr(name_prefix.size()), 64))
        return unknown;
    const fs::path place = place_of(name.substr(name_prefix.size()));
    std::error_code failed;
    if (!fs::is_regular_file(place, failed))
        return unknown;
    return place;
}

Result<std::string> FolderBlobs::read(const std::string& name, std::uint64_t size_max)
{
    TRY_ASSIGN(const fs::path file, path(name));
    std::error_code failed;
    if (fs::file_size(file, failed) > size_max)
        return Error{.kind = Kind::TooLarge, .code = "BLOB_TOO_LARGE"};
    TRY_ASSIGN(std::string content, base::files::read(file, size_max));
    if (base::crypto::hex(base::crypto::sha256(content)) != name.substr(name_prefix.size()))
        return Error{.kind = Kind::Internal, .code = "BLOB_DAMAGED", .parameters = {{"name", name}}};
    return content;
}

bool FolderBlobs::remove_when_unused(const fs::path& file, fs::file_time_type limit,
                                     const std::function<bool(const std::string&)>& used)
{
    std::error_code failed;
    if (fs::last_write_time(file, failed) > limit || failed)
        return false;
    if (used(std::string(name_prefix) + file.filename().string()))
        return false;
    std::lock_guard lock(places_);
    // Looked at again, as the same content may have been uploaded meanwhile.
    if (fs::last_write_time(file, failed) > limit || failed)
        return false;
    return disk_->remove(file).ok();
}

Result<std::size_t> FolderBlobs::sweep(const std::function<bool(const std::string&)>& used, std::chrono::hours age)
{
    const auto limit = fs::file_time_type::clock::now() - age;
    std::size_t removed = 0;
    std::error_code failed;
    for (const auto& shard : fs::directory_iterator(blobs(), failed)) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(shard.path(), failed))
            files.push_back(entry.path());
        for (const fs::path& file : files)
            removed += remove_when_unused(file, limit, used) ? 1 : 0;
    }
    std::vector<fs::path> abandoned;
    for (const auto& entry : fs::directory_iterator(uploads(), failed))
        if (fs::last_write_time(entry.path(), failed) <= limit)
            abandoned.push_back(entry.path());
    for (const fs::path& folder : abandoned) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder, failed))
            files.push_back(entry.path());
        bool gone = true;
        for (const fs::path& file : files)
            gone = disk_->remove(file).ok() && gone;
        removed += gone && disk_->remove(folder).ok() ? 1 : 0;
    }
    if (failed)
        return Error{.kind = Kind::Unavailable, .code = "FILE_UNREADABLE", .detail = failed.message()};
    return removed;
}

}  // namespace

Result<std::unique_ptr<Blobs>> Blobs::open(fs::path folder)
{
    return open(std::move(folder), real_disk());
}

Result<std::unique_ptr<Blobs>> Blobs::open(fs::path folder, std::unique_ptr<BlobDisk> disk)
{
    auto blobs = std::make_unique<FolderBlobs>(std::move(folder), std::move(disk));
    TRY(blobs->prepare());
    return std::unique_ptr<Blobs>(std::move(blobs));
}

}  // namespace storage
