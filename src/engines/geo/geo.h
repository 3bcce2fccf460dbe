#pragma once

// Where things are: coordinate systems used in China, distances, and which outline a point is in.
//
// CGCS2000 and WGS-84 are treated as one: they differ by less than a metre in China. GCJ-02 is the
// shifted system of Chinese web maps, some 100 to 700 m away; it has no published definition, so the
// well-known approximation is used, good to about a metre against the maps themselves.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace geo {

enum class System { Cgcs2000, Wgs84, Gcj02 };

// "CGCS2000", "WGS84", "GCJ02"; empty for anything else.
std::optional<System> system_of(std::string_view name);
std::string_view name_of(System);

struct Point {
    double lng = 0;
    double lat = 0;
};

// Longitude -180..180, latitude -90..90, both finite.
bool valid(Point);
// A box around China: where GCJ-02 is shifted at all.
bool in_china(Point);

// There and back is within a millimetre.
Point convert(Point, System from, System to);

// Metres along the ellipsoid; both points in the same system.
double distance(Point, Point);

// Rings as in GeoJSON: the first is the outline, the others are holes; each closed.
using Ring = std::vector<Point>;
using Polygon = std::vector<Ring>;

// A point on an edge counts as inside.
bool contains(const Polygon&, Point);

struct Outline {
    std::string code;  // GB/T 2260
    std::string name;
    Point label;
    std::vector<Polygon> polygons;
};

// A GeoJSON FeatureCollection of Polygon and MultiPolygon features with `code`, `name` and `label`
// among their properties. OUTLINE_SYNTAX with the number of the feature.
base::Result<std::vector<Outline>> parse_outlines(std::string_view geojson);
// The first outline that contains the point; null when none does.
const Outline* outline_at(const std::vector<Outline>&, Point);

// The districts that come with the program; their coordinate system is unknown (share/map/README.md).
std::string_view shipped_outlines();

}  // namespace geo
