#include "http/workers.h"

#include <utility>

#include "base/log.h"

namespace http {

namespace {

// Only touched pages cost memory, so the size is generous for deep JSON and rules.
constexpr std::size_t stack_bytes = 1 << 20;

struct Start {
    Workers* workers;
    void* worker;
};

} // namespace

Workers::Workers(unsigned threads_max, std::size_t queue_max)
    : threads_max_(threads_max), queue_max_(queue_max)
{
}

void Workers::finish()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& worker : workers_)
            worker->awake.notify_one();
    }
    for (const auto& worker : workers_)
        pthread_join(worker->thread, nullptr);
    workers_.clear();
    idle_.clear();
}

bool Workers::submit(Job& job)
{
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= queue_max_)
        return false;
    enqueue(job);
    return true;
}

void Workers::resume(Job& job)
{
    const std::lock_guard lock(mutex_);
    enqueue(job);
}

void Workers::enqueue(Job& job)
{
    queue_.push_back(&job);
    // One wake-up at a time: whoever comes takes a job and calls the next if more are waiting, so
    // short handlers do not wake a crowd that finds nothing to do.
    if (!somebody_coming_)
        call_somebody();
}

void Workers::call_somebody()
{
    if (!idle_.empty()) {
        auto& worker = *idle_.back();
        idle_.pop_back();
        worker.called = true;
        somebody_coming_ = true;
        worker.awake.notify_one();
        return;
    }
    if (workers_.size() >= threads_max_)
        return;
    auto worker = std::make_unique<Worker>();
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    auto* start_argument = new Start{this, worker.get()};
    const int failure = pthread_create(&worker->thread, &attributes, &Workers::start, start_argument);
    pthread_attr_destroy(&attributes);
    if (failure != 0) {
        delete start_argument;
        base::log::warning("http: no more threads, going on with " + std::to_string(workers_.size()));
        return;
    }
    somebody_coming_ = true;
    workers_.push_back(std::move(worker));
}

void* Workers::start(void* argument)
{
    const std::unique_ptr<Start> start(static_cast<Start*>(argument));
    start->workers->run(*static_cast<Worker*>(start->worker));
    return nullptr;
}

void Workers::run(Worker& self)
{
    std::unique_lock lock(mutex_);
    somebody_coming_ = false;
    for (;;) {
        while (queue_.empty()) {
            if (stopping_)
                return;
            self.called = false;
            idle_.push_back(&self);
            self.awake.wait(lock, [&] { return self.called || stopping_; });
            if (self.called)
                somebody_coming_ = false;
        }
        auto* job = queue_.front();
        queue_.pop_front();
        if (!queue_.empty() && !somebody_coming_)
            call_somebody();
        ++running_;
        lock.unlock();
        job->work();
        lock.lock();
        --running_;
    }
}

std::size_t Workers::waiting() const
{
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

unsigned Workers::running() const
{
    const std::lock_guard lock(mutex_);
    return running_;
}

unsigned Workers::threads() const
{
    const std::lock_guard lock(mutex_);
    return static_cast<unsigned>(workers_.size());
}

} // namespace http
