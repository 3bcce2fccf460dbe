#include "kernel/identity/users.h"

#include <algorithm>
#include <array>

#include "base/checks.h"
#include "base/text.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/scope_sql.h"

namespace identity {

namespace {

constexpr std::array<std::string_view, 4> kinds{"staff", "vendor", "external", "service"};
constexpr std::string_view phone_column = "user_account.phone";
constexpr std::string_view id_card_column = "user_account.id_card";

struct Protected {
    storage::Value blob, index;
};

Protected protect(const FieldCipher& cipher, std::string_view column, Id id, const std::string& value)
{
    if (value.empty())
        return {};
    return {storage::Bytes{cipher.encrypt(column, id, value, "accounts")}, storage::Bytes{cipher.index(column, value)}};
}

storage::Value optional_date(const std::optional<base::Date>& date)
{
    return date ? storage::Value{*date} : storage::Value{};
}

// What both making and changing an account check.
std::vector<base::Fault> faults_of(const std::string& display_name, const std::string& kind, const std::string& phone,
    const std::string& id_card, const std::optional<base::Date>& valid_to)
{
    std::vector<base::Fault> faults;
    if (display_name.empty())
        faults.push_back({"display_name", "REQUIRED"});
    else if (base::text::length(display_name) > 64)
        faults.push_back({"display_name", "TOO_LONG", {{"max", "64"}}});
    if (std::ranges::find(kinds, kind) == kinds.end())
        faults.push_back({"kind", "USER_KIND"});
    if (kind == "vendor" && !valid_to)
        faults.push_back({"valid_to", "USER_VALID_TO"});
    if (const auto fault = phone.empty() ? std::nullopt : base::checks::phone(phone))
        faults.push_back({"phone", *fault});
    if (const auto fault = id_card.empty() ? std::nullopt : base::checks::id_card(id_card))
        faults.push_back({"id_card", *fault});
    return faults;
}

Error taken(const Error& error)
{
    if (error.code != "UNIQUE")
        return error;
    const bool person = std::ranges::find(error.fields, "id_card_index") != error.fields.end();
    return {.kind = Kind::Conflict, .code = person ? "USER_DUP_ID" : "USER_LOGIN_TAKEN",
        .fields = {person ? "id_card" : "login_name"}};
}

// Other keys of the blind index may hold the same number; the database's UNIQUE sees only the newest.
constexpr std::string_view select_same_card = "SELECT id FROM user_account WHERE id_card_index = ?1 AND id <> ?2";

Status refuse_same_card(Transaction& transaction, const FieldCipher& cipher, Id id, const std::string& id_card)
{
    if (id_card.empty())
        return {};
    for (const auto& index : cipher.indexes(id_card_column, id_card)) {
        TRY_ASSIGN(const auto same, transaction.first(select_same_card, {storage::Bytes{index}, id}));
        if (same)
            return Error{.kind = Kind::Conflict, .code = "USER_DUP_ID", .fields = {"id_card"}};
    }
    return {};
}

bool valid_login_name(const std::string& name)
{
    const auto length = base::text::length(name);
    return length >= 2 && length <= 64 && !base::text::has_control_characters(name)
        && name.find_first_of(" \t\n/\\\"'<>:;,") == std::string::npos;
}

}  // namespace

std::string normalised_login_name(std::string_view name)
{
    return base::text::lower(base::text::trimmed(base::text::nfkc(name)));
}

constexpr std::string_view insert_user = R"sql(
    INSERT INTO user_account (id, login_name, display_name, organisation, department, kind, status, language,
        phone, phone_index, id_card, id_card_index, password_hash, password_changed_at, password_temporary_until,
        must_change, valid_to, idle_since, totp_step, created_by, created_at, updated_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?13, 0, ?17, ?13, ?13, 1)
)sql";

Result<Id> create_user(Transaction& transaction, base::IdGenerator& ids, const FieldCipher& cipher, NewUser wanted,
    const Cause& cause)
{
    const Id id = ids.next();
    const auto login_name = normalised_login_name(wanted.login_name);
    wanted.display_name = base::text::trimmed(base::text::nfc(wanted.display_name));
    if (!wanted.phone.empty())
        wanted.phone = base::checks::normalise_phone(wanted.phone);
    if (!wanted.id_card.empty())
        wanted.id_card = base::checks::normalise_id_card(wanted.id_card);
    auto faults = faults_of(wanted.display_name, wanted.kind, wanted.phone, wanted.id_card, wanted.valid_to);
    if (!valid_login_name(login_name))
        faults.push_back({"login_name", "USER_LOGIN_NAME"});
    if (!find_organisation(transaction, wanted.organisation).ok())
        faults.push_back({"organisation", "ORG_UNKNOWN"});
    if (!faults.empty())
        return invalid(std::move(faults));
    TRY(refuse_same_card(transaction, cipher, id, wanted.id_card));
    TRY_ASSIGN(const auto same_login, find_login(transaction, login_name));
    if (same_login)
        return Error{.kind = Kind::Conflict, .code = "USER_LOGIN_TAKEN", .fields = {"login_name"}};

    auto phone = protect(cipher, phone_column, id, wanted.phone);
    auto id_card = protect(cipher, id_card_column, id, wanted.id_card);
    auto inserted = transaction.execute(insert_user,
        {id, login_name, wanted.display_name, wanted.organisation, wanted.department, wanted.kind, wanted.language,
            std::move(phone.blob), std::move(phone.index), std::move(id_card.blob), std::move(id_card.index),
            wanted.password_hash.empty() ? storage::Value{} : storage::Value{wanted.password_hash}, cause.at,
            wanted.temporary_until ? storage::Value{*wanted.temporary_until} : storage::Value{}, wanted.must_change,
            optional_date(wanted.valid_to), cause.actor});
    if (!inserted.ok())
        return taken(inserted.error());
    json::object diff{{"login_name", json::array{nullptr, login_name}},
        {"display_name", json::array{nullptr, wanted.display_name}}, {"kind", json::array{nullptr, wanted.kind}},
        {"organisation", json::array{nullptr, std::to_string(wanted.organisation)}}};
    TRY(log(transaction, cause, {"user_account", id, wanted.organisation, 1, "user_create", std::move(diff)}));
    return id;
}

constexpr std::string_view select_user = R"sql(
    SELECT u.id, u.login_name, u.display_name, u.organisation, o.name, o.path, o.region, u.department, u.kind,
           u.status, u.language, u.valid_to, u.last_login_at, u.totp_secret IS NOT NULL, u.must_change, u.version,
           u.phone, u.id_card
      FROM user_account u JOIN organisation o ON o.id = u.organisation
)sql";

namespace {

User read_user(const storage::Row& row)
{
    User user{.id = row.integer(0),
        .login_name = row.text(1),
        .display_name = row.text(2),
        .organisation = row.integer(3),
        .organisation_name = row.text(4),
        .organisation_path = row.text(5),
        .region = row.text(6),
        .department = row.text(7),
        .kind = row.text(8),
        .status = row.text(9),
        .language = row.text(10),
        .second_factor = row.boolean(13),
        .must_change = row.boolean(14),
        .version = row.integer(15)};
    if (!row.null(11))
        user.valid_to = row.date(11);
    if (!row.null(12))
        user.last_login_at = row.timestamp(12);
    return user;
}

constexpr std::string_view select_roles = R"sql(
    SELECT account, role FROM user_grant WHERE account = ?1 ORDER BY role
)sql";

Status add_roles(Transaction& transaction, User& user)
{
    TRY_ASSIGN(const auto rows, transaction.query(select_roles, {user.id}));
    for (const auto& row : rows)
        if (user.roles.empty() || user.roles.back() != row.text(1))
            user.roles.push_back(row.text(1));
    return {};
}

}  // namespace

Result<User> find_user(Transaction& transaction, Id id, const FieldCipher* cipher)
{
    TRY_ASSIGN(const auto row, transaction.first(std::string{select_user}.append(" WHERE u.id = ?1"), {id}));
    if (!row)
        return Error{.kind = Kind::NotFound, .code = "USER_UNKNOWN"};
    auto user = read_user(*row);
    if (cipher && !row->null(16)) {
        TRY_ASSIGN(user.phone, cipher->decrypt(phone_column, id, row->bytes(16)));
    }
    if (cipher && !row->null(17)) {
        TRY_ASSIGN(user.id_card, cipher->decrypt(id_card_column, id, row->bytes(17)));
    }
    TRY(add_roles(transaction, user));
    return user;
}

constexpr std::string_view select_login = "SELECT id FROM user_account WHERE login_name = ?1";

Result<std::optional<Id>> find_login(Transaction& transaction, std::string_view login_name)
{
    TRY_ASSIGN(const auto row, transaction.first(select_login, {normalised_login_name(login_name)}));
    return row ? std::optional<Id>{row->integer(0)} : std::nullopt;
}

Row row_of(const User& user)
{
    return {.organisation = user.organisation, .organisation_path = user.organisation_path, .region = user.region,
        .created_by = user.id, .assigned = {user.id}};
}

Result<std::vector<User>> list_users(Transaction& transaction, const Predicate& predicate, const Subject& subject,
    const UserFilter& filter)
{
    const ScopeSql scope{.organisation = "u.organisation", .path = "o.path", .region = "o.region", .own = "u.id",
        .own_value = subject.user};
    storage::Values values;
    std::string sql = std::string{select_user} + " WHERE (" + condition(predicate, scope, values) + ")";
    if (!filter.text.empty()) {
        const auto text = base::text::nfkc(filter.text);
        sql += " AND (u.login_name LIKE " + placeholder(values, escaped_like(base::text::lower(text)) + "%")
            + " ESCAPE '\\' OR u.display_name LIKE " + placeholder(values, "%" + escaped_like(text) + "%")
            + " ESCAPE '\\')";
    }
    if (filter.organisation)
        sql += " AND u.organisation = " + placeholder(values, *filter.organisation);
    if (!filter.status.empty())
        sql += " AND u.status = " + placeholder(values, filter.status);
    if (!filter.after.empty())
        sql += " AND u.login_name > " + placeholder(values, filter.after);
    sql += " ORDER BY u.login_name LIMIT " + placeholder(values, std::int64_t{filter.limit});
    TRY_ASSIGN(const auto rows, transaction.query(sql, values));
    std::vector<User> users;
    for (const auto& row : rows) {
        users.push_back(read_user(row));
        TRY(add_roles(transaction, users.back()));
    }
    return users;
}

constexpr std::string_view update_row = R"sql(
    UPDATE user_account
       SET display_name = ?2, department = ?3, kind = ?4, language = ?5, valid_to = ?6, phone = ?7, phone_index = ?8,
           id_card = ?9, id_card_index = ?10, updated_at = ?11, version = version + 1
     WHERE id = ?1
)sql";

namespace {

json::object diff_of(const User& before, const User& after)
{
    json::object diff;
    const auto add = [&](const char* name, const std::string& was, const std::string& is) {
        if (was != is)
            diff[name] = json::array{was, is};
    };
    add("display_name", before.display_name, after.display_name);
    add("department", before.department, after.department);
    add("kind", before.kind, after.kind);
    add("language", before.language, after.language);
    add("valid_to", before.valid_to ? before.valid_to->text() : "", after.valid_to ? after.valid_to->text() : "");
    // Protected: that it changed, never what it was.
    if (before.phone != after.phone)
        diff["phone"] = json::array{"***", "***"};
    if (before.id_card != after.id_card)
        diff["id_card"] = json::array{"***", "***"};
    return diff;
}

}  // namespace

Status update_user(Transaction& transaction, const FieldCipher& cipher, Id id, UserChange wanted, const Cause& cause)
{
    TRY_ASSIGN(const auto before, find_user(transaction, id, &cipher));
    auto after = before;
    after.display_name = wanted.display_name.value_or(before.display_name);
    after.department = wanted.department.value_or(before.department);
    after.kind = wanted.kind.value_or(before.kind);
    after.language = wanted.language.value_or(before.language);
    after.valid_to = wanted.valid_to.value_or(before.valid_to);
    if (wanted.phone)
        after.phone = wanted.phone->empty() ? "" : base::checks::normalise_phone(*wanted.phone);
    if (wanted.id_card)
        after.id_card = wanted.id_card->empty() ? "" : base::checks::normalise_id_card(*wanted.id_card);
    auto faults = faults_of(after.display_name, after.kind, after.phone, after.id_card, after.valid_to);
    if (after.language != "zh" && after.language != "en")
        faults.push_back({"language", "USER_LANGUAGE"});
    if (!faults.empty())
        return invalid(std::move(faults));
    TRY(refuse_same_card(transaction, cipher, id, after.id_card));
    auto phone = protect(cipher, phone_column, id, after.phone);
    auto id_card = protect(cipher, id_card_column, id, after.id_card);
    auto updated = transaction.execute(update_row,
        {id, after.display_name, after.department, after.kind, after.language, optional_date(after.valid_to),
            std::move(phone.blob), std::move(phone.index), std::move(id_card.blob), std::move(id_card.index), cause.at});
    if (!updated.ok())
        return taken(updated.error());
    return log(transaction, cause,
        {"user_account", id, before.organisation, before.version + 1, "user_modify", diff_of(before, after)});
}

}  // namespace identity
