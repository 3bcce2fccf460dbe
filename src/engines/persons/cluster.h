#pragma once

// From linked pairs to persons. The strongest links join first; a join that would bring together
// what must not be together, or records that on the whole do not look like one person, is held back
// for a person to decide (domain section 12.7).

#include <vector>

#include "engines/persons/score.h"

namespace persons {

struct ScoredPair {
    std::uint32_t a = 0, b = 0;  // a < b
    Pattern pattern = 0;
    float weight = 0;
    Veto veto = Veto::None;
    bool same_card_and_name = false;  // rule D1: linked whatever the weight, unless a veto stands
};

// What stewards decided; it survives every re-run and every model.
struct Constraints {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> must_link, do_not_link;
};

struct Clusters {
    std::vector<std::uint32_t> of_row;  // cluster of each record, numbered by first record
    std::uint32_t count = 0;
    std::vector<std::size_t> held;      // positions of pairs that would have joined two clusters
    std::uint64_t largest = 0;
    std::uint64_t over_size_max = 0;
};

// `pairs` in any order; those with a veto or below the model's link_at do not join.
Clusters cluster(const Table&, const Comparer&, const Scorer&, const std::vector<ScoredPair>& pairs, const Constraints&, unsigned threads);

}  // namespace persons
