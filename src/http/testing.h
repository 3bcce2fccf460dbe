#pragma once

// A real server on a free port of the loopback, for the tests of this folder.

#include <functional>
#include <thread>

#include "http/client.h"
#include "http/server.h"

namespace http::testing {

inline Messages messages()
{
    auto loaded = Messages::load(WEIJIAN_SOURCE_DIR "/messages");
    return std::move(loaded).value();
}

class RunningServer {
public:
    explicit RunningServer(Router router, ServerOptions options = {}, Guard guard = {})
    {
        options.port = 0;
        auto opened =
            Server::open(std::move(options), std::move(router), std::move(guard), messages(), clock_);
        server_ = std::move(opened).value();
        thread_ = std::thread([this] { server_->run(); });
    }

    ~RunningServer() { stop(); }

    void stop()
    {
        if (!thread_.joinable())
            return;
        server_->stop();
        thread_.join();
    }

    void destroy() { server_.reset(); }

    Client client() const { return {"127.0.0.1", server_->port()}; }
    Server& operator*() { return *server_; }
    Server* operator->() { return server_.get(); }

private:
    base::SystemClock clock_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

// A connection that sends exactly the bytes it is told to.
class RawConnection {
public:
    explicit RawConnection(unsigned short port);
    ~RawConnection();
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    void send(std::string_view bytes);
    // Until the server closes, `enough` says so, or ten seconds have passed.
    std::string read(const std::function<bool(const std::string&)>& enough = {});
    bool closed_by_server(); // waits; false after ten seconds
    void set_receive_buffer(int bytes);
    void close();

private:
    int descriptor_ = -1;
};

// Headers and body of the first answer; bytes after it stay.
int status_of_answer(const std::string& answer);

} // namespace http::testing
