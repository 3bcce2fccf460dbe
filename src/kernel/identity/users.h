#pragma once

// People with accounts. An account is never deleted and its id never used again; leaving wipes
// what lets a person in and keeps what the audit needs.

#include <optional>
#include <string>
#include <vector>

#include "kernel/identity/access.h"
#include "kernel/identity/cause.h"
#include "kernel/identity/grants.h"
#include "kernel/identity/keys.h"

namespace identity {

struct NewUser {
    std::string login_name, display_name;
    Id organisation = 0;
    std::string department = {};
    std::string phone = {}, id_card = {};
    std::string kind = "staff";  // staff, vendor, external, service
    std::string language = "zh";
    std::string password_hash = {};  // made outside the transaction; empty: cannot sign in
    bool must_change = false;
    std::optional<base::Timestamp> temporary_until = {};  // of a password somebody else knows
    std::optional<base::Date> valid_to = {};              // required for vendors
};

struct User {
    Id id = 0;
    std::string login_name, display_name;
    Id organisation = 0;
    std::string organisation_name, organisation_path, region;
    std::string department, kind, status, language;  // status: active, frozen, expired, left
    std::string phone, id_card;                      // clear; filled only by find_user
    std::optional<base::Date> valid_to = {};
    std::optional<base::Timestamp> last_login_at = {};
    bool second_factor = false;
    bool must_change = false;
    std::int64_t version = 1;
    std::vector<std::string> roles = {};
};

struct UserChange {
    std::optional<std::string> display_name = {}, department = {}, phone = {}, id_card = {}, kind = {},
        language = {};
    std::optional<std::optional<base::Date>> valid_to = {};
};

// NFKC, lower case, without spaces: how login names are compared.
std::string normalised_login_name(std::string_view);

// Faults: REQUIRED, TOO_LONG, USER_LOGIN_NAME, USER_KIND, USER_VALID_TO, PHONE_*, ID_CARD_*, ORG_UNKNOWN;
// Conflict USER_LOGIN_TAKEN (also by somebody who left) and USER_DUP_ID.
Result<Id> create_user(Transaction&, base::IdGenerator&, const FieldCipher&, NewUser, const Cause&);
Status update_user(Transaction&, const FieldCipher&, Id, UserChange, const Cause&);

// USER_UNKNOWN (NotFound). The protected fields are read only with a cipher.
Result<User> find_user(Transaction&, Id, const FieldCipher* = nullptr);
Result<std::optional<Id>> find_login(Transaction&, std::string_view login_name);

struct UserFilter {
    std::string text = {};  // beginning of the login name or part of the name
    std::optional<Id> organisation = {};
    std::string status = {};
    std::string after = {};  // login name of the last one seen
    int limit = 50;
};
Result<std::vector<User>> list_users(Transaction&, const Predicate&, const Subject&, const UserFilter&);
Row row_of(const User&);

// Life of an account. USER_STATE when the step does not fit the status.
Status freeze_user(Transaction&, Id, const Cause&);    // ends the sessions
Status unfreeze_user(Transaction&, Id, const Cause&);
// Old grants and sessions go, then the new grants come; nobody holds both for a moment.
Status transfer_user(Transaction&, base::IdGenerator&, const Policy&, Id, Id organisation,
    const std::vector<NewGrant>&, const Cause&);
// Password, seeds, codes, tokens, sessions, devices, grants and delegations go at once.
Status leave_user(Transaction&, Id, const Cause&);
Status set_password(Transaction&, base::IdGenerator&, Id, const std::string& hash, bool must_change,
    std::optional<base::Timestamp> temporary_until, const std::string& action, const Cause&);
Status end_sessions(Transaction&, Id user, Id except, const Cause&);

// The nightly job: freezes whoever did not sign in for `days`, ends accounts whose `valid_to` has
// passed. Service accounts are left alone. Gives the number of accounts changed.
Result<std::int64_t> freeze_idle_users(Transaction&, int days, const Cause&);

// The nightly job: of people who left longer than `days` ago only the login name and the id stay, for
// the audit; name, department, phone, identity number and addresses go. Gives their number.
Result<std::int64_t> wipe_leavers(Transaction&, int days, const Cause&);

}  // namespace identity
