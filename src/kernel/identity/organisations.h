#pragma once

// The tree of organisations. A path such as "/1/12/" names an organisation and everything above
// it, so "inside this subtree" is a comparison of text; a move rewrites the paths below.

#include <optional>
#include <string>
#include <vector>

#include "kernel/identity/access.h"
#include "kernel/identity/cause.h"

namespace identity {

struct Organisation {
    Id id = 0;
    std::string code, name, short_name;
    std::string kind;    // code of organisation_kind: "10" health commission .. "90" other agency
    std::string region;  // GB/T 2260
    Id parent = 0;       // 0: the root
    std::string path;
    std::string status = "active";  // active, suspended, merged, closed
    std::string credit_code = {};
    std::int64_t version = 1;
    std::int64_t children = 0;      // filled by lists
};

struct NewOrganisation {
    std::string code = {};  // empty: the id
    std::string name, short_name = {};
    std::string kind = "10";
    std::string region;
    Id parent = 0;
    std::string credit_code = {};
};

struct OrganisationChange {
    std::optional<std::string> code = {}, name = {}, short_name = {}, kind = {}, region = {}, status = {},
        credit_code = {};
    std::optional<Id> parent = {};
};

inline constexpr int organisation_depth_max = 8;

// Faults: REQUIRED, TOO_LONG, ORG_USCC_CHECK, REGION_FORMAT, ORG_KIND, ORG_STATUS, ORG_CODE_TAKEN;
// ORG_UNKNOWN for the parent, ORG_DEPTH, ORG_CYCLE.
Result<Organisation> create_organisation(Transaction&, base::IdGenerator&, NewOrganisation, const Cause&);
Result<Organisation> update_organisation(Transaction&, Id, OrganisationChange, const Cause&);
// ORG_IN_USE while it has children, users, grants or data.
Status delete_organisation(Transaction&, Id, const Cause&);

// ORG_UNKNOWN (NotFound).
Result<Organisation> find_organisation(Transaction&, Id);

struct OrganisationFilter {
    std::string text = {};        // part of name, short name or code
    std::optional<Id> parent = {};
    std::string after = {};       // code of the last one seen
    int limit = 50;
};
// Those the predicate of organisations.read admits, in order of code. `subject` sees his own always.
Result<std::vector<Organisation>> list_organisations(Transaction&, const Predicate&, const Subject&,
    const OrganisationFilter&);

// The row decide() is asked about.
Row row_of(const Organisation&, const Subject&);

}  // namespace identity
