#include "kernel/changes/readers.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"

namespace changes {

namespace {

constexpr std::string_view select_cursor = R"sql(
    SELECT epoch, txid, seq, handled FROM change_cursor WHERE reader = ?1
)sql";

constexpr std::string_view save_cursor = R"sql(
    INSERT INTO change_cursor (reader, epoch, txid, seq, handled) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (reader) DO UPDATE
       SET epoch = excluded.epoch, txid = excluded.txid, seq = excluded.seq, handled = excluded.handled
)sql";

constexpr std::chrono::milliseconds gather{20};

constexpr std::string_view count_entries = "SELECT count(*) FROM change_log";

struct Place {
    Cursor cursor;
    std::int64_t handled = 0;
};

Result<Place> load_place(storage::Transaction& transaction, const std::string& reader)
{
    TRY_ASSIGN(auto row, transaction.first(select_cursor, {reader}));
    if (!row)
        return Place{};
    return Place{{row->integer(0), row->integer(1), row->integer(2)}, row->integer(3)};
}

struct Batch {
    Place place;
    std::vector<Entry> entries;
};

// Handles one batch; gives the number of entries handled. The batch is read on a snapshot, since what
// stands behind a cursor never changes: reading must not take the writer's turn.
Result<std::size_t> step(storage::Database& database, const Reader& reader)
{
    TRY_ASSIGN(const Batch batch, database.read([&](storage::Transaction& transaction) -> Result<Batch> {
        Batch next;
        TRY_ASSIGN(next.place, load_place(transaction, reader.name));
        TRY_ASSIGN(next.entries, after(transaction, next.place.cursor, reader.batch));
        return next;
    }));
    if (batch.entries.empty())
        return std::size_t{0};
    return database.write([&](storage::Transaction& transaction) -> Result<std::size_t> {
        TRY_ASSIGN(const auto place, load_place(transaction, reader.name));
        if (place.cursor != batch.place.cursor)
            return reader.batch;  // another node was faster; look again
        TRY(reader.handle(transaction, batch.entries));
        const Cursor cursor = cursor_of(batch.entries.back());
        TRY(transaction.execute(save_cursor, {reader.name, cursor.epoch, cursor.txid, cursor.seq,
            place.handled + static_cast<std::int64_t>(batch.entries.size())}));
        return batch.entries.size();
    });
}

}  // namespace

namespace {

// What a commit touches; the database may outlive the readers, so it is shared.
struct Signal {
    std::mutex mutex;
    std::condition_variable woken;
    std::uint64_t commits = 0;
    bool stopping = false;
};

}  // namespace

struct Readers::Inside {
    storage::Database& database;
    std::vector<Reader> readers;
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<std::mutex>> turns;  // one batch of a reader at a time
    std::shared_ptr<Signal> signal = std::make_shared<Signal>();

    Status run_once(std::size_t index)
    {
        const std::lock_guard turn{*turns[index]};
        const Reader& reader = readers[index];
        while (true) {
            TRY_ASSIGN(const std::size_t handled, step(database, reader));
            if (reader.settle)
                TRY(reader.settle());
            if (handled < reader.batch)
                return {};
        }
    }

    void loop(std::size_t index)
    {
        std::uint64_t seen = 0;
        auto pause = std::chrono::milliseconds{1000};
        while (true) {
            {
                std::unique_lock lock{signal->mutex};
                signal->woken.wait_for(lock, pause, [&] { return signal->stopping || signal->commits != seen; });
                if (signal->commits != seen)  // commits come by the hundred; one batch takes them together
                    signal->woken.wait_for(lock, gather, [&] { return signal->stopping; });
                if (signal->stopping)
                    return;
                seen = signal->commits;
            }
            const Status status = run_once(index);
            pause = std::chrono::milliseconds{status.ok() ? 1000 : 5000};
            if (!status.ok()) {
                base::log::error("reader " + readers[index].name + " stopped at an error: " + status.error().code +
                    " " + status.error().detail);
                std::unique_lock lock{signal->mutex};  // not again before the pause, however many commits come
                signal->woken.wait_for(lock, pause, [&] { return signal->stopping; });
            }
        }
    }
};

Readers::Readers(storage::Database& database, const base::Clock&)
    : inside_(new Inside{database})
{
}

Readers::~Readers()
{
    stop();
}

void Readers::add(Reader reader)
{
    inside_->readers.push_back(std::move(reader));
    inside_->turns.push_back(std::make_unique<std::mutex>());
}

void Readers::start()
{
    Inside& inside = *inside_;
    inside.database.on_commit([signal = inside.signal] {
        {
            const std::lock_guard lock{signal->mutex};
            ++signal->commits;
        }
        signal->woken.notify_all();
    });
    for (std::size_t index = 0; index < inside.readers.size(); ++index)
        inside.threads.emplace_back([&inside, index] { inside.loop(index); });
}

void Readers::stop()
{
    Inside& inside = *inside_;
    {
        const std::lock_guard lock{inside.signal->mutex};
        inside.signal->stopping = true;
    }
    inside.signal->woken.notify_all();
    for (std::thread& thread : inside.threads)
        thread.join();
    inside.threads.clear();
}

Status Readers::drain()
{
    for (std::size_t index = 0; index < inside_->readers.size(); ++index)
        TRY(inside_->run_once(index));
    return {};
}

Result<std::vector<Lag>> Readers::lag()
{
    return inside_->database.read([&](storage::Transaction& transaction) -> Result<std::vector<Lag>> {
        TRY_ASSIGN(auto total, transaction.first(count_entries));
        std::vector<Lag> lags;
        for (const Reader& reader : inside_->readers) {
            TRY_ASSIGN(auto place, load_place(transaction, reader.name));
            lags.push_back({reader.name, total->integer(0) - place.handled});
        }
        return lags;
    });
}

}  // namespace changes
