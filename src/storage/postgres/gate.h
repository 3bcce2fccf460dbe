#pragma once

// Many may pass together, or one alone. Whoever wants to be alone is not kept waiting by newcomers,
// so work that lost a race several times runs once with nobody of this node in its way.

#include <condition_variable>
#include <mutex>

namespace storage::postgres {

class Gate {
public:
    class Pass {
    public:
        Pass(Gate& gate, bool alone) : gate_(gate), alone_(alone) { gate_.enter(alone_); }
        ~Pass() { gate_.leave(alone_); }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;

    private:
        Gate& gate_;
        bool alone_;
    };

private:
    void enter(bool alone)
    {
        std::unique_lock lock(mutex_);
        if (alone) {
            ++waiting_alone_;
            changed_.wait(lock, [this] { return inside_ == 0; });
            --waiting_alone_;
            inside_ = -1;
        } else {
            changed_.wait(lock, [this] { return inside_ >= 0 && waiting_alone_ == 0; });
            ++inside_;
        }
    }
    void leave(bool alone)
    {
        {
            std::lock_guard lock(mutex_);
            inside_ = alone ? 0 : inside_ - 1;
        }
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int inside_ = 0;  // -1: one alone
    int waiting_alone_ = 0;
};

}  // namespace storage::postgres
