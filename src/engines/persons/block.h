#pragma once

// Which records meet: those that agree in one of several keys. Sorting by key puts them side by
// side; a pair is compared once, under the first key it shares. No block may explode: one that is
// too large is compared along a sorted order only, and that is reported.

#include <cstdint>
#include <atomic>
#include <vector>

#include "engines/persons/compare.h"
#include "engines/persons/parallel.h"

namespace persons {

// Cards of somebody else, cards used by many names, phones of many persons, birth dates that only
// the card tells. Run once after reading.
struct Prepared {
    std::uint64_t cards_foreign = 0;
    // A card used by more names than the model allows: ID_SHARED.
    struct SharedCard {
        std::size_t row;  // one that carries it
        std::uint64_t records;
        std::uint64_t names;
    };
    std::vector<SharedCard> shared;
};
Prepared relate_cells(Table&, unsigned threads);

struct BlockStatistics {
    std::string name;
    std::uint64_t records = 0;     // with the key
    std::uint64_t blocks = 0;      // of two and more
    std::uint64_t largest = 0;
    std::uint64_t size_max = 0;    // larger ones are capped
    std::uint64_t capped_blocks = 0;
    std::uint64_t capped_records = 0;
    std::uint64_t pairs = 0;       // compared under this key
    bool train = true;
};

class Blocks {
public:
    Blocks(const Table&, unsigned threads);

    // take(thread, a, b, keys) for every pair that meets, a < b, with the keys both share as bits.

    template <class Taker>
    std::vector<BlockStatistics> each_pair(const Taker& take);

private:
    struct Entry {
        std::uint32_t key, row;
    };
    std::uint32_t shared_keys(std::uint32_t a, std::uint32_t b) const;
    void sort_by_key(std::size_t block);
    std::uint64_t size_limit(const std::vector<std::uint64_t>& sizes) const;
    void order_alike(std::size_t begin, std::size_t end);
    BlockStatistics survey(std::size_t block);

    const Table& table_;
    unsigned threads_;
    std::size_t count_;                 // of blocks
    std::size_t stride_;
    std::vector<std::uint32_t> keys_;   // by row; 0: none
    std::vector<Entry> entries_, spare_;
    std::vector<std::uint32_t> starts_; // of the blocks of two and more in entries_
};

// Sorts by key, keeping the order of equal ones.
void radix_sort(std::vector<std::uint64_t>& items, std::vector<std::uint64_t>& spare, unsigned from_bit, unsigned to_bit);

constexpr std::size_t window = 10;  // neighbours compared in a block that is too large

template <class Taker>
std::vector<BlockStatistics> Blocks::each_pair(const Taker& take)
{
    std::vector<BlockStatistics> all;
    for (std::size_t block = 0; block < count_; ++block) {
        sort_by_key(block);
        BlockStatistics statistics = survey(block);
        std::vector<std::uint64_t> pairs(threads_);
        std::atomic<std::size_t> next{0};
        constexpr std::size_t piece = 2048;
        const std::uint32_t before = (1U << block) - 1;
        const auto meet = [&](unsigned thread, std::uint32_t a, std::uint32_t b) {
            if (a > b)
                std::swap(a, b);
            if (table_.two_files() && (a >= table_.first_rows || b < table_.first_rows))
                return;
            const std::uint32_t shared = shared_keys(a, b);
            if ((shared & before) != 0)
                return;  // met under an earlier key
            ++pairs[thread];
            take(thread, a, b, shared | 1U << block);
        };
        on_threads(threads_, [&](unsigned thread) {
            for (std::size_t from = next.fetch_add(piece); from < starts_.size(); from = next.fetch_add(piece)) {
                for (std::size_t at = from; at < std::min(starts_.size(), from + piece); ++at) {
                    const std::size_t begin = starts_[at];
                    std::size_t end = begin + 1;
                    while (end < entries_.size() && entries_[end].key == entries_[begin].key)
                        ++end;
                    const bool capped = end - begin > statistics.size_max;
                    if (capped)
                        order_alike(begin, end);
                    for (std::size_t one = begin; one < end; ++one) {
                        const std::size_t last = capped ? std::min(end, one + 1 + window) : end;
                        for (std::size_t other = one + 1; other < last; ++other)
                            meet(thread, entries_[one].row, entries_[other].row);
                    }
                    // Pairs not met here may still meet under a later key.
                    for (std::size_t one = begin; capped && one < end; ++one)
                        keys_[entries_[one].row * stride_ + block] = 0;
                }
            }
        });
        for (const std::uint64_t count : pairs)
            statistics.pairs += count;
        all.push_back(std::move(statistics));
    }
    return all;
}

}  // namespace persons
