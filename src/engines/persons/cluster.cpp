#include "engines/persons/cluster.h"

#include <algorithm>
#include <numeric>

#include "engines/persons/hash.h"
#include "engines/persons/parallel.h"

namespace persons {

namespace {

class Forest {
public:
    explicit Forest(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
    std::uint32_t root(std::uint32_t item)
    {
        while (parent_[item] != item)
            item = parent_[item] = parent_[parent_[item]];
        return item;
    }
    // The smaller number stays root, so that numbering follows the records.
    void join(std::uint32_t a, std::uint32_t b) { parent_[std::max(a, b)] = std::min(a, b); }

private:
    std::vector<std::uint32_t> parent_;
};

constexpr std::size_t members_looked_at = 24;  // of each side, so that giants cost no more than others

// Joins one component's links, strongest first.
class Joiner {
public:
    Joiner(const Table& table, const Comparer& comparer, const Scorer& scorer, Forest& forest,
        std::vector<std::uint32_t>& next, const std::vector<std::uint64_t>& forbidden) :
        table_(table), comparer_(comparer), scorer_(scorer), forest_(forest), next_(next), forbidden_(forbidden)
    {
    }

    // False when the join is held back.
    bool join(const ScoredPair& pair, bool must)
    {
        const std::uint32_t a = forest_.root(pair.a), b = forest_.root(pair.b);
        if (a == b)
            return true;
        if (!must && !(next_[a] == a && next_[b] == b && forbidden_.empty()) && !fit(pair))
            return false;
        forest_.join(a, b);
        std::swap(next_[a], next_[b]);  // two rings become one
        return true;
    }

private:
    std::vector<std::uint32_t> members(std::uint32_t of) const
    {
        std::vector<std::uint32_t> out;
        std::uint32_t at = of;
        do {
            out.push_back(at);
            at = next_[at];
        } while (at != of && out.size() < members_looked_at);
        return out;
    }

    bool is_forbidden(std::uint32_t a, std::uint32_t b) const
    {
        return std::binary_search(forbidden_.begin(), forbidden_.end(), static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b));
    }

    // A name seen with the same card is another name of one person, not a twin's.
    bool alias(const std::vector<std::uint32_t>& own, std::uint32_t one, std::uint32_t other) const
    {
        return std::any_of(own.begin(), own.end(), [&](std::uint32_t each) {
            return comparer_.same_card(each, one) && comparer_.same_name(each, other);
        });
    }

    bool fit(const ScoredPair& pair) const
    {
        const auto left = members(pair.a), right = members(pair.b);
        double sum = 0;
        for (const std::uint32_t one : left) {
            for (const std::uint32_t other : right) {
                if (is_forbidden(one, other))
                    return false;
                if (one == pair.a && other == pair.b) {
                    sum += pair.same_card_and_name ? 1 : probability(static_cast<double>(pair.weight));
                    continue;
                }
                const Veto veto = comparer_.veto(one, other);
                if (veto == Veto::TwoValidCards || veto == Veto::SexAndBirthDate)
                    return false;
                if (veto == Veto::Twins && !alias(left, one, other) && !alias(right, other, one))
                    return false;
                sum += comparer_.same_valid_card(one, other) && comparer_.same_name(one, other)
                    ? 1 : probability(scorer_.weight(one, other, comparer_.pattern(one, other)));
            }
        }
        return sum / static_cast<double>(left.size() * right.size()) >= table_.model.cluster_mean_at;
    }

    const Table& table_;
    const Comparer& comparer_;
    const Scorer& scorer_;
    Forest& forest_;
    std::vector<std::uint32_t>& next_;
    const std::vector<std::uint64_t>& forbidden_;
};

bool joins(const ScoredPair& pair, double at)
{
    return pair.veto == Veto::None && (pair.same_card_and_name || static_cast<double>(pair.weight) >= at);
}

// Links by component, so that threads share nothing.
struct Components {
    std::vector<std::size_t> links;   // positions of pairs
    std::vector<std::size_t> starts;  // of each component in links
};

Components components_of(std::size_t rows, const std::vector<ScoredPair>& pairs, double at)
{
    Forest forest(rows);
    std::size_t count = 0;
    for (const ScoredPair& pair : pairs) {
        if (!joins(pair, at))
            continue;
        ++count;
        const std::uint32_t a = forest.root(pair.a), b = forest.root(pair.b);
        if (a != b)
            forest.join(a, b);
    }
    Components out;
    std::vector<std::uint32_t> sizes(rows);
    for (const ScoredPair& pair : pairs) {
        if (joins(pair, at))
            ++sizes[forest.root(pair.a)];
    }
    std::size_t sum = 0;
    for (std::uint32_t& size : sizes) {
        if (size == 0)
            continue;
        out.starts.push_back(sum);
        sum += size;
        size = static_cast<std::uint32_t>(out.starts.back());
    }
    out.starts.push_back(sum);
    out.links.resize(count);
    for (std::size_t position = 0; position < pairs.size(); ++position) {
        if (joins(pairs[position], at))
            out.links[sizes[forest.root(pairs[position].a)]++] = position;
    }
    return out;
}

}  // namespace

Clusters cluster(const Table& table, const Comparer& comparer, const Scorer& scorer, const std::vector<ScoredPair>& pairs, const Constraints& constraints, unsigned threads)
{
    const double at = weight_of_probability(table.model.link_at);
    Forest forest(table.rows);
    std::vector<std::uint32_t> next(table.rows);
    std::iota(next.begin(), next.end(), 0U);
    std::vector<std::uint64_t> forbidden;
    for (const auto& [a, b] : constraints.do_not_link)
        forbidden.push_back(static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b));
    std::sort(forbidden.begin(), forbidden.end());
    Clusters out;
    Joiner joiner(table, comparer, scorer, forest, next, forbidden);
    for (const auto& [a, b] : constraints.must_link)
        joiner.join({a, b}, true);
    if (!constraints.must_link.empty())
        threads = 1;  // a must-link may join what components keep apart
    Components components = components_of(table.rows, pairs, at);
    std::vector<std::vector<std::size_t>> held((components.starts.size() + 1023) / 1024);
    in_pieces(threads, components.starts.size() - 1, 1024, [&](std::size_t begin, std::size_t end) {
        Joiner own(table, comparer, scorer, forest, next, forbidden);
        for (std::size_t component = begin; component < end; ++component) {
            const auto first = components.links.begin() + static_cast<std::ptrdiff_t>(components.starts[component]);
            const auto last = components.links.begin() + static_cast<std::ptrdiff_t>(components.starts[component + 1]);
            std::sort(first, last, [&](std::size_t one, std::size_t other) {
                return pairs[one].weight != pairs[other].weight ? pairs[one].weight > pairs[other].weight : one < other;
            });
            for (auto link = first; link != last; ++link) {
                if (!own.join(pairs[*link], false))
                    held[begin / 1024].push_back(*link);
            }
        }
    });
    for (const auto& part : held)
        out.held.insert(out.held.end(), part.begin(), part.end());
    std::sort(out.held.begin(), out.held.end());
    out.of_row.resize(table.rows);
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t row = 0; row < table.rows; ++row) {
        const std::uint32_t root = forest.root(row);
        if (root == row) {
            out.of_row[row] = out.count++;
            sizes.push_back(0);
        } else {
            out.of_row[row] = out.of_row[root];
        }
        ++sizes[out.of_row[row]];
    }
    for (const std::uint32_t size : sizes) {
        out.largest = std::max<std::uint64_t>(out.largest, size);
        out.over_size_max += size > table.model.cluster_size_max;
    }
    return out;
}

}  // namespace persons
