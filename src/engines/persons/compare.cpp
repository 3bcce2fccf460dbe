#include "engines/persons/compare.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "engines/persons/chinese.h"

namespace persons {

namespace {

// One bit for each of the packed digits that differ.
constexpr std::uint64_t different_digits(std::uint64_t a, std::uint64_t b)
{
    const std::uint64_t x = a ^ b;
    return (x | x >> 1 | x >> 2 | x >> 3) & 0x1111111111111111U;
}

// Whether one digit differs or two neighbours are swapped.
bool one_slip(std::uint64_t a, std::uint64_t b)
{
    const std::uint64_t different = different_digits(a, b);
    if (std::popcount(different) == 1)
        return true;
    if (std::popcount(different) != 2)
        return false;
    const int shift = std::countr_zero(different);
    if ((different >> shift) != 0x11)
        return false;
    return (a >> shift & 15) == (b >> (shift + 4) & 15) && (a >> (shift + 4) & 15) == (b >> shift & 15);
}

}  // namespace

Likeness compare_dates(std::uint32_t a, std::uint32_t b)
{
    if (a == b)
        return Likeness::Exact;
    if (one_slip(a, b))
        return Likeness::OneEdit;
    const bool same_year = (a ^ b) >> 16 == 0;
    if (same_year && (a & 0xFF) == (b >> 8 & 0xFF) && (b & 0xFF) == (a >> 8 & 0xFF))
        return Likeness::OneEdit;  // day and month exchanged
    if ((a ^ b) >> 8 == 0)
        return Likeness::Near;     // same year and month
    if (same_year && ((a & 0xFFFF) == 0x0101 || (b & 0xFFFF) == 0x0101))
        return Likeness::Near;     // only the year was known
    // A lunar birthday lies up to 60 days away from the solar one.
    const std::uint32_t years = (a > b ? a - b : b - a) >> 16;
    if (years <= 0x7 && real_date(a) && real_date(b) && std::abs(day_number(a) - day_number(b)) <= 60)
        return Likeness::Near;
    return Likeness::Else;
}

Likeness compare_cards(const Card& a, const Card& b)
{
    if (a.tail == b.tail)
        return a.head == b.head ? Likeness::Exact : one_slip(a.head, b.head) ? Likeness::OneEdit : Likeness::Else;
    return a.head == b.head && one_slip(a.tail, b.tail) ? Likeness::OneEdit : Likeness::Else;
}

Likeness compare_addresses(const AddressValue& a, const AddressValue& b)
{
    const bool towns_known = a.town != 0 && b.town != 0;
    const bool same_town = towns_known && a.town == b.town;
    if (towns_known && !same_town)
        return Likeness::Else;
    if (a.village != 0 && a.village == b.village)
        return a.rest != 0 && a.rest == b.rest ? Likeness::Household : Likeness::Village;
    return same_town ? Likeness::Town : Likeness::Else;
}

namespace {

bool sounds_alike(const NameValue& a, const NameValue& b, unsigned at)
{
    if (a.characters[at] == b.characters[at])
        return true;
    const std::uint16_t sound_a = a.syllables[at], sound_b = b.syllables[at];
    if (sound_a == 0 || sound_b == 0)
        return false;
    if (sound_a == sound_b)
        return true;
    if (!a.two_readings && !b.two_readings)
        return false;
    const std::uint16_t other_a = chinese::other_reading(a.characters[at]), other_b = chinese::other_reading(b.characters[at]);
    return (other_a != 0 && (other_a == sound_b || other_a == other_b)) || (other_b != 0 && other_b == sound_a);
}

// The parts around middle dots as sets: 买买提·阿不都 and 阿不都·买买提.
bool same_parts(std::string_view a, std::string_view b, bool& contained)
{
    const auto parts = [](std::string_view text) {
        std::vector<std::string_view> out;
        for (std::size_t dot = text.find("·"); dot != std::string_view::npos; dot = text.find("·")) {
            out.push_back(text.substr(0, dot));
            text.remove_prefix(dot + 2);
        }
        out.push_back(text);
        std::sort(out.begin(), out.end());
        return out;
    };
    const auto parts_a = parts(a), parts_b = parts(b);
    contained = std::includes(parts_a.begin(), parts_a.end(), parts_b.begin(), parts_b.end())
        || std::includes(parts_b.begin(), parts_b.end(), parts_a.begin(), parts_a.end());
    return parts_a == parts_b;
}

// One character inserted, removed or replaced, counted in characters.
bool one_character_apart(std::string_view a, std::string_view b)
{
    std::u32string left, right;
    for (std::size_t at = 0; at < a.size();)
        left += chinese::next_character(a, at);
    for (std::size_t at = 0; at < b.size();)
        right += chinese::next_character(b, at);
    if (left.size() > right.size())
        left.swap(right);
    if (right.size() - left.size() > 1)
        return false;
    const auto [first_left, first_right] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    const auto tail_left = std::u32string_view{first_left, left.end()}, tail_right = std::u32string_view{first_right, right.end()};
    if (tail_right.empty())
        return true;
    return left.size() == right.size() ? tail_left.substr(1) == tail_right.substr(1) : tail_left == tail_right.substr(1);
}

Likeness compare_long_names(std::string_view a, std::string_view b, bool han)
{
    bool contained = false;
    if (a.find("·") != std::string_view::npos || b.find("·") != std::string_view::npos) {
        if (same_parts(a, b, contained))
            return Likeness::Exact;
        if (contained)
            return Likeness::Similar;
    }
    if (one_character_apart(a, b) && a.size() > 3 && b.size() > 3)
        return Likeness::Similar;
    return !han && jaro_winkler(a, b) >= 0.92 ? Likeness::Similar : Likeness::Else;
}

}  // namespace

Likeness compare_names(std::string_view a, const NameValue& value_a, std::string_view b, const NameValue& value_b)
{
    if (a == b)
        return Likeness::Exact;
    if (!value_a.han || !value_b.han || value_a.length > 4 || value_b.length > 4)
        return compare_long_names(a, b, value_a.han || value_b.han);
    if (value_a.length == value_b.length) {
        unsigned different = 0, unlike = 0;
        for (unsigned at = 0; at < value_a.length; ++at) {
            different += value_a.characters[at] != value_b.characters[at];
            unlike += !sounds_alike(value_a, value_b, at);
        }
        if (unlike == 0)
            return Likeness::Homophone;
        if (different == 1 && value_a.length > 1)
            return Likeness::Similar;
        auto sorted_a = value_a.characters, sorted_b = value_b.characters;
        std::sort(sorted_a.begin(), sorted_a.end());
        std::sort(sorted_b.begin(), sorted_b.end());
        return sorted_a == sorted_b ? Likeness::Similar : Likeness::Else;
    }
    const NameValue& shorter = value_a.length < value_b.length ? value_a : value_b;
    const NameValue& longer = value_a.length < value_b.length ? value_b : value_a;
    if (longer.length - shorter.length > 1 || shorter.length < 2)
        return Likeness::Else;
    unsigned skipped = 0;
    for (unsigned at = 0; at < shorter.length; ++at) {
        while (skipped < 2 && shorter.characters[at] != longer.characters[at + skipped])
            ++skipped;
        if (skipped > 1)
            return Likeness::Else;
    }
    return Likeness::Similar;
}

// --- records -------------------------------------------------------------------------------------------------

std::string_view veto_name(Veto veto)
{
    static constexpr std::array<std::string_view, 6> names{
        "", "two_valid_cards", "sex_and_birth_date", "twins", "newborn", "placeholder_name"};
    return names[static_cast<std::size_t>(veto)];
}

Comparer::Comparer(const Table& table) : table_(table)
{
    const Model& model = table.model;
    const auto first_of = [&](FieldKind kind) {
        for (std::size_t field = 0; field < model.fields.size(); ++field) {
            if (model.fields[field].kind == kind)
                return field;
        }
        return fields_max;
    };
    name_ = first_of(FieldKind::Name);
    birth_ = first_of(FieldKind::Date);
    sex_ = first_of(FieldKind::Sex);
    card_ = first_of(FieldKind::IdCard);
    phone_ = first_of(FieldKind::Phone);
    address_ = first_of(FieldKind::Address);
    for (std::size_t field = 0; field < model.fields.size(); ++field) {
        const std::size_t other = model.position(model.fields[field].crossed);
        if (other != fields_max && other > field)
            crossings_.push_back({field, other});
    }
}

Likeness Comparer::card_likeness(const std::uint32_t* a, const std::uint32_t* b) const
{
    const std::uint64_t tail_a = wide_cell(a), tail_b = wide_cell(b);
    if (tail_a == 0 || tail_b == 0 || ((a[2] | b[2]) & card_shared) != 0)
        return Likeness::Missing;
    const bool foreign = ((a[2] | b[2]) & card_foreign) != 0;
    const Likeness likeness = compare_cards({.tail = tail_a, .head = a[2] & 0xFF}, {.tail = tail_b, .head = b[2] & 0xFF});
    // Somebody else's card says nothing against two records, nor for them unless the names agree.
    if (foreign && likeness != Likeness::Exact)
        return Likeness::Missing;
    return likeness;
}

Likeness Comparer::field_likeness(std::size_t field, const std::uint32_t* a, const std::uint32_t* b) const
{
    const std::uint32_t left = *a, right = *b;
    switch (table_.model.fields[field].kind) {
    case FieldKind::IdCard: return card_likeness(a, b);
    case FieldKind::Phone: {
        const std::uint64_t phone_a = wide_cell(a), phone_b = wide_cell(b);
        if (phone_a == 0 || phone_b == 0)
            return Likeness::Missing;
        return phone_a == phone_b ? Likeness::Exact : Likeness::Else;
    }
    default: break;
    }
    if (left == 0 || right == 0)
        return Likeness::Missing;
    if (left == right && table_.model.fields[field].kind != FieldKind::Address)
        return Likeness::Exact;
    const std::size_t dictionary = table_.values_of[field];
    switch (table_.model.fields[field].kind) {
    case FieldKind::Name: {
        const Values& values = table_.values[dictionary];
        const NameValue &name_a = values.names[left], &name_b = values.names[right];
        if (name_a.han && name_b.han && name_a.length <= 4 && name_b.length <= 4)
            return compare_names("a", name_a, "b", name_b);  // the characters are in the values
        return compare_names(values.texts[left], name_a, values.texts[right], name_b);
    }
    case FieldKind::Text: {
        const Values& values = table_.values[dictionary];
        return compare_texts(values.texts[left], values.letters[left], values.texts[right], values.letters[right]);
    }
    case FieldKind::Number: {
        const Values& values = table_.values[dictionary];
        return compare_numbers(values.texts[left], values.texts[right]);
    }
    case FieldKind::Address: {
        const Values& values = table_.values[dictionary];
        const Likeness likeness = compare_addresses(values.addresses[left], values.addresses[right]);
        return likeness == Likeness::Else && left == right ? Likeness::Household : likeness;
    }
    case FieldKind::Date: return compare_dates(left, right);
    default: return Likeness::Else;
    }
}

// Values entered in each other's place count when both sides fit.
Pattern Comparer::with_crossed(Pattern pattern, const std::uint32_t* a, const std::uint32_t* b) const
{
    for (const auto& [one, other] : crossings_) {
        const Field &first = table_.model.fields[one], &second = table_.model.fields[other];
        if (level_at(pattern, one) + 1 != first.levels.size() || level_at(pattern, other) + 1 != second.levels.size())
            continue;
        const Values& values = table_.values[table_.values_of[one]];
        const auto fits = [&](std::uint32_t left, std::uint32_t right) {
            return left == right
                || compare_texts(values.texts[left], values.letters[left], values.texts[right], values.letters[right]) == Likeness::Close;
        };
        const std::size_t slot = table_.slot[one], other_slot = table_.slot[other];
        if (!fits(a[slot], b[other_slot]) || !fits(a[other_slot], b[slot]))
            continue;
        const auto put = [&](std::size_t field) {
            const Pattern level = table_.model.fields[field].level_of[static_cast<std::size_t>(Likeness::Crossed)];
            pattern = (pattern & ~(Pattern{7} << (3 * field))) | level << (3 * field);
        };
        put(one);
        put(other);
    }
    return pattern;
}

Pattern Comparer::pattern(std::size_t a, std::size_t b) const
{
    const std::uint32_t *row_a = table_.row(a), *row_b = table_.row(b);
    Pattern pattern = 0;
    for (std::size_t field = 0; field < table_.model.fields.size(); ++field) {
        const std::size_t slot = table_.slot[field];
        const Likeness likeness = field_likeness(field, row_a + slot, row_b + slot);
        pattern |= static_cast<Pattern>(table_.model.fields[field].level_of[static_cast<std::size_t>(likeness)]) << (3 * field);
    }
    if (card_ != fields_max && level_at(pattern, card_) == 0 && name_ != fields_max && level_at(pattern, name_) != 0
        && ((row_a[table_.slot[card_] + 2] | row_b[table_.slot[card_] + 2]) & card_foreign) != 0)
        pattern |= Pattern{level_missing} << (3 * card_);
    return crossings_.empty() ? pattern : with_crossed(pattern, row_a, row_b);
}

bool Comparer::same_card(std::size_t a, std::size_t b) const
{
    if (card_ == fields_max)
        return false;
    const std::uint32_t *left = table_.row(a) + table_.slot[card_], *right = table_.row(b) + table_.slot[card_];
    return wide_cell(left) != 0 && wide_cell(left) == wide_cell(right) && left[2] == right[2]
        && (left[2] & (card_foreign | card_shared)) == 0;
}

bool Comparer::same_valid_card(std::size_t a, std::size_t b) const
{
    return same_card(a, b) && (table_.row(a)[table_.slot[card_] + 2] & card_valid) != 0;
}

bool Comparer::same_name(std::size_t a, std::size_t b) const
{
    return name_ != fields_max && table_.row(a)[table_.slot[name_]] != 0
        && table_.row(a)[table_.slot[name_]] == table_.row(b)[table_.slot[name_]];
}

Veto Comparer::veto(std::size_t a, std::size_t b) const
{
    const Vetoes& vetoes = table_.model.vetoes;
    const std::uint32_t *row_a = table_.row(a), *row_b = table_.row(b);
    const auto likeness = [&](std::size_t field) {
        return field == fields_max ? Likeness::Missing
                                   : field_likeness(field, row_a + table_.slot[field], row_b + table_.slot[field]);
    };
    const bool one_card = same_card(a, b);
    if (vetoes.two_valid_cards && card_ != fields_max && !one_card) {
        const std::uint32_t *left = row_a + table_.slot[card_], *right = row_b + table_.slot[card_];
        const auto own = [](const std::uint32_t* card) { return (card[2] & (card_valid | card_foreign | card_shared)) == card_valid; };
        if (own(left) && own(right))
            return Veto::TwoValidCards;
    }
    if (vetoes.placeholder_name && name_ != fields_max) {
        const Values& values = table_.values[table_.values_of[name_]];
        const std::uint32_t left = row_a[table_.slot[name_]], right = row_b[table_.slot[name_]];
        if ((left != 0 && values.names[left].placeholder) || (right != 0 && values.names[right].placeholder))
            return Veto::PlaceholderName;
        if (!one_card && ((left != 0 && values.names[left].newborn) || (right != 0 && values.names[right].newborn)))
            return Veto::Newborn;
    }
    const Likeness birth = likeness(birth_);
    if (vetoes.sex_and_birth_date && birth == Likeness::Else && likeness(sex_) == Likeness::Else)
        return Veto::SexAndBirthDate;
    if (vetoes.twin_guard && !one_card && birth == Likeness::Exact && !same_name(a, b)) {
        const Likeness name = likeness(name_);
        if (name != Likeness::Exact && name != Likeness::Missing) {
            const Likeness address = likeness(address_);
            if (address == Likeness::Household || address == Likeness::Village || likeness(phone_) == Likeness::Exact)
                return Veto::Twins;
        }
    }
    return Veto::None;
}

}  // namespace persons
