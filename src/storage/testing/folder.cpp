#include "storage/testing/folder.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace storage::testing {

namespace fs = std::filesystem;

fs::path memory_or_temporary(std::uintmax_t bytes)
{
    const fs::path memory = "/dev/shm";
    std::error_code missing;
    const fs::space_info space = fs::space(memory, missing);
    if (!missing && space.available >= bytes && ::access(memory.c_str(), W_OK) == 0)
        return memory;
    return fs::temp_directory_path();
}

Folder::Folder(On where)
{
    constexpr std::uintmax_t room = 200'000'000;
    const fs::path parent = where == On::Memory ? memory_or_temporary(room) : fs::temp_directory_path();
    std::string pattern = parent / "weijian-test-XXXXXX";
    if (!::mkdtemp(pattern.data())) {
        std::fprintf(stderr, "No temporary folder: %s\n", pattern.c_str());
        std::exit(1);
    }
    path_ = pattern;
}

Folder::~Folder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace storage::testing
