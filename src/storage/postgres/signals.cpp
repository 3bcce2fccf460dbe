#include "storage/postgres/signals.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/log.h"

namespace storage::postgres {

namespace {

constexpr int pause_after_notify_ms = 20;  // many commits, one signal
constexpr int reconnect_first_ms = 100, reconnect_max_ms = 5'000;

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Handle = std::unique_ptr<PGconn, Finish>;

bool command(PGconn* connection, const char* sql)
{
    PGresult* result = PQexec(connection, sql);
    const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return done;
}

Handle listen(const std::string& url)
{
    const char* const names[] = {"dbname", "connect_timeout", "fallback_application_name", nullptr};
    const char* const values[] = {url.c_str(), "5", "weijian signals", nullptr};
    Handle connection(PQconnectdbParams(names, values, 1));
    PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
    if (PQstatus(connection.get()) != CONNECTION_OK || !command(connection.get(), "LISTEN weijian_commit"))
        return nullptr;
    return connection;
}

}  // namespace

Signals::Signals(std::string url) : url_(std::move(url)), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    thread_ = std::thread([this] { loop(); });
}

Signals::~Signals()
{
    stopping_ = true;
    ::eventfd_write(event_, 1);
    thread_.join();
    ::close(event_);
}

void Signals::add(std::function<void()> wake)
{
    std::lock_guard lock(mutex_);
    wakes_.push_back(std::move(wake));
}

void Signals::committed()
{
    wake();
    if (!to_say_.exchange(true))
        ::eventfd_write(event_, 1);
}

void Signals::wake()
{
    std::lock_guard lock(mutex_);
    for (const auto& wake : wakes_)
        wake();
}

void Signals::wait(int milliseconds)
{
    pollfd ready{.fd = event_, .events = POLLIN, .revents = 0};
    // Only the end may cut the pause short.
    if (stopping_)
        return;
    if (to_say_)
        ::usleep(static_cast<useconds_t>(std::min(milliseconds, 200)) * 1'000);
    else
        ::poll(&ready, 1, milliseconds);
}

void Signals::loop()
{
    int pause_ms = reconnect_first_ms;
    bool connected_before = false;
    while (!stopping_) {
        const Handle connection = listen(url_);
        if (!connection) {
            wait(pause_ms);
            pause_ms = std::min(pause_ms * 2, reconnect_max_ms);
            continue;
        }
        pause_ms = reconnect_first_ms;
        // Signals of the time without a connection are lost, so readers look once.
        if (connected_before)
            wake();
        connected_before = true;
        serve(connection.get());
        if (!stopping_)
            base::log::warning("storage: the connection for signals was lost, connecting again");
    }
}

void Signals::serve(PGconn* connection)
{
    while (!stopping_ && PQstatus(connection) == CONNECTION_OK) {
        pollfd ready[] = {{.fd = PQsocket(connection), .events = POLLIN, .revents = 0},
                          {.fd = event_, .events = POLLIN, .revents = 0}};
        ::poll(ready, 2, -1);
        if (ready[1].revents != 0 && !say(connection))
            return;
        if (ready[0].revents != 0 && PQconsumeInput(connection) == 0)
            return;
        bool others = false;
        while (PGnotify* note = PQnotifies(connection)) {
            others = others || note->be_pid != PQbackendPID(connection);
            PQfreemem(note);
        }
        if (others)
            wake();
    }
}

bool Signals::say(PGconn* connection)
{
    eventfd_t count = 0;
    ::eventfd_read(event_, &count);
    if (stopping_ || !to_say_.exchange(false))
        return true;
    if (!command(connection, "NOTIFY weijian_commit")) {
        to_say_ = true;
        ::eventfd_write(event_, 1);
        return false;
    }
    ::usleep(pause_after_notify_ms * 1'000);
    return true;
}

}  // namespace storage::postgres
