#pragma once

// What a run leaves in its folder: pairs.csv, clusters.csv, model.yaml, report.json, report.html,
// and rejects.csv when rows were set aside.

#include <filesystem>

#include "base/json.h"
#include "engines/persons/link.h"

namespace persons {

struct OutputOptions {
    std::filesystem::path folder;
    bool pairs = true;
    bool html = true;
    unsigned threads = 1;
};

// FOLDER_UNWRITABLE, FILE_UNWRITABLE. Adds the stages "write_clusters" and "write_pairs" to `seconds`.
Status write_results(Linked&, const OutputOptions&);

json::object report_of(const Linked&);
std::string report_page(const Linked&);  // one HTML file that needs nothing else

// One pair in words: level, weight and values of every field, the sum and the decision.
json::object explained(const Linked&, const ScoredPair&);

// Kibibytes the process held at most.
std::uint64_t peak_memory_kib();

}  // namespace persons
