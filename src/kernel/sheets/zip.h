#pragma once

// Inside the library: parts of an XLSX package, read piece by piece under a limit.

#include <zip.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sheets {

base::Error damaged(std::string detail);

class Package {
public:
    // One of `path` and `content` is given; `content` must outlive the package.
    static base::Result<Package> open(const std::filesystem::path& path, std::string_view content);

    bool has(const std::string& name) const;
    // A whole small part; SHEET_TOO_LARGE over the limit, SHEET_DAMAGED when it is not there.
    base::Result<std::string> read(const std::string& name, std::size_t limit) const;
    zip_t* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(zip_t* each) const { zip_discard(each); }
    };
    std::unique_ptr<zip_t, Close> handle_;
};

// Gives the elements of one name, as text, one after another. `<row …>…</row>` never nests and text
// cannot hold a raw `<`, so the elements can be cut out without parsing what is around them.
class Elements {
public:
    static base::Result<Elements> open(
        const Package&, const std::string& part, std::string_view element, std::size_t limit);

    // False at the end of the part.
    base::Result<bool> next(std::string& fragment);

private:
    struct Close {
        void operator()(zip_file_t* each) const { zip_fclose(each); }
    };
    base::Result<bool> more();
    base::Result<bool> skip_to(std::string_view text);
    base::Result<std::size_t> find(std::string_view text, std::size_t from);
    base::Result<std::size_t> end_of_tag(std::size_t from);

    std::unique_ptr<zip_file_t, Close> file_;
    std::string name_;  // with the prefix that the part uses
    std::string buffer_;
    std::size_t position_ = 0;
    std::size_t limit_ = 0;
    std::size_t read_ = 0;
};

}  // namespace sheets
