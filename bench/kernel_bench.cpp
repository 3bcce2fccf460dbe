// The kernel as a user meets it: durable creates over HTTP, list pages with rights checked, import,
// start and memory. `kernel_bench WEIJIAN [FOLDER]` makes installations below FOLDER and starts the
// program; `storage_floor` beside it measures the floor in the same run.
//
// WEIJIAN_BENCH_UNITS sets the size of the large registry (default 1,000,000; it takes minutes).

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "demo/units.h"
#include "http/client.h"
#include "load.h"
#include "report.h"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Moment = std::chrono::steady_clock;
using bench::Better;

constexpr const char* password = "Bench-Pass-2026";

[[noreturn]] void give_up(const std::string& why)
{
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::exit(1);
}

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

void run(const std::vector<std::string>& words)
{
    int status = 0;
    const pid_t pid = start(words);
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid || status != 0)
        give_up("failed: " + words[1]);
}

// The program serving an installation; gone at the end.
class Server {
public:
    Server(const std::string& program, const fs::path& data)
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
    ~Server()
    {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    unsigned short port() const { return port_; }
    double ready_seconds() const { return ready_seconds_; }
    double memory_mib() const
    {
        std::ifstream in{"/proc/" + std::to_string(pid_) + "/smaps_rollup"};
        std::string word;
        while (in >> word)
            if (word == "Pss:") {
                double kib = 0;
                in >> kib;
                return kib / 1024;
            }
        return 0;
    }

private:
    pid_t pid_ = -1;
    unsigned short port_ = 0;
    double ready_seconds_ = 0;
};

struct Session {
    std::string cookie, csrf;
};

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

std::string request(const std::string& line, const Session& session, const std::string& body = {})
{
    std::string text = line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + session.cookie + "\r\nX-CSRF-Token: " + session.csrf + "\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

void expect_all(const bench::Measured& measured, const char* what)
{
    if (measured.unexpected > 0)
        give_up(std::string{what} + ": " + std::to_string(measured.unexpected) + " unexpected answers, the first: " + measured.first_unexpected);
}

// The floor: the same number of statements in the same groups, without HTTP, rules and JSON.
double storage_floor(const fs::path& program, const fs::path& folder)
{
    fs::create_directories(folder);
    const std::string command = (program.parent_path().parent_path() / "bench" / "storage_floor").string() + " " + folder.string() + " 32 5";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
        give_up("storage_floor does not start");
    char line[1024];
    double value = 0;
    while (std::fgets(line, sizeof line, pipe) != nullptr)
        if (const char* found = std::strstr(line, "\"value\": "); found != nullptr && value == 0)
            value = std::atof(found + 9);
    ::pclose(pipe);
    return value;
}

void measure_creates(const std::string& program, const fs::path& folder)
{
    const fs::path data = folder / "creates";
    run({program, "demo", "--data", data.string(), "--units", "0", "--password", password, "--quiet"});
    const double floor = storage_floor(program, folder / "floor");
    const Server server{program, data};
    demo::UnitMaker maker{99, base::Date::of(2026, 11, 20)};
    const Session session = sign_in(server.port(), "clerk.chaoyang");
    std::vector<std::string> bodies;
    for (int index = 0; index < 30'000; ++index)
        bodies.push_back(json::serialize(maker.make(demo::districts()[2])));
    bench::Load load;
    load.port = server.port();
    load.requests = static_cast<std::int64_t>(bodies.size());
    load.expected_status = 201;
    load.request = [&](std::int64_t index, int) {
        return request("POST /api/records/unit", session, bodies[static_cast<std::size_t>(index)]);
    };
    const auto measured = bench::run(load);
    expect_all(measured, "create");
    bench::print({.metric = "durable_creates", .value = measured.per_second(), .unit = "1/s at 32 clients", .goal = 5000,
        .floor = floor, .ratio_goal = 0.5});
    bench::print({.metric = "create_p99", .value = measured.percentile(0.99), .unit = "ms", .goal = 50, .better = Better::Less});
}

void measure_large(const std::string& program, const fs::path& folder)
{
    const char* wanted = std::getenv("WEIJIAN_BENCH_UNITS");
    const std::string units = wanted == nullptr ? "1000000" : wanted;
    const fs::path data = folder / "large";
    const auto began = Moment::now();
    run({program, "demo", "--data", data.string(), "--units", units, "--password", password, "--quiet"});
    bench::print({.metric = "demo_units", .value = std::atof(units.c_str()) / seconds_since(began), .unit = "units/s", .goal = 20'000 / 15.0});
    const Server server{program, data};
    bench::print({.metric = "start_to_ready", .value = server.ready_seconds(), .unit = "s with " + units + " units", .goal = 0.3, .better = Better::Less});
    std::this_thread::sleep_for(2s);
    bench::print({.metric = "idle_memory", .value = server.memory_mib(), .unit = "MiB", .goal = 40, .better = Better::Less});

    for (const char* login : {"clerk.beijing", "clerk.chaoyang"}) {
        const Session session = sign_in(server.port(), login);
        bench::Load load;
        load.port = server.port();
        load.connections = 4;
        load.requests = 4000;
        load.request = [&](std::int64_t, int) { return request("GET /api/records/unit?limit=50", session); };
        const auto measured = bench::run(load);
        expect_all(measured, "list");
        bench::print({.metric = std::string{"list_page_p99_"} + login, .value = measured.percentile(0.99),
            .unit = "ms with " + units + " units", .goal = 3, .better = Better::Less});
    }
}

void measure_import(const std::string& program, const fs::path& folder)
{
    const fs::path data = folder / "import";
    run({program, "demo", "--data", data.string(), "--units", "0", "--password", password, "--quiet"});
    const fs::path file = folder / "registry.csv";
    {
        std::ofstream out{file};
        demo::UnitMaker maker{5, base::Date::of(2026, 11, 20)};
        out << "单位名称,主体类别,统一社会信用代码,法定代表人,负责人,联系电话,注册地址,经营地址,行政区划代码\n";
        for (int index = 0; index < 50'000; ++index) {
            const json::object unit = maker.make(demo::districts()[2]);
            const auto text = [&](const char* name) { return std::string{unit.at(name).as_string()}; };
            out << text("unit_name") << ',' << text("subject_type") << ',' << text("uscc") << ',' << text("legal_rep") << ','
                << text("principal") << ',' << text("principal_phone") << ',' << text("reg_address") << ','
                << text("business_address") << ",110105\n";
        }
    }
    const auto measure = [&](const char* metric, std::vector<std::string> further, double goal) {
        std::vector<std::string> words{program, "import", "unit", file.string(), "--as", "clerk.chaoyang", "--data", data.string(), "--quiet"};
        words.insert(words.end(), further.begin(), further.end());
        const auto began = Moment::now();
        run(words);
        bench::print({.metric = metric, .value = 50'000 / seconds_since(began), .unit = "rows/s", .goal = goal});
    };
    measure("import_checked", {"--check"}, 50'000);
    measure("import_written", {}, 5'000);
}

}  // namespace

int main(int count, char** arguments)
{
    if (count < 2)
        give_up("usage: kernel_bench PATH_OF_WEIJIAN [FOLDER]");
    ::signal(SIGPIPE, SIG_IGN);
    const fs::path folder = (count > 2 ? fs::path{arguments[2]} : fs::temp_directory_path()) / ("weijian-bench-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const std::string program = fs::absolute(arguments[1]).string();
    measure_creates(program, folder);
    measure_import(program, folder);
    measure_large(program, folder);
    fs::remove_all(folder);
}
