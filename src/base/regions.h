#pragma once

// The divisions of China by GB/T 2260: every province, city and county, and Beijing's streets
// (share/regions.csv). Provinces, cities and counties have 6 digits, streets 9.

#include <span>
#include <string>
#include <string_view>

namespace base::regions {

enum class Level { Province, City, County, Street };

struct Region {
    std::string_view code;
    std::string_view name;
    std::string_view parent;  // empty for a province
    Level level = Level::Province;
};

// Null for an unknown code.
const Region* find(std::string_view code);
// All of them by code, so everything below 110000 stands together.
std::span<const Region> all();
// "北京市朝阳区"; empty for an unknown code.
std::string full_name(std::string_view code);
// "province", "city", "county", "street".
std::string_view level_name(Level);
// What all codes within the region begin with: "11" for 110000, "3302" for 330200.
std::string_view scope_prefix(std::string_view code);
// Whether `code` is `region` or lies within it, by the digits alone.
bool within(std::string_view code, std::string_view region);

}  // namespace base::regions
