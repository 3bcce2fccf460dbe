#pragma once

// The built web UI, in memory with its compressed forms. `x.js.br` and `x.js.gz` beside `x.js` are
// taken when the build made them; without, gzip is made at the start, fast rather than small.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "http/message.h"

namespace http {

class StaticFiles {
public:
    StaticFiles() = default;
    // STATIC_FOLDER when the folder or its index.html is missing or too large.
    static Result<StaticFiles> load(const std::string& folder);

    // "/x" is x or x.html; paths of the application (no dot, not an interface) get index.html.
    // Nothing when there is no such file.
    std::optional<Response> respond(const Request&) const;

private:
    using Bytes = std::shared_ptr<const std::string>;
    struct File {
        std::string media_type;
        std::string tag; // without quotes
        Bytes plain, gzip, brotli;
        bool immutable = false;
    };
    const File* find(const std::string& path) const;

    std::map<std::string, File, std::less<>> files_; // by path with leading slash
};

} // namespace http
