#pragma once

// The real program as a child process, for tests that kill it, restart it, or drive it over HTTP.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/client.h"

namespace support {

// A folder of its own below the system's temporary folder, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

struct Outcome {
    int exit_code = -1;
    std::string output;  // standard output and error together
};

// Runs `weijian ARGUMENTS` to its end.
Outcome run_weijian(const std::vector<std::string>& arguments);
// Runs any program, found along PATH, to its end.
Outcome run_program(const std::vector<std::string>& command);
// Begins `weijian ARGUMENTS`; its output goes to the end of the file. -1 when it could not be begun.
pid_t begin_weijian(const std::vector<std::string>& arguments, const std::filesystem::path& output);

class ServerProcess {
public:
    // `weijian serve --data DATA --port 0`; waits until /readyz answers, at most 30 s.
    static base::Result<ServerProcess> start(
        const std::filesystem::path& data, std::vector<std::string> further_arguments = {});
    ~ServerProcess();
    ServerProcess(ServerProcess&&) noexcept;
    ServerProcess& operator=(ServerProcess&&) noexcept;

    unsigned short port() const { return port_; }
    pid_t pid() const { return pid_; }
    http::Client client() const { return http::Client{"127.0.0.1", port_}; }
    void kill_hard();  // SIGKILL and wait
    int stop();        // SIGTERM and wait; the exit code

private:
    ServerProcess() = default;
    pid_t pid_ = -1;
    unsigned short port_ = 0;
};

// Signs in and keeps cookie and CSRF header in the client.
base::Result<json::object> sign_in(http::Client&, const std::string& login_name, const std::string& password);
// Signs in and gives the cookies as a browser would send them; empty when refused.
std::string cookie_of(unsigned short port, const std::string& login_name, const std::string& password);

}  // namespace support
