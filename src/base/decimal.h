#pragma once

// Exact decimal numbers with at most 18 digits, for money and measured values.
//
// A Decimal is a 64-bit integer and a scale: 20000.00 is 2000000 with scale 2. Arithmetic is exact
// or fails; rounding is half-up (away from zero at .5) and happens only in `rescaled` and `divided`.
// Comparison is by value: 1.5 equals 1.50.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

class Decimal {
public:
    static constexpr int digits_max = 18;

    Decimal() = default;
    constexpr Decimal(std::int64_t unscaled, int scale) : unscaled_(unscaled), scale_(scale) {}

    // Reads "-12.50"; refuses anything but an optional sign, digits and one point.
    // DECIMAL_SYNTAX, DECIMAL_RANGE.
    static Result<Decimal> parse(std::string_view text);

    std::int64_t unscaled() const { return unscaled_; }
    int scale() const { return scale_; }  // digits after the point, 0..18
    bool zero() const { return unscaled_ == 0; }

    // Empty when the result would need more than 18 digits.
    std::optional<Decimal> rescaled(int scale) const;  // half-up
    std::optional<Decimal> plus(Decimal) const;
    std::optional<Decimal> minus(Decimal) const;
    std::optional<Decimal> times(Decimal) const;
    std::optional<Decimal> divided(Decimal, int scale) const;  // empty for a zero divisor too
    std::optional<Decimal> negated() const;

    double approximate() const;
    std::string text() const;  // "20000.00"

    friend bool operator==(Decimal, Decimal);
    friend std::strong_ordering operator<=>(Decimal, Decimal);

private:
    std::int64_t unscaled_ = 0;
    int scale_ = 0;
};

}  // namespace base
