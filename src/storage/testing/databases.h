#pragma once

// Tests that run the same on every database:
//
//     class Units : public storage::testing::ForEachDatabase {};
//     TEST_P(Units, KeepsItsNumber) { auto status = database().write(...); }
//     FOR_EACH_DATABASE(Units);
//
// Each test gets an empty database of its own.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/database.h"
#include "storage/testing/folder.h"

namespace storage::testing {

// SqliteMemory runs every write twice, the first time undone: a write that keeps something of its first
// run outside the transaction fails its test there.
enum class Engine { SqliteFile, SqliteMemory, Postgres };
void PrintTo(Engine engine, std::ostream* out);
std::string name_of(Engine engine);  // "SqliteFile"

// An empty database, removed at the end.
class FreshDatabase {
public:
    explicit FreshDatabase(Engine engine);
    ~FreshDatabase();
    FreshDatabase(const FreshDatabase&) = delete;
    FreshDatabase& operator=(const FreshDatabase&) = delete;

    Database& operator*() { return *database_; }
    Database* operator->() { return database_.get(); }
    // A path or a URL as `storage::open` takes it; empty in memory.
    const std::string& where() const { return where_; }
    // As after a restart of the program; not for SqliteMemory, which would be empty.
    void reopen();
    void close() { database_.reset(); }

private:
    Engine engine_;
    Folder folder_{Folder::On::Memory};
    std::string where_;
    std::unique_ptr<Database> database_;
};

class ForEachDatabase : public ::testing::TestWithParam<Engine> {
protected:
    Database& database() { return *fresh_; }
    FreshDatabase& fresh() { return fresh_; }
    bool on_postgres() const { return GetParam() == Engine::Postgres; }

private:
    FreshDatabase fresh_{GetParam()};
};

#define FOR_EACH_DATABASE(Suite)                                                                          \
    INSTANTIATE_TEST_SUITE_P(On, Suite,                                                                   \
                             ::testing::Values(storage::testing::Engine::SqliteFile,                      \
                                               storage::testing::Engine::SqliteMemory,                    \
                                               storage::testing::Engine::Postgres),                       \
                             [](const auto& instance) { return storage::testing::name_of(instance.param); })

}  // namespace storage::testing
