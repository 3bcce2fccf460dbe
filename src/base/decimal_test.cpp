#include "base/decimal.h"

#include <gtest/gtest.h>

namespace base {
namespace {

Decimal d(std::string_view text)
{
    return *Decimal::parse(text);
}
std::string text(std::optional<Decimal> value)
{
    return value ? value->text() : "none";
}

TEST(Decimal, RefusesWhatIsNoNumber)
{
    for (const char* wrong :
        {"", "-", "+", ".", "1.", ".5", "1e3", "1,000", " 1", "1 ", "--1", "1.2.3", "１", "NaN", "0x1"})
        EXPECT_EQ(Decimal::parse(wrong).error().code, "DECIMAL_SYNTAX") << wrong;
}

TEST(Decimal, RefusesMoreThanEighteenDigits)
{
    EXPECT_EQ(Decimal::parse("1000000000000000000").error().code, "DECIMAL_RANGE");
    EXPECT_EQ(Decimal::parse("0.0000000000000000001").error().code, "DECIMAL_RANGE");
    EXPECT_EQ(Decimal::parse("1234567890123456.789").error().code, "DECIMAL_RANGE");
    EXPECT_EQ(d("999999999999999999").text(), "999999999999999999");
    EXPECT_EQ(d("0.000000000000000001").text(), "0.000000000000000001");
}

TEST(Decimal, KeepsTheScaleItWasWrittenWith)
{
    for (const char* same : {"0", "0.00", "20000.00", "-12.50", "-0.5", "123"})
        EXPECT_EQ(d(same).text(), same);
    EXPECT_EQ(d("+007.10").text(), "7.10");
    EXPECT_EQ(d("-0.00").text(), "0.00");
    EXPECT_EQ(d("20000.00").unscaled(), 2'000'000);
    EXPECT_EQ(d("20000.00").scale(), 2);
}

TEST(Decimal, ComparesByValue)
{
    EXPECT_EQ(d("1.5"), d("1.50"));
    EXPECT_LT(d("-1.5"), d("-1.49"));
    EXPECT_GT(d("999999999999999999"), d("0.000000000000000001"));
    EXPECT_LT(d("0.999999999999999999"), d("1"));
}

TEST(Decimal, RoundsHalfAwayFromZero)
{
    EXPECT_EQ(text(d("2.345").rescaled(2)), "2.35");
    EXPECT_EQ(text(d("2.344").rescaled(2)), "2.34");
    EXPECT_EQ(text(d("-2.345").rescaled(2)), "-2.35");
    EXPECT_EQ(text(d("-0.5").rescaled(0)), "-1");
    EXPECT_EQ(text(d("0.4").rescaled(0)), "0");
    EXPECT_EQ(text(d("7").rescaled(3)), "7.000");
    EXPECT_EQ(text(d("999999999999999999").rescaled(1)), "none");
    EXPECT_EQ(text(d("1").rescaled(19)), "none");
}

TEST(Decimal, AddsAndMultipliesExactlyOrNotAtAll)
{
    EXPECT_EQ(text(d("0.1").plus(d("0.2"))), "0.3");
    EXPECT_EQ(text(d("1.50").plus(d("2.5"))), "4.00");
    EXPECT_EQ(text(d("1").minus(d("1.01"))), "-0.01");
    EXPECT_EQ(text(d("12.50").times(d("3"))), "37.50");
    EXPECT_EQ(text(d("-0.5").times(d("0.5"))), "-0.25");
    EXPECT_EQ(text(d("999999999999999999").plus(d("1"))), "none");
    EXPECT_EQ(text(d("-999999999999999999").minus(d("1"))), "none");
    EXPECT_EQ(text(d("1000000000").times(d("1000000000"))), "none");
    EXPECT_EQ(text(d("999999999").times(d("999999999"))), "999999998000000001");
    EXPECT_EQ(text(d("0.000000000000000001").times(d("0.1"))), "none");
    EXPECT_EQ(text(d("0.000000000000000010").times(d("0.10"))), "0.000000000000000001");
}

TEST(Decimal, DividesToTheScaleAskedFor)
{
    EXPECT_EQ(text(d("1").divided(d("3"), 4)), "0.3333");
    EXPECT_EQ(text(d("2").divided(d("3"), 4)), "0.6667");
    EXPECT_EQ(text(d("-1").divided(d("8"), 2)), "-0.13");
    EXPECT_EQ(text(d("10.00").divided(d("-0.4"), 0)), "-25");
    EXPECT_EQ(text(d("1").divided(d("0"), 2)), "none");
    EXPECT_EQ(text(d("0.000000000000000003").divided(d("3"), 18)), "0.000000000000000001");
    EXPECT_EQ(text(d("1").divided(d("0.000000000000000001"), 0)), "none");
    EXPECT_EQ(text(d("0.000000000000000001").divided(d("0.000000000000000003"), 17)), "0.33333333333333333");
    EXPECT_EQ(text(d("2").divided(d("0.000000000000000003"), 0)), "666666666666666667");
    EXPECT_EQ(text(d("0").divided(d("0.000000000000000003"), 18)), "0.000000000000000000");
}

// Against long double at sizes where that is exact enough to tell.
TEST(Decimal, DivisionUndoesMultiplication)
{
    for (std::int64_t a = -50; a <= 50; ++a) {
        for (std::int64_t b = 1; b <= 40; ++b) {
            const auto product = Decimal(a, 2).times(Decimal(b, 1));
            ASSERT_EQ(*product->divided(Decimal(b, 1), 2), Decimal(a, 2));
        }
    }
}

TEST(Decimal, GivesTheNearestDouble)
{
    EXPECT_EQ(d("0.1").approximate(), 0.1);
    EXPECT_EQ(d("-123456.789").approximate(), -123456.789);
    EXPECT_EQ(text(d("5").negated()), "-5");
    EXPECT_TRUE(d("0.00").zero());
}

}  // namespace
}  // namespace base
