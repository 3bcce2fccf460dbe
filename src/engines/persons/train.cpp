#include "engines/persons/train.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "engines/persons/parallel.h"

namespace persons {

namespace {

constexpr double figure_min = 1e-9;

using Figures = std::vector<std::vector<double>>;

// Pairs that look the same in the free fields are one row of the table EM works on.
std::vector<PatternCount> projected(const std::vector<PatternCount>& patterns, std::size_t fields, const std::vector<bool>& free)
{
    Pattern blind = 0;
    for (std::size_t field = 0; field < fields; ++field) {
        if (!free[field])
            blind |= Pattern{level_missing} << (3 * field);
    }
    std::vector<PatternCount> out;
    for (const PatternCount& each : patterns)
        out.push_back({each.pattern | blind, 0, each.count});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.pattern < b.pattern; });
    std::size_t to = 0;
    for (std::size_t at = 1; at < out.size(); ++at) {
        if (out[at].pattern == out[to].pattern)
            out[to].count += out[at].count;
        else
            out[++to] = out[at];
    }
    out.resize(out.empty() ? 0 : to + 1);
    return out;
}

double likelihood(Pattern pattern, const Figures& figures)
{
    double product = 1;
    for (std::size_t field = 0; field < figures.size(); ++field) {
        const unsigned level = level_at(pattern, field);
        if (level != level_missing)
            product *= figures[field][level];
    }
    return product;
}

// New shares from expected counts; a prior keeps small files from wild figures.
double renew(Figures& figures, const Figures& counts, const Figures& start, double strength)
{
    double change = 0;
    for (std::size_t field = 0; field < figures.size(); ++field) {
        double sum = 0;
        for (const double count : counts[field])
            sum += count;
        if (sum <= 0)
            continue;
        for (std::size_t level = 0; level < figures[field].size(); ++level) {
            const double fresh = std::max(figure_min, (counts[field][level] + strength * start[field][level]) / (sum + strength));
            change = std::max(change, std::abs(fresh - figures[field][level]));
            figures[field][level] = fresh;
        }
    }
    return change;
}

Figures zeros(const Figures& like)
{
    Figures out = like;
    for (auto& row : out)
        std::fill(row.begin(), row.end(), 0.0);
    return out;
}

}  // namespace

EmResult expectation_maximisation(const std::vector<PatternCount>& patterns, const std::vector<Field>& fields,
    const std::vector<bool>& free, double lambda, const EmOptions& options)
{
    const auto rows = projected(patterns, fields.size(), free);
    EmResult result;
    for (const Field& field : fields) {
        result.m.emplace_back();
        result.u.emplace_back();
        for (const Level& level : field.levels) {
            result.m.back().push_back(level.m);
            result.u.back().push_back(level.u);
        }
    }
    const Figures start = result.m, start_u = result.u;
    result.lambda = lambda;
    double total = 0, before = -1e300;
    for (const PatternCount& row : rows)
        total += row.count;
    if (total <= 0)
        return result;
    for (result.iterations = 1; result.iterations <= options.iterations_max; ++result.iterations) {
        Figures matched = zeros(result.m), other = zeros(result.u);
        double matches = 0, log_likelihood = 0;
        for (const PatternCount& row : rows) {
            const double same = result.lambda * likelihood(row.pattern, result.m);
            const double different = (1 - result.lambda) * likelihood(row.pattern, result.u);
            const double p = same / std::max(same + different, 1e-300);
            log_likelihood += row.count * std::log(std::max(same + different, 1e-300));
            matches += row.count * p;
            for (std::size_t field = 0; field < fields.size(); ++field) {
                if (const unsigned level = level_at(row.pattern, field); level != level_missing) {
                    matched[field][level] += row.count * p;
                    other[field][level] += row.count * (1 - p);
                }
            }
        }
        const double fresh = std::clamp(matches / total, figure_min, 1 - figure_min);
        double change = std::abs(fresh - result.lambda);
        result.lambda = fresh;
        change = std::max(change, renew(result.m, matched, start, options.prior_strength));
        if (options.learn_u)
            change = std::max(change, renew(result.u, other, start_u, 0));
        result.monotone = result.monotone && (options.prior_strength > 0 || log_likelihood >= before - 1e-9 * std::abs(before));
        before = result.log_likelihood = log_likelihood;
        result.matches = matches;
        result.known = std::move(matched);
        if (change < options.tolerance)
            break;
    }
    return result;
}

std::vector<PatternCount> random_pairs(const Table& table, const Comparer& comparer, unsigned threads)
{
    const std::size_t rows = table.rows, left = table.first_rows, right = table.two_files() ? rows - left : rows;
    const std::uint64_t all = table.two_files() ? static_cast<std::uint64_t>(left) * right : static_cast<std::uint64_t>(rows) * (rows - 1) / 2;
    constexpr std::uint64_t wanted = 1'000'000;
    constexpr std::uint64_t stretch = 4096;  // neighbours against a far stretch: memory is read in order
    using Histogram = std::unordered_map<Pattern, std::uint64_t>;
    std::vector<Histogram> found(threads);
    std::atomic<std::size_t> next{0};
    const bool whole = all <= wanted;
    const std::size_t tasks = whole ? left : wanted / stretch;
    on_threads(threads, [&](unsigned thread) {
        Histogram& histogram = found[thread];
        for (std::size_t task = next.fetch_add(1); task < tasks; task = next.fetch_add(1)) {
            if (whole) {
                for (std::size_t other = table.two_files() ? left : task + 1; other < rows; ++other)
                    ++histogram[comparer.pattern(task, other)];
                continue;
            }
            const std::uint64_t draw = mixed(task + 1, 0x5DEECE66D), shift = mixed(task + 1, 0xB5026F5AA9619E9);
            std::size_t one = draw % left;
            std::size_t other = table.two_files() ? left + shift % right : (one + 1 + shift % (rows - 1)) % rows;
            for (std::uint64_t count = 0; count < stretch; ++count) {
                if (one != other)
                    ++histogram[comparer.pattern(std::min(one, other), std::max(one, other))];
                one = one + 1 == left ? 0 : one + 1;
                other = other + 1 == rows ? (table.two_files() ? left : 0) : other + 1;
            }
        }
    });
    for (unsigned thread = 1; thread < threads; ++thread) {
        for (const auto& [pattern, count] : found[thread])
            found[0][pattern] += count;
    }
    std::vector<PatternCount> out;
    for (const auto& [pattern, count] : found[0])
        out.push_back({pattern, 0, static_cast<double>(count)});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.pattern < b.pattern; });
    return out;
}

namespace {

// u: how often each level occurs among random pairs, the few that are one person taken out.
void learn_u(const Table& table, Model& model, const std::vector<PatternCount>& random)
{
    const Scorer scorer(table, model);
    std::vector<std::vector<double>> counts;
    for (const Field& field : model.fields)
        counts.emplace_back(field.levels.size(), 0.5);
    for (const PatternCount& each : random) {
        const double other = 1 - probability(scorer.prior() + scorer.pattern_weight(each.pattern));
        for (std::size_t field = 0; field < model.fields.size(); ++field) {
            if (const unsigned level = level_at(each.pattern, field); level != level_missing)
                counts[field][level] += each.count * other;
        }
    }
    for (std::size_t field = 0; field < model.fields.size(); ++field) {
        double sum = 0;
        for (const double count : counts[field])
            sum += count;
        if (sum < 100)
            continue;  // hardly ever filled on both sides: the start values stay
        for (std::size_t level = 0; level < counts[field].size(); ++level)
            model.fields[field].levels[level].u = std::max(1e-9, counts[field][level] / sum);
    }
}

// m: each block shows the fields that are not part of its key.
void learn_m(Model& model, const Model& start, const std::vector<PatternCount>& compared, Training& training)
{
    const std::size_t fields = model.fields.size();
    std::vector<std::vector<double>> sums(fields);
    std::vector<double> weights(fields, 0);
    for (std::size_t field = 0; field < fields; ++field)
        sums[field].assign(model.fields[field].levels.size(), 0);
    training.runs.clear();
    for (std::size_t block = 0; block < model.blocks.size(); ++block) {
        if (!model.blocks[block].train)
            continue;
        std::vector<bool> free(fields, true);
        for (const BlockPart& part : model.blocks[block].parts)
            free[part.field] = false;
        // What the key implies is as fixed as the key itself.
        for (std::size_t field = 0; field < fields; ++field) {
            for (const std::string& other : model.fields[field].implied_by)
                free[field] = free[field] && (free[model.position(other)] || model.blocks[block].parts.size() > 1);
        }
        std::vector<PatternCount> own;
        for (const PatternCount& each : compared) {
            if ((each.blocks >> block & 1) != 0)
                own.push_back(each);
        }
        std::vector<Field> described = model.fields;
        for (std::size_t field = 0; field < fields; ++field) {
            for (std::size_t level = 0; level < described[field].levels.size(); ++level)
                described[field].levels[level].m = start.fields[field].levels[level].m;
        }
        const EmResult result = expectation_maximisation(own, described, free, 0.5,
            {.prior_strength = 20, .iterations_max = 50, .tolerance = 1e-4});
        training.runs.push_back({model.blocks[block].name, result.iterations, result.lambda});
        for (std::size_t field = 0; field < fields && !result.known.empty(); ++field) {
            double known = 0;
            for (const double count : result.known[field])
                known += count;
            if (!free[field] || known <= 0)
                continue;
            weights[field] += known;
            for (std::size_t level = 0; level < sums[field].size(); ++level)
                sums[field][level] += known * result.m[field][level];
        }
    }
    for (std::size_t field = 0; field < fields; ++field) {
        for (std::size_t level = 0; level < sums[field].size() && weights[field] > 0; ++level)
            model.fields[field].levels[level].m = std::max(1e-9, sums[field][level] / weights[field]);
    }
}

// The prior that agrees with its own consequences: expected matches over all pairs.
double learn_prior(const Table& table, Model& model, const std::vector<PatternCount>& compared)
{
    const double left = static_cast<double>(table.first_rows), rows = static_cast<double>(table.rows);
    const double all = table.two_files() ? left * (rows - left) : rows * (rows - 1) / 2;
    const Scorer scorer(table, model);
    std::vector<double> weights;
    for (const PatternCount& each : compared)
        weights.push_back(scorer.pattern_weight(each.pattern));
    double matches = 0;
    for (int iteration = 0; iteration < 50; ++iteration) {
        const double prior = prior_weight(model.prior);
        matches = 0;
        for (std::size_t at = 0; at < compared.size(); ++at)
            matches += compared[at].count * probability(prior + weights[at]);
        const double fresh = std::clamp(matches / std::max(all, 1.0), 0.1 / std::max(all, 10.0), 0.3);
        const bool settled = std::abs(fresh - model.prior) < 1e-3 * model.prior;
        model.prior = fresh;
        if (settled)
            break;
    }
    return matches;
}

}  // namespace

Training train(const Table& table, const std::vector<PatternCount>& compared, const std::vector<PatternCount>& random)
{
    Training training;
    training.model = table.model;
    Model& model = training.model;
    model.prior = std::clamp(1 / std::max(10.0, static_cast<double>(table.rows)), 1e-9, 0.1);
    for (const PatternCount& each : random)
        training.random_pairs += static_cast<std::uint64_t>(each.count);
    for (int round = 0; round < 3; ++round) {
        learn_u(table, model, random);
        learn_m(model, table.model, compared, training);
        training.matches = learn_prior(table, model, compared);
    }
    for (const Field& field : model.fields) {
        if (field.levels.front().m < field.levels.front().u)
            training.warnings.push_back(field.name);
    }
    return training;
}

}  // namespace persons
