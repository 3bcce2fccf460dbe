#pragma once

// A demo region made with the program itself, on either database, for tests that drive the real thing:
//
//     class Districts : public support::OnBothDatabases {};
//     TEST_P(Districts, …) { auto server = region().serve(); … }
//     ON_BOTH_DATABASES(Districts);

#include <gtest/gtest.h>

#include "storage/testing/databases.h"
#include "support/server_process.h"

namespace support {

class MadeRegion {
public:
    static constexpr const char* password = "Region-Test-2026";

    explicit MadeRegion(storage::testing::Engine engine);

    // `weijian demo`; every account has `password`.
    Outcome make(int units = 0) const;
    // `weijian ARGUMENTS --data DATA`.
    Outcome run(std::vector<std::string> arguments) const;
    base::Result<ServerProcess> serve() const { return ServerProcess::start(data()); }

    std::filesystem::path data() const { return folder_.path() / "data"; }
    std::filesystem::path keys() const { return folder_.path() / "data.keys"; }
    std::filesystem::path folder() const { return folder_.path(); }  // data, keys, seals, and room for files of the test
    bool on_postgres() const { return database_ != nullptr; }
    // A file or a URL, as storage::open takes it.
    std::string database() const;

private:
    TemporaryFolder folder_;
    std::unique_ptr<storage::testing::FreshDatabase> database_;
};

class OnBothDatabases : public ::testing::TestWithParam<storage::testing::Engine> {
protected:
    const MadeRegion& region() const { return region_; }

private:
    MadeRegion region_{GetParam()};
};

#define ON_BOTH_DATABASES(Suite)                                                                          \
    INSTANTIATE_TEST_SUITE_P(On, Suite,                                                                   \
        ::testing::Values(storage::testing::Engine::SqliteFile, storage::testing::Engine::Postgres),      \
        [](const auto& instance) { return storage::testing::name_of(instance.param); })

}  // namespace support
