#include "storage/testing/power_vfs.h"

#include <sqlite3.h>

#include <new>

namespace storage::testing {

namespace {

// Followed in memory by the file object of the usual VFS.
struct PowerFile {
    sqlite3_file base;
    Power* power;
    char* path;  // null for files whose survival does not matter
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

PowerFile& of(sqlite3_file* file)
{
    return *reinterpret_cast<PowerFile*>(file);
}

sqlite3_file* real(sqlite3_file* file)
{
    return of(file).real();
}

sqlite3_vfs* usual()
{
    return sqlite3_vfs_find(nullptr);
}

int close(sqlite3_file* file)
{
    const int code = real(file)->pMethods->xClose(real(file));
    sqlite3_free(of(file).path);
    return code;
}

int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset)
{
    return real(file)->pMethods->xRead(real(file), to, count, offset);
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset)
{
    PowerFile& own = of(file);
    const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
    if (own.path && !own.power->written(own.path, static_cast<std::uint64_t>(offset), bytes))
        return SQLITE_IOERR_WRITE;
    return real(file)->pMethods->xWrite(real(file), from, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size)
{
    PowerFile& own = of(file);
    if (own.path && !own.power->truncated(own.path, static_cast<std::uint64_t>(size)))
        return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
}

// The usual VFS syncs the folder with the first sync of a log, so names survive with their file.
int sync(sqlite3_file* file, int)
{
    PowerFile& own = of(file);
    return own.path && !own.power->synced(own.path, Power::Names::OnFileSync) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

int size(sqlite3_file* file, sqlite3_int64* bytes)
{
    return real(file)->pMethods->xFileSize(real(file), bytes);
}

int lock(sqlite3_file* file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

int unlock(sqlite3_file* file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

int check_lock(sqlite3_file* file, int* held)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}

int control(sqlite3_file* file, int what, void* argument)
{
    // Growing a file behind our back would not be noted.
    if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}

int sector_size(sqlite3_file* file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

int characteristics(sqlite3_file* file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

int shared_map(sqlite3_file* file, int page, int bytes, int extend, void volatile** memory)
{
    return real(file)->pMethods->xShmMap(real(file), page, bytes, extend, memory);
}

int shared_lock(sqlite3_file* file, int offset, int count, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void shared_barrier(sqlite3_file* file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

int shared_unmap(sqlite3_file* file, int remove)
{
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods methods = {2,    close,  read,       write,   truncate,    sync,
                                    size, lock,   unlock,     check_lock, control,  sector_size,
                                    characteristics, shared_map, shared_lock, shared_barrier, shared_unmap, nullptr, nullptr};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out)
{
    auto* const power = static_cast<Power*>(vfs->pAppData);
    PowerFile& own = *new (file) PowerFile{};
    own.power = power;
    const int matters = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
    if (name && (flags & matters) != 0) {
        if (!power->created(name, false))
            return SQLITE_CANTOPEN;
        own.path = sqlite3_mprintf("%s", name);
    }
    const int code = usual()->xOpen(usual(), name, own.real(), flags, flags_out);
    if (code == SQLITE_OK)
        own.base.pMethods = &methods;
    else
        sqlite3_free(own.path);
    return code;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_folder)
{
    auto* const power = static_cast<Power*>(vfs->pAppData);
    if (!power->removed(name))
        return SQLITE_IOERR_DELETE;
    if (sync_folder != 0)
        power->folder_synced(std::filesystem::path(name).parent_path());
    return usual()->xDelete(usual(), name, sync_folder);
}

}  // namespace

std::unique_ptr<sqlite3_vfs> register_power_vfs(Power& power, const std::string& name)
{
    auto vfs = std::make_unique<sqlite3_vfs>(*usual());
    vfs->zName = name.c_str();
    vfs->pNext = nullptr;
    vfs->pAppData = &power;
    vfs->szOsFile = static_cast<int>(sizeof(PowerFile)) + usual()->szOsFile;
    vfs->xOpen = open;
    vfs->xDelete = remove;
    sqlite3_vfs_register(vfs.get(), 0);
    return vfs;
}

void unregister_power_vfs(sqlite3_vfs& vfs)
{
    sqlite3_vfs_unregister(&vfs);
}

}  // namespace storage::testing
