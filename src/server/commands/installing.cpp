// init, serve, apply, check, version.

#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "base/files.h"
#include "base/log.h"
#include "kernel/identity/setup.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"
#include "server/service.h"
#include "server/stories/run.h"

namespace server {

namespace {

const base::SystemClock system_clock;

std::string address_of(const Config& config, unsigned short port)
{
    const bool tls = !config.tls_certificate.empty();
    const std::string host = config.address == "127.0.0.1" ? "localhost" : config.address;
    return (tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

// The one-time code of a new installation, as long as nobody has used it.
Result<std::string> setup_code(identity::Identity& identity)
{
    TRY_ASSIGN(const bool needed, identity::setup_needed(identity));
    if (!needed)
        return std::string{};
    return identity::begin_setup(identity);
}

}  // namespace

int init(const Common& common, const InitOptions& options)
{
    auto installation = create_installation(default_config(common.data, options.database), system_clock);
    if (!installation.ok())
        return refuse(common, installation.error());
    const Config& config = installation->config;
    tell(common, {{"ok", true}, {"data", config.data.string()}, {"keys", config.keys.string()}},
        "Installed in " + config.data.string() + ".\nKeys are in " + config.keys.string() +
            ": keep a copy in a safe (weijian key export); without them protected fields stay unreadable.\n"
            "Next: weijian serve --data " + config.data.string());
    return 0;
}

int serve(const Common& common, const ServeOptions& options)
{
    // Signals are taken by this thread alone, so every other thread is started with them blocked.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is a full disk, not an end

    auto installation = open_installation(common.data, system_clock);
    if (!installation.ok())
        return refuse(common, installation.error());
    installation->config.insecure = installation->config.insecure || options.insecure;
    const Config config = installation->config;
    base::log::open(config.log_level);
    auto service = Service::open(*std::move(installation), {.address = options.address, .port = options.port});
    if (!service.ok())
        return refuse(common, service.error());
    const auto code = setup_code((*service)->identity());
    if (!code.ok())
        return refuse(common, code.error());
    (*service)->start();
    const unsigned short port = (*service)->port();
    if (!options.port_file.empty()) {
        const auto written = base::files::write_durably(options.port_file, std::to_string(port) + "\n");
        if (!written.ok())
            return refuse(common, written.error());
    }
    std::string text = "Weijian serves on " + address_of(config, port) + "  (Ctrl+C stops it)";
    if (!code->empty())
        text += "\nFirst start: open " + address_of(config, port) + "/setup and enter the code " + *code;
    if (const auto accounts = base::files::read(config.keys / "demo-accounts.txt", 1 << 16);
        options.show_accounts && accounts.ok())
        text += "\n\n" + *accounts;
    tell(common, {{"ok", true}, {"address", address_of(config, port)}, {"port", port}}, text);

    for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) {
        const auto reloaded = (*service)->reload_tls();
        base::log::info(reloaded.ok() ? "certificate read again" : "certificate not read: " + reloaded.error().code);
    }
    (*service)->stop();
    return 0;
}

int apply(const Common& common, const ApplyOptions& options)
{
    auto installation = open_installation(common.data, system_clock);
    if (!installation.ok())
        return refuse(common, installation.error());
    auto release = load_definitions(options.systems, installation->config.overrides);
    if (!release.ok())
        return refuse(common, release.error());
    const std::set<std::string> confirmed{options.confirmed.begin(), options.confirmed.end()};
    auto planned = records::plan_migration(*installation->database, **release, confirmed);
    if (!planned.ok())
        return refuse(common, planned.error());
    const json::object steps = records::to_json(*planned);
    std::string text;
    for (const records::Step& step : planned->steps) {
        text += "  " + std::string{records::name_of(step.kind)} + " " + step.subject;
        text += (step.name.empty() ? "" : " " + step.name) + (step.loses ? "  (loses values)" : "") + "\n";
    }
    if (planned->empty())
        text = "  nothing to migrate\n";
    if (options.plan_only) {
        tell(common, {{"ok", true}, {"migration", steps}}, text);
        return 0;
    }
    if (!common.json)
        std::fputs(text.c_str(), stdout);
    records::ApplyOptions apply_options;
    apply_options.confirmed = confirmed;
    apply_options.at = system_clock.now();
    auto applied = records::apply(*installation->database, *release, apply_options);
    if (!applied.ok())
        return refuse(common, applied.error());
    tell(common, {{"ok", true}, {"release", (*release)->hash}, {"migration", steps}}, "Release " + (*release)->hash + " is active.");
    return 0;
}

namespace {

// The folders given, and the systems they need, from beside them.
Result<std::shared_ptr<const definitions::Release>> release_of(const CheckOptions& options)
{
    std::filesystem::path parent = std::filesystem::absolute(options.systems.front()).lexically_normal();
    if (parent.filename().empty())
        parent = parent.parent_path();
    return load_definitions(parent.parent_path(), {}, options.for_release);
}

void print(const stories::Report& report)
{
    for (const base::Problem& problem : report.problems)
        std::fprintf(stderr, "%s\n", line_of(problem).c_str());
    for (const stories::Failure& failure : report.failures)
        std::fprintf(stderr, "%s:%d: %s\n", failure.file.c_str(), failure.line, failure.message.c_str());
}

}  // namespace

int check(const Common& common, const CheckOptions& options)
{
    auto release = release_of(options);
    if (!release.ok())
        return refuse(common, release.error());
    base::log::open("error");
    int stories = 0, expectations = 0;
    std::size_t faults = 0;
    for (const auto& system : options.systems) {
        if (!options.stories)
            break;
        stories::RunOptions run;
        run.system = system;
        run.release = *release;
        run.database = options.database;
        run.invert = options.invert;
        if (!common.quiet && !common.json)
            run.progress = [](const std::string& story, bool passed) {
                std::printf("  %s %s\n", passed ? "ok    " : "FAILED", story.c_str());
                std::fflush(stdout);
            };
        const stories::Report report = stories::run_stories(run);
        if (!common.json)
            print(report);
        stories += report.stories;
        expectations += report.expectations;
        faults += report.failures.size() + report.problems.size();
    }
    tell(common, {{"ok", faults == 0}, {"stories", stories}, {"expectations", expectations}, {"failed", faults}},
        "Definitions are sound. " + std::to_string(stories) + " stories with " + std::to_string(expectations) +
            " expectations; " + std::to_string(faults) + " failed.");
    return faults == 0 ? 0 : 1;
}

int version(const Common& common)
{
    tell(common, {{"version", WEIJIAN_VERSION}}, std::string{"weijian "} + WEIJIAN_VERSION);
    return 0;
}

}  // namespace server
