#pragma once

// The whole way from files to persons: read, relate, block, compare, train, score, cluster.
//
// The same files and model give the same result with any number of threads. The truth column and
// the record ids are read but never looked at before the result stands.

#include <functional>
#include <optional>

#include "engines/persons/block.h"
#include "engines/persons/cluster.h"
#include "engines/persons/train.h"

namespace persons {

struct LinkOptions {
    ReadOptions read;
    bool train = true;                 // otherwise the model's figures are used as they are
    double pairs_from = 0.01;          // probability from which pairs are kept for output
    std::function<void(std::string_view stage)> progress;
};

struct Quality {
    double precision = 0, recall = 0, f1 = 0;
    std::uint64_t true_pairs = 0, linked_pairs = 0, right_pairs = 0;
};

struct Linked {
    Table table;
    Training training;
    Prepared prepared;
    std::vector<BlockStatistics> blocks;
    std::vector<ScoredPair> pairs;     // sorted by a, b
    std::vector<PatternCount> patterns;
    Clusters clusters;
    std::uint64_t pairs_compared = 0;
    bool compared_twice = false;       // the start model had dropped what the trained one needs
    std::vector<std::pair<std::string, double>> seconds;  // by stage
    std::optional<Quality> quality;    // of the clusters, with truth
};

Result<Linked> link(const Model&, const LinkOptions&);

enum class Decision { Link, Review, Apart };
Decision decision(const Model&, const ScoredPair&);

// Pairs within clusters against pairs with the same truth.
// The same for files: clusters as record and cluster, truth as record and person, each with a
// header. PERSONS_EVALUATE when nothing fits together.
Result<Quality> evaluate(const std::filesystem::path& clusters, const std::filesystem::path& truth);
Quality quality_of(const Table&, const std::vector<std::uint32_t>& cluster_of_row);

}  // namespace persons
