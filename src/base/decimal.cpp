#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace base {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t unscaled_max = 999'999'999'999'999'999;  // 18 digits

constexpr std::array<std::int64_t, 19> powers = [] {
    std::array<std::int64_t, 19> result{};
    std::int64_t power = 1;
    for (auto& each : result) {
        each = power;
        power *= power < 1'000'000'000'000'000'000 ? 10 : 1;
    }
    return result;
}();

std::int64_t power_of_ten(int exponent)
{
    return powers[static_cast<std::size_t>(exponent)];
}

std::optional<Decimal> fitting(Wide unscaled, int scale)
{
    if (unscaled > unscaled_max || unscaled < -unscaled_max)
        return std::nullopt;
    return Decimal(static_cast<std::int64_t>(unscaled), scale);
}

// Rounds half away from zero; the divisor is positive.
Wide divided_half_up(Wide dividend, Wide divisor)
{
    Wide quotient = dividend / divisor;
    const Wide remainder = dividend % divisor;
    const Wide twice = remainder < 0 ? -remainder * 2 : remainder * 2;
    if (twice >= divisor)
        quotient += dividend < 0 ? -1 : 1;
    return quotient;
}

// Brings a result with more than 18 digits after the point, or too many digits, to the largest
// scale in which it is still exact.
std::optional<Decimal> exact(Wide unscaled, int scale)
{
    while (scale > 0 &&
           (scale > Decimal::digits_max || unscaled > unscaled_max || unscaled < -unscaled_max) &&
           unscaled % 10 == 0) {
        unscaled /= 10;
        --scale;
    }
    if (scale > Decimal::digits_max)
        return std::nullopt;
    return fitting(unscaled, scale);
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text)
{
    const auto syntax = Error{.kind = Kind::Invalid, .code = "DECIMAL_SYNTAX"};
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+'))
        rest.remove_prefix(1);

    std::int64_t unscaled = 0;
    int scale = 0;
    bool point = false;
    bool digit_before = false;
    bool digit_after = false;
    bool too_large = false;
    for (const char c : rest) {
        if (c == '.' && !point && digit_before) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return syntax;
        (point ? digit_after : digit_before) = true;
        too_large = too_large || unscaled > unscaled_max / 10 || (point && scale == digits_max);
        if (!too_large)
            unscaled = unscaled * 10 + (c - '0');
        if (point && !too_large)
            ++scale;
    }
    if (!digit_before || (point && !digit_after))
        return syntax;
    if (too_large)
        return Error{.kind = Kind::Invalid, .code = "DECIMAL_RANGE"};
    return Decimal(negative ? -unscaled : unscaled, scale);
}

std::optional<Decimal> Decimal::rescaled(int scale) const
{
    if (scale < 0 || scale > digits_max)
        return std::nullopt;
    if (scale >= scale_)
        return fitting(Wide{unscaled_} * power_of_ten(scale - scale_), scale);
    return fitting(divided_half_up(unscaled_, power_of_ten(scale_ - scale)), scale);
}

std::optional<Decimal> Decimal::plus(Decimal other) const
{
    const int scale = std::max(scale_, other.scale_);
    return exact(Wide{unscaled_} * power_of_ten(scale - scale_) +
                     Wide{other.unscaled_} * power_of_ten(scale - other.scale_),
        scale);
}

std::optional<Decimal> Decimal::minus(Decimal other) const
{
    return plus(Decimal(-other.unscaled_, other.scale_));
}

std::optional<Decimal> Decimal::times(Decimal other) const
{
    return exact(Wide{unscaled_} * other.unscaled_, scale_ + other.scale_);
}

std::optional<Decimal> Decimal::divided(Decimal divisor, int scale) const
{
    if (divisor.zero() || scale < 0 || scale > digits_max)
        return std::nullopt;
    // (a / 10^p) / (b / 10^q) at scale s is a * 10^(s + q - p) / b.
    const int exponent = scale + divisor.scale_ - scale_;
    Wide dividend = unscaled_;
    Wide denominator = divisor.unscaled_;
    if (denominator < 0) {
        dividend = -dividend;
        denominator = -denominator;
    }
    if (exponent < 0)
        return fitting(divided_half_up(dividend, denominator * power_of_ten(-exponent)), scale);
    if (exponent <= digits_max)
        return fitting(divided_half_up(dividend * power_of_ten(exponent), denominator), scale);
    // Up to 36 further digits: long division in two steps keeps everything within 128 bits.
    Wide quotient = dividend / denominator;
    Wide remainder = dividend % denominator;
    for (int i = 0; i < exponent; ++i) {
        remainder *= 10;
        quotient = quotient * 10 + remainder / denominator;
        remainder %= denominator;
        if (quotient > unscaled_max || quotient < -unscaled_max)
            return std::nullopt;
    }
    const Wide twice = remainder < 0 ? -remainder * 2 : remainder * 2;
    if (twice >= denominator)
        quotient += dividend < 0 ? -1 : 1;
    return fitting(quotient, scale);
}

std::optional<Decimal> Decimal::negated() const
{
    return Decimal(-unscaled_, scale_);
}

// The correctly rounded double of the decimal text, as every other reader of the text gets it.
double Decimal::approximate() const
{
    return std::strtod(text().c_str(), nullptr);
}

std::string Decimal::text() const
{
    std::string digits = std::to_string(unscaled_ < 0 ? -unscaled_ : unscaled_);
    const auto scale = static_cast<std::size_t>(scale_);
    if (scale_ > 0) {
        if (digits.size() <= scale)
            digits.insert(0, scale + 1 - digits.size(), '0');
        digits.insert(digits.size() - scale, 1, '.');
    }
    return unscaled_ < 0 ? "-" + digits : digits;
}

bool operator==(Decimal a, Decimal b)
{
    return (a <=> b) == 0;
}

std::strong_ordering operator<=>(Decimal a, Decimal b)
{
    const int scale = std::max(a.scale_, b.scale_);
    const Wide left = Wide{a.unscaled_} * power_of_ten(scale - a.scale_);
    const Wide right = Wide{b.unscaled_} * power_of_ten(scale - b.scale_);
    if (left < right)
        return std::strong_ordering::less;
    return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace base
