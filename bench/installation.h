#pragma once

// The program as a user meets it: installations made by `weijian demo`, a served one, signed-in sessions.

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bench {

constexpr const char* password = "Bench-Pass-2026";

[[noreturn]] void give_up(const std::string& why);

// Runs a program and waits; gives up when it fails.
void run_program(const std::vector<std::string>& words);

// `weijian demo` into a folder that has none yet.
void make_installation(const std::string& program, const std::filesystem::path& data, const std::string& units);

// `weijian serve`; ended with the object.
class Server {
public:
    Server(const std::string& program, const std::filesystem::path& data);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    unsigned short port() const { return port_; }
    double ready_seconds() const { return ready_seconds_; }
    double memory_mib() const;       // resident
    double processor_seconds() const;
    // Until the readers of the change log have caught up and nothing is left to do.
    void wait_until_idle() const;

private:
    pid_t pid_ = -1;
    unsigned short port_ = 0;
    double ready_seconds_ = 0;
};

struct Session {
    std::string cookie, csrf;
};
Session sign_in(unsigned short port, const std::string& login);

// The text of a request, for the load generator.
std::string request(const std::string& line, const Session&, const std::string& body = {});

}  // namespace bench
