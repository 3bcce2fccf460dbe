#pragma once

// The threads that run handlers. Handlers may wait for the database, so there are many, but a
// thread starts only when work waits and nobody is free: an idle server has none.

#include <pthread.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace http {

class Job {
public:
    virtual void work() noexcept = 0;

protected:
    ~Job() = default;
};

class Workers {
public:
    Workers(unsigned threads_max, std::size_t queue_max);
    ~Workers() { finish(); }
    void finish(); // runs what is queued, waits for the end of every job
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // False when the queue is full. The job must live until it has worked.
    bool submit(Job&);
    // For the second step of something accepted before; not refused.
    void resume(Job&);

    std::size_t waiting() const;
    unsigned running() const;
    unsigned threads() const;

private:
    struct Worker {
        pthread_t thread{};
        std::condition_variable awake;
        bool called = false;
    };

    void enqueue(Job&);
    void call_somebody();
    void run(Worker&);
    static void* start(void*);

    const unsigned threads_max_;
    const std::size_t queue_max_;
    mutable std::mutex mutex_;
    std::deque<Job*> queue_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<Worker*> idle_; // the last to fall asleep is the first to be called: its cache is warm
    bool somebody_coming_ = false;
    bool stopping_ = false;
    unsigned running_ = 0;
};

} // namespace http
