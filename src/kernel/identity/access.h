#pragma once

// The one function that decides every access. Nothing else in the product does.
//
// A user holds grants: a role with a data scope. A role may do actions on resources (from the
// definitions' `access:` and from the kernel's own table for organisations, users, ...). The
// decision carries the predicate that the database query must add, and what protected fields show.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "http/message.h"
#include "kernel/definitions/model.h"

namespace identity {

// Data scope of a grant, widest last. Effective scope is the union over grants that carry the
// permission; an empty union means no rows, never all.
enum class Scope { Own, Assigned, Organisation, Subtree, Region, Listed, All };
std::string_view name_of(Scope);

struct Grant {
    base::Id id = 0;
    std::string role;
    Scope scope = Scope::Own;
    base::Id organisation = 0;          // root of Organisation and Subtree; default: the user's own
    std::string organisation_path = {}; // its path "/1/12/"
    std::vector<base::Id> listed = {};  // organisations of Listed
    std::vector<std::string> regions = {};  // prefixes of Region
    std::optional<base::Date> valid_from = {}, valid_to = {};  // inclusive
};

// The signed-in user as every handler sees him; loaded once per session and grant version.
class Subject final : public http::Principal {
public:
    base::Id user = 0;
    base::Id session = 0;
    std::string login_name, display_name, language;
    base::Id organisation = 0;
    std::string organisation_path, region;
    std::vector<Grant> grants;         // own and delegated, valid now
    int clearance = 1;
    bool second_factor = false;
    bool must_change_password = false;
};

// What the decision is about. For lists leave `row` empty and use the predicate.
struct Row {
    base::Id organisation = 0;
    std::string organisation_path, region;
    base::Id created_by = 0;
    std::vector<base::Id> assigned = {};
};
struct Question {
    std::string resource;  // record name, or "organisations", "users", "roles", "audit", "settings", ...
    std::string action;    // create read update delete export import unmask ...
    const Row* row = nullptr;
    int security_label = 2;
};

// Rows a list may show; turned into SQL by records (and into row-level security on PostgreSQL).
struct Predicate {
    bool all = false;
    base::Id created_by = 0;  // Own
    base::Id assigned = 0;    // Assigned
    std::vector<base::Id> organisations = {};
    std::vector<std::string> subtrees = {};  // path prefixes
    std::vector<std::string> regions = {};   // region prefixes
    bool none() const { return !all && !created_by && !assigned && organisations.empty() && subtrees.empty() && regions.empty(); }
    bool admits(const Row&) const;
};

struct Decision {
    bool allowed = false;
    std::string reason;      // code when refused: PERMISSION, SCOPE, CLEARANCE, SECOND_FACTOR
    Predicate predicate;
    bool unmasked = false;   // protected fields are shown clear without asking (never by default)
};

// The kernel's permissions, beside those of the definitions: role -> resource -> actions.
struct Policy {
    std::shared_ptr<const definitions::Release> release;
};

Decision decide(const Policy&, const Subject&, const Question&);

}  // namespace identity
