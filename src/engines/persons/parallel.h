#pragma once

// Work on every core. Results never depend on how many there are: whoever splits work must join it
// again in the order of the input.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace persons {

// Runs work(thread) on `threads` threads, the calling one among them.
template <class Work>
void on_threads(unsigned threads, const Work& work)
{
    std::vector<std::thread> others;
    for (unsigned thread = 1; thread < threads; ++thread)
        others.emplace_back([&work, thread] { work(thread); });
    work(0U);
    for (std::thread& other : others)
        other.join();
}

// work(begin, end) over [0, count) in pieces that idle threads take.
template <class Work>
void in_pieces(unsigned threads, std::size_t count, std::size_t piece, const Work& work)
{
    if (threads <= 1 || count <= piece) {
        for (std::size_t begin = 0; begin < count; begin += piece)
            work(begin, std::min(count, begin + piece));
        return;
    }
    std::atomic<std::size_t> next{0};
    on_threads(threads, [&](unsigned) {
        for (std::size_t begin = next.fetch_add(piece); begin < count; begin = next.fetch_add(piece))
            work(begin, std::min(count, begin + piece));
    });
}

// Every task of [0, count) once.
template <class Work>
void each_task(unsigned threads, std::size_t count, const Work& work)
{
    in_pieces(threads, count, 1, [&](std::size_t begin, std::size_t) { work(begin); });
}

}  // namespace persons
