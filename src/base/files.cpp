#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace base::files {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    bool open() const { return number_ >= 0; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

Error unreadable(const std::filesystem::path& path, int number)
{
    return Error{.kind = number == ENOENT ? Kind::NotFound : Kind::Internal,
        .code = "FILE_UNREADABLE",
        .parameters = {{"path", path.string()}},
        .detail = std::strerror(number)};
}

Error unwritable(const std::filesystem::path& path, int number)
{
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        return Error{.kind = Kind::Unavailable,
            .code = "DISK_FULL",
            .parameters = {{"path", path.string()}},
            .detail = std::strerror(number)};
    return Error{.kind = Kind::Internal,
        .code = "FILE_UNWRITABLE",
        .parameters = {{"path", path.string()}},
        .detail = std::strerror(number)};
}

bool write_all(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::filesystem::path folder_of(const std::filesystem::path& path)
{
    const auto folder = path.parent_path();
    return folder.empty() ? std::filesystem::path(".") : folder;
}

}  // namespace

Result<std::string> read(const std::filesystem::path& path, std::size_t size_max)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.open() || ::fstat(file.get(), &status) != 0)
        return unreadable(path, errno);
    if (S_ISDIR(status.st_mode))
        return unreadable(path, EISDIR);

    std::string content;
    content.resize(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)));
    std::size_t length = 0;
    while (true) {
        if (length == content.size())  // grown meanwhile, or a file without size such as a pipe
            content.resize(content.size() + 4096);
        const ssize_t count = ::read(file.get(), content.data() + length, content.size() - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return unreadable(path, errno);
        if (count == 0)
            break;
        length += static_cast<std::size_t>(count);
        if (length > size_max)
            return Error{.kind = Kind::TooLarge,
                .code = "FILE_UNREADABLE",
                .parameters = {{"path", path.string()}},
                .detail = "larger than " + std::to_string(size_max) + " bytes"};
    }
    content.resize(length);
    return content;
}

Status write_durably(const std::filesystem::path& path, std::string_view content, int mode)
{
    static std::atomic<unsigned> counter = 0;
    const auto beside = std::filesystem::path(path).concat(
        "." + std::to_string(::getpid()) + "." + std::to_string(counter++) + ".new");
    Descriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (!file.open())
        return unwritable(path, errno);
    const bool written = ::fchmod(file.get(), static_cast<mode_t>(mode)) == 0 &&
                         write_all(file.get(), content) && ::fsync(file.get()) == 0 &&
                         ::close(file.release()) == 0 && ::rename(beside.c_str(), path.c_str()) == 0;
    if (!written) {
        const int number = errno;
        ::unlink(beside.c_str());
        return unwritable(path, number);
    }
    return sync_folder(folder_of(path));
}

Status append_durably(const std::filesystem::path& path, std::string_view content, int mode)
{
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (!file.open() || !write_all(file.get(), content))
        return unwritable(path, errno);
    if (::fsync(file.get()) != 0 && errno != EINVAL)  // devices cannot be synced
        return unwritable(path, errno);
    return {};
}

Status sync_folder(const std::filesystem::path& folder)
{
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.open() || ::fsync(directory.get()) != 0)
        return unwritable(folder, errno);
    return {};
}

}  // namespace base::files
