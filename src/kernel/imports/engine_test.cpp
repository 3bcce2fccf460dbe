#include "kernel/imports/testing/registry.h"

namespace imports {

using namespace testing;

namespace {

class Engines : public ImportTest {
protected:
    void open(std::function<void(const json::object&)> told = {})
    {
        Engine::Parts parts{*store_, *blobs_, messages_, [this](base::Id) -> Result<std::shared_ptr<const identity::Subject>> {
            return std::shared_ptr<const identity::Subject>(clerk_);
        }};
        parts.batch = 100;
        parts.notify = [this, told = std::move(told)](base::Id, const json::object& news) {
            if (told)
                told(news);
            const std::lock_guard lock(mutex_);
            state_ = std::string(news.at("state").as_string());
            done_ = news.at("done").to_number<std::size_t>();
            changed_.notify_all();
        };
        auto opened = Engine::open(std::move(parts));
        ASSERT_TRUE(opened.ok()) << opened.error().code << opened.error().detail;
        engine_ = *std::move(opened);
    }

    void wait(const std::string& state, std::size_t done = 0)
    {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30), [&] { return state_ == state && done_ >= done; })) << state_ << done_;
    }

    base::Id begin(const std::filesystem::path& path, const std::string& mode = "good_rows")
    {
        std::ifstream stream{path, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
        const std::string hash = *blobs_->put(bytes);
        const auto uploaded = database().write([&](storage::Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO records_upload (upload, owner, name, media_type, size, expected, hash, at) "
                                    "VALUES (?1, 10, 'a.csv', 'text/csv', 1, '', ?1, ?2)", {hash, clock_.now()}));
            return {};
        });
        EXPECT_TRUE(uploaded.ok());
        const auto id = engine_->create("unit", hash, "登记.csv", mode, as(*clerk_));
        EXPECT_TRUE(id.ok()) << (id.ok() ? "" : id.error().code + id.error().detail);
        return id.ok() ? *id : 0;
    }

    Job job(base::Id id) { return *engine_->find(id, as(*clerk_)); }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string state_;
    std::size_t done_ = 0;
    std::unique_ptr<Engine> engine_;
};

}  // namespace

TEST_P(Engines, GoesOnBehindTheLastRowAfterItWasKilled)
{
    const std::size_t rows = GetParam() == storage::testing::Engine::SqliteFile ? 3'000 : 900;
    const std::size_t bad = rows / 20;
    const Registry registry = make_registry(rows, bad);
    write_csv(file("a.csv"), registry.lines);
    open();
    engine_->start();
    const base::Id id = begin(file("a.csv"));
    wait("mapping");
    EXPECT_EQ(job(id).total, rows);
    EXPECT_EQ(job(id).mapping.at("许可证号"), "professions.permit_no");
    ASSERT_TRUE(engine_->set_mapping(id, job(id).mapping, as(*clerk_)).ok());
    wait("checked");
    EXPECT_EQ(job(id).counts.rejected, bad);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), 0);
    ASSERT_TRUE(engine_->run(id, as(*clerk_)).ok());
    wait("running", 300);
    engine_.reset();

    open();
    const Job half = job(id);
    EXPECT_EQ(half.state, "running");
    EXPECT_LT(half.reached, rows + 1);
    EXPECT_GE(half.counts.done, 300U);
    engine_->start();
    wait("done");
    const Job whole = job(id);
    EXPECT_EQ(whole.counts.done, rows);
    EXPECT_EQ(whole.counts.created, rows - bad);  // no line came twice
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), static_cast<std::int64_t>(rows - bad));
    EXPECT_EQ(faults_of(*engine_->faults(id, 10'000)), registry.faults);
    const auto rejects = engine_->rejects(whole, SheetFormat::Csv, "zh");
    ASSERT_TRUE(rejects.ok());
    std::ofstream{file("rejects.csv"), std::ios::binary} << *rejects;
    auto reader = sheets::open(file("rejects.csv"));
    ASSERT_TRUE(reader.ok());
    std::size_t refused = 0;
    for (sheets::Row row; *(*reader)->next(row);)
        ++refused;
    EXPECT_EQ(refused, bad);
}

// Both look for work; the lease gives each import to one of them, and a batch to one only.
TEST_P(Engines, OfTwoServersOneTakesTheImport)
{
    if (GetParam() != storage::testing::Engine::Postgres)
        GTEST_SKIP() << "one server has the SQLite file";
    write_csv(file("a.csv"), make_registry(3'000, 0).lines);
    open();
    auto first = std::move(engine_);
    open();
    first->start();
    engine_->start();
    const base::Id id = begin(file("a.csv"));
    wait("mapping");
    ASSERT_TRUE(engine_->set_mapping(id, job(id).mapping, as(*clerk_)).ok());
    wait("checked");
    ASSERT_TRUE(first->run(id, as(*clerk_)).ok());
    wait("running", 200);
    // The one that works on it is gone; the other goes on.
    const auto holder = number("SELECT holder FROM import_job");
    if (first->holder() != holder)
        engine_.swap(first);
    first.reset();
    wait("done");
    EXPECT_EQ(job(id).counts.created, 3'000U);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), 3'000);
    EXPECT_NE(number("SELECT holder FROM import_job"), holder);
}

// A server that lost its lease while it stood still writes nothing more.
TEST_P(Engines, WhoLostTheLeaseWritesNothing)
{
    write_csv(file("a.csv"), make_registry(400, 0).lines);
    open();
    engine_->start();
    const base::Id id = begin(file("a.csv"));
    wait("mapping");
    ASSERT_TRUE(engine_->set_mapping(id, job(id).mapping, as(*clerk_)).ok());
    wait("checked");
    engine_->stop();
    ASSERT_TRUE(engine_->run(id, as(*clerk_)).ok());
    engine_.reset();
    const auto write = [&](const std::string& sql) {
        return database().write([&](storage::Transaction& transaction) -> Status {
            TRY(transaction.execute(sql));
            return {};
        });
    };
    // On the first batch another takes over.
    open([&](const json::object& news) {
        if (news.at("state") == "running" && news.at("done").to_number<std::size_t>() == 100) {
            EXPECT_TRUE(write("UPDATE import_job SET holder = 2").ok());
        }
    });
    engine_->start();
    wait("running", 100);
    write_csv(file("b.csv"), make_registry(1, 0).lines);
    begin(file("b.csv"));
    wait("mapping");  // it has turned to the next import
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), 100);
    EXPECT_EQ(number("SELECT max(done) FROM import_job"), 100);
    EXPECT_EQ(number("SELECT count(*) FROM import_job WHERE state = 'running'"), 1);
}

TEST_P(Engines, ShowsTheImportToItsOwnerOnlyAndStopsWhenCancelled)
{
    write_csv(file("a.csv"), make_registry(200, 4).lines);
    open();
    engine_->start();
    const base::Id id = begin(file("a.csv"), "all_or_nothing");
    wait("mapping");
    const auto other = person(11, "clerk");
    EXPECT_EQ(engine_->find(id, as(*other)).error().code, "IMPORT_UNKNOWN");
    EXPECT_EQ(engine_->run(id, as(*clerk_)).error().code, "IMPORT_STATE");
    EXPECT_EQ(engine_->create("unit", "sha256:0", "a.csv", "good_rows", as(*clerk_)).error().faults.front().code, "FILE_UNKNOWN");
    ASSERT_TRUE(engine_->set_mapping(id, job(id).mapping, as(*clerk_)).ok());
    wait("checked");
    EXPECT_EQ(engine_->run(id, as(*clerk_)).error().code, "IMPORT_HAS_FAULTS");
    const auto shown = engine_->describe(job(id), "zh", true);
    ASSERT_TRUE(shown.ok());
    EXPECT_EQ(shown->at("faults").as_array().size(), 4U);
    EXPECT_EQ(shown->at("preview").as_array().size(), 10U);
    ASSERT_TRUE(engine_->cancel(id, as(*clerk_)).ok());
    EXPECT_EQ(job(id).state, "cancelled");
}

FOR_EACH_DATABASE(Engines);

}  // namespace imports
