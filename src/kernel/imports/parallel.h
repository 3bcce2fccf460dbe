#pragma once

// The same work for each element of a list, on all processors.

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace imports {

template <class Element, class Work>
void in_parallel(std::vector<Element>& list, Work work)
{
    constexpr std::size_t share = 32, workers_max = 8;
    const std::size_t workers
        = std::clamp<std::size_t>(std::min<std::size_t>(list.size() / share, std::thread::hardware_concurrency()), 1, workers_max);
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t from = next.fetch_add(share); from < list.size(); from = next.fetch_add(share))
            for (std::size_t i = from; i < std::min(list.size(), from + share); ++i)
                work(list[i]);
    };
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < workers; ++i)
        others.push_back(std::async(std::launch::async, run));
    run();
    for (auto& other : others)
        other.get();
}

}  // namespace imports
