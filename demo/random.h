#pragma once

// A small seeded generator (SplitMix64): the same seed makes the same region on every machine.

#include <cstdint>
#include <span>
#include <string_view>

namespace demo {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next()
    {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    // 0 .. bound-1
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    std::int64_t between(std::int64_t first, std::int64_t last)
    {
        return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first + 1)));
    }
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool chance(double probability) { return unit() < probability; }
    template <class T>
    const T& pick(std::span<const T> values)
    {
        return values[below(values.size())];
    }
    template <class T, std::size_t N>
    const T& pick(const T (&values)[N])
    {
        return values[below(N)];
    }

private:
    std::uint64_t state_;
};

}  // namespace demo
