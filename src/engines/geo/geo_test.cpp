#include "engines/geo/geo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace geo {
namespace {

constexpr Point tiananmen{116.404, 39.915};

TEST(Geo, RefusesPointsThatAreNowhere)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const Point wrong : {Point{181, 0}, Point{0, 91}, Point{nan, 0}, Point{0, nan}, Point{0, -INFINITY}})
        EXPECT_FALSE(valid(wrong));
    EXPECT_TRUE(valid(tiananmen));
    EXPECT_FALSE(in_china({139.7, 35.7}));  // Tokyo
    EXPECT_FALSE(system_of("BD09"));
    EXPECT_EQ(system_of("GCJ02"), System::Gcj02);
    EXPECT_EQ(system_of(name_of(System::Cgcs2000)), System::Cgcs2000);
}

// Published by the libraries coordtransform (first) and evil_transform (second).
TEST(Geo, ShiftsToGcj02LikeThePublishedPoints)
{
    const Point beijing = convert(tiananmen, System::Wgs84, System::Gcj02);
    EXPECT_NEAR(beijing.lng, 116.41024449916938, 1e-9);
    EXPECT_NEAR(beijing.lat, 39.91640428150164, 1e-9);
    const Point suzhou = convert({120.596931, 31.280844}, System::Wgs84, System::Gcj02);
    EXPECT_NEAR(suzhou.lng, 120.60109998322247, 2e-5);  // printed there after its own rounding
    EXPECT_NEAR(suzhou.lat, 31.278648624428175, 2e-5);
}

// Their way back is one step only (to about 2 m); ours must be nearer to the truth than that.
TEST(Geo, ComesBackFromGcj02)
{
    const Point back = convert(tiananmen, System::Gcj02, System::Wgs84);
    EXPECT_LT(distance(back, {116.39775550083061, 39.91359571849836}), 5);
    for (double lng = 74; lng < 135; lng += 3.7) {
        for (double lat = 18; lat < 53; lat += 2.9) {
            const Point shifted = convert({lng, lat}, System::Cgcs2000, System::Gcj02);
            const Point again = convert(shifted, System::Gcj02, System::Cgcs2000);
            ASSERT_LT(distance(again, {lng, lat}), 0.001);
            ASSERT_GT(distance(shifted, {lng, lat}), 5);
            ASSERT_LT(distance(shifted, {lng, lat}), 1000);
        }
    }
}

TEST(Geo, LeavesPointsAloneWhereNothingIsShifted)
{
    const Point tokyo{139.7, 35.7};
    EXPECT_EQ(convert(tokyo, System::Wgs84, System::Gcj02).lng, tokyo.lng);
    EXPECT_EQ(convert(tokyo, System::Gcj02, System::Wgs84).lat, tokyo.lat);
    EXPECT_EQ(convert(tiananmen, System::Wgs84, System::Cgcs2000).lng, tiananmen.lng);
    EXPECT_EQ(convert(tiananmen, System::Gcj02, System::Gcj02).lng, tiananmen.lng);
}

// Flinders Peak to Buninyong, the worked example of Geoscience Australia on the same ellipsoid.
TEST(Geo, MeasuresTheGeodesicOfThePublishedExample)
{
    const Point flinders_peak{144 + 25 / 60.0 + 29.52440 / 3600, -(37 + 57 / 60.0 + 3.72030 / 3600)};
    const Point buninyong{143 + 55 / 60.0 + 35.38390 / 3600, -(37 + 39 / 60.0 + 10.15610 / 3600)};
    EXPECT_NEAR(distance(flinders_peak, buninyong), 54972.271, 0.001);
    EXPECT_NEAR(distance(buninyong, flinders_peak), 54972.271, 0.001);
}

TEST(Geo, MeasuresShortAndImpossibleDistances)
{
    EXPECT_EQ(distance(tiananmen, tiananmen), 0);
    EXPECT_NEAR(distance({0, 0}, {1, 0}), 111319.491, 0.001);  // one degree of the equator
    EXPECT_NEAR(distance({0, 0}, {180, 0.5}), 20e6, 0.1e6);    // nearly opposite: only about right
}

const Polygon square_with_hole{
    {{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, {{4, 4}, {6, 4}, {6, 6}, {4, 6}, {4, 4}}};

TEST(Geo, KnowsWhatAPolygonContains)
{
    EXPECT_FALSE(contains(square_with_hole, {5, 5}));
    EXPECT_FALSE(contains(square_with_hole, {-1, 5}));
    EXPECT_FALSE(contains(square_with_hole, {11, 0}));
    EXPECT_FALSE(contains({}, {0, 0}));
    EXPECT_TRUE(contains(square_with_hole, {1, 1}));
    EXPECT_TRUE(contains(square_with_hole, {0, 5}));
    EXPECT_TRUE(contains(square_with_hole, {10, 10}));
    EXPECT_TRUE(contains(square_with_hole, {4, 5}));  // the edge of the hole belongs to the area
}

TEST(Geo, RefusesBrokenOutlines)
{
    for (const char* wrong :
        {"", "[]", "{}", R"({"features":[{}]})",
            R"({"features":[{"properties":{"code":"1"},"geometry":{"type":"Point","coordinates":[1,2]}}]})",
            R"({"features":[{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}}]})",
            R"({"features":[{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,"x"],[1,1],[0,0]]]}}]})",
            R"({"features":[{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,500],[1,1],[0,0]]]}}]})"})
        EXPECT_FALSE(parse_outlines(wrong).ok()) << wrong;
}

TEST(Geo, FindsTheDistrictOfAPoint)
{
    const auto outlines = *parse_outlines(shipped_outlines());
    ASSERT_EQ(outlines.size(), 16u);
    const std::pair<Point, const char*> places[] = {{{116.486, 39.921}, "110105"},
        {{116.310, 39.956}, "110108"}, {{116.843, 40.377}, "110118"}, {{115.985, 40.465}, "110119"}};
    for (const auto& [point, code] : places) {
        const auto* district = outline_at(outlines, point);
        ASSERT_NE(district, nullptr) << code;
        EXPECT_EQ(district->code, code);
    }
    EXPECT_EQ(outline_at(outlines, {121.5, 31.2}), nullptr);  // Shanghai
    for (const auto& outline : outlines)
        EXPECT_TRUE(valid(outline.label) && outline.label.lng > 115) << outline.name;
}

}  // namespace
}  // namespace geo
