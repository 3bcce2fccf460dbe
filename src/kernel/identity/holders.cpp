#include "kernel/identity/holders.h"

namespace identity {

namespace {

constexpr std::string_view select_holders = R"sql(
    SELECT DISTINCT u.id
      FROM user_grant g JOIN user_account u ON u.id = g.account
     WHERE g.role = ?1 AND COALESCE(g.organisation, u.organisation) = ?2 AND u.status = 'active'
       AND (g.valid_from IS NULL OR g.valid_from <= ?3) AND (g.valid_to IS NULL OR g.valid_to >= ?3)
     ORDER BY u.id LIMIT 200
)sql";

}  // namespace

base::Result<std::vector<base::Id>> role_holders(storage::Transaction& transaction, const std::string& role, base::Id organisation,
    base::Date today)
{
    TRY_ASSIGN(const auto rows, transaction.query(select_holders, {role, organisation, today}));
    std::vector<base::Id> people;
    for (const auto& row : rows)
        people.push_back(row.integer(0));
    return people;
}

}  // namespace identity
