#include "kernel/imports/convert.h"

#include <gtest/gtest.h>

#include "kernel/definitions/loader.h"

namespace imports {

namespace {

std::shared_ptr<const records::Plan> units()
{
    auto loaded = definitions::load({.folders = {WEIJIAN_SOURCE_DIR "/systems"}});
    return *records::make_plan(std::get<std::shared_ptr<const definitions::Release>>(loaded));
}

}  // namespace

TEST(Convert, ReadsDaysInMixedForms)
{
    for (const char* text : {"2026-09-28", "2026/9/28", "2026.9.28", "20260928", "2026年9月28日", "46293", " ２０２６-９-２８ ", "2026-09-28 00:00:00"})
        EXPECT_EQ(date_text(text).value_or("none"), "2026-09-28") << text;
    for (const char* text : {"去年", "26.9.28", "2026-9", "9/28/2026", "1234"})
        EXPECT_FALSE(date_text(text)) << text;
}

TEST(Convert, ReadsNumbersWithSeparatorsAndTheirUnit)
{
    EXPECT_EQ(number_text("12,345.60㎡", "㎡").value_or(""), "12345.6");
    EXPECT_EQ(number_text("12平方米", "㎡").value_or(""), "12");
    EXPECT_EQ(number_text("-5", "").value_or(""), "-5");
    for (const char* text : {"", "12吨", "1,23", "1.2.3", "12.", "1,2345", "12万"})
        EXPECT_FALSE(number_text(text, "人")) << text;
}

TEST(Convert, ReadsDegreesInTheWaysTheyAreWritten)
{
    for (const char* text : {"116.4042", "116.4042°", "东经116.4042度", "E116.4042", "116°24′15.12″", "116度24分15.12秒", "１１６．４０４２"})
        EXPECT_NEAR(degrees(text).value_or(0), 116.4042, 1e-9) << text;
    for (const char* text : {"", "东经", "116,4", "116°70′", "116°24′15″3", "-116°24′", "nan", "inf", "一百"})
        EXPECT_FALSE(degrees(text)) << text;
}

TEST(Convert, PrefersTheDivisionInsideTheUsersRegion)
{
    EXPECT_EQ(regions_named("朝阳区", "110000"), std::vector<std::string>{"110105"});
    EXPECT_GT(regions_named("朝阳区", "").size(), 1U);
    EXPECT_EQ(regions_named("北京市朝阳区", ""), std::vector<std::string>{"110105"});
    EXPECT_EQ(regions_named("110105", ""), std::vector<std::string>{"110105"});
    EXPECT_TRUE(regions_named("无此区", "110000").empty());
}

TEST(Mapping, RecognisesComposedHeadingsAndIgnoresTheRejectColumns)
{
    const auto plans = units();
    const auto& unit = *plans->find("unit");
    const Mapping mapping = suggest({"单位名称*", "信用代码（18位）", "负责人 / 姓名", "负责人 / 电话", "联系人 / 姓名", "单位类别", "许可信息 / 许可证号",
                                        "姓名", "行号", "问题", "内部编号"}, unit);
    EXPECT_EQ(mapping.at("单位名称*"), "unit_name");
    EXPECT_EQ(mapping.at("信用代码（18位）"), "uscc");
    EXPECT_EQ(mapping.at("负责人 / 姓名"), "principal");
    EXPECT_EQ(mapping.at("负责人 / 电话"), "principal_phone");
    EXPECT_EQ(mapping.at("联系人 / 姓名"), "contacts.contact_name");
    EXPECT_EQ(mapping.at("单位类别"), "professions.category_code");
    EXPECT_EQ(mapping.at("许可信息 / 许可证号"), "professions.permit_no");
    EXPECT_EQ(mapping.size(), 7U);
    const auto twice = targets_of({"甲", "乙"}, {{"甲", "unit_name"}, {"乙", "unit_name"}}, unit);
    EXPECT_EQ(twice.error().faults.front().code, "IMPORT_FIELD_TWICE");
    EXPECT_EQ(targets_of({"甲"}, {{"甲", "photos"}}, unit).error().faults.front().code, "IMPORT_FIELD_UNKNOWN");
}

TEST(Mapping, JoinsLongitudeAndLatitude)
{
    const auto plans = units();
    const auto& unit = *plans->find("unit");
    const Mapping mapping = suggest({"单位名称", "经度", "位置 / 纬度"}, unit);
    EXPECT_EQ(mapping.at("经度"), "location.lng");
    EXPECT_EQ(mapping.at("位置 / 纬度"), "location.lat");
    EXPECT_EQ(suggest({"单位名称", "经度"}, unit).size(), 1U);
    EXPECT_EQ(targets_of({"甲"}, {{"甲", "location.lng"}}, unit).error().faults.front().code, "IMPORT_POINT_HALF");
    EXPECT_EQ(targets_of({"甲", "乙", "丙"}, {{"甲", "location.lng"}, {"乙", "location.lat"}, {"丙", "location"}}, unit).error().faults.front().code,
        "IMPORT_FIELD_TWICE");
    EXPECT_EQ(targets_of({"甲"}, {{"甲", "unit_name.lng"}}, unit).error().faults.front().code, "IMPORT_FIELD_UNKNOWN");
}

}  // namespace imports
