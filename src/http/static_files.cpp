#include "http/static_files.h"

#include <array>
#include <filesystem>

#include "base/crypto.h"
#include "base/files.h"
#include "http/compress.h"
#include "http/target.h"

namespace http {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t total_max = std::size_t{128} << 20;

struct MediaType {
    std::string_view extension;
    std::string_view type;
    bool compressible;
};
constexpr std::array media_types = {
    MediaType{".html", "text/html; charset=utf-8", true},
    MediaType{".js", "text/javascript; charset=utf-8", true},
    MediaType{".mjs", "text/javascript; charset=utf-8", true},
    MediaType{".css", "text/css; charset=utf-8", true},
    MediaType{".json", "application/json", true},
    MediaType{".geojson", "application/geo+json", true},
    MediaType{".map", "application/json", true},
    MediaType{".webmanifest", "application/manifest+json", true},
    MediaType{".svg", "image/svg+xml", true},
    MediaType{".txt", "text/plain; charset=utf-8", true},
    MediaType{".csv", "text/csv; charset=utf-8", true},
    MediaType{".wasm", "application/wasm", true},
    MediaType{".ttf", "font/ttf", true},
    MediaType{".woff2", "font/woff2", false},
    MediaType{".png", "image/png", false},
    MediaType{".jpg", "image/jpeg", false},
    MediaType{".webp", "image/webp", false},
    MediaType{".ico", "image/x-icon", false},
    MediaType{".pdf", "application/pdf", false},
};

MediaType media_type_of(const std::string& path)
{
    for (const auto& known : media_types)
        if (path.ends_with(known.extension))
            return known;
    return {"", "application/octet-stream", false};
}

Error refused(const std::string& folder, std::string detail)
{
    return {.kind = Kind::Invalid,
        .code = "STATIC_FOLDER",
        .parameters = {{"folder", folder}},
        .detail = std::move(detail)};
}

Result<std::map<std::string, std::string>> read_all(const std::string& folder)
{
    std::map<std::string, std::string> contents;
    std::size_t total = 0;
    std::error_code failure;
    for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        if (!entry->is_regular_file(failure))
            continue;
        total += entry->file_size(failure);
        if (total > total_max)
            return refused(folder, "more than 128 MiB");
        auto content = base::files::read(entry->path());
        if (!content)
            return refused(folder, "cannot read " + entry->path().string());
        contents["/" + fs::relative(entry->path(), folder, failure).generic_string()] = std::move(*content);
    }
    if (failure)
        return refused(folder, failure.message());
    return contents;
}

bool is_variant(const std::map<std::string, std::string>& contents, const std::string& path)
{
    return (path.ends_with(".br") || path.ends_with(".gz")) &&
           contents.contains(path.substr(0, path.size() - 3));
}

// Interfaces answer for themselves: a wrong address there is an error, not the start page.
bool is_interface(std::string_view path)
{
    for (const std::string_view root : {"/api", "/fhir", "/oidc", "/cas"})
        if (path == root || (path.starts_with(root) && path[root.size()] == '/'))
            return true;
    return false;
}

} // namespace

Result<StaticFiles> StaticFiles::load(const std::string& folder)
{
    TRY_ASSIGN(auto contents, read_all(folder));
    if (!contents.contains("/index.html"))
        return refused(folder, "no index.html");
    const auto variant = [&](const std::string& path) -> Bytes {
        const auto found = contents.find(path);
        return found == contents.end() ? nullptr
                                       : std::make_shared<const std::string>(std::move(found->second));
    };
    StaticFiles files;
    for (auto& [path, content] : contents) {
        if (is_variant(contents, path))
            continue;
        const auto type = media_type_of(path);
        File file{.media_type = std::string(type.type),
            .tag = base::crypto::hex(base::crypto::sha256(content)).substr(0, 20),
            .gzip = variant(path + ".gz"),
            .brotli = variant(path + ".br"),
            .immutable = path.starts_with("/assets/")};
        if (!file.gzip && type.compressible && content.size() > 1024)
            if (auto packed = http::gzip(content, 1))
                file.gzip = std::make_shared<const std::string>(std::move(*packed));
        file.plain = std::make_shared<const std::string>(std::move(content));
        files.files_.emplace(path, std::move(file));
    }
    return files;
}

const StaticFiles::File* StaticFiles::find(const std::string& path) const
{
    for (const auto& name : {path, path + ".html"})
        if (const auto found = files_.find(name); found != files_.end())
            return &found->second;
    const bool page = path == "/" || path.substr(path.rfind('/')).find('.') == std::string::npos;
    if (!page || is_interface(path))
        return nullptr;
    const auto index = files_.find("/index.html");
    return index == files_.end() ? nullptr : &index->second;
}

std::optional<Response> StaticFiles::respond(const Request& request) const
{
    const auto* file = find(request.path);
    if (!file || (request.method != Method::Get && request.method != Method::Head))
        return std::nullopt;
    // A part is a part of the plain file, so pieces always fit together.
    const auto accepted = request.header("range").empty() ? request.header("accept-encoding") : "";
    Response response{.body = file->plain};
    auto tag = file->tag;
    if (file->brotli && accepts_encoding(accepted, "br")) {
        response.body = file->brotli;
        response.with("Content-Encoding", "br");
        tag += "-br";
    } else if (file->gzip && accepts_encoding(accepted, "gzip")) {
        response.body = file->gzip;
        response.with("Content-Encoding", "gzip");
        tag += "-gz";
    }
    response.with("Content-Type", file->media_type).with("ETag", '"' + tag + '"');
    response.with("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    response.with("Accept-Ranges", "bytes");
    if (file->gzip || file->brotli)
        response.with("Vary", "Accept-Encoding");
    return response;
}

} // namespace http
