#pragma once

// Files that the build puts into the binary (cmake/embed.cmake).

#include <cstddef>
#include <span>
#include <string_view>

namespace base {

struct EmbeddedFile {
    std::string_view name;
    std::string_view content;
};

}  // namespace base

// What base ships: share/pinyin.txt, share/regions.csv, share/calendar/*.csv.
std::span<const base::EmbeddedFile> base_files();
