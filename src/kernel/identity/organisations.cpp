#include "kernel/identity/organisations.h"

#include <algorithm>
#include <array>

#include "base/checks.h"
#include "base/text.h"
#include "kernel/identity/scope_sql.h"

namespace identity {

namespace {

constexpr std::array<std::string_view, 11> kinds{"10", "20", "30", "40", "41", "50", "51", "60", "70", "80", "90"};
constexpr std::array<std::string_view, 4> statuses{"active", "suspended", "merged", "closed"};

Organisation read_organisation(const storage::Row& row)
{
    Organisation organisation{.id = row.integer(0),
        .code = row.text(1),
        .name = row.text(2),
        .short_name = row.text(3),
        .kind = row.text(4),
        .region = row.text(5),
        .parent = row.integer(6),
        .path = row.text(7),
        .status = row.text(8),
        .credit_code = row.text(9),
        .version = row.integer(10)};
    if (row.size() > 11)
        organisation.children = row.integer(11);
    return organisation;
}

void check_length(std::vector<base::Fault>& faults, const std::string& field, const std::string& value,
    std::size_t max, bool required)
{
    if (required && value.empty())
        faults.push_back({field, "REQUIRED"});
    else if (base::text::length(value) > max)
        faults.push_back({field, "TOO_LONG", {{"max", std::to_string(max)}}});
    else if (base::text::has_control_characters(value) || value.find('\n') != std::string::npos)
        faults.push_back({field, "CONTROL_CHARACTERS"});
}

std::vector<base::Fault> faults_of(const Organisation& organisation)
{
    std::vector<base::Fault> faults;
    check_length(faults, "code", organisation.code, 22, true);
    check_length(faults, "name", organisation.name, 128, true);
    check_length(faults, "short_name", organisation.short_name, 64, false);
    if (std::ranges::find(kinds, organisation.kind) == kinds.end())
        faults.push_back({"kind", "ORG_KIND"});
    if (std::ranges::find(statuses, organisation.status) == statuses.end())
        faults.push_back({"status", "ORG_STATUS"});
    if (const auto fault = base::checks::region(organisation.region))
        faults.push_back({"region", *fault});
    if (!organisation.credit_code.empty() && base::checks::credit_code(organisation.credit_code))
        faults.push_back({"credit_code", "ORG_USCC_CHECK"});
    return faults;
}

void normalise(Organisation& organisation)
{
    organisation.code = base::text::trimmed(base::text::nfkc(organisation.code));
    organisation.name = base::text::trimmed(base::text::nfc(organisation.name));
    organisation.short_name = base::text::trimmed(base::text::nfc(organisation.short_name));
    organisation.region = base::text::trimmed(base::text::nfkc(organisation.region));
    if (!organisation.credit_code.empty())
        organisation.credit_code = base::checks::normalise_credit_code(organisation.credit_code);
}

int depth_of(std::string_view path) { return static_cast<int>(std::ranges::count(path, '/')) - 1; }

// UNIQUE of the database in the words of the form.
Error taken(const Error& error)
{
    if (error.code != "UNIQUE")
        return error;
    const bool credit = std::ranges::find(error.fields, "credit_code") != error.fields.end();
    Error conflict{.kind = Kind::Conflict, .code = credit ? "ORG_CREDIT_CODE_TAKEN" : "ORG_CODE_TAKEN"};
    conflict.fields = {credit ? "credit_code" : "code"};
    return conflict;
}

storage::Value optional_id(Id id) { return id ? storage::Value{id} : storage::Value{}; }
storage::Value optional_text(const std::string& text) { return text.empty() ? storage::Value{} : storage::Value{text}; }

json::object as_diff(const Organisation& before, const Organisation& after)
{
    json::object diff;
    const auto add = [&](const char* name, const std::string& was, const std::string& is) {
        if (was != is)
            diff[name] = json::array{was.empty() ? json::value(nullptr) : json::value(was),
                is.empty() ? json::value(nullptr) : json::value(is)};
    };
    add("code", before.code, after.code);
    add("name", before.name, after.name);
    add("short_name", before.short_name, after.short_name);
    add("kind", before.kind, after.kind);
    add("region", before.region, after.region);
    add("status", before.status, after.status);
    add("credit_code", before.credit_code, after.credit_code);
    add("path", before.path, after.path);
    return diff;
}

}  // namespace

constexpr std::string_view select_organisation = R"sql(
    SELECT id, code, name, short_name, kind, region, parent, path, status, credit_code, version
      FROM organisation WHERE id = ?1
)sql";

Result<Organisation> find_organisation(Transaction& transaction, Id id)
{
    TRY_ASSIGN(const auto row, transaction.first(select_organisation, {id}));
    if (!row)
        return Error{.kind = Kind::NotFound, .code = "ORG_UNKNOWN"};
    return read_organisation(*row);
}

namespace {

// The path under `parent`; the parent's faults are faults of the field `parent`.
Result<std::string> path_under(Transaction& transaction, Id parent, Id id)
{
    if (!parent)
        return "/" + std::to_string(id) + "/";
    auto above = find_organisation(transaction, parent);
    if (!above.ok())
        return above.error().code == "ORG_UNKNOWN" ? invalid("parent", "ORG_UNKNOWN") : above.error();
    if (above->path.find("/" + std::to_string(id) + "/") != std::string::npos)
        return invalid("parent", "ORG_CYCLE");
    auto path = above->path + std::to_string(id) + "/";
    if (depth_of(path) > organisation_depth_max)
        return invalid("parent", "ORG_DEPTH");
    return path;
}

}  // namespace

constexpr std::string_view insert_organisation = R"sql(
    INSERT INTO organisation (id, code, name, short_name, kind, region, parent, path, status,
                              credit_code, created_at, updated_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, 1)
)sql";

Result<Organisation> create_organisation(Transaction& transaction, base::IdGenerator& ids, NewOrganisation wanted,
    const Cause& cause)
{
    Organisation made{.id = ids.next(),
        .code = std::move(wanted.code),
        .name = std::move(wanted.name),
        .short_name = std::move(wanted.short_name),
        .kind = std::move(wanted.kind),
        .region = std::move(wanted.region),
        .parent = wanted.parent,
        .credit_code = std::move(wanted.credit_code)};
    if (made.code.empty())
        made.code = std::to_string(made.id);
    normalise(made);
    if (auto faults = faults_of(made); !faults.empty())
        return invalid(std::move(faults));
    TRY_ASSIGN(made.path, path_under(transaction, made.parent, made.id));
    auto inserted = transaction.execute(insert_organisation,
        {made.id, made.code, made.name, made.short_name, made.kind, made.region, optional_id(made.parent), made.path,
            made.status, optional_text(made.credit_code), cause.at});
    if (!inserted.ok())
        return taken(inserted.error());
    TRY(log(transaction, cause, {"organisation", made.id, made.id, 1, "create", as_diff({}, made)}));
    return made;
}

constexpr std::string_view update_row = R"sql(
    UPDATE organisation
       SET code = ?2, name = ?3, short_name = ?4, kind = ?5, region = ?6, parent = ?7, status = ?8,
           credit_code = ?9, updated_at = ?10, version = version + 1
     WHERE id = ?1
)sql";

// Own and lower paths in one statement: the old beginning is replaced.
constexpr std::string_view move_subtree = R"sql(
    UPDATE organisation SET path = ?1 || substr(path, length(?2) + 1), version = version + 1
     WHERE substr(path, 1, length(?2)) = ?2
)sql";

constexpr std::string_view deepest_below = R"sql(
    SELECT path FROM organisation
     WHERE substr(path, 1, length(?1)) = ?1
     ORDER BY length(path) - length(replace(path, '/', '')) DESC LIMIT 1
)sql";

namespace {

Status move(Transaction& transaction, const Organisation& before, const std::string& path)
{
    TRY_ASSIGN(const auto deepest, transaction.first(deepest_below, {before.path}));
    const auto below = deepest ? depth_of(deepest->text(0)) - depth_of(before.path) : 0;
    if (depth_of(path) + below > organisation_depth_max)
        return invalid("parent", "ORG_DEPTH");
    TRY(transaction.execute(move_subtree, {path, before.path}));
    return {};
}

}  // namespace

Result<Organisation> update_organisation(Transaction& transaction, Id id, OrganisationChange wanted,
    const Cause& cause)
{
    TRY_ASSIGN(const auto before, find_organisation(transaction, id));
    auto after = before;
    const auto take = [](std::string& field, std::optional<std::string>& value) {
        if (value)
            field = *std::move(value);
    };
    take(after.code, wanted.code);
    take(after.name, wanted.name);
    take(after.short_name, wanted.short_name);
    take(after.kind, wanted.kind);
    take(after.region, wanted.region);
    take(after.status, wanted.status);
    take(after.credit_code, wanted.credit_code);
    after.parent = wanted.parent.value_or(before.parent);
    normalise(after);
    if (auto faults = faults_of(after); !faults.empty())
        return invalid(std::move(faults));
    if (after.parent != before.parent) {
        TRY_ASSIGN(after.path, path_under(transaction, after.parent, id));
        TRY(move(transaction, before, after.path));
    }
    auto updated = transaction.execute(update_row,
        {id, after.code, after.name, after.short_name, after.kind, after.region, optional_id(after.parent),
            after.status, optional_text(after.credit_code), cause.at});
    if (!updated.ok())
        return taken(updated.error());
    TRY_ASSIGN(auto stored, find_organisation(transaction, id));
    TRY(log(transaction, cause, {"organisation", id, id, stored.version, "update", as_diff(before, stored)}));
    return stored;
}

constexpr std::string_view uses_of = R"sql(
    SELECT (SELECT count(*) FROM organisation WHERE parent = ?1)
         + (SELECT count(*) FROM user_account WHERE organisation = ?1)
         + (SELECT count(*) FROM user_grant WHERE organisation = ?1)
)sql";
constexpr std::string_view delete_row = "DELETE FROM organisation WHERE id = ?1";

Status delete_organisation(Transaction& transaction, Id id, const Cause& cause)
{
    const Error in_use{.kind = Kind::Conflict, .code = "ORG_IN_USE"};
    TRY_ASSIGN(const auto before, find_organisation(transaction, id));
    TRY_ASSIGN(const auto uses, transaction.first(uses_of, {id}));
    if (uses->integer(0) > 0)
        return in_use;
    auto deleted = transaction.execute(delete_row, {id});
    if (!deleted.ok())
        return deleted.error().code == "REFERENCE" ? in_use : deleted.error();
    return log(transaction, cause, {"organisation", id, id, before.version + 1, "delete", as_diff(before, {})});
}

constexpr std::string_view select_list = R"sql(
    SELECT o.id, o.code, o.name, o.short_name, o.kind, o.region, o.parent, o.path, o.status,
           o.credit_code, o.version,
           (SELECT count(*) FROM organisation c WHERE c.parent = o.id)
      FROM organisation o
)sql";

Result<std::vector<Organisation>> list_organisations(Transaction& transaction, const Predicate& predicate,
    const Subject& subject, const OrganisationFilter& filter)
{
    ScopeSql scope{.organisation = "o.id", .path = "o.path", .region = "o.region", .own = "o.id",
        .own_value = subject.organisation};
    storage::Values values;
    std::string where = " WHERE (" + condition(predicate, scope, values) + " OR o.id = " + placeholder(values, subject.organisation) + ")";
    if (!filter.text.empty()) {
        const auto like = placeholder(values, "%" + escaped_like(filter.text) + "%");
        where += " AND (o.name LIKE " + like + " ESCAPE '\\' OR o.short_name LIKE " + like
            + " ESCAPE '\\' OR o.code LIKE " + like + " ESCAPE '\\')";
    }
    if (filter.parent)
        where += *filter.parent ? " AND o.parent = " + placeholder(values, *filter.parent) : " AND o.parent IS NULL";
    if (!filter.after.empty())
        where += " AND o.code > " + placeholder(values, filter.after);
    const auto sql = std::string{select_list} + where + " ORDER BY o.code LIMIT "
        + placeholder(values, std::int64_t{filter.limit});
    TRY_ASSIGN(const auto rows, transaction.query(sql, values));
    std::vector<Organisation> found;
    for (const auto& row : rows)
        found.push_back(read_organisation(row));
    return found;
}

Row row_of(const Organisation& organisation, const Subject& subject)
{
    const bool own = organisation.id == subject.organisation;
    return {.organisation = organisation.id,
        .organisation_path = organisation.path,
        .region = organisation.region,
        .created_by = own ? subject.user : 0,
        .assigned = own ? std::vector<Id>{subject.user} : std::vector<Id>{}};
}

}  // namespace identity
