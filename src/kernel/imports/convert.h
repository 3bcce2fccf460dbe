#pragma once

// The text of a cell as a value of a field, in the many ways people write it. Pure: people,
// organisations and other records are asked for through `LookUp`.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "kernel/imports/mapping.h"

namespace imports {

// How many rows a name may mean: none and several are faults.
struct LookUp {
    using Find = std::function<std::vector<base::Id>(std::string_view text)>;
    Find users = {}, organisations = {};
    std::function<std::vector<base::Id>(std::string_view record, std::string_view text)> records = {};
    std::string region = {};  // the user's own: 朝阳区 means the one inside it
};

// A value for a request body, or what is wrong with the cell. Neither for an empty cell.
struct Converted {
    json::value value = nullptr;
    std::string code = {};
    base::Parameters parameters = {};
    std::string half = {};  // the column that is wrong, of a point in two columns
    bool empty() const { return code.empty() && value.is_null(); }
};

// Full-width letters, digits and spaces narrow, trimmed; punctuation stays as it is.
std::string narrow(std::string_view);
// "2026-09-28" for 2026/9/28, 2026.9.28, 20260928, 2026年9月28日, 46293 (Excel) and the like.
std::optional<std::string> date_text(std::string_view);
// "12345.6" for "12,345.60 ㎡" with the unit "㎡"; empty when it is no number with that unit.
std::optional<std::string> number_text(std::string_view, std::string_view unit);
// 116.4042 for 116.4042, 116.4042°, 东经116°24′15.12″, 116度24分15.12秒.
std::optional<double> degrees(std::string_view);
// Codes for 110105, 朝阳区, 北京市朝阳区; those inside `within` are preferred.
std::vector<std::string> regions_named(std::string_view, std::string_view within);

// One column: what can be prepared once is.
class Converter {
public:
    Converter(const records::FieldPlan&, const LookUp&);
    // DATE_SYNTAX, IMPORT_NUMBER, IMPORT_BOOLEAN, CODE_UNKNOWN, CODE_AMBIGUOUS, REGION_UNKNOWN,
    // REGION_AMBIGUOUS, NAME_UNKNOWN, NAME_AMBIGUOUS, POINT_SYNTAX; the rest is found by records.
    Converted operator()(std::string_view cell) const;

private:
    Converted code(const std::string& text) const;
    Converted codes(const std::string& text) const;
    Converted found(const std::vector<base::Id>&) const;
    Converted region(const std::string& text) const;

    const records::FieldPlan* field_;
    const LookUp* look_up_;
    std::unordered_map<std::string, std::string> codes_ = {};  // by normalised name; "" when several
};

}  // namespace imports
