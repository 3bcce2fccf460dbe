#pragma once

// What a matching model says: the fields, how alike two values can be (levels), how much each level
// tells (m, u), which records meet at all (blocks), and where the lines are drawn (thresholds).
//
// A model is a YAML file. Two are built in: `cn_resident` and `generic_person`. Training writes the
// same file with other figures, so a trained model is read, kept and compared like any other.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace persons {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

enum class FieldKind { Name, Text, Date, IdCard, Phone, Sex, Address, Number, Category };

// What a comparison finds, from best to worst; a model folds them into the levels it knows.
enum class Likeness : std::uint8_t {
    Exact, Household, Homophone, Crossed, OneEdit, Close, TwoEdits, Similar, Near, Village, Town, Else, Missing
};
constexpr std::size_t likeness_count = 13;

struct Level {
    std::string name;
    double m = 0;  // share of same-person pairs at this level, among those where both values are there
    double u = 0;  // share of other pairs
};

constexpr std::size_t levels_max = 7;
constexpr std::uint8_t level_missing = 7;
constexpr std::size_t fields_max = 14;
constexpr std::size_t blocks_max = 16;

struct Field {
    std::string name;
    FieldKind kind = FieldKind::Text;
    std::vector<std::string> headers;       // what files call it, compared without case, spaces and _
    std::vector<Level> levels;              // best first; the last is the disagreement
    bool term_frequency = false;            // a rare value tells more than a frequent one
    std::string crossed;                    // the field whose value is sometimes entered here
    std::vector<std::string> implied_by;    // agreement tells nothing when one of these is equal
    std::array<std::uint8_t, likeness_count> level_of{};
};

struct BlockPart {
    std::size_t field = 0;
    std::string part;  // "", year, month_day, pinyin, initial, sound, surname, village, town
};

// Records whose parts are all equal are compared.
struct Block {
    std::string name;
    std::vector<BlockPart> parts;
    bool train = true;  // whether m is learnt from its pairs
};

// What forbids an automatic link whatever the weight (domain section 12.4).
struct Vetoes {
    bool two_valid_cards = false;
    bool sex_and_birth_date = false;
    bool twin_guard = false;
    bool placeholder_name = false;
};

struct Model {
    std::string name;
    std::string version;
    std::string note;
    double prior = 1e-6;        // share of same-person pairs among all pairs
    double link_at = 0.9995;    // probability from which a pair is linked without a person looking
    double review_at = 0.8;     // and from which a person should look
    double cluster_mean_at = 0.5;  // mean probability over all pairs of a cluster that is joined
    std::uint32_t block_size_max = 500;
    std::uint32_t cluster_size_max = 60;   // larger clusters are reported
    std::uint32_t card_names_max = 5;      // a card with more names is shared
    std::vector<std::string> record_id_headers;
    std::vector<std::string> recorded_at_headers;
    std::vector<Field> fields;
    std::vector<Block> blocks;
    Vetoes vetoes;

    const Field* field(std::string_view) const;
    // The position, or fields_max.
    std::size_t position(std::string_view) const;
};

// PERSONS_MODEL with line and message.
Result<Model> parse_model(std::string_view yaml);
std::string print_model(const Model&);
// `cn_resident` or `generic_person`; PERSONS_MODEL_UNKNOWN.
Result<Model> built_in_model(std::string_view name);
std::vector<std::string> built_in_models();
// Header text as it is compared: lower case, narrow, letters and digits only.
std::string folded_header(std::string_view);

std::string_view kind_name(FieldKind);
std::string_view likeness_name(Likeness);

}  // namespace persons
