#include "stock_room.h"

#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/crypto.h"
#include "kernel/records/scope.h"
#include "storage/testing/cluster.h"

namespace upgrade {

namespace fs = std::filesystem;
using storage::testing::Cluster;

StockRoom::StockRoom(const support::MadeRegion& region, int rows) : region_(region), count_(rows)
{
    for (const char* version : {"before", "after"}) {
        fs::copy(WEIJIAN_SOURCE_DIR "/systems", systems(version), fs::copy_options::recursive);
        fs::copy(fs::path{WEIJIAN_SOURCE_DIR} / "tests/upgrade" / version, systems(version), fs::copy_options::recursive);
    }
}

fs::path StockRoom::systems(const std::string& version) const { return region_.folder() / ("systems-" + version); }

void StockRoom::fill()
{
    const auto made = region_.make();
    ASSERT_EQ(made.exit_code, 0) << made.output;
    const auto applied = region_.run({"apply", systems("before").string()});
    ASSERT_EQ(applied.exit_code, 0) << applied.output;
    const fs::path file = region_.folder() / "stock.csv";
    std::ofstream out{file};
    static constexpr const char* kinds[] = {"MASK", "GLOVE", "OLD"};
    out << "title,amount,kind,note,keeper_phone\n";
    for (int row = 0; row < count_; ++row)
        out << "物资" << row << "号," << row * 7 << ',' << kinds[row % 3] << ",第" << row % 50 << "架," << 13'800'000'000 + row << '\n';
    out.close();
    const auto imported = region_.run({"import", "stock_item", file.string(), "--as", "clerk.beijing", "--quiet"});
    ASSERT_EQ(imported.exit_code, 0) << imported.output;
}

std::vector<std::string> StockRoom::confirmations()
{
    return {"--confirm", "stock_item.amount", "--confirm", "stock_item.note"};
}

std::vector<std::string> StockRoom::command(std::vector<std::string> further) const
{
    std::vector<std::string> arguments{"apply", systems("after").string(), "--data", region_.data().string()};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return arguments;
}

support::Outcome StockRoom::apply(std::vector<std::string> further) const
{
    return support::run_weijian(command(std::move(further)));
}

std::vector<std::string> StockRoom::read(const std::string& sql) const
{
    std::vector<std::string> lines;
    const auto read = [&]() -> base::Status {
        TRY_ASSIGN(const auto database, storage::open(region_.database()));
        return database->read([&](storage::Transaction& transaction) -> base::Status {
            TRY(records::set_scope(transaction, records::everything));
            lines.clear();
            TRY_ASSIGN(const auto rows, transaction.query(sql));
            for (const storage::Row& row : rows)
                lines.push_back(row.text(0) + (row.null(1) ? "" : base::crypto::hex(row.bytes(1))));
            return {};
        });
    };
    const auto status = read();
    EXPECT_TRUE(status.ok()) << status.error().code << " " << status.error().detail;
    return lines;
}

std::vector<std::string> StockRoom::rows() const
{
    const std::string name = upgraded() ? "heading" : "title";
    return read("SELECT CAST(id AS TEXT) || '|' || number || '|' || CAST(version AS TEXT) || '|' || " + name +
        " || '|' || COALESCE(CAST(amount AS TEXT), '-') || '|' || COALESCE(kind, '-') || '|' || COALESCE(note, '-') || '|', "
        "keeper_phone FROM record_stock_item ORDER BY id");
}

std::vector<std::string> StockRoom::history() const
{
    return read("SELECT CAST(seq AS TEXT) || '|' || CAST(id AS TEXT) || '|' || CAST(version AS TEXT) || '|' || action || '|' || "
                "COALESCE(diff, '-') || '|', diff_hash FROM change_log WHERE record = 'stock_item' ORDER BY seq");
}

bool StockRoom::upgraded() const
{
    const std::string sql = region_.on_postgres()
        ? "SELECT column_name::text, NULL::bytea FROM information_schema.columns WHERE table_name = 'record_stock_item' AND column_name = 'heading'"
        : "SELECT name, NULL FROM pragma_table_info('record_stock_item') WHERE name = 'heading'";
    return !read(sql).empty();
}

bool StockRoom::execute(const std::string& sql) const
{
    const auto run = [&]() -> base::Status {
        TRY_ASSIGN(const auto database, storage::open(region_.database()));
        return database->write([&](storage::Transaction& transaction) -> base::Status {
            TRY(records::set_scope(transaction, records::everything));
            TRY(transaction.execute(sql));
            return {};
        });
    };
    const auto status = run();
    EXPECT_TRUE(status.ok()) << status.error().code << " " << status.error().detail;
    return status.ok();
}

bool StockRoom::migrating() const
{
    return !read("SELECT target, NULL FROM records_active WHERE target IS NOT NULL").empty();
}

std::vector<std::string> StockRoom::invalid_indexes() const
{
    return read("SELECT indexrelid::regclass::text, NULL::bytea FROM pg_index WHERE NOT indisvalid");
}

pid_t StockRoom::kill_while_indexes_are_built() const
{
    pid_t seen = -1;
    const auto database = storage::open(region_.database());
    EXPECT_TRUE(database.ok());
    const auto read = (*database)->read([&](storage::Transaction& old_reader) -> base::Status {
        TRY(old_reader.query("SELECT count(*) FROM organisation"));
        const pid_t child = support::begin_weijian(command(confirmations()), region_.folder() / "apply.log");
        int status = 0;
        for (int look = 0; look < 3000 && seen < 0 && ::waitpid(child, &status, WNOHANG) == 0; ++look) {
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            seen = migrating() ? child : -1;
        }
        if (seen > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds{200});  // into the first index
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
        }
        return {};
    });
    EXPECT_TRUE(read.ok());
    return seen;
}

std::string StockRoom::id_of(int row) const
{
    const std::string name = upgraded() ? "heading" : "title";
    const auto found = read("SELECT CAST(id AS TEXT), NULL FROM record_stock_item WHERE " + name + " = '物资" + std::to_string(row) + "号'");
    return found.size() == 1 ? found.front() : "";
}

http::Client StockRoom::clerk(const support::ServerProcess& server) const
{
    auto client = server.client();
    EXPECT_TRUE(support::sign_in(client, "clerk.beijing", support::MadeRegion::password).ok());
    return client;
}

namespace {

std::string name_in(const std::string& url) { return url.substr(url.rfind('/') + 1); }

}  // namespace

void StockRoom::keep()
{
    kept_ = region_.folder() / "kept.sqlite";
    if (region_.on_postgres()) {
        Cluster::shared().run_as_superuser("CREATE DATABASE kept TEMPLATE " + name_in(region_.database()));
        return;
    }
    ASSERT_FALSE(fs::exists(region_.database() + "-wal") && fs::file_size(region_.database() + "-wal") > 0);
    fs::copy_file(region_.database(), kept_);
}

void StockRoom::put_back() const
{
    if (region_.on_postgres()) {
        const std::string name = name_in(region_.database());
        Cluster::shared().run_as_superuser("DROP DATABASE " + name + " WITH (FORCE)");
        Cluster::shared().run_as_superuser("CREATE DATABASE " + name + " OWNER weijian TEMPLATE kept");
        return;
    }
    for (const char* suffix : {"", "-wal", "-shm"})
        fs::remove(region_.database() + suffix);
    fs::copy_file(kept_, region_.database());
}

}  // namespace upgrade
