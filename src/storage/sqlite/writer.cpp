#include "storage/sqlite/writer.h"

#include "base/log.h"
#include "storage/nesting.h"

namespace storage::sqlite {

namespace {

constexpr std::size_t waiting_max = 10'000;
constexpr std::size_t group_max = 512;
// A group closes after this time even when more work keeps coming.
constexpr std::chrono::milliseconds group_time_max{20};

int keep_wal_size(void* pages, sqlite3*, const char*, int count)
{
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

Error unavailable(const char* why)
{
    return {.kind = Kind::Unavailable, .code = "DATABASE_UNAVAILABLE", .detail = why};
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const SqliteOptions& options, std::function<void()> committed)
    : connection_(std::move(connection)), committed_(std::move(committed)), repeated_(options.writes_repeated),
      checkpoint_pages_(options.checkpoint_pages), checkpoint_due_(options.checkpoint_pages)
{
    sqlite3_wal_hook(connection_->handle(), keep_wal_size, &wal_pages_);
    thread_ = std::thread([this] { loop(); });
}

Writer::~Writer()
{
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_all();
    thread_.join();
}

Status Writer::run(Order order)
{
    TRY(refuse_nested_write());
    // Shared, because this thread may be gone before the writer has finished waking it.
    const auto request = std::make_shared<Request>(order);
    {
        std::lock_guard lock(mutex_);
        if (stopping_)
            return unavailable("closing");
        if (waiting_.size() >= waiting_max)
            return Error{.kind = Kind::Unavailable, .code = "DATABASE_BUSY", .detail = "too many writers wait"};
        waiting_.push_back(request);
    }
    arrived_.notify_one();
    request->done.wait(0);
    if (request->thrown)
        std::rethrow_exception(request->thrown);
    return request->status;
}

void Writer::loop()
{
    const WriteScope scope;
    while (auto request = next(true)) {
        if (request->order.kind == Task::Write)
            run_group(std::move(request));
        else
            run_alone(*request);
        checkpoint_when_due();
    }
}

// With `wait`, blocks until there is something or the writer stops; without, gives only what may
// join the running group.
std::shared_ptr<Writer::Request> Writer::next(bool wait)
{
    std::unique_lock lock(mutex_);
    if (wait)
        arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty() || (!wait && waiting_.front()->order.kind != Task::Write))
        return nullptr;
    auto request = std::move(waiting_.front());
    waiting_.pop_front();
    return request;
}

void Writer::run_group(std::shared_ptr<Request> first)
{
    Group group;
    group.push_back(std::move(first));
    Status commit = connection_->run("BEGIN IMMEDIATE");
    if (commit.ok() && !run_together(group)) {
        const bool lost = !connection_->in_transaction();
        connection_->roll_back();
        if (group.size() > 1)
            commit = run_apart(group);
        else if (lost)
            commit = group.back()->status;
    }
    bool written = false;
    if (commit.ok() && connection_->in_transaction()) {
        commit = connection_->run("COMMIT");
        written = commit.ok() && sqlite3_total_changes64(connection_->handle()) != changes_;
        changes_ = sqlite3_total_changes64(connection_->handle());
    }
    if (!commit.ok()) {
        connection_->roll_back();
        tell(commit.error(), group.size());
        if (commit.error().kind != Kind::Unavailable)
            commit = unavailable(commit.error().detail.c_str());
    } else if (written) {
        committed_();
    }
    hand_back(group, commit);
}

// The first of the group and whoever comes meanwhile, one behind the other; false at the first that fails.
// Without savepoints, which cost SQLite a copy of every page that is touched: so a failure undoes all.
bool Writer::run_together(Group& group)
{
    const auto closes = std::chrono::steady_clock::now() + group_time_max;
    while (true) {
        run_member(*group.back());
        if (!group.back()->status.ok() || !connection_->in_transaction())
            return false;
        if (group.size() >= group_max || std::chrono::steady_clock::now() >= closes)
            return true;
        auto another = next(false);
        if (!another)
            return true;
        group.push_back(std::move(another));
    }
}

// Each of a group in a savepoint of its own, so that the good ones stay. A full or failing disk rolls the
// whole transaction back by itself.
Status Writer::run_apart(const Group& group)
{
    TRY(connection_->run("BEGIN IMMEDIATE"));
    for (const auto& request : group) {
        TRY(connection_->run("SAVEPOINT member"));
        run_member(*request);
        if (!connection_->in_transaction())
            return request->status.ok() ? unavailable("transaction lost") : request->status;
        if (!request->status.ok())
            TRY(connection_->run("ROLLBACK TO member"));
        TRY(connection_->run("RELEASE member"));
    }
    return {};
}

void Writer::tell(const Error& error, std::size_t writes)
{
    const auto now = std::chrono::steady_clock::now();
    if (error.code == told_ && now - told_at_ < std::chrono::seconds(10))
        return;
    told_ = error.code;
    told_at_ = now;
    base::log::error("storage: a group of " + std::to_string(writes) + " writes failed: " + error.code + " " +
                     error.detail);
}

Status Writer::call(Request& request)
{
    SqliteTransaction transaction(*connection_);
    request.thrown = {};
    try {
        TRY((*request.order.work)(transaction));
        return transaction.failed();
    } catch (...) {
        request.thrown = std::current_exception();
        return Error{.kind = Kind::Internal, .code = "INTERNAL"};
    }
}

void Writer::run_member(Request& request)
{
    if (repeated_) {
        request.status = connection_->run("SAVEPOINT first_run");
        if (request.status.ok())
            request.status = call(request);
        if (!request.status.ok() || !connection_->in_transaction())
            return;
        request.status = connection_->script("ROLLBACK TO first_run; RELEASE first_run");
        if (!request.status.ok())
            return;
    }
    request.status = call(request);
    // A deferred reference that is still open would fail the COMMIT of everybody.
    int open_references = 0, unused = 0;
    sqlite3_db_status(connection_->handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &open_references, &unused, 0);
    if (request.status.ok() && open_references != 0)
        request.status = Error{.kind = Kind::Conflict, .code = "REFERENCE"};
}

void Writer::hand_back(Group& group, const Status& commit)
{
    for (const auto& request : group) {
        if (!commit.ok())
            request->status = commit;
        request->done.store(1);
        request->done.notify_one();
    }
}

void Writer::run_alone(Request& request)
{
    if (request.order.kind == Task::Migrate) {
        request.status = migrate_now(request);
        connection_->roll_back();
        if (request.status.ok())
            committed_();
    } else {
        request.status = connection_->script(request.order.sql);
    }
    request.done.store(1);
    request.done.notify_one();
}

// References are not enforced while tables are rebuilt, and checked as a whole before the commit.
Status Writer::migrate_now(Request& request)
{
    TRY(connection_->script("PRAGMA foreign_keys = OFF"));
    const auto migrate = [&]() -> Status {
        TRY(connection_->run("BEGIN IMMEDIATE"));
        TRY(call(request));
        TRY_ASSIGN(Statement check, connection_->prepare("PRAGMA foreign_key_check"));
        TRY_ASSIGN(const bool broken, check.step());
        if (broken)
            return Error{.kind = Kind::Conflict, .code = "REFERENCE", .fields = {check.row().text(0)}};
        return {};
    };
    Status status = migrate();
    if (status.ok())
        status = connection_->run("COMMIT");
    connection_->roll_back();
    TRY(connection_->script("PRAGMA foreign_keys = ON"));
    return status;
}

void Writer::checkpoint_when_due()
{
    if (wal_pages_ < checkpoint_due_)
        return;
    int log_pages = 0, copied_pages = 0;
    sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &log_pages, &copied_pages);
    // A reader of an old state holds back part of the log; try again when it has grown as much more.
    const bool complete = log_pages == copied_pages;
    checkpoint_due_ = complete ? checkpoint_pages_ : log_pages + checkpoint_pages_;
    wal_pages_ = complete ? 0 : wal_pages_;
}

}  // namespace storage::sqlite
