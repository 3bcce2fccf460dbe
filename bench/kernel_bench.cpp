// The kernel as a user meets it: durable creates over HTTP beside their floor, list pages with rights
// checked, import, start and memory. `kernel_bench WEIJIAN FOLDER` makes installations below FOLDER
// and starts the program.
//
// WEIJIAN_BENCH_CREATES  how many creates (default 20,000)
// WEIJIAN_BENCH_UNITS    size of the large registry (default 1,000,000)
// WEIJIAN_BENCH_FOLDER   where the large registry is kept and found again; else it is made anew

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "create_floor.h"
#include "demo/units.h"
#include "http/client.h"
#include "installation.h"
#include "load.h"
#include "report.h"

namespace {

namespace fs = std::filesystem;
using Moment = std::chrono::steady_clock;
using bench::Better;
using bench::Session;

std::string setting(const char* name, const char* otherwise)
{
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : given;
}

double seconds_since(Moment::time_point start) { return std::chrono::duration<double>(Moment::now() - start).count(); }

void expect_all(const bench::Measured& measured, const std::string& what)
{
    if (measured.unexpected > 0)
        bench::give_up(what + ": " + std::to_string(measured.unexpected) + " unexpected answers, the first: " + measured.first_unexpected);
}

void measure_creates(const std::string& program, const fs::path& folder)
{
    constexpr int clients = 32;
    const int count = std::stoi(setting("WEIJIAN_BENCH_CREATES", "20000"));
    const char* const clerk = "clerk.chaoyang";
    const fs::path data = folder / "creates";
    bench::make_installation(program, data, "0");
    demo::UnitMaker maker{99, base::Date::of(2026, 11, 20)};
    std::vector<json::object> bodies;
    for (int index = 0; index < count; ++index)
        bodies.push_back(maker.make(demo::districts()[2]));
    const double floor = bench::create_floor(data, folder / "floor", bodies, clerk, clients);

    const bench::Server server{program, data};
    const Session session = bench::sign_in(server.port(), clerk);
    bench::Load load;
    load.port = server.port();
    load.connections = clients;
    load.requests = count;
    load.expected_status = 201;
    load.request = [&](std::int64_t index, int) {
        return bench::request("POST /api/records/unit", session, json::serialize(bodies[static_cast<std::size_t>(index)]));
    };
    const double before = server.processor_seconds();
    const auto measured = bench::run(load);
    expect_all(measured, "create");
    bench::print({.metric = "durable_creates", .value = measured.per_second(), .unit = "1/s at 32 clients", .goal = 5000,
        .floor = floor, .ratio_goal = 0.5});
    bench::print({.metric = "create_p99", .value = measured.percentile(0.99), .unit = "ms", .goal = 50, .better = Better::Less});
    bench::print({.metric = "create_processor", .value = (server.processor_seconds() - before) / count * 1e6, .unit = "µs of one core",
        .goal = 400, .better = Better::Less});
}

// The addresses of `count` pages, each behind the one before.
std::vector<std::string> deep_pages(unsigned short port, const Session& session, const std::string& query, int count)
{
    http::Client client{"127.0.0.1", port};
    std::vector<std::string> pages;
    std::string after;
    for (int page = 0; page < count; ++page) {
        pages.push_back("/api/records/unit?limit=50" + query + after);
        const auto answer = client.send(http::Method::Get, pages.back(), {}, {{"cookie", session.cookie}});
        if (!answer.ok() || answer->status != 200)
            bench::give_up("list: " + pages.back());
        const json::value body = *answer->json();
        if (body.at("next").is_null())
            break;
        after = "&after=" + std::string{body.at("next").as_string()};
    }
    return pages;
}

void measure_lists(const bench::Server& server, const std::string& units)
{
    const std::pair<const char*, const char*> queries[] = {{"", ""}, {"_by_number", "&order=number"}, {"_by_name", "&order=unit_name"},
        {"_filtered", "&unit_status=eq.OPEN&subject_type=eq.LEGAL"}, {"_in_street", "&region_code=prefix.110105"}};
    for (const char* login : {"clerk.beijing", "clerk.chaoyang", "clerk.yanqing"}) {
        const Session session = bench::sign_in(server.port(), login);
        for (const auto& [name, query] : queries) {
            const auto pages = deep_pages(server.port(), session, query, 100);
            bench::Load load;
            load.port = server.port();
            load.connections = 1;
            load.requests = 2000;
            load.request = [&](std::int64_t index, int) {
                return bench::request("GET " + pages[static_cast<std::size_t>(index) % pages.size()], session);
            };
            const auto measured = bench::run(load);
            expect_all(measured, "list");
            bench::print({.metric = std::string{"list_page_p99_"} + login + name, .value = measured.percentile(0.99),
                .unit = "ms with " + units + " units", .goal = 3, .better = Better::Less});
        }
    }
}

void measure_large(const std::string& program, const fs::path& folder)
{
    const std::string units = setting("WEIJIAN_BENCH_UNITS", "1000000");
    const fs::path data = folder / ("large-" + units);
    if (!fs::exists(data / "weijian.yaml")) {
        const auto began = Moment::now();
        bench::make_installation(program, data, units);
        bench::print({.metric = "demo_units", .value = std::atof(units.c_str()) / seconds_since(began), .unit = "units/s", .goal = 20'000 / 15.0});
    }
    bench::Server{program, data}.wait_until_idle();  // the seals of all that was just made
    const bench::Server server{program, data};
    bench::print({.metric = "start_to_ready", .value = server.ready_seconds(), .unit = "s with " + units + " units", .goal = 0.3, .better = Better::Less});
    server.wait_until_idle();
    bench::print({.metric = "idle_memory", .value = server.memory_mib(), .unit = "MiB", .goal = 40, .better = Better::Less});
    measure_lists(server, units);
}

void write_registry(const fs::path& file, int rows)
{
    std::ofstream out{file};
    demo::UnitMaker maker{5, base::Date::of(2026, 11, 20)};
    out << "单位名称,主体类别,统一社会信用代码,法定代表人,负责人,联系电话,注册地址,经营地址,行政区划代码\n";
    for (int index = 0; index < rows; ++index) {
        const json::object unit = maker.make(demo::districts()[2]);
        const auto text = [&](const char* name) { return std::string{unit.at(name).as_string()}; };
        out << text("unit_name") << ',' << text("subject_type") << ',' << text("uscc") << ',' << text("legal_rep") << ','
            << text("principal") << ',' << text("principal_phone") << ',' << text("reg_address") << ',' << text("business_address")
            << ",110105\n";
    }
}

void measure_import(const std::string& program, const fs::path& folder)
{
    constexpr int rows = 50'000;
    const fs::path data = folder / "import";
    bench::make_installation(program, data, "0");
    const fs::path file = folder / "registry.csv";
    write_registry(file, rows);
    const auto measure = [&](const char* metric, std::vector<std::string> further, double goal) {
        std::vector<std::string> words{program, "import", "unit", file.string(), "--as", "clerk.chaoyang", "--data", data.string(), "--quiet"};
        words.insert(words.end(), further.begin(), further.end());
        const auto began = Moment::now();
        bench::run_program(words);
        bench::print({.metric = metric, .value = rows / seconds_since(began), .unit = "rows/s", .goal = goal});
    };
    measure("import_checked", {"--check"}, 50'000);
    measure("import_written", {}, 5'000);
}

}  // namespace

int main(int count, char** arguments)
{
    if (count < 3)
        bench::give_up("usage: kernel_bench PATH_OF_WEIJIAN FOLDER [creates|lists|import]");
    ::signal(SIGPIPE, SIG_IGN);
    const fs::path folder = fs::path{arguments[2]} / ("weijian-bench-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const std::string program = fs::absolute(arguments[1]).string();
    const std::string part = count > 3 ? arguments[3] : "";
    if (part.empty() || part == "creates")
        measure_creates(program, folder);
    if (part.empty() || part == "import")
        measure_import(program, folder);
    if (part.empty() || part == "lists")
        measure_large(program, setting("WEIJIAN_BENCH_FOLDER", folder.c_str()));
    fs::remove_all(folder);
}
