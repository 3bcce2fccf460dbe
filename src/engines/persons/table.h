#pragma once

// Source records in columns of small numbers: one row of 32-bit cells a record, one dictionary a
// column of texts. Everything after reading works on these cells alone; record ids and the truth
// column are kept apart and never reach the model.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engines/persons/csv.h"
#include "engines/persons/dictionary.h"
#include "engines/persons/model.h"
#include "engines/persons/values.h"

namespace persons {

// A dictionary of normalised values with what comparison needs of each.
struct Values {
    Dictionary texts;
    std::vector<std::uint32_t> counts;  // rows with the value; [0] is unused
    std::vector<NameValue> names;       // for FieldKind::Name
    std::vector<TextValue> letters;     // for Text and Number
    std::vector<AddressValue> addresses;
    std::uint64_t filled = 0;           // rows with any value
};

// Cells of a card: tail low, tail high, head and flags.
constexpr std::uint32_t card_valid = 1U << 8;    // every check passed
constexpr std::uint32_t card_foreign = 1U << 9;  // the birth date in it is not the record's: somebody else's
constexpr std::uint32_t card_shared = 1U << 10;  // used by too many names
constexpr unsigned card_cells = 3;
// Cells of a phone: low, high, rows that have it.
constexpr unsigned phone_cells = 3;

class Table {
public:
    Model model;                        // with the fields the files have
    std::size_t rows = 0;
    std::size_t first_rows = 0;         // of the first file; == rows when there is one file
    std::size_t stride = 0;
    std::vector<std::uint32_t> cells;
    std::vector<std::size_t> slot;      // by field: the first of its cells
    std::vector<std::size_t> values_of; // by field: which of `values`
    std::vector<Values> values;
    std::vector<std::uint64_t> truth;   // hash of the truth value, 0 unknown; empty without truth
    std::vector<Reject> rejects;
    std::uint64_t reject_count = 0;
    std::vector<std::string> encodings;
    std::vector<std::string> columns_missing;  // fields of the model no file has
    std::map<std::string, std::string> columns;  // field -> header

    const std::uint32_t* row(std::size_t index) const { return cells.data() + index * stride; }
    std::uint32_t* row(std::size_t index) { return cells.data() + index * stride; }
    std::string_view record_id(std::size_t row) const;
    // The value as the model sees it, for reports and explanations.
    std::string value_text(std::size_t row, std::size_t field) const;
    bool two_files() const { return first_rows < rows; }

    struct Ids {
        std::size_t first_row = 0;
        std::string bytes;
        std::vector<std::uint32_t> ends;
    };
    std::vector<Ids> ids;
};

inline std::uint64_t wide_cell(const std::uint32_t* cell)
{
    return cell[0] | static_cast<std::uint64_t>(cell[1]) << 32;
}

struct ReadOptions {
    std::vector<std::filesystem::path> files;      // one, or two to link
    std::map<std::string, std::string> mapped;     // field -> header, over the model's headers
    std::string truth;                             // header of the truth column
    std::string record_id;                         // header, over the model's
    unsigned threads = 1;
    std::uint64_t rejects_kept_max = 100'000;
};

// FILE_UNREADABLE, PERSONS_ENCODING, PERSONS_EMPTY, PERSONS_HEADER, PERSONS_COLUMNS (missing names),
// PERSONS_TRUTH, PERSONS_MAP.
Result<Table> read_table(const Model&, const ReadOptions&);

// The built-in model that knows most headers of the file.
Result<Model> fitting_model(const std::filesystem::path&);

// The model without the fields that `present` lacks and without blocks and hints that need them.
Model restricted(const Model&, const std::vector<bool>& present);

// "rec-12-org" and "rec-12-dup-3" are one person in FEBRL files; otherwise the value itself.
std::uint64_t truth_hash(std::string_view);

}  // namespace persons
