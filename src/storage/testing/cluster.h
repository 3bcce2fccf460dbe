#pragma once

// A PostgreSQL server for tests: own data folder, own socket folder, own loopback port, run as a user
// that is not root, gone when the test program ends, also when it is killed.

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

namespace storage::testing {

// Whether the server syncs its files; without, tests are many times faster.
enum class Fsync { Off, On };

class Cluster {
public:
    // The one of this program, started at its first use. Prints why and ends the program when there
    // is no PostgreSQL: a test that was not run must not look passed.
    static Cluster& shared();

    explicit Cluster(Fsync fsync);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    // A new empty database that the role `weijian` owns (no superuser, does not bypass row-level
    // security); gives its URL. `drop` takes that URL.
    std::string create_database();
    void drop(const std::string& url);
    std::string superuser_url(const std::string& url) const;  // the same database
    void run_as_superuser(const std::string& sql);

    void start();
    enum class Stop { Fast, Immediate };  // Immediate is what a crash leaves behind
    void stop(Stop how);
    const std::filesystem::path& folder() const { return folder_; }

private:
    std::string url(const std::string& user, const std::string& database) const;

    Fsync fsync_;
    std::filesystem::path folder_;
    int port_ = 0;
    pid_t server_ = 0;
    int databases_ = 0;
};

}  // namespace storage::testing
