#include "http/server.h"

#include <sys/resource.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <thread>

#include "base/log.h"
#include "http/connection.h"

namespace http {

namespace {

using namespace std::chrono_literals;

// Sent where no request was read; formatted by hand because nothing else is known.
constexpr std::string_view full_answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
                                         "Content-Length: 0\r\nConnection: close\r\n\r\n";

// One thread that reads and writes, with its connections.
class Loop {
public:
    explicit Loop(Core& core)
        : core_(core), wakeups_(context_), sweeper_(context_), alive_(asio::make_work_guard(context_))
    {
        const auto& options = core.options;
        tick_ = std::min({std::chrono::milliseconds(1s), options.request_timeout / 4,
            options.idle_timeout / 4, options.heartbeat / 4});
        tick_ = std::max(tick_, std::chrono::milliseconds(5));
    }

    // The context ends first: coroutines that wait in it hold their connections.
    ~Loop()
    {
        wakeups_.clear();
        for (auto* connection : std::vector(connections_.begin(), connections_.end())) {
            const auto keep = connection->shared_from_this();
            connection->abandon();
        }
    }

    asio::io_context& context() { return context_; }

    void run() { context_.run(); }

    // From the accepting thread.
    void adopt(Socket socket, std::shared_ptr<asio::ssl::context> tls)
    {
        asio::post(context_, [this, socket = std::move(socket), tls = std::move(tls)]() mutable {
            begin(std::move(socket), std::move(tls));
        });
    }

    void stop()
    {
        stopping_ = true;
        for (auto* connection : connections_)
            connection->begin_stop();
        end_when_empty();
    }

    // Called on the loop's thread when it has stopped and nobody is left.
    void on_empty(std::function<void()> call) { on_empty_ = std::move(call); }

    void evict_one()
    {
        Connection* chosen = nullptr;
        for (auto* connection : connections_) {
            if (connection->rank() == Connection::Rank::Working)
                continue;
            if (!chosen || connection->rank() > chosen->rank() ||
                (connection->rank() == chosen->rank() && connection->since() < chosen->since()))
                chosen = connection;
        }
        if (chosen)
            chosen->evict();
    }

private:
    void begin(Socket socket, std::shared_ptr<asio::ssl::context> tls)
    {
        if (stopping_)
            return;
        if (core_.connections >= core_.options.connections_max) {
            // Those who only hold a place make room for those who ask; this one is told to come again.
            evict_one();
            boost::system::error_code ignored;
            socket.non_blocking(true, ignored);
            if (!tls)
                socket.send(asio::buffer(full_answer), 0, ignored);
            return;
        }
        ++core_.connections;
        const auto connection =
            std::make_shared<Connection>(core_, wakeups_, std::move(socket), std::move(tls));
        connections_.insert(connection.get());
        asio::co_spawn(context_, connection->serve(), [this, connection](const std::exception_ptr& thrown) {
            if (thrown)
                base::log::error("http: a connection ended with an exception");
            connections_.erase(connection.get());
            --core_.connections;
            end_when_empty();
        });
        sweep_later();
    }

    // The timer runs only while there is somebody to look after.
    void sweep_later()
    {
        if (sweeping_ || connections_.empty())
            return;
        sweeping_ = true;
        sweeper_.expires_after(tick_);
        sweeper_.async_wait([this](boost::system::error_code failure) {
            sweeping_ = false;
            if (failure)
                return;
            const auto now = std::chrono::steady_clock::now();
            for (auto* connection : connections_)
                connection->sweep(now);
            sweep_later();
        });
    }

    void end_when_empty()
    {
        if (!stopping_ || !connections_.empty())
            return;
        sweeper_.cancel();
        alive_.reset();
        if (on_empty_)
            on_empty_();
    }

    Core& core_;
    asio::io_context context_{1};
    Wakeups wakeups_;
    Timer sweeper_;
    asio::executor_work_guard<Executor> alive_;
    std::chrono::milliseconds tick_{};
    std::unordered_set<Connection*> connections_;
    std::function<void()> on_empty_;
    bool sweeping_ = false;
    bool stopping_ = false;
};

Error refused(std::string code, base::Parameters parameters, std::string detail)
{
    return {.kind = Kind::Invalid,
        .code = std::move(code),
        .parameters = std::move(parameters),
        .detail = std::move(detail)};
}

// TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only.
Result<std::shared_ptr<asio::ssl::context>> load_tls(const ServerOptions& options)
{
    if (options.tls_certificate.empty() && options.tls_key.empty())
        return std::shared_ptr<asio::ssl::context>();
    const base::Parameters files = {{"certificate", options.tls_certificate}, {"key", options.tls_key}};
    boost::system::error_code failure;
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS); // an idle connection keeps 34 KiB less
    SSL_CTX_set_cipher_list(native,
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305");
    context->use_certificate_chain_file(options.tls_certificate, failure);
    if (!failure)
        context->use_private_key_file(options.tls_key, asio::ssl::context::pem, failure);
    if (failure)
        return refused("TLS_FILES", files, failure.message());
    if (SSL_CTX_check_private_key(native) != 1)
        return refused("TLS_FILES", files, "the key does not belong to the certificate");
    return context;
}

// Each connection is a descriptor; the usual soft limit of 1,024 is far below connections_max.
void raise_descriptor_limit(std::size_t connections_max)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = std::min<rlim_t>(connections_max + 1'000, limit.rlim_max);
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

class AsioServer final : public Server {
public:
    AsioServer(ServerOptions options, Router router, Guard guard, Messages messages, const base::Clock& clock)
        : core_(std::move(options), std::move(router), std::move(guard), std::move(messages), clock)
    {
        for (unsigned i = 0; i < std::max(1U, core_.options.io_threads); ++i)
            loops_.push_back(std::make_unique<Loop>(core_));
        acceptor_.emplace(loops_.front()->context());
        stop_timer_.emplace(loops_.front()->context());
        accept_pause_.emplace(loops_.front()->context());
    }

    ~AsioServer() override
    {
        core_.workers.finish();
        acceptor_.reset();
        stop_timer_.reset();
        accept_pause_.reset();
        loops_.clear();
    }

    Status open()
    {
        const auto& options = core_.options;
        raise_descriptor_limit(options.connections_max);
        TRY_ASSIGN(tls_, load_tls(options));
        TRY(listen());
        if (!options.static_folder.empty()) {
            TRY_ASSIGN(core_.files, StaticFiles::load(options.static_folder));
        }
        asio::co_spawn(loops_.front()->context(), accept(), asio::detached);
        if (options.metrics)
            report_to(*options.metrics);
        return {};
    }

    unsigned short port() const override { return port_; }
    unsigned running() const override { return core_.workers.running(); }

    void run() override
    {
        std::vector<std::thread> threads;
        for (std::size_t i = 1; i < loops_.size(); ++i)
            threads.emplace_back([loop = loops_[i].get()] { loop->run(); });
        loops_.front()->run();
        for (auto& thread : threads)
            thread.join();
        if (const auto left = core_.connections.load(); left > 0)
            base::log::warning("http: stopped with " + std::to_string(left) + " connections unfinished, " +
                               std::to_string(running()) + " handlers at work");
    }

    void stop() override
    {
        asio::post(loops_.front()->context(), [this] {
            if (stopping_.exchange(true))
                return;
            boost::system::error_code ignored;
            acceptor_->close(ignored);
            accept_pause_->cancel();
            for (auto& loop : loops_)
                asio::post(loop->context(), [loop = loop.get()] { loop->stop(); });
            limit_stop();
        });
    }

    Status reload_tls() override
    {
        TRY_ASSIGN(auto fresh, load_tls(core_.options));
        const std::lock_guard lock(tls_mutex_);
        tls_ = std::move(fresh);
        return {};
    }

    json::object statistics() const override
    {
        json::object answers;
        for (std::size_t i = 1; i < core_.answers.size(); ++i)
            answers[std::to_string(i) + "xx"] = core_.answers[i].load();
        return {{"connections", core_.connections.load()}, {"streams", core_.streams.load()},
            {"requests", core_.requests.load()}, {"answers", std::move(answers)},
            {"queue", core_.workers.waiting()}, {"running", running()}, {"threads", core_.workers.threads()},
            {"body_bytes", core_.body_bytes.load()}};
    }

private:
    void report_to(Metrics& metrics)
    {
        const auto gauge = [&](const std::string& name, const std::string& help) {
            return metrics.gauge(name, help);
        };
        collector_ = std::make_shared<const Metrics::Collector>(
            [this, connections = gauge("http_connections", "Open connections."),
                streams = gauge("http_event_streams", "Open event streams."),
                queue = gauge("http_queue", "Requests that wait for a worker."),
                working = gauge("http_handlers_running", "Handlers at work."),
                bodies = gauge("http_body_bytes", "Bytes promised by requests being received.")]() mutable {
                connections.set(static_cast<double>(core_.connections));
                streams.set(static_cast<double>(core_.streams));
                queue.set(static_cast<double>(core_.workers.waiting()));
                working.set(core_.workers.running());
                bodies.set(static_cast<double>(core_.body_bytes));
            });
        metrics.collect(collector_);
    }

    Status listen()
    {
        const auto& options = core_.options;
        const auto name = options.address == "localhost" ? "127.0.0.1" : options.address;
        const base::Parameters place = {{"address", options.address}, {"port", std::to_string(options.port)}};
        boost::system::error_code failure;
        const auto address = asio::ip::make_address(name, failure);
        if (failure)
            return refused("ADDRESS_INVALID", place, failure.message());
        if (!address.is_loopback() && !tls_ && !options.insecure)
            return refused("ADDRESS_INSECURE", place, {});
        const asio::ip::tcp::endpoint endpoint(address, options.port);
        acceptor_->open(endpoint.protocol(), failure);
        if (!failure)
            acceptor_->set_option(asio::socket_base::reuse_address(true), failure);
        if (!failure)
            acceptor_->bind(endpoint, failure);
        if (!failure)
            acceptor_->listen(asio::socket_base::max_listen_connections, failure);
        if (failure == asio::error::address_in_use)
            return refused("PORT_TAKEN", place, {});
        if (failure)
            return refused("ADDRESS_INVALID", place, failure.message());
        port_ = acceptor_->local_endpoint().port();
        return {};
    }

    Task<void> accept()
    {
        for (std::size_t next = 0;; next = (next + 1) % loops_.size()) {
            auto& loop = *loops_[next];
            Socket socket(loop.context());
            auto [failure] = co_await acceptor_->async_accept(socket, Quietly());
            if (stopping_ || failure == asio::error::operation_aborted)
                co_return;
            if (failure) { // out of descriptors: make room, rest a moment
                for (auto& crowded : loops_)
                    asio::post(crowded->context(), [loop_at = crowded.get()] { loop_at->evict_one(); });
                accept_pause_->expires_after(50ms);
                co_await accept_pause_->async_wait(Quietly());
                continue;
            }
            loop.adopt(std::move(socket), tls());
        }
    }

    std::shared_ptr<asio::ssl::context> tls() const
    {
        const std::lock_guard lock(tls_mutex_);
        return tls_;
    }

    void limit_stop()
    {
        stop_timer_->expires_after(core_.options.stop_timeout);
        stop_timer_->async_wait([this](boost::system::error_code failure) {
            if (failure)
                return;
            for (auto& loop : loops_)
                loop->context().stop();
        });
        // The timer must not keep the loop alive when everything else has ended.
        loops_.front()->on_empty([this] { stop_timer_->cancel(); });
    }

    Core core_;
    std::shared_ptr<const Metrics::Collector> collector_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::optional<Acceptor> acceptor_;
    std::optional<Timer> stop_timer_;
    std::optional<Timer> accept_pause_;
    unsigned short port_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex tls_mutex_;
    std::shared_ptr<asio::ssl::context> tls_;
};

} // namespace

Result<std::unique_ptr<Server>> Server::open(
    ServerOptions options, Router router, Guard guard, Messages messages, const base::Clock& clock)
{
    auto server = std::make_unique<AsioServer>(
        std::move(options), std::move(router), std::move(guard), std::move(messages), clock);
    TRY(server->open());
    return std::unique_ptr<Server>(std::move(server));
}

} // namespace http
