#pragma once

// Made-up people, firms and numbers: valid in form and check digit, invented in content.

#include <string>
#include <string_view>

#include "base/time.h"
#include "demo/random.h"

namespace demo {

std::string person_name(Random&);
std::string mobile_phone(Random&);
std::string landline(Random&);
// 18 characters with a valid check character; the region part is 999xxx, so no real person has it.
std::string id_card(Random&, base::Date birth, bool male);
// Valid check character; prefix such as "91" (enterprise), "92" (individual business), "12" (public institution).
std::string credit_code(Random&, std::string_view prefix, std::string_view region);

struct District {
    std::string_view region;      // GB/T 2260
    std::string_view name;        // "朝阳区"
    std::string_view short_name;  // "朝阳"
    std::string_view login;       // "chaoyang"
    int weight;                   // share of units
};
std::span<const District> districts();

// "北京市朝阳区望京街道阜荣路12号3层"; the street is one of the district's own.
std::string address(Random&, const District&, std::string_view street_name);

}  // namespace demo
