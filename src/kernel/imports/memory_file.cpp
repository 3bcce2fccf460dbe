#include "kernel/imports/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <limits>
#include <utility>

#include "base/files.h"

namespace imports {

base::Result<MemoryFile> MemoryFile::open()
{
    const int descriptor = ::memfd_create("weijian", MFD_CLOEXEC);
    if (descriptor < 0)
        return base::Error{base::Kind::Unavailable, "FILE_UNWRITABLE", {}, {{"path", "memory"}}};
    return MemoryFile{descriptor};
}

MemoryFile::~MemoryFile()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

std::filesystem::path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

base::Result<std::string> MemoryFile::content() const
{
    return base::files::read(path(), std::numeric_limits<std::size_t>::max());
}

}  // namespace imports
