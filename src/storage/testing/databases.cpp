#include "storage/testing/databases.h"

#include <cstdio>
#include <cstdlib>
#include <ostream>

#include "storage/testing/cluster.h"

namespace storage::testing {

namespace {

std::unique_ptr<Database> opened(Result<std::unique_ptr<Database>> database)
{
    if (database.ok())
        return *std::move(database);
    std::fprintf(stderr, "The test database does not open: %s %s\n", database.error().code.c_str(),
                 database.error().detail.c_str());
    std::exit(1);
}

}  // namespace

std::string name_of(Engine engine)
{
    switch (engine) {
    case Engine::SqliteFile:
        return "SqliteFile";
    case Engine::SqliteMemory:
        return "SqliteMemory";
    case Engine::Postgres:
        break;
    }
    return "Postgres";
}

void PrintTo(Engine engine, std::ostream* out)
{
    *out << name_of(engine);
}

FreshDatabase::FreshDatabase(Engine engine) : engine_(engine)
{
    if (engine == Engine::SqliteFile)
        where_ = folder_.path() / "test.db";
    else if (engine == Engine::Postgres)
        where_ = Cluster::shared().create_database();
    reopen();
}

FreshDatabase::~FreshDatabase()
{
    database_.reset();
    if (engine_ == Engine::Postgres)
        Cluster::shared().drop(where_);
}

void FreshDatabase::reopen()
{
    database_.reset();
    database_ = opened(engine_ == Engine::SqliteMemory ? open_sqlite_memory({.writes_repeated = true}) : open(where_));
}

}  // namespace storage::testing
