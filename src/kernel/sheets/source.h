#pragma once

// Inside the library: where raw rows come from, before headings and merged cells are dealt with.

#include <memory>
#include <string_view>

#include "kernel/sheets/reader.h"

namespace sheets {

// Rows and columns from 1 and 0 as in Row.
struct Merge {
    std::size_t top = 0;
    std::size_t bottom = 0;
    std::size_t left = 0;
    std::size_t right = 0;
};

class RowSource {
public:
    virtual ~RowSource() = default;
    // The next row with any text in it, cells as they stand, trailing empty ones left out.
    virtual base::Result<bool> next(Row&) = 0;
    virtual void describe(Layout&) const = 0;
    virtual const std::vector<Merge>& merges() const = 0;
};

base::Result<std::unique_ptr<RowSource>> open_csv(std::string content, const Limits&);
// One of `path` and `content` is given.
base::Result<std::unique_ptr<RowSource>> open_xlsx(
    const std::filesystem::path& path, std::string content, const Options&);
base::Result<std::unique_ptr<Reader>> with_headings(std::unique_ptr<RowSource>, const Options&);

}  // namespace sheets
