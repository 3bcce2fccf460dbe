// The shipped system `units` loads without problems, in the form a release demands.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "kernel/definitions/loader.h"
#include "kernel/definitions/test_support.h"

namespace definitions {
namespace {

std::shared_ptr<const Release> units()
{
    LoadOptions options;
    options.folders = {WEIJIAN_SOURCE_DIR "/systems"};
    options.release = true;
    return loaded(load(options));
}

TEST(Units, LoadsAsARelease)
{
    const auto release = units();
    ASSERT_TRUE(release);
    ASSERT_TRUE(release->record("unit"));
    EXPECT_EQ(release->hash.size(), 64U);
    EXPECT_EQ(release->record("unit")->label, "unit_name");
    EXPECT_EQ(release->systems.front().records, (std::vector<std::string>{"unit", "unit_status_change"}));
}

// docs/ten-minutes.md builds this one step by step.
TEST(Examples, TheSystemOfTenMinutesLoadsBesideUnits)
{
    LoadOptions options;
    options.folders = {WEIJIAN_SOURCE_DIR "/systems", WEIJIAN_SOURCE_DIR "/docs/examples"};
    options.release = true;
    const auto release = loaded(load(options));
    ASSERT_TRUE(release);
    const auto* kit = release->record("first_aid_kit");
    ASSERT_TRUE(kit);
    EXPECT_EQ(kit->field("next_check_on")->computed_type, FieldType::Date);
    EXPECT_EQ(release->systems.back().name, "first_aid_kits");
}

// Every category that a unit can have belongs to at least one profession, and each profession has some.
TEST(Units, EveryProfessionHasCategories)
{
    const auto release = units();
    ASSERT_TRUE(release);
    std::set<std::string> served;
    for (const auto& category : release->dictionaries.at("unit_category").entries) {
        std::istringstream professions(category.extra.at("profession"));
        for (std::string profession; professions >> profession;)
            served.insert(profession);
    }
    for (const auto& profession : release->dictionaries.at("profession").entries)
        EXPECT_TRUE(served.contains(profession.code)) << profession.code;
}

// The rule of the form and the dictionary's column say the same.
TEST(Units, ACategoryMustBelongToItsProfession)
{
    const auto release = units();
    ASSERT_TRUE(release);
    const auto& checks = release->record("unit")->child("professions")->checks;
    const auto check = std::find_if(checks.begin(), checks.end(), [](const Check& c) { return c.code == "CATEGORY_PROFESSION"; });
    ASSERT_NE(check, checks.end());
    const auto allowed = [&](const std::string& profession, const std::string& category) {
        rules::MapActivation names;
        names.values["profession"] = rules::Value{profession};
        names.values["category_code"] = rules::Value{category};
        return check->rule.expression.evaluate(names).truth();
    };
    for (const auto& category : release->dictionaries.at("unit_category").entries) {
        std::istringstream professions(category.extra.at("profession"));
        for (std::string profession; professions >> profession;)
            EXPECT_TRUE(allowed(profession, category.code)) << profession << ' ' << category.code;
    }
    EXPECT_FALSE(allowed("WATR", "LODG01"));
    EXPECT_FALSE(allowed("PUBP", "CEN1"));
    EXPECT_FALSE(allowed("SCHL", "MEDI01"));
    EXPECT_FALSE(allowed("MEDI", "SCHL01"));
    EXPECT_FALSE(allowed("RADI", "OCCU01"));
}

TEST(Units, PersonalDataIsProtected)
{
    const auto release = units();
    ASSERT_TRUE(release);
    const auto& unit = *release->record("unit");
    EXPECT_EQ(unit.field("person_id_no")->protection, Protection::Encrypt);
    EXPECT_EQ(unit.field("person_other_no")->protection, Protection::Encrypt);
    EXPECT_EQ(unit.field("principal_phone")->protection, Protection::Mask);
    EXPECT_EQ(unit.child("people")->field("id_card_no")->protection, Protection::Encrypt);
}

}  // namespace
}  // namespace definitions
