#pragma once

// Which column of a file goes into which field of a record. Pure.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/records/plan.h"

namespace imports {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

// Heading to "unit_name", or "professions.permit_no" for a field of a child row: all such columns of
// one line of the file fill one child row. "location.lng" and "location.lat" are the halves of a point
// that stands in two columns.
using Mapping = std::map<std::string, std::string, std::less<>>;

// The columns that a reject sheet adds behind those of the file; an import ignores them.
inline constexpr std::string_view row_heading = "行号";
inline constexpr std::string_view faults_heading = "问题";

// A heading or name as it is compared: narrow, lower case, without spaces, stars and colons.
std::string normalised(std::string_view);

// What the definitions recognise, by `import_names`, titles and names; each field at most once.
Mapping suggest(const std::vector<std::string>& headings, const records::RecordPlan&);

// One column of the file.
struct Target {
    std::string heading;
    const records::FieldPlan* field = nullptr;  // null: the column is ignored
    std::optional<std::size_t> rows = {};       // position in RecordPlan::rows of a child row's field
    std::string path = {};                      // as in the mapping
    std::string half = {};                      // "lng" or "lat" of a point in two columns
};

// In the order of `headings`. IMPORT_HEADING_UNKNOWN, IMPORT_FIELD_UNKNOWN, IMPORT_FIELD_TWICE,
// IMPORT_POINT_HALF, IMPORT_MAPPING_EMPTY, as faults of a VALIDATION.
Result<std::vector<Target>> targets_of(const std::vector<std::string>& headings, const Mapping&, const records::RecordPlan&);

bool importable(const records::FieldPlan&);

}  // namespace imports
