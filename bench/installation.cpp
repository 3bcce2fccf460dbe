#include "installation.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "http/client.h"

namespace bench {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Moment = std::chrono::steady_clock;

namespace {

double seconds_since(Moment::time_point start) { return std::chrono::duration<double>(Moment::now() - start).count(); }

pid_t start(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (const std::string& word : words)
        pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (std::freopen("/dev/null", "w", stdout) == nullptr)
            ::_exit(126);
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    return pid;
}

}  // namespace

void give_up(const std::string& why)
{
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::exit(1);
}

void run_program(const std::vector<std::string>& words)
{
    int status = 0;
    const pid_t pid = start(words);
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid || status != 0)
        give_up("failed: " + words[1]);
}

void make_installation(const std::string& program, const fs::path& data, const std::string& units)
{
    run_program({program, "demo", "--data", data.string(), "--units", units, "--password", password, "--quiet"});
}

Server::Server(const std::string& program, const fs::path& data)
{
    const fs::path port_file = data / "bench.port";
    fs::remove(port_file);
    const auto began = Moment::now();
    pid_ = start({program, "serve", "--data", data.string(), "--port", "0", "--port-file", port_file.string()});
    while (seconds_since(began) < 60) {
        std::ifstream in{port_file};
        if (int port = 0; in >> port) {
            port_ = static_cast<unsigned short>(port);
            http::Client client{"127.0.0.1", port_};
            if (const auto ready = client.send(http::Method::Get, "/readyz"); ready.ok() && ready->status == 200) {
                ready_seconds_ = seconds_since(began);
                return;
            }
        }
        std::this_thread::sleep_for(2ms);
    }
    give_up("the server does not answer");
}

Server::~Server()
{
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

double Server::memory_mib() const
{
    std::ifstream in{"/proc/" + std::to_string(pid_) + "/status"};
    std::string word;
    while (in >> word)
        if (word == "VmRSS:") {
            double kib = 0;
            in >> kib;
            return kib / 1024;
        }
    return 0;
}

double Server::processor_seconds() const
{
    std::ifstream in{"/proc/" + std::to_string(pid_) + "/stat"};
    std::string text;
    std::getline(in, text);
    std::istringstream fields{text.substr(text.rfind(')') + 2)};
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

void Server::wait_until_idle() const
{
    for (double before = -1; processor_seconds() - before > 0.02;) {
        before = processor_seconds();
        std::this_thread::sleep_for(2s);
    }
}

Session sign_in(unsigned short port, const std::string& login)
{
    http::Client client{"127.0.0.1", port};
    const json::object body{{"login_name", login}, {"password", password}};
    const auto answer = client.send(http::Method::Post, "/api/session", json::serialize(body), {{"content-type", "application/json"}});
    if (!answer.ok() || answer->status != 200)
        give_up("cannot sign in as " + login);
    Session session;
    session.csrf = std::string{answer->json()->at("csrf").as_string()};
    for (const auto& [name, value] : answer->headers)
        if (name == "set-cookie" && value.starts_with("weijian="))
            session.cookie = value.substr(0, value.find(';'));
    return session;
}

std::string request(const std::string& line, const Session& session, const std::string& body)
{
    std::string text = line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + session.cookie + "\r\nX-CSRF-Token: " + session.csrf + "\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

}  // namespace bench
