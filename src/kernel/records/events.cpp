#include "kernel/records/events.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>

#include "base/log.h"
#include "kernel/records/scope.h"

namespace records {

using storage::Transaction;

struct Events::Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
    bool stopping = false;

    void wake()
    {
        {
            const std::lock_guard lock{mutex};
            woken = true;
        }
        changed.notify_one();
    }
    // False when it is time to stop.
    bool wait()
    {
        std::unique_lock lock{mutex};
        changed.wait_for(lock, std::chrono::seconds{1}, [this] { return woken || stopping; });
        woken = false;
        return !stopping;
    }
};

namespace {

constexpr std::size_t batch = 200;
constexpr std::size_t batches_max = 20;  // of one stream in one turn, so that a late one does not hold up the others

std::string cursor_text(const changes::Cursor& cursor)
{
    return std::to_string(cursor.epoch) + "." + std::to_string(cursor.txid) + "." + std::to_string(cursor.seq);
}

std::optional<changes::Cursor> cursor_from(const std::string& text)
{
    changes::Cursor cursor;
    char rest = 0;
    long long epoch = 0, txid = 0, seq = 0;
    if (std::sscanf(text.c_str(), "%lld.%lld.%lld%c", &epoch, &txid, &seq, &rest) != 3)
        return std::nullopt;
    cursor.epoch = epoch;
    cursor.txid = txid;
    cursor.seq = seq;
    return cursor;
}

bool tells_something(std::string_view action)
{
    return action == "create" || action == "update" || action == "delete" || action == "restore";
}

}  // namespace

Events::Events(storage::Database& database, Store& store) :
    database_(database), store_(store), waiting_(std::make_shared<Waiting>()) {}

Events::~Events() { stop(); }

void Events::start()
{
    database_.on_commit([waiting = waiting_] { waiting->wake(); });
    thread_ = std::thread([this] { run(); });
}

void Events::stop()
{
    {
        const std::lock_guard lock{waiting_->mutex};
        waiting_->stopping = true;
    }
    {
        const std::lock_guard lock{mutex_};
        for (const auto& stream : streams_)
            stream->stream->close();
        streams_.clear();
    }
    waiting_->changed.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Events::wake() { waiting_->wake(); }

void Events::run()
{
    while (waiting_->wait()) {
        if (streams() == 0)
            continue;
        if (const Status fed = feed(); !fed.ok())
            base::log::warning("events: " + fed.error().code);
        // Commits come by the thousand; streams are fed at most twenty times a second.
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

void Events::open(std::shared_ptr<http::EventStream> stream, std::shared_ptr<const identity::Subject> subject,
    const std::string& last_event_id)
{
    auto added = std::make_shared<Stream>(Stream{std::move(stream), std::move(subject), {}});
    if (const auto cursor = cursor_from(last_event_id)) {
        added->cursor = *cursor;
    } else {
        const auto latest = database_.read([](Transaction& transaction) { return changes::latest(transaction); });
        if (latest.ok())
            added->cursor = *latest;
    }
    {
        const std::lock_guard lock{mutex_};
        streams_.push_back(std::move(added));
    }
    wake();
}

void Events::push_to_user(base::Id user, std::string_view event, const json::value& data)
{
    const std::lock_guard lock{mutex_};
    for (const auto& stream : streams_)
        if (stream->subject->user == user)
            stream->stream->push(event, "", json::serialize(data));
}

void Events::end_session(base::Id session)
{
    const std::lock_guard lock{mutex_};
    std::erase_if(streams_, [&](const auto& stream) {
        if (stream->subject->session != session)
            return false;
        stream->stream->push("session", "", R"({"ended":true})");
        stream->stream->close();
        return true;
    });
}

std::size_t Events::streams() const
{
    const std::lock_guard lock{mutex_};
    return streams_.size();
}

// Each entry is decided against the row as it is now; a row that is gone from the scope is not told of.
Status Events::feed_one(Stream& stream)
{
    const auto plans = store_.plan();
    const Context context{stream.subject.get(), store_.parts().clock.now()};
    for (std::size_t turn = 0; turn < batches_max; ++turn) {
        std::vector<changes::Entry> entries;
        std::vector<const changes::Entry*> visible;
        const Status read = database_.read([&](Transaction& transaction) -> Status {
            TRY_ASSIGN(entries, changes::after(transaction, stream.cursor, batch));
            visible.clear();
            for (const changes::Entry& entry : entries) {
                const RecordPlan* plan = tells_something(entry.change.action) ? plans->find(entry.change.record) : nullptr;
                if (plan && store_.sees(transaction, *plans, *plan, entry.change.id, context))
                    visible.push_back(&entry);
            }
            return {};
        });
        TRY(read);
        for (const changes::Entry* entry : visible) {
            const json::object data{{"seq", std::to_string(entry->seq)}, {"record", entry->change.record},
                {"id", std::to_string(entry->change.id)}, {"version", entry->change.version}, {"action", entry->change.action}};
            stream.stream->push("change", cursor_text(changes::cursor_of(*entry)), json::serialize(data));
        }
        if (!entries.empty())
            stream.cursor = changes::cursor_of(entries.back());
        if (entries.size() < batch || stream.stream->closed())
            break;
    }
    return {};
}

Status Events::feed()
{
    std::vector<std::shared_ptr<Stream>> now;
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(streams_, [](const auto& stream) { return stream->stream->closed(); });
        now = streams_;
    }
    for (const auto& stream : now)
        TRY(feed_one(*stream));
    return {};
}

}  // namespace records
