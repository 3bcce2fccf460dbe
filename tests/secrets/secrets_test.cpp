// Protected values stay nowhere in clear: more than 1,000 of them are written through every door of the
// real server; then the bytes of database, log of the database, blobs, temporary files, second copy
// of the seals, output of the program and event stream are searched for each of them in many forms.

#include <libpq-fe.h>
#include <sqlite3.h>

#include <fstream>

#include "base/crypto.h"
#include "scenario.h"
#include "storage/testing/cluster.h"
#include "support/event_listener.h"

namespace {

using namespace std::chrono_literals;
using secrets::ByteSearch;
using secrets::Hit;
using secrets::Secret;
using storage::testing::Cluster;
using storage::testing::Engine;
namespace fs = std::filesystem;

std::string described(const std::set<Hit>& hits)
{
    std::string text;
    for (const Hit& hit : hits)
        text += hit.kind + " (" + hit.form + ") in " + hit.place + "\n";
    return text;
}

// Hard links to every file that shows up in a folder, so that what is removed at once can be searched later.
class Keeper {
public:
    Keeper(fs::path watched, fs::path kept) : watched_(std::move(watched)), kept_(std::move(kept))
    {
        fs::create_directories(kept_);
        thread_ = std::thread{[this] { watch(); }};
    }
    ~Keeper()
    {
        stop_ = true;
        thread_.join();
    }
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

private:
    void watch()
    {
        while (!stop_) {
            std::error_code ignored;
            for (const auto& entry : fs::directory_iterator(watched_, ignored))
                fs::create_hard_link(entry.path(), kept_ / entry.path().filename(), ignored);
            std::this_thread::sleep_for(200us);
        }
    }
    fs::path watched_, kept_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

// Every value of every table, so that neither compression nor a page's end hides one.
std::set<Hit> in_tables_of_sqlite(const ByteSearch& search, const std::string& file)
{
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    const auto each_row = [&](const std::string& sql, auto work) {
        sqlite3_stmt* statement = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
        while (sqlite3_step(statement) == SQLITE_ROW)
            work(statement);
        sqlite3_finalize(statement);
    };
    std::vector<std::string> tables;
    each_row("SELECT name FROM sqlite_master WHERE type = 'table'",
        [&](sqlite3_stmt* row) { tables.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(row, 0))); });
    std::set<Hit> hits;
    for (const std::string& table : tables)
        each_row("SELECT * FROM \"" + table + "\"", [&](sqlite3_stmt* row) {
            for (int column = 0; column < sqlite3_column_count(row); ++column) {
                const void* bytes = sqlite3_column_blob(row, column);
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
                if (bytes)
                    hits.merge(search.in_bytes({static_cast<const char*>(bytes), size}, table + "." + sqlite3_column_name(row, column)));
            }
        });
    sqlite3_close(handle);
    return hits;
}

std::set<Hit> in_tables_of_postgres(const ByteSearch& search, const std::string& url)
{
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(Cluster::shared().superuser_url(url).c_str()), PQfinish};
    const auto ask = [&](const std::string& sql) {
        return std::unique_ptr<PGresult, void (*)(PGresult*)>{PQexec(connection.get(), sql.c_str()), PQclear};
    };
    const auto tables = ask("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
    EXPECT_GT(PQntuples(tables.get()), 20);
    std::set<Hit> hits;
    for (int table = 0; table < PQntuples(tables.get()); ++table) {
        const std::string name = PQgetvalue(tables.get(), table, 0);
        const auto rows = ask("SELECT * FROM \"" + name + "\"");
        for (int row = 0; row < PQntuples(rows.get()); ++row)
            for (int column = 0; column < PQnfields(rows.get()); ++column) {
                std::string value = PQgetvalue(rows.get(), row, column);
                if (value.starts_with("\\x"))  // bytes come as hexadecimal
                    if (const auto bytes = base::crypto::from_hex(value.substr(2)); bytes.ok())
                        value = *bytes;
                hits.merge(search.in_bytes(value, name + "." + PQfname(rows.get(), column)));
            }
    }
    return hits;
}

// Files that people upload lie in blobs/ as they came, registries to be imported among them; the operator's
// guide says so. What the import makes of a registry is kept nowhere else.
bool in_uploaded_registry(const Hit& hit)
{
    return hit.place.starts_with("blobs/") && (hit.kind.starts_with("imported") || hit.kind.starts_with("faulty"));
}

class Secrets : public support::OnBothDatabases {
protected:
    void SetUp() override
    {
        const auto made = region().make();
        ASSERT_EQ(made.exit_code, 0) << made.output;
        const auto systems = region().folder() / "systems";
        fs::copy(WEIJIAN_SOURCE_DIR "/systems", systems, fs::copy_options::recursive);
        fs::copy(WEIJIAN_SOURCE_DIR "/tests/secrets/systems", systems, fs::copy_options::recursive);
        const auto applied = region().run({"apply", systems.string()});
        ASSERT_EQ(applied.exit_code, 0) << applied.output;
        // Whatever the log can say, it says.
        const auto file = region().data() / "weijian.yaml";
        std::ifstream in{file};
        std::string config{std::istreambuf_iterator<char>{in}, {}};
        config.replace(config.find("\"info\""), 6, "\"debug\"");
        std::ofstream{file, std::ios::trunc} << config;
    }

    // The data folder with its log, the copies of temporary files, the second copy of the seals, and
    // the files of PostgreSQL. The keys lie elsewhere.
    std::set<Hit> in_files(const ByteSearch& search) const
    {
        std::set<Hit> hits;
        for (const char* name : {"data", "data.seals", "kept"})
            hits.merge(search.in_folder(region().folder() / name));
        if (region().on_postgres()) {
            Cluster::shared().run_as_superuser("CHECKPOINT");
            hits.merge(search.in_folder(Cluster::shared().folder()));
        }
        std::erase_if(hits, in_uploaded_registry);
        return hits;
    }

    std::set<Hit> in_tables(const ByteSearch& search) const
    {
        return region().on_postgres() ? in_tables_of_postgres(search, region().database())
                                      : in_tables_of_sqlite(search, region().database());
    }

    void run(secrets::Scenario& scenario) const
    {
        scenario.keep_files();
        scenario.send_wrong_ones();
        scenario.save_drafts();
        scenario.import_files();
        scenario.export_files();
        scenario.keep_accounts();
    }

    // A search that finds nothing proves something only if it finds what is there.
    void expect_found(const std::vector<Secret>& control) const
    {
        for (const Secret& one : {control.front(), control[control.size() / 2], control.back()}) {
            const ByteSearch search{{one}};
            EXPECT_FALSE(in_files(search).empty()) << "an unprotected value is not found in the files";
            EXPECT_FALSE(in_tables(search).empty()) << "an unprotected value is not found in the tables";
        }
    }
};

TEST_P(Secrets, StandNowhereInClear)
{
    auto server = region().serve();
    ASSERT_TRUE(server.ok()) << server.error().detail;
    secrets::Scenario scenario{*server};
    const support::EventListener listener{server->port(), support::cookie_of(server->port(), "clerk.beijing", support::MadeRegion::password)};
    {
        const Keeper keeper{region().data() / "temporary", region().folder() / "kept"};
        run(scenario);
    }
    if (HasFailure())
        return;
    ASSERT_GE(scenario.secret().size(), 1000u);
    const ByteSearch search{scenario.secret()};

    // Killed, so that nothing is tidied up before it is looked at.
    server->kill_hard();
    const auto in_killed = in_files(search);
    EXPECT_TRUE(in_killed.empty()) << described(in_killed);
    const auto stored = in_tables(search);
    EXPECT_TRUE(stored.empty()) << described(stored);
    auto shown = search.in_bytes(scenario.shown(), "answers with masked fields");
    std::erase_if(shown, [](const Hit& hit) { return hit.kind.find("token") != std::string::npos; });
    EXPECT_TRUE(shown.empty()) << described(shown);
    const auto heard = search.in_bytes(listener.heard(), "event stream");
    EXPECT_TRUE(heard.empty()) << described(heard);
    expect_found(scenario.control());

    // After the next start and an orderly stop, with sealed blocks.
    auto again = region().serve();
    ASSERT_TRUE(again.ok()) << again.error().detail;
    EXPECT_EQ(again->stop(), 0);
    const auto later = in_files(search);
    EXPECT_TRUE(later.empty()) << described(later);
    std::printf("%zu protected values, %.0f MB searched\n", scenario.secret().size(), static_cast<double>(search.bytes_seen()) / 1e6);
}

ON_BOTH_DATABASES(Secrets);

// Each form in which a value may have been written is recognised, wherever it begins.
TEST(ByteSearch, FindsEveryForm)
{
    const std::string number = "13800138000", words = "既往史密记";
    const ByteSearch search{{{"number", number}, {"words", words}}};
    const auto found = [&](const std::string& bytes) { return search.in_bytes(bytes, "here").size() == 1; };
    for (const std::string& value : {number, words}) {
        EXPECT_TRUE(found("x" + value + "y"));
        EXPECT_TRUE(found(base::crypto::hex(value)));
        for (const char* before : {"", "a", "ab", "abc"})
            EXPECT_TRUE(found(base::crypto::base64(before + value + "z"))) << before;
    }
    EXPECT_TRUE(found(R"({"remark": "\u65e2\u5f80\u53f2\u5bc6\u8bb0"})"));
    EXPECT_TRUE(found("?q=%E6%97%A2%E5%BE%80%E5%8F%B2%E5%AF%86%E8%AE%B0"));
    EXPECT_FALSE(found("id 7138001380001")) << "a longer number is another one";
    EXPECT_FALSE(found("1380013800"));
}

}  // namespace
