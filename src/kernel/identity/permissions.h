#pragma once

// What the kernel itself lets each role do, as data. Roles of business systems get their rights
// from the definitions' `access:`; here stand organisations, users, grants, audit and the like.
//
// Three administrators are kept apart (三员分立): the system administrator keeps organisations, users and
// settings; the security administrator keeps grants, policies and keys; the audit administrator reads
// the audit log. None of them ever sees business data, whatever a definition says.

#include <span>
#include <string_view>

namespace identity {

struct KernelPermission {
    std::string_view role;      // any_business_role: every role that is none of the three administrators
    std::string_view resource;
    std::string_view actions;   // separated by spaces
};

inline constexpr std::string_view any_business_role = "*";
inline constexpr std::string_view system_administrator = "system_administrator";
inline constexpr std::string_view security_administrator = "security_administrator";
inline constexpr std::string_view audit_administrator = "audit_administrator";
inline constexpr std::string_view organisation_administrator = "organisation_administrator";

struct KernelRole {
    std::string_view name;
    std::string_view title_zh, title_en;
    bool separated;  // one of the three: at most one per person, no business data
    bool sensitive;  // granting needs a second person, using needs a second factor
    int clearance;
};

std::span<const KernelPermission> kernel_permissions();
std::span<const KernelRole> kernel_roles();
const KernelRole* kernel_role(std::string_view name);  // null for roles of the definitions
bool is_separated(std::string_view role);
bool is_kernel_resource(std::string_view resource);
bool kernel_permits(std::string_view role, std::string_view resource, std::string_view action);

}  // namespace identity
