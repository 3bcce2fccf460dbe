#pragma once

// Made-up residents with the mistakes of real registers (domain section 16.4): for tests and
// benchmarks of the matcher, written without looking at it. The same seed gives the same bytes on
// every machine. No row is a real person; divisions and names are drawn from lists.

#include <cstdint>
#include <filesystem>

#include "engines/persons/model.h"

namespace persons {

struct GenerateOptions {
    std::uint64_t records = 100'000;   // of about records / 2.4 persons
    std::uint64_t seed = 1;
    double errors = 1;                 // factor on every rate of mistakes
    double twins = 0.012;              // share of persons that are a twin
    std::filesystem::path file;
    std::filesystem::path truth_file;  // source_key,person_key; empty: none
};

struct Generated {
    std::uint64_t records = 0, persons = 0, twins = 0;
};

// Columns: source_key, org, name, sex, birth_date, id_no, mobile, address, person_key.
// FILE_UNWRITABLE.
Result<Generated> generate(const GenerateOptions&);

}  // namespace persons
