#pragma once

// A store on every database, with the definitions of testdata, two organisations and a few people.

#include <fstream>

#include "kernel/changes/changes.h"
#include "kernel/definitions/loader.h"
#include "kernel/identity/keys.h"
#include "kernel/records/apply.h"
#include "kernel/records/store.h"
#include "storage/testing/databases.h"

namespace records::testing {

inline std::shared_ptr<const definitions::Release> load_release(const std::string& folder)
{
    auto loaded = definitions::load({.folders = {folder}});
    if (auto* problems = std::get_if<std::vector<base::Problem>>(&loaded)) {
        for (const auto& problem : *problems)
            ADD_FAILURE() << problem.file << ":" << problem.line << " " << problem.message << " " << problem.hint;
        return nullptr;
    }
    return std::get<std::shared_ptr<const definitions::Release>>(loaded);
}

class StoreTest : public storage::testing::ForEachDatabase {
protected:
    void SetUp() override { open(WEIJIAN_SOURCE_DIR "/src/kernel/records/testdata/systems"); }

    void open(const std::string& definitions)
    {
        release_ = load_release(definitions);
        ASSERT_TRUE(release_);
        ASSERT_TRUE(changes::migrate(database()).ok());
        ASSERT_TRUE(storage::migrate(database(), "identity", identity::migrations()).ok());
        ASSERT_TRUE(storage::migrate(database(), "records", migrations()).ok());
        const auto key = folder_.path() / "root.key";
        ASSERT_TRUE(identity::create_root_key(key).ok());
        auto cipher = identity::FieldCipher::open(database(), clock_, key);
        ASSERT_TRUE(cipher.ok()) << cipher.error().code;
        cipher_ = *std::move(cipher);
        const auto applied = apply(database(), release_, {.at = clock_.now()});
        ASSERT_TRUE(applied.ok()) << applied.error().code << " " << applied.error().detail;
        auto plan = make_plan(release_);
        ASSERT_TRUE(plan.ok());
        store_ = std::make_unique<Store>(Store::Parts{database(), nullptr, clock_, ids_, *cipher_}, *plan);
        add_people();
    }

    void add_people()
    {
        const auto status = database().write([&](storage::Transaction& transaction) -> Status {
            for (const auto& [id, path, region] : {std::tuple{1, "/1/", "110000"}, {2, "/1/2/", "110105"}, {3, "/1/3/", "110108"}})
                TRY(transaction.execute("INSERT INTO organisation (id, code, name, short_name, kind, region, path, status, created_at, "
                                        "updated_at, version) VALUES (?1, ?2, ?3, '', '20', ?4, ?5, 'active', ?6, ?6, 1)",
                    {std::int64_t{id}, std::to_string(id), "机构" + std::to_string(id), std::string(region), std::string(path), clock_.now()}));
            return {};
        });
        ASSERT_TRUE(status.ok()) << status.error().code << status.error().detail;
        city_ = subject(10, 1, "/1/", "110000");
        chaoyang_ = subject(20, 2, "/1/2/", "110105");
        haidian_ = subject(30, 3, "/1/3/", "110108");
    }

    static identity::Subject subject(base::Id user, base::Id organisation, std::string path, std::string region,
        const std::string& role = "complaint_clerk")
    {
        identity::Subject made;
        made.user = user;
        made.display_name = "用户" + std::to_string(user);
        made.organisation = organisation;
        made.organisation_path = path;
        made.region = std::move(region);
        made.clearance = 4;
        made.second_factor = true;
        identity::Grant grant;
        grant.role = role;
        grant.scope = identity::Scope::Subtree;
        grant.organisation = organisation;
        grant.organisation_path = std::move(path);
        made.grants = {grant};
        return made;
    }

    Context as(const identity::Subject& who) { return {&who, clock_.now()}; }

    static json::object object(std::string_view text)
    {
        auto parsed = base::parse_json(text);
        EXPECT_TRUE(parsed.ok()) << text;
        return parsed.ok() ? parsed->as_object() : json::object{};
    }

    Saved created(std::string_view record, std::string_view body, const identity::Subject& who)
    {
        auto saved = store_->create(record, object(body), as(who));
        EXPECT_TRUE(saved.ok()) << (saved.ok() ? "" : described(saved.error()));
        return saved.ok() ? *std::move(saved) : Saved{};
    }

    static std::string described(const Error& error)
    {
        std::string text = error.code + " " + error.detail;
        for (const auto& fault : error.faults)
            text += " [" + fault.field + " " + fault.code + "]";
        return text;
    }

    std::string text(const std::string& sql)
    {
        const auto row = database().read([&](storage::Transaction& transaction) -> Result<std::optional<storage::Row>> {
            TRY(transaction.set_local("weijian.scope", "all||||"));
            return transaction.first(sql);
        });
        EXPECT_TRUE(row.ok()) << (row.ok() ? "" : row.error().detail);
        return row.ok() && *row ? (*row)->text(0) : "nothing";
    }

    storage::testing::Folder folder_{storage::testing::Folder::On::Memory};
    base::ManualClock clock_{*base::Timestamp::parse("2026-09-28T09:00:00+08:00")};
    base::IdGenerator ids_{clock_};
    std::shared_ptr<const definitions::Release> release_;
    std::unique_ptr<identity::FieldCipher> cipher_;
    std::unique_ptr<Store> store_;
    identity::Subject city_, chaoyang_, haidian_;
};

}  // namespace records::testing
