#pragma once

// Imports in the background, as docs/api.md "Imports" describes them. One thread works on one import
// after the other; where it stands is in the database, so a restarted server goes on with the line
// behind the last one dealt with. Of several servers one takes an import; when that one dies, another goes
// on within half a minute.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "http/router.h"
#include "kernel/imports/rejects.h"

namespace imports {

struct Job {
    base::Id id = 0, owner = 0;
    std::string record, hash, name;
    Mode mode = Mode::GoodRows;
    std::string state;  // reading mapping checking checked running done failed cancelled
    json::object layout = {};  // {kind, encoding, sheet, headings}
    Mapping mapping = {};
    std::size_t total = 0, reached = 0;
    Counts counts = {};
    std::string error = {};  // code, when failed
    base::Timestamp created_at;
};

class Engine {
public:
    struct Parts {
        records::Store& store;
        storage::Blobs& blobs;
        const http::Messages& messages;
        // The person with everything valid now; null when he may not act any more.
        std::function<Result<std::shared_ptr<const identity::Subject>>(base::Id user)> subject;
        // Told at every step, for the event stream: {id, state, done, rows}.
        std::function<void(base::Id user, const json::object&)> notify = {};
        std::size_t batch = 1000;
    };
    // Makes its tables.
    static Result<std::unique_ptr<Engine>> open(Parts);
    ~Engine();
    void start();  // goes on with what was under way
    void stop();   // within one batch; the import stays under way

    // IMPORT_MODE, FILE_UNKNOWN (only what the caller uploaded), PERMISSION.
    Result<base::Id> create(const std::string& record, const std::string& hash, const std::string& name,
        const std::string& mode, const records::Context&);
    // IMPORT_UNKNOWN, also for those of others.
    Result<Job> find(base::Id, const records::Context&);
    Result<std::vector<Job>> list(const records::Context&);
    Result<std::vector<RowFault>> faults(base::Id, std::size_t limit);
    // IMPORT_STATE when it is not the time for it.
    Status set_mapping(base::Id, const Mapping&, const records::Context&);
    Status run(base::Id, const records::Context&);  // IMPORT_HAS_FAULTS for all or nothing
    Status cancel(base::Id, const records::Context&);
    // The first lines of the file.
    Result<json::array> preview(const Job&);
    // The reject sheet, made in memory: it shows what the record protects.
    Result<std::string> rejects(const Job&, SheetFormat, const std::string& language);
    // As the API shows it.
    Result<json::object> describe(const Job&, const std::string& language, bool whole);

    const Parts& parts() const { return parts_; }
    base::Id holder() const { return holder_; }  // as this server stands in the leases

private:
    explicit Engine(Parts);
    void loop();
    Result<std::optional<Job>> next();
    Status work(Job&);
    Status read_file(Job&);
    Status go_through(Job&);
    Status save_batch(storage::Transaction&, Job&, const Batch&);
    Status set_state(Job&, const std::string& state, const std::string& error, base::Id holder);
    Result<std::filesystem::path> file_of(const Job&);
    Status clear(const Job&, base::Id holder);
    void tell(const Job&) const;
    void wake();

    Parts parts_;
    base::Id holder_ = 0;  // this server in the leases
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool pending_ = true;
    std::atomic<bool> stopping_{false};
    std::atomic<base::Id> cancelled_{0};
    std::mutex previews_mutex_;
    std::map<base::Id, json::array> previews_;
};

// The engine must outlive the router's server.
void add_routes(http::Router&, Engine&);

}  // namespace imports
