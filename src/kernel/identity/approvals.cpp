// Decisions of a second person: what waits, who may decide, and what happens on a yes.

#include "base/text.h"
#include "kernel/identity/account_policy.h"
#include "kernel/identity/grants.h"
#include "kernel/identity/permissions.h"
#include "kernel/identity/second_factor.h"
#include "kernel/identity/users.h"

namespace identity {

constexpr std::string_view insert_approval = R"sql(
    INSERT INTO user_approval (id, kind, account, payload, reason, requested_by, requested_at, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending')
)sql";

Result<Id> request_approval(Transaction& transaction, base::IdGenerator& ids, std::string kind, Id account,
    json::object payload, const Cause& cause)
{
    const Id id = ids.next();
    const auto stored = json::serialize(payload);
    TRY(transaction.execute(insert_approval, {id, kind, account, stored, cause.reason, cause.actor, cause.at}));
    json::object diff{{"kind", json::array{nullptr, kind}}, {"account", json::array{nullptr, std::to_string(account)}},
        {"payload", json::array{nullptr, std::move(payload)}}};
    TRY(log(transaction, cause, {"user_approval", id, 0, 1, "approval_request", std::move(diff)}));
    return id;
}

constexpr std::string_view select_approvals = R"sql(
    SELECT a.id, a.kind, a.account, u.display_name, r.display_name, a.payload, a.reason, a.requested_by,
           a.requested_at, a.state
      FROM user_approval a
      LEFT JOIN user_account u ON u.id = a.account
      LEFT JOIN user_account r ON r.id = a.requested_by
)sql";
constexpr std::string_view pending_first = " WHERE a.state = 'pending' ORDER BY a.id LIMIT 500";
constexpr std::string_view by_id = " WHERE a.id = ?1";

namespace {

Approval read_approval(const storage::Row& row)
{
    Approval approval{.id = row.integer(0),
        .kind = row.text(1),
        .account = row.integer(2),
        .account_name = row.text(3),
        .requester_name = row.text(4),
        .reason = row.text(6),
        .requested_by = row.integer(7),
        .requested_at = row.timestamp(8),
        .state = row.text(9)};
    boost::system::error_code broken;
    auto payload = json::parse(row.text(5), broken);
    if (!broken && payload.is_object())
        approval.payload = std::move(payload.get_object());
    return approval;
}

// A policy has no person: only administrators over everything decide it.
Result<Decision> decision_on(Transaction& transaction, const Policy& policy, const Subject& subject,
    const Approval& approval)
{
    Decision decision = decide(policy, subject, {.resource = "approvals", .action = "decide"});
    if (!decision.allowed)
        return decision;
    if (approval.kind == "policy_change") {
        decision.allowed = decision.predicate.all;
    } else {
        TRY_ASSIGN(const auto person, find_user(transaction, approval.account));
        decision.allowed = decision.predicate.admits(row_of(person));
    }
    const auto* proposed = approval.payload.if_contains("proposed");
    if (decision.allowed && proposed && proposed->is_bool() && proposed->get_bool())
        decision = decide(policy, subject, {.resource = "grants", .action = "create"});
    if (!decision.allowed && decision.reason.empty())
        decision.reason = "SCOPE";
    return decision;
}

Status carry_out(Transaction& transaction, base::IdGenerator& ids, const Policy& policy, const Subject& subject,
    const Approval& approval, const Cause& cause)
{
    if (approval.kind == "mfa_reset")
        return reset_second_factor(transaction, approval.account, cause);
    Cause original = cause;  // the requester did it; the decider approved
    original.actor = approval.requested_by;
    original.reason = approval.reason;
    const auto& payload = approval.payload;
    if (approval.kind == "policy_change") {
        TRY_ASSIGN(auto wanted, policy_from(payload.at("policy").as_object()));
        return store_policy(transaction, std::move(wanted), subject.user, original);
    }
    TRY_ASSIGN(const auto wanted, grant_from(payload.at("grant").as_object()));
    if (payload.at("proposed").as_bool()) {
        TRY_ASSIGN(const auto person, find_user(transaction, approval.account));
        TRY(check_grantor(transaction, policy, subject, row_of(person), wanted));
    }
    TRY(grant(transaction, ids, policy, approval.account, wanted, original, subject.user));
    return {};
}

}  // namespace

Result<std::vector<Approval>> approvals_for(Transaction& transaction, const Policy& policy, const Subject& subject)
{
    TRY_ASSIGN(const auto rows, transaction.query(std::string{select_approvals}.append(pending_first)));
    std::vector<Approval> waiting;
    for (const auto& row : rows) {
        auto approval = read_approval(row);
        if (approval.requested_by == subject.user || approval.account == subject.user)
            continue;
        const auto decision = decision_on(transaction, policy, subject, approval);
        if (decision.ok() && decision->allowed)
            waiting.push_back(std::move(approval));
    }
    return waiting;
}

constexpr std::string_view update_approval = R"sql(
    UPDATE user_approval SET state = ?2, decided_by = ?3, decided_at = ?4 WHERE id = ?1
)sql";

Result<Approval> decide_approval(Transaction& transaction, base::IdGenerator& ids, const Policy& policy,
    const Subject& subject, Id id, bool approve, const Cause& cause)
{
    const Error unknown{.kind = Kind::NotFound, .code = "APPROVAL_UNKNOWN"};
    TRY_ASSIGN(const auto row, transaction.first(std::string{select_approvals}.append(by_id), {id}));
    if (!row)
        return unknown;
    auto approval = read_approval(*row);
    if (approval.requested_by == subject.user || approval.account == subject.user)
        return Error{.kind = Kind::Forbidden, .code = "APPROVAL_SELF"};
    TRY_ASSIGN(const auto decision, decision_on(transaction, policy, subject, approval));
    if (!decision.allowed)
        return decision.reason == "SCOPE" ? unknown : refusal(decision);
    if (approval.state != "pending")
        return Error{.kind = Kind::Conflict, .code = "APPROVAL_DECIDED"};
    approval.state = approve ? "approved" : "rejected";
    TRY(transaction.execute(update_approval, {id, approval.state, subject.user, cause.at}));
    if (approve)
        TRY(carry_out(transaction, ids, policy, subject, approval, cause));
    TRY(log(transaction, cause,
        {"user_approval", id, 0, 2, approve ? "approval_yes" : "approval_no", {{"state", json::array{"pending", approval.state}}}}));
    return approval;
}

}  // namespace identity
