#pragma once

// A file that lives in memory alone, for libraries that write to a path what must not reach a disk in clear.

#include <filesystem>

#include "base/result.h"

namespace imports {

class MemoryFile {
public:
    static base::Result<MemoryFile> open();
    ~MemoryFile();
    MemoryFile(MemoryFile&& other) noexcept;
    MemoryFile& operator=(MemoryFile&&) = delete;

    std::filesystem::path path() const;  // of this process alone
    base::Result<std::string> content() const;

private:
    explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace imports
