#pragma once

// Weights: how much each level tells, in bits (Fellegi and Sunter; domain section 12.5).
//
// The weight of a pair is log2 of how many times more often its pattern occurs among pairs of one
// person than among others; with the prior it gives the probability. A rare value tells more than a
// frequent one, what a card implies is not counted twice, and a phone of many persons tells little.

#include <array>
#include <vector>

#include "engines/persons/compare.h"

namespace persons {

double prior_weight(double prior);          // log2(prior / (1 - prior))
double probability(double weight);          // 2^w / (1 + 2^w)
double weight_of_probability(double);

class Scorer {
public:
    // `table.model` must hold the figures to use.
    explicit Scorer(const Table&);
    // With a trained model of the same fields.
    Scorer(const Table&, const Model&);

    // Sum of weights without the prior, by levels alone.
    double pattern_weight(Pattern) const;
    // The whole weight of a pair, prior included.
    double weight(std::size_t a, std::size_t b, Pattern) const;
    // Field by field.
    std::vector<double> weights(std::size_t a, std::size_t b, Pattern) const;
    double one_weight(std::size_t field, std::size_t a, Pattern) const;
    double prior() const { return prior_; }
    // The most a rare value can add to a pattern's weight.
    double rarity_max(Pattern) const;

private:
    double exact_weight(std::size_t field, const std::uint32_t* cell) const;
    double field_weight(std::size_t field, unsigned level, Pattern, const std::uint32_t* cell) const;
    void prepare_frequencies();

    const Table& table_;
    const Model& model_;
    double prior_;
    std::array<std::array<double, levels_max + 1>, fields_max> weight_{};
    std::array<Pattern, fields_max> implied_mask_{};  // fields that imply this one, as bits
    std::array<std::vector<float>, fields_max> by_value_;  // weight of each value when equal
};

}  // namespace persons
