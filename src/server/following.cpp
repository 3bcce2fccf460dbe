#include "server/following.h"

#include <condition_variable>

#include "base/log.h"
#include "kernel/changes/generation.h"

namespace server {

using base::Error;
using base::Kind;

struct Following::Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
    bool stopping = false;

    // False when it is time to stop.
    bool wait(std::chrono::milliseconds longest)
    {
        std::unique_lock lock{mutex};
        changed.wait_for(lock, longest, [this] { return woken || stopping; });
        woken = false;
        return !stopping;
    }
    // Commits come by the thousand; the log is read at most twenty times a second.
    bool rest(std::chrono::milliseconds pause)
    {
        std::unique_lock lock{mutex};
        changed.wait_for(lock, pause, [this] { return stopping; });
        return !stopping;
    }
};

namespace {

constexpr std::size_t batch = 500;
constexpr std::chrono::milliseconds look_interval{500}, pause{50}, pause_after_fault{1000};

}  // namespace

Following::Following(Installation& installation, records::Store& store) :
    installation_(installation), store_(store), waiting_(std::make_shared<Waiting>()) {}

Following::~Following() { stop(); }

Status Following::begin()
{
    TRY_ASSIGN(cursor_, installation_.database->read([](storage::Transaction& transaction) { return changes::latest(transaction); }));
    TRY(installation_.identity->keys().reload());
    installation_.identity->refresh();
    return take_up();
}

void Following::start()
{
    installation_.database->on_commit([waiting = waiting_] {
        {
            const std::lock_guard lock{waiting->mutex};
            waiting->woken = true;
        }
        waiting->changed.notify_one();
    });
    thread_ = std::thread([this] { run(); });
}

void Following::stop()
{
    {
        const std::lock_guard lock{waiting_->mutex};
        waiting_->stopping = true;
    }
    waiting_->changed.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Following::run()
{
    std::string told;
    while (waiting_->wait(look_interval)) {
        const Status status = step();
        if (!status.ok() && told != status.error().code) {
            told = status.error().code;
            base::log::error("this node cannot follow and refuses writes: " + told + " " + status.error().detail);
        }
        if (status.ok())
            told.clear();
        if (!waiting_->rest(status.ok() ? pause : pause_after_fault))
            return;
    }
}

Status Following::step()
{
    const std::lock_guard turn{turn_};
    for (bool more = true; more;) {
        TRY_ASSIGN(const auto entries, installation_.database->read([&](storage::Transaction& transaction) {
            return changes::after(transaction, cursor_, batch);
        }));
        more = entries.size() == batch;
        if (entries.empty())
            break;
        TRY(installation_.identity->follow(entries));
        cursor_ = changes::cursor_of(entries.back());
    }
    // The number is asked for as well: on PostgreSQL a long transaction holds the log back, not this.
    return current().ok() ? Status{} : take_up();
}

Status Following::current() const
{
    TRY_ASSIGN(const changes::Generation now, installation_.database->read([](storage::Transaction& transaction) {
        return changes::generation(transaction);
    }));
    const changes::Generation known = store_.known(*store_.plan());
    return now == known ? Status{} : Status{Error{Kind::Unavailable, "NODE_BEHIND"}};
}

Status Following::take_up()
{
    TRY(installation_.identity->keys().reload());
    const auto before = store_.plan();
    TRY_ASSIGN(const InForce found, release_in_force(*installation_.database, before->release));
    if (found.generation == before->generation)
        return {};
    TRY_ASSIGN(auto plan, records::make_plan(found.release, found.generation));
    const bool other = found.release->hash != before->release->hash;
    store_.use(std::move(plan));
    if (!other)
        return {};
    installation_.identity->set_release(found.release);
    base::log::info("release " + found.release->hash.substr(0, 16) + " is in use");
    return {};
}

}  // namespace server
