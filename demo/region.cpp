#include "demo/region.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "demo/units.h"
#include "kernel/identity/grants.h"
#include "kernel/identity/organisations.h"
#include "kernel/identity/users.h"

namespace demo {

namespace {

struct Post {
    std::string_view role;
    std::string_view login;
    std::string_view title;
    identity::Scope scope;
};

// Everybody a district agency has; the municipal agency has the same with the whole city in view.
constexpr Post posts[] = {
    {"clerk", "clerk", "内勤", identity::Scope::Subtree},
    {"officer", "officer", "监督员", identity::Scope::Subtree},
    {"officer_lead", "lead", "主办监督员", identity::Scope::Subtree},
    {"dept_head", "head", "科室负责人", identity::Scope::Subtree},
    {"agency_head", "director", "机关负责人", identity::Scope::Subtree},
    {"legal", "legal", "法制审核", identity::Scope::Subtree},
    {"complaint_desk", "desk", "举报投诉受理", identity::Scope::Subtree},
    {"stat_admin", "statistics", "统计管理员", identity::Scope::Subtree},
};

constexpr Post administrators[] = {
    {"system_administrator", "system.admin", "系统管理员", identity::Scope::All},
    {"security_administrator", "security.admin", "安全管理员", identity::Scope::All},
    {"audit_administrator", "audit.admin", "审计管理员", identity::Scope::All},
};

struct Agency {
    base::Id id = 0;
    std::string path, region, name;
    const District* district = nullptr;  // null: municipal
    base::Id clerk = 0, officer = 0;
};

class Maker {
public:
    Maker(identity::Identity& identity, records::Store& store, const RegionOptions& options)
        : identity_(identity), store_(store), options_(options), names_(options.seed * 31 + 7)
    {
        cause_.at = identity.clock().now();
        cause_.reason = "demo region";
    }

    Result<Region> make()
    {
        TRY(policy_for_a_demo());
        TRY_ASSIGN(hash_, identity::hash_password(identity_, options_.password));
        TRY(agencies());
        TRY(people());
        TRY(units());
        return std::move(region_);
    }

private:
    // A demo is looked at by one person with many accounts: no second factor, no expiry.
    Status policy_for_a_demo()
    {
        identity::AccountPolicy policy = identity::policy_profile("mlps3");
        policy.second_factor_enforced = false;
        policy.password_max_age_days = 0;
        policy.sessions_max_administrator = 3;
        return identity_.write([&](storage::Transaction& transaction) {
            return identity::store_policy(transaction, policy, 0, cause_);
        });
    }

    Status agencies()
    {
        return identity_.write([&](storage::Transaction& transaction) -> Status {
            agencies_.clear();
            TRY_ASSIGN(const auto city, identity::create_organisation(transaction, identity_.ids(),
                {.code = "110000", .name = "北京市卫生健康监督所（演示）", .short_name = "市监督所", .kind = "20", .region = "110000"},
                cause_));
            agencies_.push_back({city.id, city.path, city.region, city.name});
            for (const District& district : districts()) {
                TRY_ASSIGN(const auto agency, identity::create_organisation(transaction, identity_.ids(),
                    {.code = std::string{district.region},
                        .name = std::string{district.name} + "卫生健康监督所（演示）",
                        .short_name = std::string{district.short_name} + "监督所",
                        .kind = "20",
                        .region = std::string{district.region},
                        .parent = city.id},
                    cause_));
                agencies_.push_back({agency.id, agency.path, agency.region, agency.name, &district});
            }
            return {};
        });
    }

    Result<base::Id> person(storage::Transaction& transaction, const Agency& agency, const Post& post, const std::string& login)
    {
        TRY_ASSIGN(const auto user, identity::create_user(transaction, identity_.ids(), identity_.cipher(),
            {.login_name = login,
                .display_name = person_name(names_),
                .organisation = agency.id,
                .phone = mobile_phone(names_),
                .password_hash = hash_},
            cause_));
        TRY(identity::grant(transaction, identity_.ids(), identity_.policy(), user,
            {.role = std::string{post.role}, .scope = post.scope}, cause_));
        return user;
    }

    Status people()
    {
        return identity_.write([&](storage::Transaction& transaction) -> Status {
            names_ = Random{options_.seed * 31 + 7};
            region_.accounts.clear();
            for (Agency& agency : agencies_) {
                const std::string place{agency.district ? agency.district->login : std::string_view{"beijing"}};
                for (const Post& post : posts) {
                    const std::string login = std::string{post.login} + "." + place;
                    TRY_ASSIGN(const auto user, person(transaction, agency, post, login));
                    if (post.role == "clerk")
                        agency.clerk = user;
                    if (post.role == "officer")
                        agency.officer = user;
                    region_.accounts.push_back({login, agency.name, std::string{post.title}});
                }
            }
            for (const Post& post : administrators) {
                TRY(person(transaction, agencies_.front(), post, std::string{post.login}));
                region_.accounts.push_back({std::string{post.login}, agencies_.front().name, std::string{post.title}});
            }
            return {};
        });
    }

    identity::Subject clerk_of(const Agency& agency) const
    {
        identity::Subject subject;
        subject.user = agency.clerk;
        subject.organisation = agency.id;
        subject.organisation_path = agency.path;
        subject.region = agency.region;
        subject.chosen_language = "zh";
        subject.clearance = 2;
        identity::Grant grant;
        grant.role = "clerk";
        grant.scope = identity::Scope::Subtree;
        grant.organisation = agency.id;
        grant.organisation_path = agency.path;
        subject.grants = {grant};
        return subject;
    }

    const Agency& pick_agency(Random& random) const
    {
        int total = 0;
        for (const District& district : districts())
            total += district.weight;
        int at = static_cast<int>(random.below(static_cast<std::uint64_t>(total)));
        for (const Agency& agency : agencies_) {
            if (agency.district == nullptr)
                continue;
            if (at < agency.district->weight)
                return agency;
            at -= agency.district->weight;
        }
        return agencies_.back();
    }

    Status units()
    {
        std::vector<identity::Subject> clerks;
        for (const Agency& agency : agencies_)
            clerks.push_back(clerk_of(agency));
        UnitMaker maker{options_.seed, identity_.clock().today()};
        Random places{options_.seed + 1};
        std::mutex mutex;
        std::atomic<bool> failed{false};
        Status outcome;

        const auto work = [&] {
            while (!failed) {
                std::size_t place = 0;
                json::object body;
                {
                    const std::lock_guard lock{mutex};
                    if (region_.units >= options_.units)
                        return;
                    const Agency& agency = pick_agency(places);
                    place = static_cast<std::size_t>(&agency - agencies_.data());
                    body = maker.make(*agency.district);
                    body["net_officer"] = std::to_string(agency.officer);
                    if (++region_.units % 100 == 0 && options_.progress)
                        options_.progress(region_.units);
                }
                records::Context context;
                context.subject = &clerks[place];
                context.at = identity_.clock().now();
                const auto saved = store_.create("unit", body, context);
                if (!saved.ok() && !failed.exchange(true)) {
                    const std::lock_guard lock{mutex};
                    outcome = saved.error();
                }
            }
        };
        std::vector<std::thread> threads;
        for (unsigned index = 0; index < options_.threads; ++index)
            threads.emplace_back(work);
        for (std::thread& thread : threads)
            thread.join();
        return outcome;
    }

    identity::Identity& identity_;
    records::Store& store_;
    const RegionOptions& options_;
    Random names_;
    identity::Cause cause_;
    std::string hash_;
    std::vector<Agency> agencies_;
    Region region_;
};

}  // namespace

Result<Region> make_region(identity::Identity& identity, records::Store& store, const RegionOptions& options)
{
    return Maker{identity, store, options}.make();
}

}  // namespace demo
