#include "kernel/identity/account_policy.h"

#include <algorithm>
#include <array>

namespace identity {

namespace {

struct Limit {
    std::string_view name;
    int AccountPolicy::*member;
    int minimum, maximum;
};

constexpr std::array limits{
    Limit{"password_min_length", &AccountPolicy::password_min_length, 8, 64},
    Limit{"password_min_length_administrator", &AccountPolicy::password_min_length_administrator, 8, 64},
    Limit{"password_max_length", &AccountPolicy::password_max_length, 64, 256},
    Limit{"password_classes", &AccountPolicy::password_classes, 0, 4},
    Limit{"password_max_age_days", &AccountPolicy::password_max_age_days, 0, 365},
    Limit{"password_history", &AccountPolicy::password_history, 0, 24},
    Limit{"password_min_age_hours", &AccountPolicy::password_min_age_hours, 0, 168},
    Limit{"failures_max", &AccountPolicy::failures_max, 3, 10},
    Limit{"failures_window_minutes", &AccountPolicy::failures_window_minutes, 5, 60},
    Limit{"lock_minutes", &AccountPolicy::lock_minutes, 5, 1440},
    Limit{"lock_minutes_max", &AccountPolicy::lock_minutes_max, 30, 1440},
    Limit{"address_failures_max", &AccountPolicy::address_failures_max, 10, 10'000},
    Limit{"address_window_minutes", &AccountPolicy::address_window_minutes, 1, 60},
    Limit{"idle_minutes", &AccountPolicy::idle_minutes, 5, 480},
    Limit{"idle_minutes_administrator", &AccountPolicy::idle_minutes_administrator, 5, 60},
    Limit{"absolute_hours", &AccountPolicy::absolute_hours, 1, 24},
    Limit{"absolute_hours_administrator", &AccountPolicy::absolute_hours_administrator, 1, 24},
    Limit{"sessions_max", &AccountPolicy::sessions_max, 1, 10},
    Limit{"sessions_max_administrator", &AccountPolicy::sessions_max_administrator, 1, 3},
    Limit{"idle_freeze_days", &AccountPolicy::idle_freeze_days, 0, 365},
    Limit{"leaver_wipe_days", &AccountPolicy::leaver_wipe_days, 30, 3650},
    Limit{"temporary_password_hours", &AccountPolicy::temporary_password_hours, 1, 168},
};

std::string_view scheme_name(base::crypto::PasswordScheme scheme)
{
    return scheme == base::crypto::PasswordScheme::Argon2id ? "argon2id" : "pbkdf2-sm3";
}

// Empty when the member was understood.
std::optional<base::Fault> take(AccountPolicy& policy, std::string_view name, const json::value& value)
{
    const std::string field{name};
    if (name == "profile" || name == "version")
        return {};
    if (name == "second_factor_enforced") {
        if (!value.is_bool())
            return base::Fault{field, "FIELD_TYPE"};
        policy.second_factor_enforced = value.get_bool();
        return {};
    }
    if (name == "scheme") {
        const auto* text = value.if_string();
        if (!text || (*text != "argon2id" && *text != "pbkdf2-sm3"))
            return base::Fault{field, "POLICY_RANGE"};
        policy.scheme = *text == "argon2id" ? base::crypto::PasswordScheme::Argon2id
                                            : base::crypto::PasswordScheme::Pbkdf2Sm3;
        return {};
    }
    const auto limit = std::ranges::find(limits, name, &Limit::name);
    if (limit == limits.end())
        return base::Fault{field, "UNKNOWN_FIELD"};
    const auto* number = value.if_int64();
    if (!number || *number < limit->minimum || *number > limit->maximum)
        return base::Fault{field, "POLICY_RANGE",
            {{"minimum", std::to_string(limit->minimum)}, {"maximum", std::to_string(limit->maximum)}}};
    policy.*(limit->member) = static_cast<int>(*number);
    return {};
}

}  // namespace

AccountPolicy policy_profile(std::string_view name)
{
    AccountPolicy policy;
    if (name != "asvs5")
        return policy;
    policy.profile = "asvs5";
    policy.password_min_length = policy.password_min_length_administrator = 15;
    policy.password_classes = 0;
    policy.password_max_age_days = 0;
    return policy;
}

json::object as_json(const AccountPolicy& policy)
{
    json::object object{{"version", policy.version}, {"profile", policy.profile},
        {"scheme", scheme_name(policy.scheme)}, {"second_factor_enforced", policy.second_factor_enforced}};
    for (const auto& limit : limits)
        object[limit.name] = policy.*(limit.member);
    return object;
}

Result<AccountPolicy> policy_from(const json::object& object)
{
    std::string_view profile = "mlps3";
    if (const auto* named = object.if_contains("profile")) {
        const auto* text = named->if_string();
        if (!text || (*text != "mlps3" && *text != "asvs5"))
            return invalid("profile", "POLICY_PROFILE");
        profile = *text;
    }
    auto policy = policy_profile(profile);
    std::vector<base::Fault> faults;
    for (const auto& [name, value] : object)
        if (auto fault = take(policy, name, value))
            faults.push_back(*std::move(fault));
    if (!faults.empty())
        return invalid(std::move(faults));
    return policy;
}

constexpr std::string_view select_policy = R"sql(
    SELECT version, content FROM user_policy ORDER BY version DESC LIMIT 1
)sql";

Result<AccountPolicy> load_policy(Transaction& transaction)
{
    TRY_ASSIGN(const auto row, transaction.first(select_policy));
    if (!row)
        return AccountPolicy{};
    TRY_ASSIGN(const auto content, base::parse_json(row->text(1)));
    TRY_ASSIGN(auto policy, policy_from(content.as_object()));
    policy.version = row->integer(0);
    return policy;
}

constexpr std::string_view insert_policy = R"sql(
    INSERT INTO user_policy (version, content, set_by, approved_by, set_at) VALUES (?1, ?2, ?3, ?4, ?5)
)sql";

Status store_policy(Transaction& transaction, AccountPolicy policy, Id approved_by, const Cause& cause)
{
    TRY_ASSIGN(const auto before, load_policy(transaction));
    policy.version = before.version + 1;
    const auto was = as_json(before);
    const auto is = as_json(policy);
    TRY(transaction.execute(insert_policy,
        {policy.version, json::serialize(is), cause.actor, approved_by, cause.at}));
    json::object diff;
    for (const auto& [name, value] : is)
        if (was.at(name) != value)
            diff[name] = json::array{was.at(name), value};
    return log(transaction, cause, {"user_policy", policy.version, 0, policy.version, "policy_change", std::move(diff)});
}

}  // namespace identity
