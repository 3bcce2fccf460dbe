#include "server/rotating.h"

#include <condition_variable>

#include "base/log.h"
#include "kernel/records/upkeep.h"

namespace server {

using base::Error;
using base::Kind;

namespace {

constexpr int passes_max = 3;
constexpr int races_max = 100;
constexpr std::chrono::seconds look_interval{5};

// On PostgreSQL a batch reads what others are just inserting and may lose many races; each finished
// batch is kept, so it goes on from there.
template <class Work>
Status patiently(Work work)
{
    for (int race = 0;; ++race) {
        const auto done = work();
        if (done.ok())
            return {};
        if (done.error().code != "DATABASE_BUSY" || race == races_max)
            return done.error();
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
}

}  // namespace

Result<std::vector<identity::KeyUse>> key_uses(storage::Transaction& transaction, const records::Store& store, std::uint32_t key)
{
    TRY_ASSIGN(auto uses, records::key_uses(transaction, *store.plan(), key));
    TRY_ASSIGN(const auto accounts, identity::account_key_uses(transaction, key));
    uses.insert(uses.end(), accounts.begin(), accounts.end());
    return uses;
}

Result<std::optional<identity::Rotation>> work_rotation(Installation& installation, const records::Store& store,
    const std::function<Status(std::int64_t done)>& progress)
{
    storage::Database& database = *installation.database;
    TRY_ASSIGN(auto rotation, identity::claim_rotation(database, installation.clock->now()));
    if (!rotation)
        return rotation;
    const auto batch = [&](std::int64_t rows) -> Status {
        TRY(identity::keep_rotation(database, rotation->id, rows, installation.clock->now()));
        rotation->rows_done += rows;
        return progress ? progress(rotation->rows_done) : Status{};
    };
    TRY(installation.identity->keys().reload());
    std::vector<identity::KeyUse> left;
    // A change that was on its way may have put an old value back, so the rows are counted at the end.
    for (int pass = 0; pass < passes_max; ++pass) {
        TRY(patiently([&] { return records::reencrypt(store, batch); }));
        TRY(patiently([&] { return identity::reencrypt_accounts(database, installation.identity->cipher(), batch); }));
        TRY_ASSIGN(left, database.read([&](storage::Transaction& transaction) {
            return key_uses(transaction, store, rotation->from_key);
        }));
        if (left.empty()) {
            TRY(identity::finish_rotation(database, *rotation, {.at = installation.clock->now(), .source = "DERIVED"}));
            return rotation;
        }
        TRY(records::forget_reencryption(database));
    }
    return Error{Kind::Conflict, "KEY_IN_USE", {}, {{"key", std::to_string(rotation->from_key)}, {"where", left.front().where},
        {"count", std::to_string(left.front().count)}}};
}

struct Rotating::Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false;
};

Rotating::Rotating(Installation& installation, const records::Store& store) :
    installation_(installation), store_(store), waiting_(std::make_unique<Waiting>()) {}

Rotating::~Rotating() { stop(); }

void Rotating::start()
{
    thread_ = std::thread([this] { run(); });
}

void Rotating::stop()
{
    {
        const std::lock_guard lock{waiting_->mutex};
        waiting_->stopping = true;
    }
    waiting_->changed.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Rotating::run()
{
    const auto stopping = [this](std::chrono::milliseconds longest) {
        std::unique_lock lock{waiting_->mutex};
        return waiting_->changed.wait_for(lock, longest, [this] { return waiting_->stopping; });
    };
    while (!stopping(look_interval)) {
        // A batch and then a breath: the work must not keep others from writing.
        const auto done = work_rotation(installation_, store_, [&](std::int64_t) -> Status {
            return stopping(std::chrono::milliseconds{20}) ? Status{Error{Kind::Unavailable, "STOPPING"}} : Status{};
        });
        if (!done.ok() && done.error().code != "STOPPING")
            base::log::warning("re-encryption goes on later: " + done.error().code + " " + done.error().detail);
        else if (done.ok() && *done)
            base::log::info("every value of " + (*done)->domain + " is under key " + std::to_string((*done)->to_key));
    }
}

}  // namespace server
