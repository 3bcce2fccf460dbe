#include "kernel/identity/grants.h"

#include <algorithm>

#include "kernel/identity/form.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/permissions.h"

namespace identity {

namespace {

storage::Value optional_date(const std::optional<base::Date>& date)
{
    return date ? storage::Value{*date} : storage::Value{};
}

std::optional<base::Date> date_at(const storage::Row& row, std::size_t column)
{
    if (row.null(column))
        return {};
    return row.date(column);
}

json::array ids_as_json(const std::vector<Id>& ids)
{
    json::array list;
    for (const auto id : ids)
        list.emplace_back(std::to_string(id));
    return list;
}

json::array texts_as_json(const std::vector<std::string>& texts)
{
    json::array list;
    for (const auto& text : texts)
        list.emplace_back(text);
    return list;
}

std::vector<std::string> texts_from(const std::string& stored)
{
    std::vector<std::string> texts;
    boost::system::error_code broken;
    const auto value = json::parse(stored, broken);
    if (!broken && value.is_array())
        for (const auto& item : value.get_array())
            if (item.is_string())
                texts.emplace_back(item.get_string());
    return texts;
}

bool valid_region(std::string_view region)
{
    return (region.size() == 6 || region.size() == 9 || region.size() == 12)
        && std::ranges::all_of(region, [](char c) { return c >= '0' && c <= '9'; });
}

template <class G>
json::object json_of(const G& grant)
{
    json::object object{{"role", grant.role}, {"scope", name_of(grant.scope)}};
    if (grant.organisation)
        object["organisation"] = std::to_string(grant.organisation);
    if (!grant.listed.empty())
        object["listed"] = ids_as_json(grant.listed);
    if (!grant.regions.empty())
        object["regions"] = texts_as_json(grant.regions);
    if (grant.valid_from)
        object["valid_from"] = grant.valid_from->text();
    if (grant.valid_to)
        object["valid_to"] = grant.valid_to->text();
    return object;
}

}  // namespace

json::object as_json(const NewGrant& grant) { return json_of(grant); }

json::object as_json(const Grant& grant)
{
    auto object = json_of(grant);
    object["id"] = std::to_string(grant.id);
    if (grant.delegated_by)
        object["delegated_by"] = std::to_string(grant.delegated_by);
    return object;
}

Result<NewGrant> grant_from(const json::object& object, const std::string& prefix)
{
    Form form{object, prefix};
    NewGrant wanted;
    wanted.role = form.text("role", 64, Form::Need::Required);
    const auto scope = form.text("scope", 20, Form::Need::Required);
    if (const auto known = scope_named(scope))
        wanted.scope = *known;
    else if (!scope.empty())
        form.fault("scope", "SCOPE_UNKNOWN");
    wanted.organisation = form.id("organisation");
    wanted.listed = form.ids("listed");
    wanted.regions = form.texts("regions", 12);
    wanted.valid_from = form.date("valid_from");
    wanted.valid_to = form.date("valid_to");
    TRY(form.finish());
    return wanted;
}

constexpr std::string_view select_grants = R"sql(
    SELECT g.id, g.role, g.scope, g.organisation, o.path, g.listed, g.regions, g.valid_from, g.valid_to
      FROM user_grant g LEFT JOIN organisation o ON o.id = g.organisation
     WHERE g.account = ?1
     ORDER BY g.id
)sql";

Result<std::vector<Grant>> grants_of(Transaction& transaction, Id user)
{
    TRY_ASSIGN(const auto rows, transaction.query(select_grants, {user}));
    std::vector<Grant> grants;
    for (const auto& row : rows) {
        Grant grant{.id = row.integer(0),
            .role = row.text(1),
            .scope = scope_named(row.text(2)).value_or(Scope::Own),
            .organisation = row.integer(3),
            .organisation_path = row.text(4),
            .regions = texts_from(row.text(6)),
            .valid_from = date_at(row, 7),
            .valid_to = date_at(row, 8)};
        for (const auto& text : texts_from(row.text(5)))
            if (const auto id = base::parse_id(text))
                grant.listed.push_back(*id);
        grants.push_back(std::move(grant));
    }
    return grants;
}

namespace {

// One of the three administrators together with anything else is too much for one person.
bool breaks_separation(const std::vector<Grant>& held, const std::string& role)
{
    return std::ranges::any_of(held, [&](const Grant& grant) {
        return grant.role != role && (is_separated(grant.role) || is_separated(role));
    });
}

Status check_targets(Transaction& transaction, const NewGrant& wanted)
{
    std::vector<base::Fault> faults;
    if (wanted.organisation && !find_organisation(transaction, wanted.organisation).ok())
        faults.push_back({"organisation", "ORG_UNKNOWN"});
    if (wanted.scope == Scope::Listed && wanted.listed.empty())
        faults.push_back({"listed", "SCOPE_LISTED"});
    for (const auto organisation : wanted.listed)
        if (!find_organisation(transaction, organisation).ok())
            faults.push_back({"listed", "ORG_UNKNOWN"});
    for (const auto& region : wanted.regions)
        if (!valid_region(region))
            faults.push_back({"regions", "SCOPE_REGION"});
    if (wanted.valid_from && wanted.valid_to && *wanted.valid_to < *wanted.valid_from)
        faults.push_back({"valid_to", "TIME_ORDER"});
    if (!faults.empty())
        return invalid(std::move(faults));
    return {};
}

}  // namespace

constexpr std::string_view select_person = "SELECT organisation, kind, status FROM user_account WHERE id = ?1";
constexpr std::string_view insert_grant = R"sql(
    INSERT INTO user_grant (id, account, role, scope, organisation, listed, regions, valid_from, valid_to,
                            granted_by, approved_by, granted_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
)sql";

Result<Id> grant(Transaction& transaction, base::IdGenerator& ids, const Policy& policy, Id user,
    const NewGrant& wanted, const Cause& cause, Id approved_by)
{
    TRY_ASSIGN(const auto person, transaction.first(select_person, {user}));
    if (!person)
        return Error{.kind = Kind::NotFound, .code = "USER_UNKNOWN"};
    if (!role_facts(policy, wanted.role))
        return invalid("role", "ROLE_UNKNOWN");
    TRY(check_targets(transaction, wanted));
    TRY_ASSIGN(const auto held, grants_of(transaction, user));
    if (breaks_separation(held, wanted.role))
        return Error{.kind = Kind::Conflict, .code = "ROLE_SOD", .fields = {"role"}};
    const Id id = ids.next();
    TRY(transaction.execute(insert_grant,
        {id, user, wanted.role, std::string{name_of(wanted.scope)},
            wanted.organisation ? storage::Value{wanted.organisation} : storage::Value{},
            json::serialize(ids_as_json(wanted.listed)), json::serialize(texts_as_json(wanted.regions)),
            optional_date(wanted.valid_from), optional_date(wanted.valid_to), cause.actor, approved_by, cause.at}));
    auto facts = as_json(wanted);
    if (approved_by)
        facts["approved_by"] = std::to_string(approved_by);
    TRY(log(transaction, cause,
        {"user_account", user, person->integer(0), 0, "role_grant", {{"grant", json::array{nullptr, std::move(facts)}}}}));
    return id;
}

constexpr std::string_view delete_grant = "DELETE FROM user_grant WHERE id = ?1 AND account = ?2";

Status revoke(Transaction& transaction, Id user, Id id, const Cause& cause)
{
    TRY_ASSIGN(const auto person, transaction.first(select_person, {user}));
    TRY_ASSIGN(const auto held, grants_of(transaction, user));
    const auto found = std::ranges::find(held, id, &Grant::id);
    if (!person || found == held.end())
        return Error{.kind = Kind::NotFound, .code = "GRANT_UNKNOWN"};
    TRY(transaction.execute(delete_grant, {id, user}));
    return log(transaction, cause,
        {"user_account", user, person->integer(0), 0, "role_revoke", {{"grant", json::array{as_json(*found), nullptr}}}});
}

namespace {

// Whether everything a grant reaches lies inside what the grantor may hand out.
Result<bool> reaches_inside(Transaction& transaction, const Predicate& own, const Row& person, const NewGrant& wanted)
{
    if (own.all)
        return true;
    const auto whole_subtree = [&](const std::string& path) {
        return std::ranges::any_of(own.subtrees, [&](const auto& root) { return path.starts_with(root); });
    };
    const auto organisation_inside = [&](const Organisation& organisation) {
        return whole_subtree(organisation.path)
            || std::ranges::find(own.organisations, organisation.id) != own.organisations.end();
    };
    switch (wanted.scope) {
    case Scope::All: return false;
    case Scope::Own:
    case Scope::Assigned: return own.admits(person);
    case Scope::Region: {
        auto regions = wanted.regions;
        if (regions.empty())
            regions.push_back(person.region);
        return std::ranges::all_of(regions, [&](const auto& region) {
            return std::ranges::any_of(own.regions, [&](const auto& root) { return region.starts_with(root); });
        });
    }
    case Scope::Listed:
        for (const auto id : wanted.listed) {
            TRY_ASSIGN(const auto organisation, find_organisation(transaction, id));
            if (!organisation_inside(organisation))
                return false;
        }
        return true;
    case Scope::Organisation:
    case Scope::Subtree: break;
    }
    TRY_ASSIGN(const auto root,
        find_organisation(transaction, wanted.organisation ? wanted.organisation : person.organisation));
    return wanted.scope == Scope::Subtree ? whole_subtree(root.path) : organisation_inside(root);
}

Decision may_grant(const Policy& policy, const Subject& subject)
{
    return decide(policy, subject, {.resource = "grants", .action = "create"});
}

}  // namespace

Status check_grantor(Transaction& transaction, const Policy& policy, const Subject& subject, const Row& person,
    const NewGrant& wanted)
{
    const auto facts = role_facts(policy, wanted.role);
    if (!facts)
        return invalid("role", "ROLE_UNKNOWN");
    TRY(check_targets(transaction, wanted));
    const auto decision = may_grant(policy, subject);
    if (!decision.allowed) {
        // The system administrator proposes; somebody who may grant decides.
        const auto proposing = decide(policy, subject, {.resource = "users", .action = "update", .row = &person});
        return proposing.allowed ? Status{} : refusal(decision);
    }
    const Error exceeds{.kind = Kind::Forbidden, .code = "GRANT_EXCEEDS_SELF"};
    const bool security = std::ranges::any_of(subject.grants, [](const Grant& held) {
        return held.role == security_administrator && !held.delegated_by;
    });
    if (facts->separated && !security)
        return exceeds;
    TRY_ASSIGN(const bool inside, reaches_inside(transaction, decision.predicate, person, wanted));
    if (!inside)
        return exceeds;
    return {};
}

constexpr std::string_view select_person_row = R"sql(
    SELECT u.organisation, o.path, o.region FROM user_account u JOIN organisation o ON o.id = u.organisation
     WHERE u.id = ?1
)sql";

namespace {

Result<Row> person_row(Transaction& transaction, Id user)
{
    TRY_ASSIGN(const auto row, transaction.first(select_person_row, {user}));
    if (!row)
        return Error{.kind = Kind::NotFound, .code = "USER_UNKNOWN"};
    return Row{.organisation = row->integer(0), .organisation_path = row->text(1), .region = row->text(2),
        .created_by = user, .assigned = {user}};
}

}  // namespace

Result<GrantOutcome> request_grant(Transaction& transaction, base::IdGenerator& ids, const Policy& policy,
    const Subject& subject, Id user, const NewGrant& wanted, const Cause& cause)
{
    TRY_ASSIGN(const auto person, person_row(transaction, user));
    TRY(check_grantor(transaction, policy, subject, person, wanted));
    TRY_ASSIGN(const auto held, grants_of(transaction, user));
    if (breaks_separation(held, wanted.role))
        return Error{.kind = Kind::Conflict, .code = "ROLE_SOD", .fields = {"role"}};
    const bool proposing = !may_grant(policy, subject).allowed;
    if (!proposing && !role_facts(policy, wanted.role)->sensitive && user != subject.user) {
        TRY_ASSIGN(const auto id, grant(transaction, ids, policy, user, wanted, cause));
        return GrantOutcome{.grant = id};
    }
    if (user == subject.user)
        return Error{.kind = Kind::Forbidden, .code = "GRANT_SELF"};
    json::object payload{{"grant", as_json(wanted)}, {"proposed", proposing}};
    TRY_ASSIGN(const auto id, request_approval(transaction, ids, "role_grant", user, std::move(payload), cause));
    return GrantOutcome{.request = id};
}

constexpr std::string_view select_delegators = R"sql(
    SELECT d.account FROM user_delegation d JOIN user_account u ON u.id = d.account
     WHERE d.delegate = ?1 AND d.valid_from <= ?2 AND d.valid_to >= ?2 AND u.status = 'active'
     ORDER BY d.account
)sql";

Result<std::vector<Grant>> effective_grants(Transaction& transaction, Id user, base::Date today)
{
    const auto ended = [&](const Grant& grant) {
        return (grant.valid_from && today < *grant.valid_from) || (grant.valid_to && *grant.valid_to < today);
    };
    TRY_ASSIGN(auto grants, grants_of(transaction, user));
    std::erase_if(grants, ended);
    const bool separated = std::ranges::any_of(grants, [](const Grant& held) { return is_separated(held.role); });
    if (separated)
        return grants;
    TRY_ASSIGN(const auto absent, transaction.query(select_delegators, {user, today}));
    for (const auto& row : absent) {
        const Id of = row.integer(0);
        TRY_ASSIGN(const auto person, person_row(transaction, of));
        TRY_ASSIGN(auto passed, grants_of(transaction, of));
        for (auto& grant : passed) {
            if (ended(grant) || is_separated(grant.role))
                continue;
            grant.delegated_by = of;
            if (!grant.organisation) {  // "own" means the absent person's own
                grant.organisation = person.organisation;
                grant.organisation_path = person.organisation_path;
            }
            if (grant.scope == Scope::Region && grant.regions.empty())
                grant.regions.push_back(person.region);
            grants.push_back(std::move(grant));
        }
    }
    return grants;
}

}  // namespace identity
