// Uploads and downloads. What a file is, its first bytes say, not its name.

#include <charconv>

#include "base/text.h"
#include "kernel/records/routes.h"

namespace records {

using http::Request;
using http::Response;
using storage::Transaction;

namespace {

constexpr std::size_t piece_max = 8 << 20;

constexpr std::string_view insert_upload = R"sql(
    INSERT INTO records_upload (upload, owner, name, media_type, size, expected, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
)sql";
constexpr std::string_view select_upload
    = "SELECT name, media_type, size, expected, hash FROM records_upload WHERE upload = ?1 AND owner = ?2";
constexpr std::string_view finish_upload = "UPDATE records_upload SET hash = ?1, media_type = ?2 WHERE upload = ?3";

// The kinds that records accept, by their first bytes; a zip is what its name says it is.
std::string sniffed(std::string_view bytes, std::string_view name, std::string_view announced)
{
    const auto at = [&](std::size_t place, std::string_view text) { return bytes.size() >= place + text.size() && bytes.substr(place, text.size()) == text; };
    const std::string lower = base::text::lower(name);
    if (at(0, "\xFF\xD8\xFF"))
        return "image/jpeg";
    if (at(0, "\x89PNG\r\n\x1A\n"))
        return "image/png";
    if (at(0, "RIFF") && at(8, "WEBP"))
        return "image/webp";
    if (at(0, "%PDF-"))
        return "application/pdf";
    if (at(4, "ftyp"))
        return "video/mp4";
    if (at(0, "ID3") || at(0, "\xFF\xFB"))
        return "audio/mpeg";
    if (at(0, "PK\x03\x04")) {
        if (lower.ends_with(".xlsx"))
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        if (lower.ends_with(".docx"))
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        if (lower.ends_with(".ofd"))
            return "application/ofd";
        return "application/zip";
    }
    if (announced == "text/csv" && (lower.ends_with(".csv") || lower.ends_with(".txt")))
        return "text/csv";
    return "application/octet-stream";
}

struct Kept {
    std::string name, media_type;
    std::int64_t size = 0;
    std::string expected, hash;
};

Result<Kept> own_upload(Service& service, const Request& request, base::Id owner)
{
    return service.store.parts().database.read([&](Transaction& transaction) -> Result<Kept> {
        TRY_ASSIGN(const auto row, transaction.first(select_upload, {request.parameter("upload"), owner}));
        if (!row)
            return Error{Kind::NotFound, "UPLOAD_UNKNOWN"};
        return Kept{row->text(0), row->text(1), row->integer(2), row->text(3), row->text(4)};
    });
}

Result<Response> begin(Service& service, const Request& request, base::Id owner, std::int64_t size_max)
{
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY_ASSIGN(const std::string name, base::required_string(body, "name"));
    TRY_ASSIGN(const std::string media_type, base::required_string(body, "media_type"));
    const json::value* size = body.if_contains("size");
    if (!size || !size->is_int64() || size->as_int64() < 1)
        return Error{Kind::Invalid, "FIELD_TYPE", {"size"}, {{"name", "size"}, {"expected", "bytes"}}};
    if (size->as_int64() > size_max)
        return Error{Kind::TooLarge, "FILE_SIZE", {"size"}, {{"maximum", std::to_string(size_max >> 20)}}};
    if (name.empty() || base::text::length(name) > 200 || base::text::has_control_characters(name))
        return Error{Kind::Invalid, "FILE_NAME", {"name"}};
    TRY_ASSIGN(const storage::Upload upload, service.blobs.begin(static_cast<std::uint64_t>(size->as_int64())));
    std::string expected = base::string_or(body, "sha256", "");
    if (!expected.empty() && !expected.starts_with("sha256:"))
        expected.insert(0, "sha256:");
    const Status kept = service.store.parts().database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(insert_upload,
            {upload.id, owner, base::text::nfc(name), media_type, size->as_int64(), expected, request.at}));
        return {};
    });
    TRY(kept);
    return Response::json(json::object{{"upload", upload.id}, {"offset", upload.offset}}, 201);
}

Result<std::string> first_bytes(Service& service, const std::string& hash)
{
    TRY_ASSIGN(const auto path, service.blobs.path(hash));
    std::string bytes(64, '\0');
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file)
        return Error{Kind::Internal, "FILE_UNREADABLE"};
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
    std::fclose(file);
    return bytes;
}

Result<Response> finish(Service& service, const std::string& id, const Kept& kept)
{
    TRY_ASSIGN(const std::string hash, service.blobs.finish(id, kept.expected));
    TRY_ASSIGN(const std::string bytes, first_bytes(service, hash));
    const std::string media_type = sniffed(bytes, kept.name, kept.media_type);
    const Status noted = service.store.parts().database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(finish_upload, {hash, media_type, id}));
        return {};
    });
    TRY(noted);
    return Response::json(json::object{{"hash", hash}, {"size", kept.size}, {"name", kept.name}, {"media_type", media_type}});
}

Result<Response> append(Service& service, const Request& request, base::Id owner)
{
    TRY_ASSIGN(const Kept kept, own_upload(service, request, owner));
    const std::string id = request.parameter("upload"), text = request.query_value("offset").value_or("");
    if (!kept.hash.empty())  // the answer to the last piece was lost
        return Response::json(json::object{{"hash", kept.hash}, {"size", kept.size}, {"name", kept.name}, {"media_type", kept.media_type}});
    std::uint64_t offset = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
    if (error != std::errc{} || end != text.data() + text.size())
        return Error{Kind::Invalid, "QUERY_VALUE", {"offset"}, {{"field", "offset"}, {"value", text}}};
    TRY_ASSIGN(const storage::Upload upload, service.blobs.append(id, offset, request.body));
    if (upload.offset < upload.size)
        return Response::json(json::object{{"offset", upload.offset}});
    return finish(service, id, kept);
}

Result<Response> download(Service& service, const Request& request)
{
    TRY_ASSIGN(const base::Id id, id_of(request));
    TRY_ASSIGN(const Store::HeldFile file, service.store.file(request.parameter("record"), id, request.parameter("field"),
        request.parameter("hash"), context_of(request)));
    // Only what a browser cannot be led to run is shown inside the page.
    const bool inline_kind = file.media_type.starts_with("image/") || file.media_type == "application/pdf" || file.media_type == "video/mp4";
    Response response = Response::file({file.path, false}, file.media_type, file.name);
    if (request.query_value("preview") == "1" && inline_kind)
        for (auto& [name, value] : response.headers)
            if (base::text::lower(name) == "content-disposition")
                value.replace(0, value.find(';'), "inline");
    response.with("Cache-Control", "private, max-age=3600").with("X-Content-Type-Options", "nosniff");
    return response;
}

}  // namespace

void add_upload_routes(http::Router& router, Service& service, UploadRoutes routes)
{
    router.post(routes.path, routes.access, [&service, routes](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const base::Id owner, routes.owner(request));
        return begin(service, request, owner, routes.size_max);
    });
    router.add({http::Method::Patch, routes.path + "/{upload}", routes.access, [&service, routes](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const base::Id owner, routes.owner(request));
        return append(service, request, owner);
    }, piece_max});
    router.get(routes.path + "/{upload}", routes.access, [&service, routes](const Request& request) -> Result<Response> {
        TRY_ASSIGN(const base::Id owner, routes.owner(request));
        TRY_ASSIGN(const Kept kept, own_upload(service, request, owner));
        if (!kept.hash.empty())
            return Response::json(json::object{{"offset", kept.size}, {"hash", kept.hash}, {"size", kept.size}});
        TRY_ASSIGN(const storage::Upload upload, service.blobs.find(request.parameter("upload")));
        return Response::json(json::object{{"offset", upload.offset}});
    });
}

void add_file_routes(http::Router& router, Service& service)
{
    add_upload_routes(router, service, {"/api/uploads", http::session_access(),
        [](const Request& request) -> Result<base::Id> { return context_of(request).subject->user; }});
    router.get("/api/records/{record}/{id}/files/{field}/{hash}", http::permission("records"),
        [&service](const Request& request) { return download(service, request); });
}

}  // namespace records
