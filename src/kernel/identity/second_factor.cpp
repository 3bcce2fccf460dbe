#include "kernel/identity/second_factor.h"

#include "kernel/identity/totp.h"

namespace identity {

namespace {

constexpr std::string_view secret_column = "user_account.totp_secret";
constexpr std::string_view pending_column = "user_account.totp_pending";

storage::Bytes recovery_hash(const FieldCipher& cipher, Id user, const std::string& code)
{
    const auto digest = base::crypto::hmac_sm3(cipher.pepper(),
        "recovery|" + std::to_string(user) + "|" + totp::normalised_recovery_code(code));
    return {std::string{base::crypto::view(digest)}};
}

}  // namespace

constexpr std::string_view set_pending = "UPDATE user_account SET totp_pending = ?2 WHERE id = ?1";

Status begin_second_factor(Transaction& transaction, const FieldCipher& cipher, Id user, const std::string& secret,
    const Cause& cause)
{
    TRY(transaction.execute(set_pending, {user, storage::Bytes{cipher.encrypt(pending_column, user, secret, "totp")}}));
    return log(transaction, cause, {"user_account", user, 0, 0, "mfa_begin"});
}

constexpr std::string_view select_pending = "SELECT totp_pending FROM user_account WHERE id = ?1";
constexpr std::string_view set_secret = R"sql(
    UPDATE user_account SET totp_secret = ?2, totp_pending = NULL, totp_step = ?3 WHERE id = ?1
)sql";
constexpr std::string_view delete_recovery_codes = "DELETE FROM user_recovery_code WHERE account = ?1";
constexpr std::string_view insert_recovery_code = "INSERT INTO user_recovery_code (account, code_hash) VALUES (?1, ?2)";

Status confirm_second_factor(Transaction& transaction, const FieldCipher& cipher, Id user, const std::string& code,
    const std::vector<std::string>& recovery_codes, const Cause& cause)
{
    TRY_ASSIGN(const auto row, transaction.first(select_pending, {user}));
    if (!row || row->null(0))
        return Error{.kind = Kind::Conflict, .code = "MFA_NOT_BEGUN"};
    TRY_ASSIGN(const auto secret, cipher.decrypt(pending_column, user, row->bytes(0)));
    const auto step = totp::accept(secret, code, cause.at, -1);
    if (!step)
        return invalid("code", "MFA_CODE");
    TRY(transaction.execute(set_secret,
        {user, storage::Bytes{cipher.encrypt(secret_column, user, secret, "totp")}, *step}));
    TRY(transaction.execute(delete_recovery_codes, {user}));
    for (const auto& recovery : recovery_codes)
        TRY(transaction.execute(insert_recovery_code, {user, recovery_hash(cipher, user, recovery)}));
    return log(transaction, cause, {"user_account", user, 0, 0, "mfa_enrol"});
}

constexpr std::string_view clear_secret = R"sql(
    UPDATE user_account SET totp_secret = NULL, totp_pending = NULL, totp_step = 0 WHERE id = ?1
)sql";

Status reset_second_factor(Transaction& transaction, Id user, const Cause& cause)
{
    TRY(transaction.execute(clear_secret, {user}));
    TRY(transaction.execute(delete_recovery_codes, {user}));
    return log(transaction, cause, {"user_account", user, 0, 0, "mfa_reset"});
}

constexpr std::string_view select_secret = "SELECT totp_secret, totp_step FROM user_account WHERE id = ?1";
constexpr std::string_view set_step = "UPDATE user_account SET totp_step = ?2 WHERE id = ?1";

Result<bool> use_code(Transaction& transaction, const FieldCipher& cipher, Id user, const std::string& code,
    base::Timestamp at)
{
    TRY_ASSIGN(const auto row, transaction.first(select_secret, {user}));
    if (!row || row->null(0))
        return false;
    TRY_ASSIGN(const auto secret, cipher.decrypt(secret_column, user, row->bytes(0)));
    const auto step = totp::accept(secret, code, at, row->integer(1));
    if (!step)
        return false;
    TRY(transaction.execute(set_step, {user, *step}));
    return true;
}

constexpr std::string_view use_recovery = R"sql(
    UPDATE user_recovery_code SET used_at = ?3 WHERE account = ?1 AND code_hash = ?2 AND used_at IS NULL
)sql";

Result<bool> use_recovery_code(Transaction& transaction, const FieldCipher& cipher, Id user, const std::string& code,
    base::Timestamp at)
{
    TRY_ASSIGN(const auto used, transaction.execute(use_recovery, {user, recovery_hash(cipher, user, code), at}));
    return used > 0;
}

}  // namespace identity
