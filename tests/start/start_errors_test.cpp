// A start that cannot succeed says why in one line and ends with an exit code other than 0.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "storage/database.h"
#include "support/made_region.h"

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using storage::testing::Engine;
namespace fs = std::filesystem;

// Exactly one line, from the program and not from the system's runtime.
MATCHER(IsOneLine, "is one line of the program")
{
    return arg.starts_with("weijian: ") && std::count(arg.begin(), arg.end(), '\n') == 1 && arg.ends_with('\n');
}

// Without lines of the log, which begin with the time: PostgreSQL runs without fsync here and the log says so.
std::string without_log(const std::string& output)
{
    std::istringstream lines{output};
    std::string kept;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("20"))
            kept += line + "\n";
    return kept;
}

void expect_refused(const support::Outcome& outcome, const std::string& because)
{
    EXPECT_EQ(outcome.exit_code, 1) << outcome.output;
    EXPECT_THAT(without_log(outcome.output), AllOf(IsOneLine(), HasSubstr(because)));
}

base::Status execute(const std::string& database, const std::string& sql)
{
    TRY_ASSIGN(const auto opened, storage::open(database));
    return opened->write([&](storage::Transaction& transaction) -> base::Status {
        TRY(transaction.execute(sql));
        return {};
    });
}

// A port of the loopback that somebody else holds.
class TakenPort {
public:
    TakenPort()
    {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(descriptor_, generic, size) == 0 && ::listen(descriptor_, 1) == 0 && ::getsockname(descriptor_, generic, &size) == 0)
            number_ = ntohs(address.sin_port);
    }
    ~TakenPort() { ::close(descriptor_); }
    TakenPort(const TakenPort&) = delete;
    TakenPort& operator=(const TakenPort&) = delete;
    std::string number() const { return std::to_string(number_); }

private:
    int descriptor_ = -1;
    int number_ = 0;
};

class StartErrors : public support::OnBothDatabases {
protected:
    void SetUp() override
    {
        const auto made = region().make();
        ASSERT_EQ(made.exit_code, 0) << made.output;
    }
    support::Outcome serve() const { return region().run({"serve", "--port", "0"}); }
    void starts_again() const
    {
        auto server = region().serve();
        ASSERT_TRUE(server.ok()) << server.error().detail;
        EXPECT_EQ(server->stop(), 0);
    }
};

TEST_P(StartErrors, AMissingOrWrongKeyFileIsNamed)
{
    const auto key = region().keys() / "root.key", kept = region().keys() / "kept";
    fs::rename(key, kept);
    expect_refused(serve(), key.string());

    std::ofstream{key} << "weijian root key 1\n" << std::string(64, '0') << "\n";
    fs::permissions(key, fs::perms::owner_read);
    expect_refused(serve(), "does not belong to this database");

    fs::remove(key);
    fs::rename(kept, key);
    fs::permissions(key, fs::perms::owner_read | fs::perms::others_read);
    expect_refused(serve(), key.string());
    fs::permissions(key, fs::perms::owner_read);

    const auto seal = region().keys() / "seal.key";
    fs::rename(seal, kept);
    expect_refused(serve(), seal.string());
    fs::rename(kept, seal);
    starts_again();
}

TEST_P(StartErrors, ANewerDatabaseIsLeftAlone)
{
    const auto newer = execute(region().database(),
        "INSERT INTO storage_migration (module, name, digest) VALUES ('records', '9999_from_the_future.sql', 'x')");
    ASSERT_TRUE(newer.ok()) << newer.error().detail;
    expect_refused(serve(), "newer version");
    ASSERT_TRUE(execute(region().database(), "DELETE FROM storage_migration WHERE name LIKE '9999%'").ok());
    starts_again();
}

TEST_P(StartErrors, ATakenPortIsNamed)
{
    const TakenPort port;
    expect_refused(region().run({"serve", "--port", port.number()}), "port " + port.number());
    starts_again();
}

TEST_P(StartErrors, ABrokenConfigurationIsNamedWithItsLine)
{
    const auto file = region().data() / "weijian.yaml";
    std::ofstream{file, std::ios::app} << "prot: 8080\n";
    expect_refused(serve(), "prot");
    EXPECT_THAT(serve().output, HasSubstr("line "));
}

// A folder without an installation, and one whose database has gone, are not filled in silently.
TEST_P(StartErrors, AnInstallationThatIsNotThereIsNotMade)
{
    expect_refused(support::run_weijian({"serve", "--port", "0", "--data", (region().folder() / "elsewhere").string()}), "weijian init");
    EXPECT_FALSE(fs::exists(region().folder() / "elsewhere"));
    if (region().on_postgres())
        return;
    for (const char* suffix : {"", "-wal", "-shm"})
        fs::remove(region().database() + suffix);
    expect_refused(serve(), region().database());
    EXPECT_FALSE(fs::exists(region().database()));
}

TEST_P(StartErrors, BrokenDefinitionsAreNamedWithFileAndLine)
{
    const auto systems = region().folder() / "systems";
    fs::copy(WEIJIAN_SOURCE_DIR "/systems", systems, fs::copy_options::recursive);
    const auto roles = systems / "units" / "roles.yaml";
    std::ofstream{roles, std::ios::app} << "  night_watch: {titel: {zh: 夜班}}\n";
    std::ifstream in{roles};
    const auto lines = std::count(std::istreambuf_iterator<char>{in}, {}, '\n');
    const auto refused = region().run({"apply", systems.string()});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.output, AllOf(HasSubstr("roles.yaml:" + std::to_string(lines) + ":"), HasSubstr("titel")));
    starts_again();
}

TEST_P(StartErrors, AnUnreadableFolderIsNamed)
{
    // Root reads everything; without these rights it does not.
    std::vector<std::string> command;
    if (::geteuid() == 0)
        command = {"setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"};
    command.insert(command.end(), {WEIJIAN_PROGRAM, "serve", "--port", "0", "--data", region().data().string()});
    for (const fs::path& folder : {region().data(), region().keys(), region().data() / "blobs"}) {
        fs::permissions(folder, fs::perms::none);
        expect_refused(support::run_program(command), folder.string());
        fs::permissions(folder, fs::perms::owner_all);
    }
    starts_again();
}

ON_BOTH_DATABASES(StartErrors);

TEST(StartErrors, AForeignFileIsLeftAlone)
{
    const support::MadeRegion region{Engine::SqliteFile};
    ASSERT_EQ(region.make().exit_code, 0);
    for (const char* suffix : {"-wal", "-shm"})
        fs::remove(region.database() + suffix);
    const std::string text = "This is no database at all, but somebody's letter. " + std::string(5000, 'x');
    std::ofstream{region.database(), std::ios::trunc} << text;
    expect_refused(region.run({"serve", "--port", "0"}), "another program");
    std::ifstream in{region.database()};
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), text);
}

TEST(StartErrors, AForeignPostgresDatabaseIsLeftAlone)
{
    storage::testing::FreshDatabase foreign{Engine::Postgres};
    ASSERT_TRUE(execute(foreign.where(), "CREATE TABLE library_book (title TEXT)").ok());
    foreign.close();
    const support::TemporaryFolder folder;
    const auto data = (folder.path() / "data").string();
    for (const char* command : {"init", "demo"}) {
        expect_refused(support::run_weijian({command, "--data", data, "--database", foreign.where()}), "another program");
        foreign.reopen();
        const auto tables = foreign->read([](storage::Transaction& transaction) {
            return transaction.first("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'");
        });
        ASSERT_TRUE(tables.ok());
        EXPECT_EQ((*tables)->integer(0), 1) << command;
        foreign.close();
    }
}

// What a failed installation leaves behind does not hinder the next one.
TEST(StartErrors, InitSucceedsAfterBrokenDefinitionsAreMended)
{
    const support::TemporaryFolder folder;
    const auto share = folder.path() / "share", data = folder.path() / "data";
    fs::create_directories(share);
    for (const char* name : {"messages", "schemas", "share"})
        fs::create_symlink(fs::path{WEIJIAN_SOURCE_DIR} / name, share / name);
    fs::copy(WEIJIAN_SOURCE_DIR "/systems", share / "systems", fs::copy_options::recursive);
    const auto broken = share / "systems" / "units" / "records" / "broken.yaml";
    std::ofstream{broken} << "# A record without anything.\nrecord: broken\nfields: [\n";
    ::setenv("WEIJIAN_SHARE", share.c_str(), 1);
    const auto refused = support::run_weijian({"init", "--data", data.string()});
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("broken.yaml:"));
    EXPECT_EQ(support::run_weijian({"serve", "--port", "0", "--data", data.string()}).exit_code, 1);
    fs::remove(broken);
    const auto made = support::run_weijian({"init", "--data", data.string()});
    EXPECT_EQ(made.exit_code, 0) << made.output;
    auto server = support::ServerProcess::start(data);
    ::unsetenv("WEIJIAN_SHARE");
    EXPECT_TRUE(server.ok()) << server.error().detail;
}

}  // namespace
