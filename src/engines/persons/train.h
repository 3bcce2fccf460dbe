#pragma once

// Learning a model from the files themselves, without anybody saying which records belong together
// (domain section 12.6): u from random pairs, m and the prior by expectation maximisation.

#include <vector>

#include "engines/persons/score.h"

namespace persons {

struct PatternCount {
    Pattern pattern = 0;
    std::uint32_t blocks = 0;  // keys the pairs share, as bits
    double count = 0;
};

struct EmOptions {
    bool learn_u = false;
    double prior_strength = 0;    // pseudo-pairs with the start values of m
    int iterations_max = 2000;
    double tolerance = 1e-7;      // of the largest change of a figure
};

struct EmResult {
    std::vector<std::vector<double>> m, u;  // by field and level
    double lambda = 0;
    int iterations = 0;
    double log_likelihood = 0;
    bool monotone = true;         // the log-likelihood never fell
    double matches = 0;           // expected same-person pairs
    std::vector<std::vector<double>> known;  // expected matches with a value on both sides, by field
};

// Fields not in `free` are left out. Start values come from `fields`.
EmResult expectation_maximisation(const std::vector<PatternCount>&, const std::vector<Field>& fields,
    const std::vector<bool>& free, double lambda, const EmOptions&);

struct Training {
    Model model;              // the table's with learnt figures
    double matches = 0;       // expected same-person pairs among those compared
    std::uint64_t random_pairs = 0;
    struct Run {
        std::string block;
        int iterations = 0;
        double lambda = 0;
    };
    std::vector<Run> runs;
    std::vector<std::string> warnings;  // "field: the best level tells against a match"
};

// Levels of pairs drawn at random; the same for the same table.
std::vector<PatternCount> random_pairs(const Table&, const Comparer&, unsigned threads);
Training train(const Table&, const std::vector<PatternCount>& compared, const std::vector<PatternCount>& random);

}  // namespace persons
