#pragma once

// Content-addressed files beside the database: photos, scans, documents, import files.
//
// A blob is named by its content: "sha256:<hex>". The file and its folder are synced before
// `finish` returns, so a row that names a blob never points at nothing. Knowing a name grants
// nothing: reading goes through the record that holds it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace storage {

struct Upload {
    std::string id;
    std::uint64_t size = 0;    // announced
    std::uint64_t offset = 0;  // received and kept
};

class BlobDisk;  // blob_disk.h

class Blobs {
public:
    // Makes the folder when it is missing; its parent must be there.
    static base::Result<std::unique_ptr<Blobs>> open(std::filesystem::path folder);
    static base::Result<std::unique_ptr<Blobs>> open(std::filesystem::path folder, std::unique_ptr<BlobDisk>);
    virtual ~Blobs() = default;

    // Resumable upload: begin, append at the current offset (UPLOAD_OFFSET tells the right one),
    // finish. UPLOAD_UNKNOWN, UPLOAD_SIZE (more or less than announced), DISK_FULL, BLOB_HASH when
    // `expected` is given and differs and the upload is dropped then. What `append`
    // has accepted survives a restart and a power failure. One upload's calls come one at a time.
    virtual base::Result<Upload> begin(std::uint64_t size) = 0;
    virtual base::Result<Upload> find(const std::string& upload) = 0;
    virtual base::Result<Upload> append(const std::string& upload, std::uint64_t offset, std::string_view bytes) = 0;
    virtual base::Result<std::string> finish(const std::string& upload, const std::string& expected = {}) = 0;
    virtual base::Result<std::string> put(std::string_view bytes) = 0;

    virtual base::Result<std::filesystem::path> path(const std::string& name) = 0;  // BLOB_UNKNOWN
    // Checks the content against the name: BLOB_DAMAGED; BLOB_TOO_LARGE.
    virtual base::Result<std::string> read(const std::string& name, std::uint64_t size_max) = 0;
    // Removes blobs that `used` does not know and that are older than `age`; abandoned uploads too.
    virtual base::Result<std::size_t> sweep(const std::function<bool(const std::string&)>& used,
                                            std::chrono::hours age) = 0;
};

}  // namespace storage
