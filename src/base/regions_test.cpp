#include "base/regions.h"

#include <gtest/gtest.h>

#include <set>

#include "base/checks.h"

namespace base::regions {
namespace {

TEST(Regions, UnknownCodesAreNotFound)
{
    for (const char* code : {"", "11", "110100", "999999", "110105999"})
        EXPECT_EQ(find(code), nullptr) << code;
    EXPECT_EQ(full_name("999999"), "");
}

// The list of the specification of health supervision, 0.4.
TEST(Regions, BeijingHasItsSixteenDistricts)
{
    const std::pair<const char*, const char*> districts[] = {{"110101", "东城区"}, {"110102", "西城区"},
        {"110105", "朝阳区"}, {"110106", "丰台区"}, {"110107", "石景山区"}, {"110108", "海淀区"},
        {"110109", "门头沟区"}, {"110111", "房山区"}, {"110112", "通州区"}, {"110113", "顺义区"},
        {"110114", "昌平区"}, {"110115", "大兴区"}, {"110116", "怀柔区"}, {"110117", "平谷区"},
        {"110118", "密云区"}, {"110119", "延庆区"}};
    for (const auto& [code, name] : districts) {
        const auto* region = find(code);
        ASSERT_NE(region, nullptr) << code;
        EXPECT_EQ(region->name, name);
        EXPECT_EQ(region->parent, "110000");
        EXPECT_EQ(region->level, Level::County);
    }
    std::size_t count = 0;
    for (const auto& region : all())
        count += region.parent == "110000" ? 1 : 0;
    EXPECT_EQ(count, 16u);
}

TEST(Regions, EveryRowHasAParentOfAHigherLevelAndAValidCode)
{
    std::set<std::string_view> codes;
    for (const auto& region : all()) {
        EXPECT_TRUE(codes.insert(region.code).second) << region.code;
        EXPECT_EQ(checks::region(region.code), std::nullopt) << region.code;
        EXPECT_FALSE(region.name.empty());
        if (region.level == Level::Province) {
            EXPECT_EQ(region.parent, "");
            continue;
        }
        const auto* parent = find(region.parent);
        ASSERT_NE(parent, nullptr) << region.code;
        EXPECT_LT(parent->level, region.level) << region.code;
        EXPECT_TRUE(within(region.code, parent->code)) << region.code;
    }
    EXPECT_GT(codes.size(), 3600u);
}

TEST(Regions, NamesAreComposedDownTheTree)
{
    EXPECT_EQ(full_name("110105"), "北京市朝阳区");
    EXPECT_EQ(full_name("330206"), "浙江省宁波市北仑区");
    EXPECT_EQ(full_name("110101001"), "北京市东城区东华门街道");
    EXPECT_EQ(level_name(find("330200")->level), "city");
}

TEST(Regions, WithinGoesByDigits)
{
    EXPECT_TRUE(within("110105", "110000"));
    EXPECT_TRUE(within("110105001", "110105"));
    EXPECT_TRUE(within("110105001001", "110105001"));
    EXPECT_TRUE(within("110105", "110105"));
    EXPECT_FALSE(within("110000", "110105"));
    EXPECT_FALSE(within("330206", "110000"));
    EXPECT_FALSE(within("110105", ""));
    EXPECT_EQ(scope_prefix("110000"), "11");
    EXPECT_EQ(scope_prefix("330200"), "3302");
    EXPECT_EQ(scope_prefix("110101000"), "110101");
    EXPECT_EQ(scope_prefix("110105"), "110105");
}

}  // namespace
}  // namespace base::regions
