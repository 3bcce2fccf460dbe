#pragma once

// The one function that decides every access. Nothing else in the product does.
//
// A user holds grants: a role with a data scope. A role may do actions on resources (from the
// definitions' `access:` and from the kernel's own table for organisations, users, ...). The
// decision carries the predicate that the database query must add, and what protected fields show.

#include <map>
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
std::optional<Scope> scope_named(std::string_view);

struct Grant {
    base::Id id = 0;
    std::string role;
    Scope scope = Scope::Own;
    base::Id organisation = 0;          // root of Organisation and Subtree; default: the user's own
    std::string organisation_path = {}; // its path "/1/12/"
    std::vector<base::Id> listed = {};  // organisations of Listed
    std::vector<std::string> regions = {};  // prefixes of Region
    std::optional<base::Date> valid_from = {}, valid_to = {};  // inclusive
    base::Id delegated_by = 0;          // somebody absent whose work this is; 0: his own grant.
                                        // Own and Assigned then mean the delegate's own rows
};

// The signed-in user as every handler sees him; loaded once per session and grant version.
class Subject final : public http::Principal {
public:
    std::string language() const override { return chosen_language; }

    base::Id user = 0;
    base::Id session = 0;
    std::string login_name, display_name, chosen_language;
    base::Id organisation = 0;
    std::string organisation_path, region;
    std::vector<Grant> grants;         // own and delegated, valid now
    int clearance = 1;
    bool second_factor = false;           // this session has passed one
    bool second_factor_required = false;  // a role held demands one
    bool must_change_password = false;
    std::optional<base::Timestamp> password_expires_at = {};
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
    std::string reason;      // code when refused: PERMISSION, SCOPE, CLEARANCE, SECOND_FACTOR,
                             // AUTH_MUST_CHANGE
    Predicate predicate;
    bool unmasked = false;   // protected fields are shown clear without asking (never by default)
};

// What is decided by: the definitions' `access:`; the kernel's own table stands in permissions.h.
struct Policy {
    std::shared_ptr<const definitions::Release> release;
    bool second_factor_enforced = true;  // sensitive roles work only in a session with a second factor
};

// Without `row` the answer is "may do this to some rows", and the predicate says which; an empty
// union is a refusal (SCOPE). With `row` it is about that row alone.
Decision decide(const Policy&, const Subject&, const Question&);

// The refusal as an error for the caller: Forbidden with the reason as its code. Where the caller may
// not know that the object exists, answer NotFound instead.
base::Error refusal(const Decision&);

// Every resource and the actions some grant of the subject allows; for the browser's menus, where
// each action is decided again.
std::map<std::string, std::vector<std::string>> permissions_of(const Policy&, const Subject&);

// "110000" -> "11", "110100" -> "1101", "110105" and "110105003" stay: what a region's code begins
// with when it lies inside.
std::string region_prefix(std::string_view region);

// Does the role exist, and is it one that needs a second person and a second factor?
struct RoleFacts {
    bool sensitive = false;
    bool separated = false;
    int clearance = 2;
};
std::optional<RoleFacts> role_facts(const Policy&, std::string_view role);

}  // namespace identity
