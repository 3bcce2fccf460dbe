#include "kernel/definitions/problems.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace definitions {

namespace {

// Letters replaced, left out, put in, or two neighbours swapped.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> earlier, previous(b.size() + 1), current(b.size() + 1);
    std::iota(previous.begin(), previous.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        current[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = previous[j] + (a[i] == b[j] ? 0 : 1);
            current[j + 1] = std::min({replaced, previous[j + 1] + 1, current[j] + 1});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
                current[j + 1] = std::min(current[j + 1], earlier[j - 1] + 1);
        }
        earlier = previous;
        std::swap(previous, current);
    }
    return previous[b.size()];
}

constexpr std::size_t name_size_max = 60;
constexpr std::size_t listed_max = 10;
constexpr std::size_t problems_max = 1000;

}  // namespace

void Problems::add(const Position& at, std::string message, std::string hint)
{
    if (problems_.size() < problems_max)
        problems_.push_back({at.file, at.line, at.column, std::move(message), std::move(hint)});
}

std::vector<base::Problem> Problems::sorted() const
{
    auto result = problems_;
    const auto key = [](const base::Problem& p) { return std::tie(p.file, p.line, p.column, p.message); };
    std::stable_sort(result.begin(), result.end(),
                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
    result.erase(std::unique(result.begin(), result.end(),
                             [&](const auto& a, const auto& b) { return key(a) == key(b); }),
                 result.end());
    return result;
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates)
{
    if (name.size() > name_size_max)
        return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (auto candidate : candidates) {
        if (candidate.size() > name_size_max)
            continue;
        if (auto d = distance(name, candidate); d < best_distance) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

std::string hint_for(std::string_view name, const std::vector<std::string_view>& candidates)
{
    if (auto near = nearest(name, candidates); !near.empty())
        return "did you mean `" + std::string(near) + "`?";
    if (candidates.empty() || candidates.size() > listed_max)
        return {};
    std::string text = "known: ";
    for (std::size_t i = 0; i < candidates.size(); ++i)
        text.append(i ? ", " : "").append(candidates[i]);
    return text;
}

}  // namespace definitions
