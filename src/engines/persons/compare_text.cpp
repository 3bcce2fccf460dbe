// Alikeness of texts, a machine word at a time.

#include <algorithm>
#include <array>
#include <bit>

#include "engines/persons/compare.h"

namespace persons {

namespace {

// Where each byte stands in the shorter text. Kept between calls: only what was set is cleared.
struct Places {
    std::array<std::uint64_t, 256> bits{};
    void set(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size(); ++at)
            bits[static_cast<unsigned char>(text[at])] |= std::uint64_t{1} << at;
    }
    void clear(std::string_view text)
    {
        for (const char c : text)
            bits[static_cast<unsigned char>(c)] = 0;
    }
};

constexpr std::uint64_t low_bits(std::size_t count)
{
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b)
{
    a = a.substr(0, 64);
    b = b.substr(0, 64);
    if (a.empty() || b.empty())
        return a.size() == b.size() ? 1 : 0;
    const std::size_t longer = std::max(a.size(), b.size());
    const std::size_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0;
    static thread_local Places places;
    places.set(b);
    std::uint64_t matched_a = 0, matched_b = 0;
    for (std::size_t at = 0; at < a.size(); ++at) {
        const std::uint64_t window = low_bits(at + reach + 1) & ~low_bits(at > reach ? at - reach : 0);
        const std::uint64_t found = places.bits[static_cast<unsigned char>(a[at])] & window & ~matched_b;
        if (found != 0) {
            matched_b |= found & (~found + 1);
            matched_a |= std::uint64_t{1} << at;
        }
    }
    places.clear(b);
    const int matches = std::popcount(matched_a);
    if (matches == 0)
        return 0;
    int moved = 0;
    for (std::uint64_t left = matched_a, right = matched_b; left != 0; left &= left - 1, right &= right - 1)
        moved += a[static_cast<std::size_t>(std::countr_zero(left))] != b[static_cast<std::size_t>(std::countr_zero(right))];
    const double m = matches;
    const double jaro = (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) + (m - moved / 2) / m) / 3;
    std::size_t same = 0;
    while (same < std::min({a.size(), b.size(), std::size_t{4}}) && a[same] == b[same])
        ++same;
    return jaro + static_cast<double>(same) * 0.1 * (1 - jaro);
}

// Hyyrö's bit-parallel form of the restricted Damerau distance.
unsigned edit_distance(std::string_view a, std::string_view b)
{
    a = a.substr(0, 64);
    b = b.substr(0, 64);
    if (a.empty() || b.empty())
        return static_cast<unsigned>(std::max(a.size(), b.size()));
    static thread_local Places places;
    places.set(a);
    std::uint64_t positive = ~std::uint64_t{0}, negative = 0, diagonal = 0, before = 0;
    auto distance = static_cast<unsigned>(a.size());
    const std::uint64_t last = std::uint64_t{1} << (a.size() - 1);
    for (const char c : b) {
        const std::uint64_t equal = places.bits[static_cast<unsigned char>(c)];
        const std::uint64_t swapped = ((~diagonal & equal) << 1) & before;
        diagonal = (((equal & positive) + positive) ^ positive) | equal | negative | swapped;
        std::uint64_t up = negative | ~(diagonal | positive);
        std::uint64_t down = diagonal & positive;
        distance += (up & last) != 0;
        distance -= (down & last) != 0;
        up = (up << 1) | 1;
        down <<= 1;
        positive = down | ~(diagonal | up);
        negative = up & diagonal;
        before = equal;
    }
    places.clear(a);
    return distance;
}

Likeness compare_texts(std::string_view a, const TextValue& value_a, std::string_view b, const TextValue& value_b)
{
    // How many characters cannot have a partner bounds the similarity from above.
    const auto alone = [](std::uint64_t own, std::uint64_t other) { return static_cast<std::size_t>(std::popcount(own & ~other)); };
    const std::size_t lone_a = alone(value_a.letters, value_b.letters), lone_b = alone(value_b.letters, value_a.letters);
    const std::size_t shared_max = std::min(a.size() - std::min(a.size(), lone_a), b.size() - std::min(b.size(), lone_b));
    const double m = static_cast<double>(shared_max);
    double bound = (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) + 1) / 3;
    bound += (a[0] == b[0] ? 0.4 : 0) * (1 - bound);
    if (bound < 0.85)
        return Likeness::Else;
    const double similarity = jaro_winkler(a, b);
    if (similarity >= 0.92)
        return Likeness::Close;
    const std::size_t shorter = std::min(a.size(), b.size());
    if (shorter >= 4 && lone_a <= 1 && lone_b <= 1 && edit_distance(a, b) <= 1)
        return Likeness::Close;
    return similarity >= 0.85 ? Likeness::Similar : Likeness::Else;
}

Likeness compare_numbers(std::string_view a, std::string_view b)
{
    const std::size_t longer = std::max(a.size(), b.size());
    if (longer - std::min(a.size(), b.size()) > 2 || longer < 2)
        return Likeness::Else;
    const unsigned distance = edit_distance(a, b);
    if (distance == 1)
        return Likeness::OneEdit;
    return distance == 2 && longer >= 6 ? Likeness::TwoEdits : Likeness::Else;
}

}  // namespace persons
