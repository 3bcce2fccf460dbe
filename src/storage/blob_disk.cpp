#include "storage/blob_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace storage {

namespace {

using base::Error;
using base::Kind;
using base::Status;
namespace fs = std::filesystem;

Status failed(const fs::path& path)
{
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return Error{.kind = Kind::Unavailable,
                 .code = full ? "DISK_FULL" : "FILE_UNWRITABLE",
                 .parameters = {{"path", path.string()}},
                 .detail = std::strerror(errno)};
}

class Descriptor {
public:
    Descriptor(const fs::path& file, int flags) : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~Descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    bool ok() const { return number_ >= 0; }
    int number() const { return number_; }

private:
    int number_;
};

class RealDisk final : public BlobDisk {
public:
    Status write(const fs::path& file, std::uint64_t offset, std::string_view bytes) override
    {
        const Descriptor descriptor(file, O_WRONLY);
        if (!descriptor.ok())
            return failed(file);
        while (!bytes.empty()) {
            const ssize_t written = ::pwrite(descriptor.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return failed(file);
            bytes.remove_prefix(static_cast<std::size_t>(written));
            offset += static_cast<std::uint64_t>(written);
        }
        return {};
    }

    Status create(const fs::path& file) override
    {
        const Descriptor descriptor(file, O_WRONLY | O_CREAT | O_EXCL);
        return descriptor.ok() ? Status{} : failed(file);
    }

    Status truncate(const fs::path& file, std::uint64_t size) override
    {
        return ::truncate(file.c_str(), static_cast<off_t>(size)) == 0 ? Status{} : failed(file);
    }

    Status sync(const fs::path& file) override
    {
        const Descriptor descriptor(file, O_RDONLY);
        return descriptor.ok() && ::fdatasync(descriptor.number()) == 0 ? Status{} : failed(file);
    }

    Status sync_folder(const fs::path& folder) override
    {
        const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
        return descriptor.ok() && ::fsync(descriptor.number()) == 0 ? Status{} : failed(folder);
    }

    Status make_folder(const fs::path& folder) override
    {
        return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST ? Status{} : failed(folder);
    }

    Status rename(const fs::path& from, const fs::path& to) override
    {
        return ::rename(from.c_str(), to.c_str()) == 0 ? Status{} : failed(from);
    }

    Status remove(const fs::path& file) override { return ::remove(file.c_str()) == 0 ? Status{} : failed(file); }
};

}  // namespace

std::unique_ptr<BlobDisk> real_disk()
{
    return std::make_unique<RealDisk>();
}

}  // namespace storage
