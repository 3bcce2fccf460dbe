#pragma once

// Made-up supervised units as bodies of `POST /api/records/unit`.

#include <string>
#include <map>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "demo/made_up.h"
#include "engines/geo/geo.h"

namespace demo {

class UnitMaker {
public:
    UnitMaker(std::uint64_t seed, base::Date today);
    // One unit of the district; never the same credit code twice.
    json::object make(const District&);

private:
    std::string place_name(const District&, std::string_view kind);
    geo::Point point_in(const District&);

    Random random_;
    base::Date today_;
    std::vector<geo::Outline> outlines_;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>, std::less<>> streets_;  // region -> code, name
    std::uint64_t made_ = 0;
};

}  // namespace demo
