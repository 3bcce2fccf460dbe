#pragma once

// Random rules of the SQL profile and random rows, the same for the same seed on every machine.

#include <cstdint>
#include <string>

#include "sheet.h"

namespace rules_tests {

class Generator {
public:
    explicit Generator(std::uint64_t seed) : state_(seed) {}

    SheetRow row();
    std::string rule();  // of any type; mostly conditions

private:
    using Type = rules::Type;

    std::uint32_t below(std::uint32_t limit);
    bool chance(std::uint32_t percent) { return below(100) < percent; }
    template <class T>
    const T& pick(const std::vector<T>& from) { return from[below(static_cast<std::uint32_t>(from.size()))]; }

    Value cell(Type type, int scale);
    Value items();
    std::int64_t integer();
    base::Decimal decimal(int scale);
    std::string text();
    base::Date date();
    base::Timestamp timestamp();

    std::string expression(Type type, int depth);
    std::string condition(int depth);
    std::string comparison(int depth);
    std::string over_rows(int depth);
    std::string whole(int depth);
    std::string exact(int depth);
    std::string words(int depth);
    std::string day(int depth);
    std::string instant(int depth);
    std::string span(int depth);
    std::string name(Type type);
    std::string literal(Type type);

    std::uint64_t state_;
    bool in_rows_ = false;  // within a macro over items, whose variable is r
};

}  // namespace rules_tests
