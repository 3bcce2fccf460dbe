#include "kernel/rules/operations.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rules {
namespace {

__extension__ using Wide = __int128;
constexpr const char* overflow = "OVERFLOW";
constexpr const char* by_zero = "DIVISION_BY_ZERO";
constexpr const char* no_value = "NO_VALUE";
constexpr const char* no_overload = "NO_OVERLOAD";
constexpr std::size_t text_bytes_max = 1 << 20;
constexpr std::size_t list_items_max = 100'000;

template <class T>
Order ordered(const T& a, const T& b)
{
    return a < b ? Order::Less : b < a ? Order::Greater : Order::Equal;
}

struct Scaled {
    Wide unscaled = 0;
    int scale = 0;
};

// An int counts as a decimal without places.
std::optional<Scaled> scaled(const Value& value)
{
    if (const auto* decimal = value.get<base::Decimal>())
        return Scaled{decimal->unscaled(), decimal->scale()};
    if (const auto* integer = value.get<std::int64_t>())
        return Scaled{*integer, 0};
    return std::nullopt;
}

void align(Scaled& a, Scaled& b)
{
    Scaled& smaller = a.scale < b.scale ? a : b;
    int scale = std::max(a.scale, b.scale);
    smaller.unscaled *= power_of_ten(scale - smaller.scale);
    smaller.scale = scale;
}

bool fits(Wide value)
{
    return value <= std::numeric_limits<std::int64_t>::max() && value >= std::numeric_limits<std::int64_t>::min();
}

Value decimal(Wide unscaled, int scale, Trouble& trouble)
{
    if (scale > base::Decimal::digits_max || !fits(unscaled))
        return unknown(trouble, overflow);
    return Value::Held{base::Decimal{static_cast<std::int64_t>(unscaled), scale}};
}

struct DecimalPair {
    Scaled a, b;
    // With the same places; false when one no longer fits.
    bool aligned()
    {
        align(a, b);
        return fits(a.unscaled) && fits(b.unscaled);
    }
};
std::optional<DecimalPair> decimals(const Value& a, const Value& b)
{
    if (!a.get<base::Decimal>() && !b.get<base::Decimal>())
        return std::nullopt;
    auto left = scaled(a);
    auto right = scaled(b);
    if (!left || !right)
        return std::nullopt;
    return DecimalPair{*left, *right};
}

Value real(double value, Trouble& trouble)
{
    return std::isfinite(value) ? Value{Value::Held{value}} : unknown(trouble, overflow);
}

Value timestamp(Wide milliseconds, Trouble& trouble)
{
    if (milliseconds < timestamp_min || milliseconds > timestamp_max)
        return unknown(trouble, overflow);
    return Value::Held{base::Timestamp{static_cast<std::int64_t>(milliseconds)}};
}

Value duration(Wide milliseconds, Trouble& trouble)
{
    constexpr Wide limit = 315'576'000'000'000;  // 10,000 years, as in CEL
    if (milliseconds < -limit || milliseconds > limit)
        return unknown(trouble, overflow);
    return Value::Held{Duration{static_cast<std::int64_t>(milliseconds)}};
}

Value mismatch(const Value& a, const Value& b, Trouble& trouble)
{
    return unknown(trouble, missing(a) || missing(b) ? no_value : no_overload);
}

template <class T>
bool both(const Value& a, const Value& b)
{
    return a.get<T>() && b.get<T>();
}

template <class T, class Operation>
std::optional<Value> whole(const Value& a, const Value& b, Trouble& trouble, Operation operation)
{
    const T* left = a.get<T>();
    const T* right = b.get<T>();
    if (!left || !right)
        return std::nullopt;
    T result = 0;
    if (operation(*left, *right, &result))
        return unknown(trouble, overflow);
    return Value{Value::Held{result}};
}

}  // namespace

Value value_of(Truth truth)
{
    if (truth == Truth::Unknown)
        return Value::Held{Unknown{}};
    return Value::Held{truth == Truth::True};
}

Order order(const Value& a, const Value& b)
{
    if (a.held().index() != b.held().index()) {
        auto left = scaled(a);
        auto right = scaled(b);
        if (!left || !right)
            return Order::None;
        align(*left, *right);
        return ordered(left->unscaled, right->unscaled);
    }
    return std::visit(
        [&]<class T>(const T& left) -> Order {
            if constexpr (std::is_same_v<T, base::Decimal>) {
                Scaled x = *scaled(a), y = *scaled(b);
                align(x, y);
                return ordered(x.unscaled, y.unscaled);
            } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::int64_t>
                || std::is_same_v<T, std::uint64_t> || std::is_same_v<T, bool> || std::is_same_v<T, base::Date>
                || std::is_same_v<T, base::Timestamp> || std::is_same_v<T, Duration> || std::is_same_v<T, Bytes>
                || std::is_same_v<T, double>) {
                return ordered(left, *b.get<T>());
            } else {
                return Order::None;
            }
        },
        a.held());
}

Truth equal(const Value& a, const Value& b, Trouble& trouble)
{
    if (missing(a) || missing(b))
        return truth_of(missing(a) && missing(b));
    using Lists = std::shared_ptr<const List>;
    using Maps = std::shared_ptr<const Map>;
    auto spend = [&] { return --trouble.budget > 0; };
    Truth result = Truth::True;
    if (both<Lists>(a, b)) {
        const List& left = **a.get<Lists>();
        const List& right = **b.get<Lists>();
        if (left.size() != right.size())
            return Truth::False;
        for (std::size_t i = 0; i < left.size(); ++i) {
            Truth item = spend() ? equal(left[i], right[i], trouble) : Truth::Unknown;
            if (item == Truth::False || trouble.budget <= 0)
                return item;
            if (item == Truth::Unknown)
                result = item;
        }
        return result;
    }
    if (both<Maps>(a, b)) {
        const Map& left = **a.get<Maps>();
        const Map& right = **b.get<Maps>();
        if (left.size() != right.size())
            return Truth::False;
        for (auto x = left.begin(), y = right.begin(); x != left.end(); ++x, ++y) {
            if (x->first != y->first)
                return Truth::False;
            Truth item = spend() ? equal(x->second, y->second, trouble) : Truth::Unknown;
            if (item == Truth::False || trouble.budget <= 0)
                return item;
            if (item == Truth::Unknown)
                result = item;
        }
        return result;
    }
    Order found = order(a, b);
    if (found == Order::None) {
        trouble.reason = no_overload;
        return Truth::Unknown;
    }
    return truth_of(found == Order::Equal);
}

Value add(const Value& a, const Value& b, Trouble& trouble)
{
    auto sum = [](auto x, auto y, auto* out) { return __builtin_add_overflow(x, y, out); };
    if (auto result = whole<std::int64_t>(a, b, trouble, sum))
        return *std::move(result);
    if (auto result = whole<std::uint64_t>(a, b, trouble, sum))
        return *std::move(result);
    if (auto pair = decimals(a, b)) {
        if (!pair->aligned())
            return unknown(trouble, overflow);
        return decimal(pair->a.unscaled + pair->b.unscaled, pair->a.scale, trouble);
    }
    if (both<double>(a, b))
        return real(*a.get<double>() + *b.get<double>(), trouble);
    if (both<std::string>(a, b)) {
        if (a.get<std::string>()->size() + b.get<std::string>()->size() > text_bytes_max)
            return unknown(trouble, "LIMIT");
        return Value::Held{*a.get<std::string>() + *b.get<std::string>()};
    }
    if (both<Bytes>(a, b) && a.get<Bytes>()->data.size() + b.get<Bytes>()->data.size() <= text_bytes_max)
        return Value::Held{Bytes{a.get<Bytes>()->data + b.get<Bytes>()->data}};
    if (const auto* at = a.get<base::Timestamp>(); at && b.get<Duration>())
        return timestamp(Wide{at->milliseconds} + b.get<Duration>()->milliseconds, trouble);
    if (const auto* at = b.get<base::Timestamp>(); at && a.get<Duration>())
        return timestamp(Wide{at->milliseconds} + a.get<Duration>()->milliseconds, trouble);
    if (both<Duration>(a, b))
        return duration(Wide{a.get<Duration>()->milliseconds} + b.get<Duration>()->milliseconds, trouble);
    using Lists = std::shared_ptr<const List>;
    if (both<Lists>(a, b)) {
        List joined = **a.get<Lists>();
        const List& more = **b.get<Lists>();
        trouble.budget -= static_cast<std::int64_t>(joined.size() + more.size());
        if (joined.size() + more.size() > list_items_max || trouble.budget <= 0)
            return unknown(trouble, "LIMIT");
        joined.insert(joined.end(), more.begin(), more.end());
        return Value::list(std::move(joined));
    }
    return mismatch(a, b, trouble);
}

Value subtract(const Value& a, const Value& b, Trouble& trouble)
{
    auto difference = [](auto x, auto y, auto* out) { return __builtin_sub_overflow(x, y, out); };
    if (auto result = whole<std::int64_t>(a, b, trouble, difference))
        return *std::move(result);
    if (auto result = whole<std::uint64_t>(a, b, trouble, difference))
        return *std::move(result);
    if (auto pair = decimals(a, b)) {
        if (!pair->aligned())
            return unknown(trouble, overflow);
        return decimal(pair->a.unscaled - pair->b.unscaled, pair->a.scale, trouble);
    }
    if (both<double>(a, b))
        return real(*a.get<double>() - *b.get<double>(), trouble);
    if (both<base::Timestamp>(a, b))
        return duration(Wide{a.get<base::Timestamp>()->milliseconds} - b.get<base::Timestamp>()->milliseconds, trouble);
    if (const auto* at = a.get<base::Timestamp>(); at && b.get<Duration>())
        return timestamp(Wide{at->milliseconds} - b.get<Duration>()->milliseconds, trouble);
    if (both<Duration>(a, b))
        return duration(Wide{a.get<Duration>()->milliseconds} - b.get<Duration>()->milliseconds, trouble);
    return mismatch(a, b, trouble);
}

Value multiply(const Value& a, const Value& b, Trouble& trouble)
{
    auto product = [](auto x, auto y, auto* out) { return __builtin_mul_overflow(x, y, out); };
    if (auto result = whole<std::int64_t>(a, b, trouble, product))
        return *std::move(result);
    if (auto result = whole<std::uint64_t>(a, b, trouble, product))
        return *std::move(result);
    if (auto pair = decimals(a, b)) {
        return decimal(pair->a.unscaled * pair->b.unscaled, pair->a.scale + pair->b.scale, trouble);
    }
    if (both<double>(a, b))
        return real(*a.get<double>() * *b.get<double>(), trouble);
    return mismatch(a, b, trouble);
}

Value divide(const Value& a, const Value& b, Trouble& trouble)
{
    auto zero = [&](bool yes) {
        trouble.reason = yes ? by_zero : trouble.reason;
        return yes;
    };
    if (both<std::int64_t>(a, b)) {
        std::int64_t divisor = *b.get<std::int64_t>();
        if (zero(divisor == 0))
            return Value::Held{Unknown{}};
        if (divisor == -1)
            return negate(a, trouble);
        return Value::Held{*a.get<std::int64_t>() / divisor};
    }
    if (both<std::uint64_t>(a, b)) {
        if (zero(*b.get<std::uint64_t>() == 0))
            return Value::Held{Unknown{}};
        return Value::Held{*a.get<std::uint64_t>() / *b.get<std::uint64_t>()};
    }
    if (auto pair = decimals(a, b)) {
        if (zero(pair->b.unscaled == 0))
            return Value::Held{Unknown{}};
        int scale = std::max(division_scale, pair->a.scale);
        int places = scale - pair->a.scale + pair->b.scale;
        // The dividend with the places it needs must itself fit, so that SQLite can follow.
        Wide dividend = places > 18 ? Wide{0} : pair->a.unscaled * power_of_ten(places);
        if (places > 18 || !fits(dividend))
            return unknown(trouble, overflow);
        Wide divisor = pair->b.unscaled;
        Wide magnitude = (2 * (dividend < 0 ? -dividend : dividend) + (divisor < 0 ? -divisor : divisor))
            / (2 * (divisor < 0 ? -divisor : divisor));
        return decimal((dividend < 0) == (divisor < 0) ? magnitude : -magnitude, scale, trouble);
    }
    if (both<double>(a, b)) {
        if (zero(*b.get<double>() == 0))
            return Value::Held{Unknown{}};
        return real(*a.get<double>() / *b.get<double>(), trouble);
    }
    return mismatch(a, b, trouble);
}

Value modulo(const Value& a, const Value& b, Trouble& trouble)
{
    if (both<std::int64_t>(a, b)) {
        std::int64_t divisor = *b.get<std::int64_t>();
        if (divisor == 0)
            return unknown(trouble, by_zero);
        return Value::Held{divisor == -1 ? std::int64_t{0} : *a.get<std::int64_t>() % divisor};
    }
    if (both<std::uint64_t>(a, b)) {
        if (*b.get<std::uint64_t>() == 0)
            return unknown(trouble, by_zero);
        return Value::Held{*a.get<std::uint64_t>() % *b.get<std::uint64_t>()};
    }
    return mismatch(a, b, trouble);
}

Value negate(const Value& value, Trouble& trouble)
{
    if (const auto* integer = value.get<std::int64_t>()) {
        if (*integer == std::numeric_limits<std::int64_t>::min())
            return unknown(trouble, overflow);
        return Value::Held{-*integer};
    }
    if (const auto* number = value.get<base::Decimal>())
        return decimal(-Wide{number->unscaled()}, number->scale(), trouble);
    if (const auto* number = value.get<double>())
        return Value::Held{-*number};
    if (const auto* span = value.get<Duration>())
        return Value::Held{Duration{-span->milliseconds}};
    return unknown(trouble, missing(value) ? no_value : no_overload);
}

const Value* field(const Value& container, std::string_view name)
{
    const auto* map = container.get<std::shared_ptr<const Map>>();
    if (!map)
        return nullptr;
    auto found = (*map)->find(name);
    return found == (*map)->end() ? nullptr : &found->second;
}

Value index(const Value& container, const Value& key, Trouble& trouble)
{
    if (const auto* list = container.get<std::shared_ptr<const List>>()) {
        const auto* at = key.get<std::int64_t>();
        if (!at)
            return mismatch(container, key, trouble);
        if (*at < 0 || static_cast<std::size_t>(*at) >= (*list)->size())
            return unknown(trouble, "NO_SUCH_INDEX");
        return (**list)[static_cast<std::size_t>(*at)];
    }
    if (const auto* name = key.get<std::string>()) {
        if (const Value* found = field(container, *name))
            return *found;
        return unknown(trouble, missing(container) ? no_value : "NO_SUCH_KEY");
    }
    return mismatch(container, key, trouble);
}

Truth contained(const Value& element, const Value& container, Trouble& trouble)
{
    if (const auto* list = container.get<std::shared_ptr<const List>>()) {
        Truth result = Truth::False;
        for (const Value& item : **list) {
            Truth found = --trouble.budget > 0 ? equal(element, item, trouble) : Truth::Unknown;
            if (found == Truth::True || trouble.budget <= 0)
                return found;
            if (found == Truth::Unknown)
                result = found;
        }
        return result;
    }
    const auto* name = element.get<std::string>();
    if (name && container.get<std::shared_ptr<const Map>>())
        return truth_of(field(container, *name) != nullptr);
    trouble.reason = missing(container) || missing(element) ? no_value : no_overload;
    return Truth::Unknown;
}

bool Sum::add(const Value& value)
{
    auto number = scaled(value);
    if (!number)
        return false;
    decimal_ = decimal_ || value.get<base::Decimal>();
    // A term of 36 digits at most, at most 100,000 of them: no overflow of 38 digits for columns of
    // one scale; aligning is checked all the same.
    Scaled total{total_, scale_};
    if (number->scale != total.scale) {
        constexpr Wide room = Wide{1} << 64;
        if (total.unscaled > room || total.unscaled < -room)
            too_big_ = true;
        else
            align(total, *number);
    }
    if (too_big_ || __builtin_add_overflow(total.unscaled, number->unscaled, &total_))
        too_big_ = true;
    scale_ = total.scale;
    return true;
}

Value Sum::result(Trouble& trouble) const
{
    constexpr Wide most = std::numeric_limits<std::int64_t>::max();
    if (too_big_)
        return unknown(trouble, overflow);
    if (decimal_)
        return decimal(total_, scale_, trouble);
    if (total_ > most || total_ < -most - 1)
        return unknown(trouble, overflow);
    return Value::Held{static_cast<std::int64_t>(total_)};
}

}  // namespace rules
