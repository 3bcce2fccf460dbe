#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <mutex>

#include "base/crypto.h"
#include "base/files.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace storage {

namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::ConnectionOptions;

constexpr std::int64_t application_id = 0x57454A4E;  // "WEJN"
constexpr std::int64_t format_version = 1;
constexpr int writer_cache_kib = 16'000;

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(std::unique_ptr<Connection> writer, ConnectionOptions reader, const SqliteOptions& options,
                   fs::path own_folder)
        : own_folder_(std::move(own_folder)),
          readers_(std::move(reader), static_cast<std::size_t>(std::max(options.readers, 1)),
                   options.read_time_max),
          writer_(std::move(writer), options, [this] { wake(); })
    {
    }

    Dialect dialect() const override { return Dialect::Sqlite; }
    Status write_work(Work work) override { return writer_.write(work); }
    Status read_work(Work work) override { return readers_.read(work); }
    Status migrate_work(Work work) override { return writer_.migrate(work); }
    Status execute_outside(std::string_view sql) override { return writer_.outside(sql); }
    void on_commit(std::function<void()> wake) override
    {
        std::lock_guard lock(mutex_);
        wakes_.push_back(std::move(wake));
    }

private:
    struct Folder {
        explicit Folder(fs::path where) : path(std::move(where)) {}
        ~Folder()
        {
            std::error_code ignored;
            if (!path.empty())
                fs::remove_all(path, ignored);
        }
        Folder(const Folder&) = delete;
        Folder& operator=(const Folder&) = delete;
        fs::path path;
    };

    void wake()
    {
        std::lock_guard lock(mutex_);
        for (const auto& wake : wakes_)
            wake();
    }

    Folder own_folder_;  // first: removed after the connections are closed
    std::mutex mutex_;
    std::vector<std::function<void()>> wakes_;
    sqlite::Readers readers_;
    sqlite::Writer writer_;
};

Error foreign(const std::string& path)
{
    return {.kind = Kind::Internal, .code = "DATABASE_FOREIGN", .parameters = {{"path", path}}};
}

// Whose file it is: ours, nobody's yet (then it becomes ours), or somebody else's.
Status claim(Connection& connection, const std::string& path)
{
    const auto id = connection.number("PRAGMA application_id");
    if (!id.ok())
        return id.error().code == "DATABASE_FOREIGN" ? foreign(path) : id.error();
    TRY_ASSIGN(const auto version, connection.number("PRAGMA user_version"));
    if (*id == application_id) {
        if (version > format_version)
            return Error{.kind = Kind::Internal, .code = "DATABASE_NEWER", .parameters = {{"path", path}}};
        return connection.script("PRAGMA journal_mode = WAL");
    }
    TRY_ASSIGN(const auto tables, connection.number("SELECT count(*) FROM sqlite_master"));
    if (*id != 0 || version != 0 || tables != 0)
        return foreign(path);
    TRY(connection.script("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; PRAGMA application_id = " +
                          std::to_string(application_id) +
                          "; PRAGMA user_version = " + std::to_string(format_version) + "; COMMIT"));
    // The name of a new file must survive as well as what is in it.
    const fs::path folder = fs::absolute(path).parent_path();
    return base::files::sync_folder(folder);
}

// SQLite counts its memory under one lock for all connections; nobody asks for that count.
void count_no_memory()
{
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });  // before the first connection
}

Result<std::unique_ptr<Database>> open_in(SqliteOptions options, fs::path own_folder)
{
    ConnectionOptions connection{.path = options.path,
                                 .vfs = options.vfs,
                                 .synchronous_full = options.synchronous_full,
                                 .cache_kib = writer_cache_kib};
    count_no_memory();
    TRY_ASSIGN(auto writer, Connection::open(connection));
    TRY(claim(*writer, options.path));
    connection.query_only = true;
    connection.cache_kib = 2'000;
    return std::unique_ptr<Database>(
        new SqliteDatabase(std::move(writer), std::move(connection), options, std::move(own_folder)));
}

// Folders of processes that ended without tidying up.
void remove_left_folders(const fs::path& parent, const std::string& prefix)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with(prefix))
            continue;
        const auto process = static_cast<pid_t>(std::atoi(name.c_str() + prefix.size()));
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH)
            fs::remove_all(entry.path(), ignored);
    }
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions options)
{
    return open_in(std::move(options), {});
}

// SQLite's own memory databases know no WAL, so readers and the writer would wait for each other as
// they never do in production. A file in the memory file system behaves like the real thing.
Result<std::unique_ptr<Database>> open_sqlite_memory(SqliteOptions options)
{
    std::error_code failed;
    const fs::path shared = "/dev/shm";
    const fs::path parent = ::access(shared.c_str(), W_OK) == 0 ? shared : fs::temp_directory_path(failed);
    const std::string prefix = "weijian-memory-";
    remove_left_folders(parent, prefix);
    const fs::path folder = parent / (prefix + std::to_string(::getpid()) + "-" +
                                      base::crypto::hex(base::crypto::random_bytes(8)));
    fs::create_directory(folder, failed);
    if (failed)
        return Error{.kind = Kind::Unavailable, .code = "DATABASE_UNAVAILABLE", .detail = failed.message()};
    fs::permissions(folder, fs::perms::owner_all, failed);
    options.path = folder / "memory.db";
    return open_in(std::move(options), folder);
}

}  // namespace storage
