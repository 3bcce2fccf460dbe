#pragma once

// How alike two records are, field by field, as a pattern: three bits a field, best level 0, 7 when
// a value is missing. Nothing here knows weights.

#include <cstdint>
#include <string_view>

#include "engines/persons/table.h"

namespace persons {

using Pattern = std::uint64_t;

constexpr unsigned level_at(Pattern pattern, std::size_t field)
{
    return static_cast<unsigned>(pattern >> (3 * field)) & 7;
}

// --- single values -----------------------------------------------------------------------------------------
// 0..1; Jaro's similarity raised for a common beginning.
double jaro_winkler(std::string_view, std::string_view);
// Insertions, deletions, substitutions and swaps of neighbours; bit-parallel up to 64 bytes.
unsigned edit_distance(std::string_view, std::string_view);

Likeness compare_dates(std::uint32_t, std::uint32_t);
Likeness compare_cards(const Card&, const Card&);
Likeness compare_names(std::string_view, const NameValue&, std::string_view, const NameValue&);
Likeness compare_texts(std::string_view, const TextValue&, std::string_view, const TextValue&);
Likeness compare_numbers(std::string_view, std::string_view);
Likeness compare_addresses(const AddressValue&, const AddressValue&);

// --- records -----------------------------------------------------------------------------------------------
enum class Veto : std::uint8_t { None, TwoValidCards, SexAndBirthDate, Twins, Newborn, PlaceholderName };
std::string_view veto_name(Veto);

class Comparer {
public:
    explicit Comparer(const Table&);

    Pattern pattern(std::size_t a, std::size_t b) const;
    // What forbids linking the two whatever their weight.
    Veto veto(std::size_t a, std::size_t b) const;
    bool same_card(std::size_t a, std::size_t b) const;
    bool same_valid_card(std::size_t a, std::size_t b) const;
    bool same_name(std::size_t a, std::size_t b) const;

private:
    Likeness field_likeness(std::size_t field, const std::uint32_t* a, const std::uint32_t* b) const;
    Pattern with_crossed(Pattern, const std::uint32_t* a, const std::uint32_t* b) const;
    Likeness card_likeness(const std::uint32_t* a, const std::uint32_t* b) const;

    const Table& table_;
    struct Crossing {
        std::size_t one, other;
    };
    std::vector<Crossing> crossings_;
    std::size_t name_, birth_, sex_, card_, phone_, address_;  // the first of the kind, or fields_max
};

}  // namespace persons
