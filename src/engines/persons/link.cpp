#include "engines/persons/link.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace persons {

namespace {

class StopWatch {
public:
    explicit StopWatch(std::vector<std::pair<std::string, double>>& seconds, const std::function<void(std::string_view)>& progress) :
        seconds_(seconds), progress_(progress)
    {
    }
    void start(std::string stage)
    {
        stop();
        if (progress_)
            progress_(stage);
        seconds_.emplace_back(std::move(stage), 0);
        running_ = true;
        begun_ = std::chrono::steady_clock::now();
    }
    void stop()
    {
        if (running_)
            seconds_.back().second = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
        running_ = false;
    }

private:
    std::vector<std::pair<std::string, double>>& seconds_;
    const std::function<void(std::string_view)>& progress_;
    bool running_ = false;
    std::chrono::steady_clock::time_point begun_;
};

constexpr unsigned block_shift = 42;
static_assert(3 * fields_max <= block_shift && block_shift + blocks_max < 64);

struct RawPair {
    std::uint32_t a, b;
    Pattern pattern;
};

// How often each pattern occurred with each set of keys, and whether such pairs are kept.
class Histogram {
public:
    struct Slot {
        std::uint64_t key = 0;  // pattern and blocks, plus one
        std::uint64_t count = 0;
        bool keep = false;
    };
    Histogram() : slots_(1 << 12) {}

    template <class Keep>
    bool add(std::uint64_t pattern_and_blocks, const Keep& keep)
    {
        const std::uint64_t key = pattern_and_blocks + 1;
        std::size_t at = mixed(key, 7) & (slots_.size() - 1);
        while (slots_[at].key != key) {
            if (slots_[at].key == 0) {
                if (used_ * 2 > slots_.size()) {
                    grow();
                    return add(pattern_and_blocks, keep);
                }
                slots_[at] = {key, 0, keep(pattern_and_blocks & ((std::uint64_t{1} << block_shift) - 1))};
                ++used_;
                break;
            }
            at = (at + 1) & (slots_.size() - 1);
        }
        ++slots_[at].count;
        return slots_[at].keep;
    }
    const std::vector<Slot>& slots() const { return slots_; }

private:
    void grow()
    {
        std::vector<Slot> larger(slots_.size() * 2);
        for (const Slot& slot : slots_) {
            if (slot.key == 0)
                continue;
            std::size_t at = mixed(slot.key, 7) & (larger.size() - 1);
            while (larger[at].key != 0)
                at = (at + 1) & (larger.size() - 1);
            larger[at] = slot;
        }
        slots_ = std::move(larger);
    }
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

struct Compared {
    std::vector<PatternCount> patterns;  // sorted
    std::vector<PatternCount> dropped;
    std::vector<std::vector<RawPair>> pairs;  // by thread
    std::vector<BlockStatistics> blocks;
};

template <class Keep>
Compared compare_all(const Table& table, const Comparer& comparer, unsigned threads, const Keep& keep)
{
    Compared out;
    out.pairs.resize(threads);
    std::vector<Histogram> histograms(threads);
    {
        Blocks blocks(table, threads);
        out.blocks = blocks.each_pair([&](unsigned thread, std::uint32_t a, std::uint32_t b, std::uint32_t keys) {
            const Pattern pattern = comparer.pattern(a, b);
            if (histograms[thread].add(pattern | static_cast<std::uint64_t>(keys) << block_shift, keep))
                out.pairs[thread].push_back({a, b, pattern});
        });
    }
    std::vector<std::pair<std::uint64_t, std::pair<std::uint64_t, bool>>> all;
    for (const Histogram& histogram : histograms) {
        for (const Histogram::Slot& slot : histogram.slots()) {
            if (slot.key != 0)
                all.push_back({slot.key - 1, {slot.count, slot.keep}});
        }
    }
    std::sort(all.begin(), all.end());
    for (std::size_t at = 0; at < all.size();) {
        const std::uint64_t key = all[at].first;
        PatternCount count{key & ((std::uint64_t{1} << block_shift) - 1), static_cast<std::uint32_t>(key >> block_shift), 0};
        const bool kept = all[at].second.second;
        for (; at < all.size() && all[at].first == key; ++at)
            count.count += static_cast<double>(all[at].second.first);
        out.patterns.push_back(count);
        if (!kept)
            out.dropped.push_back(count);
    }
    return out;
}

// Ordered by a, then b, without repetitions (a capped block may have met a pair twice).
std::vector<RawPair> ordered(std::vector<std::vector<RawPair>>& parts, std::size_t rows, unsigned threads)
{
    std::size_t total = 0;
    for (const auto& part : parts)
        total += part.size();
    std::vector<std::uint32_t> starts(rows + 1);
    for (const auto& part : parts) {
        for (const RawPair& pair : part)
            ++starts[pair.a + 1];
    }
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<RawPair> out(total);
    for (auto& part : parts) {
        for (const RawPair& pair : part)
            out[starts[pair.a]++] = pair;
        part = {};
    }
    // starts[a] is now where the pairs of a end.
    in_pieces(threads, rows, 1 << 14, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const std::size_t from = row == 0 ? 0 : starts[row - 1];
            if (starts[row] - from > 1)
                std::sort(out.begin() + static_cast<std::ptrdiff_t>(from), out.begin() + starts[row],
                    [](const RawPair& one, const RawPair& other) { return one.b < other.b; });
        }
    });
    out.erase(std::unique(out.begin(), out.end(), [](const RawPair& one, const RawPair& other) { return one.a == other.a && one.b == other.b; }), out.end());
    return out;
}

std::vector<ScoredPair> scored(const std::vector<RawPair>& raw, const Comparer& comparer, const Scorer& scorer, double from, double link_from, unsigned threads)
{
    constexpr std::size_t piece = 1 << 15;
    std::vector<std::vector<ScoredPair>> parts((raw.size() + piece - 1) / piece);
    in_pieces(threads, raw.size(), piece, [&](std::size_t begin, std::size_t end) {
        std::vector<ScoredPair>& part = parts[begin / piece];
        for (std::size_t at = begin; at < end; ++at) {
            const RawPair& pair = raw[at];
            const double weight = scorer.weight(pair.a, pair.b, pair.pattern);
            const bool rule = comparer.same_valid_card(pair.a, pair.b) && comparer.same_name(pair.a, pair.b);
            if (weight < from && !rule)
                continue;
            const Veto veto = weight >= link_from || rule ? comparer.veto(pair.a, pair.b) : Veto::None;
            part.push_back({pair.a, pair.b, pair.pattern, static_cast<float>(weight), veto, rule});
        }
    });
    std::vector<ScoredPair> out;
    std::size_t total = 0;
    for (const auto& part : parts)
        total += part.size();
    out.reserve(total);
    for (auto& part : parts) {
        out.insert(out.end(), part.begin(), part.end());
        part = {};
    }
    return out;
}

// Patterns the start model had thrown away although the trained model may want them.
bool dropped_too_much(const Scorer& scorer, const std::vector<PatternCount>& dropped, double from)
{
    return std::any_of(dropped.begin(), dropped.end(), [&](const PatternCount& each) {
        return scorer.prior() + scorer.pattern_weight(each.pattern) + scorer.rarity_max(each.pattern) >= from;
    });
}

}  // namespace

Decision decision(const Model& model, const ScoredPair& pair)
{
    const double p = probability(static_cast<double>(pair.weight));
    if ((p >= model.link_at || pair.same_card_and_name) && pair.veto == Veto::None)
        return Decision::Link;
    return p >= model.review_at || pair.same_card_and_name ? Decision::Review : Decision::Apart;
}

Quality quality_of(const Table& table, const std::vector<std::uint32_t>& cluster_of_row)
{
    Quality quality;
    struct Entry {
        std::uint64_t truth;
        std::uint32_t cluster;
        bool second;
    };
    std::vector<Entry> entries;
    for (std::size_t row = 0; row < table.rows; ++row) {
        if (table.truth[row] != 0)
            entries.push_back({table.truth[row], cluster_of_row[row], row >= table.first_rows});
    }
    const auto pairs = [&](auto same) {
        std::uint64_t sum = 0;
        for (std::size_t begin = 0; begin < entries.size();) {
            std::uint64_t first = 0, second = 0;
            std::size_t end = begin;
            for (; end < entries.size() && same(entries[begin], entries[end]); ++end)
                ++(entries[end].second ? second : first);
            sum += table.two_files() ? first * second : first * (first - 1) / 2;
            begin = end;
        }
        return sum;
    };
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return std::pair{a.truth, a.cluster} < std::pair{b.truth, b.cluster}; });
    quality.true_pairs = pairs([](const Entry& a, const Entry& b) { return a.truth == b.truth; });
    quality.right_pairs = pairs([](const Entry& a, const Entry& b) { return a.truth == b.truth && a.cluster == b.cluster; });
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.cluster < b.cluster; });
    quality.linked_pairs = pairs([](const Entry& a, const Entry& b) { return a.cluster == b.cluster; });
    const auto share = [](std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole); };
    quality.precision = share(quality.right_pairs, quality.linked_pairs);
    quality.recall = share(quality.right_pairs, quality.true_pairs);
    quality.f1 = quality.precision + quality.recall > 0 ? 2 * quality.precision * quality.recall / (quality.precision + quality.recall) : 0;
    return quality;
}

Result<Linked> link(const Model& model, const LinkOptions& options)
{
    Linked linked;
    StopWatch watch(linked.seconds, options.progress);
    const unsigned threads = std::max(1U, options.read.threads);
    watch.start("read");
    TRY_ASSIGN(linked.table, read_table(model, options.read));
    Table& table = linked.table;
    watch.start("relate");
    linked.prepared = relate_cells(table, threads);
    const Comparer comparer(table);
    watch.start("compare");
    const double population_prior = -std::log2(std::max(10.0, static_cast<double>(table.rows)));
    Compared compared;
    {
        const Scorer start(table);
        constexpr double keep_from = -12;
        compared = compare_all(table, comparer, threads, [&](Pattern pattern) { return start.pattern_weight(pattern) + population_prior >= keep_from; });
    }
    watch.start("train");
    if (options.train) {
        linked.training = train(table, compared.patterns, random_pairs(table, comparer, threads));
        table.model = linked.training.model;
    } else {
        linked.training.model = table.model;
    }
    const Scorer scorer(table);
    const double pairs_from = weight_of_probability(std::min(options.pairs_from, table.model.review_at));
    if (dropped_too_much(scorer, compared.dropped, weight_of_probability(table.model.review_at))) {
        watch.start("compare_again");
        linked.compared_twice = true;
        compared.pairs.clear();
        compared = compare_all(table, comparer, threads, [&](Pattern pattern) {
            return scorer.prior() + scorer.pattern_weight(pattern) + scorer.rarity_max(pattern) >= pairs_from;
        });
    }
    watch.start("score");
    linked.blocks = std::move(compared.blocks);
    for (const BlockStatistics& block : linked.blocks)
        linked.pairs_compared += block.pairs;
    linked.patterns = std::move(compared.patterns);
    linked.pairs = scored(ordered(compared.pairs, table.rows, threads), comparer, scorer, pairs_from, std::min(pairs_from, weight_of_probability(table.model.review_at)), threads);
    watch.start("cluster");
    linked.clusters = cluster(table, comparer, scorer, linked.pairs, {}, threads);
    watch.stop();
    if (!table.truth.empty())
        linked.quality = quality_of(table, linked.clusters.of_row);
    return linked;
}

}  // namespace persons
