#include "kernel/identity/permissions.h"

#include <algorithm>
#include <array>

namespace identity {

namespace {

constexpr std::array roles{
    KernelRole{system_administrator, "系统管理员", "System administrator", true, true, 1},
    KernelRole{security_administrator, "安全管理员", "Security administrator", true, true, 1},
    KernelRole{audit_administrator, "审计管理员", "Audit administrator", true, true, 1},
    KernelRole{organisation_administrator, "机构管理员", "Organisation administrator", false, true, 2},
};

constexpr std::array permissions{
    KernelPermission{system_administrator, "organisations", "read create update delete"},
    KernelPermission{system_administrator, "users",
        "look_up read create update freeze unfreeze unlock reset_password transfer leave"},
    KernelPermission{system_administrator, "service_accounts", "read create update"},
    KernelPermission{system_administrator, "roles", "read"},
    KernelPermission{system_administrator, "approvals", "read decide"},
    KernelPermission{system_administrator, "settings", "read update"},
    KernelPermission{system_administrator, "definitions", "read apply"},
    KernelPermission{system_administrator, "calendars", "read update"},
    KernelPermission{system_administrator, "jobs", "read run"},

    KernelPermission{security_administrator, "organisations", "read"},
    KernelPermission{security_administrator, "users", "look_up read freeze unlock reset_totp"},
    KernelPermission{security_administrator, "grants", "read create delete"},
    KernelPermission{security_administrator, "roles", "read"},
    KernelPermission{security_administrator, "approvals", "read decide"},
    KernelPermission{security_administrator, "policies", "read update"},
    KernelPermission{security_administrator, "keys", "read rotate export"},

    KernelPermission{audit_administrator, "audit", "read export verify"},

    KernelPermission{organisation_administrator, "organisations", "read create update"},
    KernelPermission{organisation_administrator, "users",
        "look_up read create update freeze unfreeze unlock reset_password transfer leave"},
    KernelPermission{organisation_administrator, "grants", "read create delete"},
    KernelPermission{organisation_administrator, "roles", "read"},
    KernelPermission{organisation_administrator, "approvals", "read decide"},

    // Forms name organisations and colleagues, so their names are open inside a user's own scope.
    KernelPermission{any_business_role, "organisations", "read"},
    KernelPermission{any_business_role, "users", "look_up"},
};

bool contains_word(std::string_view words, std::string_view word)
{
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        if (words.substr(0, end) == word)
            return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

}  // namespace

std::span<const KernelPermission> kernel_permissions() { return permissions; }
std::span<const KernelRole> kernel_roles() { return roles; }

const KernelRole* kernel_role(std::string_view name)
{
    const auto found = std::ranges::find(roles, name, &KernelRole::name);
    return found == roles.end() ? nullptr : &*found;
}

bool is_separated(std::string_view role)
{
    const auto* known = kernel_role(role);
    return known && known->separated;
}

bool is_kernel_resource(std::string_view resource)
{
    return std::ranges::any_of(permissions, [&](const auto& row) { return row.resource == resource; });
}

bool kernel_permits(std::string_view role, std::string_view resource, std::string_view action)
{
    return std::ranges::any_of(permissions, [&](const auto& row) {
        const bool same_role = row.role == role || (row.role == any_business_role && !is_separated(role));
        return same_role && row.resource == resource && contains_word(row.actions, action);
    });
}

}  // namespace identity
