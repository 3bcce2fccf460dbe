#include "support/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

extern char** environ;

namespace support {

using namespace std::chrono_literals;
using base::Error;
using base::Kind;

TemporaryFolder::TemporaryFolder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "weijian-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        std::abort();
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

namespace {

pid_t spawn(const std::vector<std::string>& command, const std::filesystem::path& output)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    std::vector<char*> pointers;
    for (const std::string& word : command)
        pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    pid_t pid = -1;
    if (::posix_spawnp(&pid, command.front().c_str(), &actions, nullptr, pointers.data(), environ) != 0)
        pid = -1;
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

namespace {

std::vector<std::string> with_program(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), WEIJIAN_PROGRAM);
    return arguments;
}

}  // namespace

pid_t begin_weijian(const std::vector<std::string>& arguments, const std::filesystem::path& output)
{
    return spawn(with_program(arguments), output);
}

Outcome run_weijian(const std::vector<std::string>& arguments)
{
    return run_program(with_program(arguments));
}

Outcome run_program(const std::vector<std::string>& command)
{
    const TemporaryFolder folder;
    const auto output = folder.path() / "output";
    const pid_t pid = spawn(command, output);
    int status = 0;
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid)
        return {};
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content_of(output)};
}

base::Result<ServerProcess> ServerProcess::start(
    const std::filesystem::path& data, std::vector<std::string> further_arguments)
{
    const auto port_file = data / "test.port";
    const auto log_file = data / "test.log";
    std::error_code ignored;
    std::filesystem::remove(port_file, ignored);
    std::vector<std::string> arguments{
        "serve", "--data", data.string(), "--port", "0", "--port-file", port_file.string()};
    arguments.insert(arguments.end(), further_arguments.begin(), further_arguments.end());

    ServerProcess process;
    process.pid_ = begin_weijian(arguments, log_file);
    const auto give_up = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < give_up) {
        int status = 0;
        if (process.pid_ < 0 || ::waitpid(process.pid_, &status, WNOHANG) == process.pid_) {
            process.pid_ = -1;
            return Error{Kind::Internal, "TEST_SERVER_ENDED", {}, {}, {}, content_of(log_file)};
        }
        if (const std::string port = content_of(port_file); !port.empty() && port.back() == '\n') {
            process.port_ = static_cast<unsigned short>(std::stoi(port));
            auto ready = process.client().send(http::Method::Get, "/readyz");
            if (ready.ok() && ready->status == 200)
                return process;
        }
        std::this_thread::sleep_for(5ms);
    }
    return Error{Kind::Internal, "TEST_SERVER_SILENT", {}, {}, {}, content_of(log_file)};
}

ServerProcess::~ServerProcess()
{
    kill_hard();
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept : pid_(other.pid_), port_(other.port_)
{
    other.pid_ = -1;
}

ServerProcess& ServerProcess::operator=(ServerProcess&& other) noexcept
{
    std::swap(pid_, other.pid_);
    std::swap(port_, other.port_);
    return *this;
}

void ServerProcess::kill_hard()
{
    if (pid_ < 0)
        return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

int ServerProcess::stop()
{
    if (pid_ < 0)
        return -1;
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

base::Result<json::object> sign_in(
    http::Client& client, const std::string& login_name, const std::string& password)
{
    const json::object body{{"login_name", login_name}, {"password", password}};
    TRY_ASSIGN(auto answer, client.send(http::Method::Post, "/api/session", json::serialize(body),
        {{"content-type", "application/json"}}));
    if (answer.status != 200)
        return Error{Kind::Unauthenticated, "TEST_SIGN_IN", {}, {}, {}, answer.body};
    TRY_ASSIGN(json::value value, answer.json());
    const json::object& session = value.as_object();
    client.set_header("x-csrf-token", std::string{session.at("csrf").as_string()});
    return session;
}

std::string cookie_of(unsigned short port, const std::string& login_name, const std::string& password)
{
    http::Client client{"127.0.0.1", port};
    const json::object body{{"login_name", login_name}, {"password", password}};
    const auto answer = client.send(http::Method::Post, "/api/session", json::serialize(body), {{"content-type", "application/json"}});
    std::string cookie;
    if (answer.ok() && answer->status == 200)
        for (const auto& [name, value] : answer->headers)
            if (name == "set-cookie")
                cookie += (cookie.empty() ? "" : "; ") + value.substr(0, value.find(';'));
    return cookie;
}

}  // namespace support
