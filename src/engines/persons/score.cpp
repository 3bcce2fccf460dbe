#include "engines/persons/score.h"

#include <algorithm>
#include <cmath>

namespace persons {

namespace {

constexpr double frequency_min = 1e-7;

std::size_t day_index(std::uint32_t packed)
{
    const auto two = [&](unsigned shift) { return ((packed >> (shift + 4)) & 15) * 10 + ((packed >> shift) & 15); };
    return ((two(24) * 100 + two(16) - 1880) * 12 + two(8) - 1) * 31 + two(0) - 1;
}
constexpr std::size_t day_count = 222 * 12 * 31;

}  // namespace

double prior_weight(double prior) { return std::log2(prior / (1 - prior)); }

double probability(double weight)
{
    return weight > 0 ? 1 / (1 + std::exp2(-weight)) : std::exp2(weight) / (1 + std::exp2(weight));
}

double weight_of_probability(double p)
{
    p = std::clamp(p, 1e-15, 1 - 1e-15);
    return std::log2(p / (1 - p));
}

Scorer::Scorer(const Table& table) : Scorer(table, table.model) {}

Scorer::Scorer(const Table& table, const Model& model) : table_(table), model_(model), prior_(prior_weight(model.prior))
{
    for (std::size_t field = 0; field < model_.fields.size(); ++field) {
        const Field& described = model_.fields[field];
        for (std::size_t level = 0; level < described.levels.size(); ++level)
            weight_[field][level] = std::log2(described.levels[level].m / described.levels[level].u);
        for (const std::string& other : described.implied_by)
            implied_mask_[field] |= Pattern{1} << model_.position(other);
    }
    prepare_frequencies();
}

void Scorer::prepare_frequencies()
{
    for (std::size_t field = 0; field < model_.fields.size(); ++field) {
        const Field& described = model_.fields[field];
        if (!described.term_frequency)
            continue;
        const double m = described.levels.front().m;
        const auto weigh = [&](std::size_t count, double total) {
            const double others = std::max<double>(static_cast<double>(count) - 1, 1);
            return static_cast<float>(std::log2(m / std::max(others / std::max(total, 1.0), frequency_min)));
        };
        std::vector<float>& weights = by_value_[field];
        if (described.kind == FieldKind::Date) {
            std::vector<std::uint32_t> counts(day_count);
            for (std::size_t row = 0; row < table_.rows; ++row) {
                const std::uint32_t date = table_.row(row)[table_.slot[field]];
                if (date != 0 && real_date(date))
                    ++counts[day_index(date)];
            }
            // Days are about equally frequent; only the crowded ones (1 January) tell less.
            const double mean = described.levels.front().u;
            for (const std::uint32_t count : counts)
                weights.push_back(static_cast<float>(std::log2(m / std::max(mean, (count - std::min<double>(count, 2)) / std::max<double>(1, static_cast<double>(table_.rows)) / 2))));
        } else if (described.kind == FieldKind::Address) {
            const Values& values = table_.values[table_.values_of[field]];
            weights.assign(values.counts.size(), static_cast<float>(weight_[field][0]));
        } else if (table_.values_of[field] < table_.values.size()) {
            const Values& values = table_.values[table_.values_of[field]];
            for (const std::uint32_t count : values.counts)
                weights.push_back(weigh(count, static_cast<double>(values.filled)));
        }
    }
}

double Scorer::exact_weight(std::size_t field, const std::uint32_t* cell) const
{
    const Field& described = model_.fields[field];
    const std::vector<float>& weights = by_value_[field];
    if (described.kind == FieldKind::Phone && described.term_frequency) {
        // Beyond the two records themselves, everyone with this phone makes it tell less.
        const double sharing = cell[2] > 2 ? (cell[2] - 2.0) / static_cast<double>(table_.rows) : 0;
        return std::log2(described.levels.front().m / std::max(described.levels.front().u, sharing));
    }
    if (weights.empty())
        return weight_[field][0];
    if (described.kind == FieldKind::Date)
        return real_date(*cell) ? static_cast<double>(weights[day_index(*cell)]) : weight_[field][0];
    return static_cast<double>(weights[*cell]);
}

double Scorer::field_weight(std::size_t field, unsigned level, Pattern pattern, const std::uint32_t* cell) const
{
    if (level == level_missing)
        return 0;
    if (level == 0) {
        for (Pattern mask = implied_mask_[field]; mask != 0; mask &= mask - 1) {
            if (level_at(pattern, static_cast<std::size_t>(std::countr_zero(mask))) == 0)
                return 0;
        }
        return exact_weight(field, cell);
    }
    return weight_[field][level];
}

double Scorer::pattern_weight(Pattern pattern) const
{
    double sum = 0;
    for (std::size_t field = 0; field < model_.fields.size(); ++field) {
        const unsigned level = level_at(pattern, field);
        if (level == level_missing)
            continue;
        bool implied = false;
        if (level == 0) {
            for (Pattern mask = implied_mask_[field]; mask != 0; mask &= mask - 1)
                implied = implied || level_at(pattern, static_cast<std::size_t>(std::countr_zero(mask))) == 0;
        }
        sum += implied ? 0 : weight_[field][level];
    }
    return sum;
}

double Scorer::rarity_max(Pattern pattern) const
{
    double sum = 0;
    for (std::size_t field = 0; field < model_.fields.size(); ++field) {
        if (level_at(pattern, field) == 0 && by_value_[field].size() > 1 && model_.fields[field].kind != FieldKind::Date)
            sum += std::max(0.0, std::log2(model_.fields[field].levels.front().m * std::max(2.0, static_cast<double>(table_.rows))) - weight_[field][0]);
    }
    return sum;
}

double Scorer::weight(std::size_t a, std::size_t, Pattern pattern) const
{
    const std::uint32_t* row = table_.row(a);
    double sum = prior_;
    for (std::size_t field = 0; field < model_.fields.size(); ++field)
        sum += field_weight(field, level_at(pattern, field), pattern, row + table_.slot[field]);
    return sum;
}

double Scorer::one_weight(std::size_t field, std::size_t a, Pattern pattern) const
{
    return field_weight(field, level_at(pattern, field), pattern, table_.row(a) + table_.slot[field]);
}

std::vector<double> Scorer::weights(std::size_t a, std::size_t, Pattern pattern) const
{
    std::vector<double> out;
    for (std::size_t field = 0; field < model_.fields.size(); ++field)
        out.push_back(field_weight(field, level_at(pattern, field), pattern, table_.row(a) + table_.slot[field]));
    return out;
}

}  // namespace persons
