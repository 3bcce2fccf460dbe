// Dates, instants, decimals: what is read is written back as the same value.

#include <cstdlib>

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/ids.h"

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace base;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto date = Date::parse(text))
        require(date->text() == text);
    if (const auto at = Timestamp::parse(text))
        require(Timestamp::parse(at->text())->milliseconds == at->milliseconds);
    if (const auto id = parse_id(text))
        require(*id > 0);
    if (const auto days = parse_calendar_csv(text); days && !days->empty())
        (void)WorkCalendar().set_year(days->front().day.year(), *days, {});

    const auto half = text.find(' ');
    const auto a = Decimal::parse(text.substr(0, half));
    if (!a)
        return 0;
    require(*Decimal::parse(a->text()) == *a);
    const auto b = half == std::string_view::npos ? a : Decimal::parse(text.substr(half + 1));
    if (!b)
        return 0;
    if (const auto sum = a->plus(*b))
        require(!sum->minus(*b) || *sum->minus(*b) == *a);
    if (const auto product = a->times(*b); product && !b->zero())
        require(!product->divided(*b, a->scale()) || *product->divided(*b, a->scale()) == *a);
    for (int scale = 0; scale <= 18; scale += 3) {
        (void)a->rescaled(scale);
        (void)a->divided(*b, scale);
    }
    return 0;
}
