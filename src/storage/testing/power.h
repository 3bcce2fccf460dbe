#pragma once

// A computer whose power fails: what was not synced is lost, kept, or torn at sector size, as chance
// has it. SQLite runs on it through `vfs()`, blobs through `disk()`. After the cut every call fails;
// `restore` puts what survived into another folder, as the next start would find it.

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "storage/blob_disk.h"

struct sqlite3_vfs;

namespace storage::testing {

class Power {
public:
    struct Lies {
        bool file_sync = false;    // syncing a blob's file does nothing
        bool folder_sync = false;  // syncing a folder does nothing
    };
    // `folder` is where everything lies; it is there and empty.
    Power(std::filesystem::path folder, std::uint64_t seed, Lies lies);
    Power(std::filesystem::path folder, std::uint64_t seed) : Power(std::move(folder), seed, Lies()) {}
    ~Power();
    Power(const Power&) = delete;
    Power& operator=(const Power&) = delete;

    const std::string& vfs() const { return name_; }
    std::unique_ptr<BlobDisk> disk();

    // Cuts the power in the middle of the given call (writing or syncing) from now.
    void cut_after(std::int64_t calls);
    bool cut() const { return cut_; }
    void restore(const std::filesystem::path& to);
    std::int64_t syncs() const { return syncs_; }

    // What happens to files; false when the power is off.
    using Path = std::filesystem::path;
    enum class Names { OnFolderSync, OnFileSync };
    bool created(const Path& path, bool folder);
    bool written(const Path& path, std::uint64_t offset, std::string_view bytes);
    bool truncated(const Path& path, std::uint64_t size);
    bool synced(const Path& path, Names names);
    bool folder_synced(const Path& path);
    bool renamed(const Path& from, const Path& to);
    bool removed(const Path& path);

private:
    struct Change {
        std::uint64_t offset = 0;
        std::string bytes = {};
        bool truncates = false;  // to `offset`
    };
    struct Node {
        bool folder = false;
        std::string kept = {};
        std::vector<Change> changes = {};
    };
    using Names_ = std::map<Path, std::shared_ptr<Node>>;
    struct NameChange {
        Path gone = {};   // removed, or the old name
        Path added = {};  // created, or the new name
        std::shared_ptr<Node> node = {};
    };

    bool step();
    void fail();
    void apply(const NameChange& change);
    std::string survivor(const Node& node);

    Path folder_;
    Lies lies_;
    std::string name_;
    std::unique_ptr<sqlite3_vfs> vfs_;
    std::mutex mutex_;
    std::mt19937_64 random_;
    std::int64_t left_ = -1;
    std::atomic<bool> cut_ = false;
    std::atomic<std::int64_t> syncs_ = 0;
    Names_ names_;       // as the running program sees them
    Names_ kept_names_;  // as a start after the cut would
    std::vector<NameChange> name_changes_;
    std::map<Path, std::string> survivors_;
    std::vector<Path> surviving_folders_;
};

}  // namespace storage::testing
