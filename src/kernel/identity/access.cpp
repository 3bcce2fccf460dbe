#include "kernel/identity/access.h"

#include <algorithm>

#include "kernel/identity/permissions.h"

namespace identity {

namespace {

template <class T>
void add_once(std::vector<T>& list, const T& value)
{
    if (std::ranges::find(list, value) == list.end())
        list.push_back(value);
}

const definitions::Record* record_of(const Policy& policy, std::string_view resource)
{
    if (!policy.release || is_kernel_resource(resource))
        return nullptr;
    const auto found = policy.release->records.find(resource);
    return found == policy.release->records.end() ? nullptr : &found->second;
}

bool role_permits(const Policy& policy, const definitions::Record* record, const std::string& role,
    const Question& question, std::string_view action)
{
    if (!record)  // a role of a system that is no longer installed gives nothing
        return role_facts(policy, role) && kernel_permits(role, question.resource, action);
    if (is_separated(role))
        return false;
    const auto found = record->access.find(role);
    return found != record->access.end() && std::ranges::find(found->second, action) != found->second.end();
}

bool needs_second_factor(const Policy& policy, std::string_view role)
{
    const auto facts = role_facts(policy, role);
    return !facts || facts->sensitive;
}

void widen_by_organisation(Predicate& predicate, const Subject& subject, const Grant& grant, bool by_region)
{
    const bool own = grant.organisation == 0 || grant.organisation == subject.organisation;
    if (by_region && own) {
        if (!subject.region.empty())
            add_once(predicate.regions, region_prefix(subject.region));
        return;
    }
    if (grant.scope == Scope::Organisation) {
        add_once(predicate.organisations, own ? subject.organisation : grant.organisation);
        return;
    }
    const auto& path = own ? subject.organisation_path : grant.organisation_path;
    if (!path.empty())
        add_once(predicate.subtrees, path);
}

// Adds the rows of one grant. `record_scope` is the record's `scope:`, which may widen or narrow it.
void widen(Predicate& predicate, const Subject& subject, const Grant& grant, std::string_view record_scope,
    bool reading)
{
    if (grant.scope == Scope::All || (record_scope == "public" && reading)) {
        predicate.all = true;
        return;
    }
    if (record_scope == "own") {
        predicate.created_by = subject.user;
        return;
    }
    switch (grant.scope) {
    case Scope::Own: predicate.created_by = subject.user; break;
    case Scope::Assigned: predicate.assigned = subject.user; break;
    case Scope::Organisation:
    case Scope::Subtree: widen_by_organisation(predicate, subject, grant, record_scope == "region"); break;
    case Scope::Region:
        for (const auto& region : grant.regions)
            add_once(predicate.regions, region_prefix(region));
        if (grant.regions.empty() && !subject.region.empty())
            add_once(predicate.regions, region_prefix(subject.region));
        break;
    case Scope::Listed:
        for (const auto organisation : grant.listed)
            add_once(predicate.organisations, organisation);
        break;
    case Scope::All: break;
    }
}

bool is_reading(std::string_view action)
{
    return action == "read" || action == "export" || action == "look_up" || action == "print";
}

Decision refused(std::string reason)
{
    Decision decision;
    decision.reason = std::move(reason);
    return decision;
}

// Lists are clear only when every contributing grant is; a row when one that covers it is.
bool shown_clear(const Question& question, const Predicate& clear, bool all_clear)
{
    return question.row ? clear.admits(*question.row) : all_clear;
}

}  // namespace

std::string_view name_of(Scope scope)
{
    switch (scope) {
    case Scope::Own: return "own";
    case Scope::Assigned: return "assigned";
    case Scope::Organisation: return "organisation";
    case Scope::Subtree: return "subtree";
    case Scope::Region: return "region";
    case Scope::Listed: return "listed";
    case Scope::All: return "all";
    }
    return "own";
}

std::optional<Scope> scope_named(std::string_view name)
{
    for (const auto scope : {Scope::Own, Scope::Assigned, Scope::Organisation, Scope::Subtree, Scope::Region,
             Scope::Listed, Scope::All})
        if (name_of(scope) == name)
            return scope;
    return {};
}

std::string region_prefix(std::string_view region)
{
    if (region.size() == 12 && region.ends_with("000"))
        region.remove_suffix(3);
    if (region.size() == 9 && region.ends_with("000"))
        region.remove_suffix(3);
    if (region.size() == 6 && region.ends_with("00"))
        region.remove_suffix(2);
    if (region.size() == 4 && region.ends_with("00"))
        region.remove_suffix(2);
    return std::string{region};
}

std::optional<RoleFacts> role_facts(const Policy& policy, std::string_view role)
{
    if (const auto* known = kernel_role(role))
        return RoleFacts{known->sensitive, known->separated, known->clearance};
    if (policy.release) {
        const auto found = policy.release->roles.find(role);
        if (found != policy.release->roles.end())
            return RoleFacts{found->second.sensitive, false, found->second.clearance};
    }
    return {};
}

bool Predicate::admits(const Row& row) const
{
    const auto inside = [](const std::string& value) {
        return [&value](const std::string& prefix) { return !prefix.empty() && value.starts_with(prefix); };
    };
    return all || (created_by && row.created_by == created_by)
        || (assigned && std::ranges::find(row.assigned, assigned) != row.assigned.end())
        || (row.organisation && std::ranges::find(organisations, row.organisation) != organisations.end())
        || std::ranges::any_of(subtrees, inside(row.organisation_path))
        || std::ranges::any_of(regions, inside(row.region));
}

Decision decide(const Policy& policy, const Subject& subject, const Question& question)
{
    if (subject.must_change_password)
        return refused("AUTH_MUST_CHANGE");

    const auto* record = record_of(policy, question.resource);
    const std::string_view record_scope = record ? std::string_view{record->scope} : std::string_view{};
    const bool reading = is_reading(question.action);
    Decision decision;
    Predicate clear;
    bool permitted = false;
    bool factor_missing = false;
    bool all_clear = true;
    for (const auto& grant : subject.grants) {
        if (!role_permits(policy, record, grant.role, question, question.action))
            continue;
        if (policy.second_factor_enforced && !subject.second_factor && needs_second_factor(policy, grant.role)) {
            factor_missing = true;
            continue;
        }
        permitted = true;
        widen(decision.predicate, subject, grant, record_scope, reading);
        if (role_permits(policy, record, grant.role, question, "clear"))
            widen(clear, subject, grant, record_scope, reading);
        else
            all_clear = false;
    }
    if (!permitted)
        return refused(factor_missing ? "SECOND_FACTOR" : "PERMISSION");
    if (record && subject.clearance < std::max(record->security_label, question.security_label))
        return refused("CLEARANCE");
    if (decision.predicate.none() || (question.row && !decision.predicate.admits(*question.row)))
        return refused("SCOPE");
    decision.allowed = true;
    decision.unmasked = shown_clear(question, clear, all_clear);
    return decision;
}

base::Error refusal(const Decision& decision)
{
    return {.kind = base::Kind::Forbidden, .code = decision.reason.empty() ? "PERMISSION" : decision.reason};
}

std::map<std::string, std::vector<std::string>> permissions_of(const Policy& policy, const Subject& subject)
{
    std::map<std::string, std::vector<std::string>> result;
    const auto ask = [&](const std::string& resource, const std::string& action) {
        auto& actions = result[resource];
        if (std::ranges::find(actions, action) == actions.end()
            && decide(policy, subject, {.resource = resource, .action = action, .security_label = 1}).allowed)
            actions.push_back(action);
    };
    for (const auto& row : kernel_permissions()) {
        std::string_view words = row.actions;
        while (!words.empty()) {
            const auto end = std::min(words.find(' '), words.size());
            ask(std::string{row.resource}, std::string{words.substr(0, end)});
            words.remove_prefix(std::min(end + 1, words.size()));
        }
    }
    if (policy.release)
        for (const auto& [name, record] : policy.release->records)
            for (const auto& [role, actions] : record.access)
                for (const auto& action : actions)
                    ask(name, action);
    std::erase_if(result, [](const auto& entry) { return entry.second.empty(); });
    return result;
}

}  // namespace identity
