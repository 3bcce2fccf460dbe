#include "storage/testing/cluster.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "storage/testing/folder.h"

namespace storage::testing {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& why)
{
    std::fprintf(stderr, "The tests need a PostgreSQL server: %s\n", why.c_str());
    std::exit(1);
}

fs::path program(const std::string& name)
{
    std::vector<fs::path> found;
    std::error_code missing;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", missing))
        if (fs::exists(version.path() / "bin" / name))
            found.push_back(version.path() / "bin" / name);
    if (found.empty())
        give_up(name + " is not under /usr/lib/postgresql (apt-get install postgresql)");
    return std::ranges::max(found);
}

// PostgreSQL refuses to run as root, so root lends it another user.
const passwd* server_user()
{
    if (::geteuid() != 0)
        return nullptr;
    const passwd* user = ::getpwnam("postgres");
    return user ? user : ::getpwnam("nobody");
}

// The signal reaches the server when this program dies, whatever it dies of.
std::vector<std::string> as_server_user(std::vector<std::string> command)
{
    std::vector<std::string> whole = {"setpriv", "--pdeathsig", "QUIT"};
    if (const passwd* user = server_user()) {
        whole.push_back("--reuid=" + std::to_string(user->pw_uid));
        whole.push_back("--regid=" + std::to_string(user->pw_gid));
        whole.push_back("--clear-groups");
    }
    whole.insert(whole.end(), command.begin(), command.end());
    return whole;
}

pid_t spawn(const std::vector<std::string>& command, const fs::path& log)
{
    std::vector<char*> arguments;
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const std::string log_file = log, folder = log.parent_path();
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    // The server must not hold open what the test program has open.
    const int output = ::open(log_file.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
    const int input = ::open("/dev/null", O_RDONLY);
    ::dup2(input, 0);
    ::dup2(output, 1);
    ::dup2(output, 2);
    ::close_range(3, ~0U, 0);
    ::setpgid(0, 0);
    if (::chdir(folder.c_str()) == 0)
        ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

int finish(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

int free_port()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(socket, generic, size) == 0 && ::getsockname(socket, generic, &size) == 0;
    ::close(socket);
    return bound ? ntohs(address.sin_port) : 0;
}

const std::string& prefix()
{
    static const std::string text = "weijian-postgres-";
    return text;
}

// A server that syncs belongs on a disk; one that does not is fastest in memory.
fs::path parent_for(Fsync fsync)
{
    constexpr std::uintmax_t room = 3'000'000'000;
    return fsync == Fsync::On ? fs::temp_directory_path() : memory_or_temporary(room);
}

// Folders of test programs that were killed.
void remove_left_folders(const fs::path& parent)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
        const std::string name = entry.path().filename();
        const int process = name.starts_with(prefix()) ? std::atoi(name.c_str() + prefix().size()) : 0;
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH)
            fs::remove_all(entry.path(), ignored);
    }
}

fs::path new_folder(const fs::path& parent)
{
    std::string folder = parent / (prefix() + std::to_string(::getpid()) + "-XXXXXX");
    if (!::mkdtemp(folder.data()))
        give_up("no folder in " + parent.string());
    if (const passwd* user = server_user(); user && ::chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0)
        give_up("cannot hand over " + folder);
    return folder;
}

bool run_sql(const std::string& url, const std::string& sql, std::string& problem)
{
    PGconn* connection = PQconnectdb(url.c_str());
    PGresult* result = PQstatus(connection) == CONNECTION_OK ? PQexec(connection, sql.c_str()) : nullptr;
    const auto status = PQresultStatus(result);
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done)
        problem = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    return done;
}

// Ends the shared server when the program ends by itself.
struct AtExit {
    std::unique_ptr<Cluster> cluster = std::make_unique<Cluster>(Fsync::Off);
};

}  // namespace

Cluster& Cluster::shared()
{
    static AtExit one;
    return *one.cluster;
}

Cluster::Cluster(Fsync fsync) : fsync_(fsync)
{
    const fs::path parent = parent_for(fsync);
    remove_left_folders(parent);
    folder_ = new_folder(parent);
    const auto initdb = as_server_user({program("initdb"), "--pgdata", folder_ / "data", "--auth", "trust", "--username",
                                        "postgres", "--encoding", "UTF8", "--locale", "C", "--no-sync",
                                        "--no-instructions"});
    if (finish(spawn(initdb, folder_ / "log")) != 0)
        give_up("initdb failed, see " + (folder_ / "log").string());
    start();
    run_as_superuser("CREATE ROLE weijian LOGIN");
}

Cluster::~Cluster()
{
    stop(Stop::Immediate);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void Cluster::start()
{
    const std::string sync = fsync_ == Fsync::On ? "on" : "off";
    for (int attempt = 0; attempt < 5; ++attempt) {
        // Kept over a restart, as the URLs name it.
        if (port_ == 0)
            port_ = free_port();
        server_ = spawn(as_server_user({program("postgres"), "-D", folder_ / "data", "-k", folder_, "-p",
                                        std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=" + sync,
                                        "-c", "full_page_writes=" + sync, "-c", "max_connections=200", "-c",
                                        "shared_buffers=64MB", "-c", "jit=off", "-c", "max_wal_size=256MB"}),
                        folder_ / "log");
        std::string problem;
        for (int look = 0; look < 600; ++look) {
            if (run_sql(url("postgres", "postgres"), "SELECT 1", problem))
                return;
            if (::waitpid(server_, nullptr, WNOHANG) == server_)
                break;  // somebody else took the port
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        port_ = 0;
    }
    give_up("the server does not start, see " + (folder_ / "log").string());
}

void Cluster::stop(Stop how)
{
    if (server_ <= 0)
        return;
    ::kill(server_, how == Stop::Fast ? SIGINT : SIGQUIT);
    finish(server_);
    server_ = 0;
}

std::string Cluster::url(const std::string& user, const std::string& database) const
{
    return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string Cluster::create_database()
{
    const std::string name = "test_" + std::to_string(++databases_);
    run_as_superuser("CREATE DATABASE " + name + " OWNER weijian TEMPLATE template0");
    return url("weijian", name);
}

void Cluster::drop(const std::string& where)
{
    run_as_superuser("DROP DATABASE IF EXISTS " + where.substr(where.rfind('/') + 1) + " WITH (FORCE)");
}

std::string Cluster::superuser_url(const std::string& where) const
{
    return url("postgres", where.substr(where.rfind('/') + 1));
}

void Cluster::run_as_superuser(const std::string& sql)
{
    std::string problem;
    if (!run_sql(url("postgres", "postgres"), sql, problem))
        give_up(sql + ": " + problem);
}

}  // namespace storage::testing
