#include <algorithm>
#include <span>

#include "base/embedded.h"
#include "base/json.h"
#include "engines/geo/geo.h"

std::span<const base::EmbeddedFile> geo_files();

namespace geo {
namespace {

bool on_edge(Point a, Point b, Point p)
{
    const double cross = (b.lng - a.lng) * (p.lat - a.lat) - (b.lat - a.lat) * (p.lng - a.lng);
    return cross == 0 && p.lng >= std::min(a.lng, b.lng) && p.lng <= std::max(a.lng, b.lng) &&
           p.lat >= std::min(a.lat, b.lat) && p.lat <= std::max(a.lat, b.lat);
}

enum class Place { Outside, Edge, Inside };

// Counts how often a line to the east crosses the ring.
Place place_in(const Ring& ring, Point p)
{
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const Point a = ring[i];
        const Point b = ring[j];
        if (on_edge(a, b, p))
            return Place::Edge;
        if ((a.lat > p.lat) != (b.lat > p.lat) &&
            p.lng < (b.lng - a.lng) * (p.lat - a.lat) / (b.lat - a.lat) + a.lng)
            inside = !inside;
    }
    return inside ? Place::Inside : Place::Outside;
}

std::optional<Point> read_point(const json::value& value)
{
    const auto* pair = value.if_array();
    if (pair == nullptr || pair->size() < 2 || !(*pair)[0].is_number() || !(*pair)[1].is_number())
        return std::nullopt;
    const Point point{(*pair)[0].to_number<double>(), (*pair)[1].to_number<double>()};
    return valid(point) ? std::optional(point) : std::nullopt;
}

// Lists within lists; `read` reads one item.
template <class Item, class Read>
std::optional<std::vector<Item>> read_list(const json::value& value, Read read)
{
    const auto* list = value.if_array();
    if (list == nullptr || list->empty())
        return std::nullopt;
    std::vector<Item> items;
    items.reserve(list->size());
    for (const auto& each : *list) {
        auto item = read(each);
        if (!item)
            return std::nullopt;
        items.push_back(*std::move(item));
    }
    return items;
}

std::optional<Ring> read_ring(const json::value& value)
{
    auto ring = read_list<Point>(value, read_point);
    return ring && ring->size() >= 4 ? ring : std::nullopt;
}

std::optional<Polygon> read_polygon(const json::value& value)
{
    return read_list<Ring>(value, read_ring);
}

const json::value* member(const json::value* value, std::string_view name)
{
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::string_view text(const json::value* value)
{
    const auto* string = value == nullptr ? nullptr : value->if_string();
    return string == nullptr ? std::string_view() : std::string_view(*string);
}

std::optional<Outline> read_outline(const json::value& feature)
{
    const auto* properties = member(&feature, "properties");
    const auto* geometry = member(&feature, "geometry");
    const auto* coordinates = member(geometry, "coordinates");
    const auto* label = member(properties, "label");
    Outline outline{.code = std::string(text(member(properties, "code"))),
        .name = std::string(text(member(properties, "name")))};
    if (outline.code.empty() || coordinates == nullptr)
        return std::nullopt;
    if (text(member(geometry, "type")) == "MultiPolygon") {
        auto polygons = read_list<Polygon>(*coordinates, read_polygon);
        if (!polygons)
            return std::nullopt;
        outline.polygons = *std::move(polygons);
    } else if (text(member(geometry, "type")) == "Polygon") {
        auto polygon = read_polygon(*coordinates);
        if (!polygon)
            return std::nullopt;
        outline.polygons.push_back(*std::move(polygon));
    }
    if (label != nullptr)
        outline.label = read_point(*label).value_or(Point{});
    return outline.polygons.empty() ? std::nullopt : std::optional(std::move(outline));
}

}  // namespace

bool contains(const Polygon& polygon, Point point)
{
    if (polygon.empty() || polygon.front().empty())
        return false;
    const Place outline = place_in(polygon.front(), point);
    if (outline != Place::Inside)
        return outline == Place::Edge;
    return std::none_of(polygon.begin() + 1, polygon.end(),
        [&](const Ring& hole) { return !hole.empty() && place_in(hole, point) == Place::Inside; });
}

base::Result<std::vector<Outline>> parse_outlines(std::string_view geojson)
{
    TRY_ASSIGN(const auto root, base::parse_json(geojson));
    const auto* features = member(&root, "features");
    if (features == nullptr || !features->is_array())
        return base::Error{
            .kind = base::Kind::Invalid, .code = "OUTLINE_SYNTAX", .parameters = {{"feature", "0"}}};
    std::vector<Outline> outlines;
    for (const auto& feature : features->get_array()) {
        auto outline = read_outline(feature);
        if (!outline)
            return base::Error{.kind = base::Kind::Invalid,
                .code = "OUTLINE_SYNTAX",
                .parameters = {{"feature", std::to_string(outlines.size() + 1)}}};
        outlines.push_back(*std::move(outline));
    }
    return outlines;
}

const Outline* outline_at(const std::vector<Outline>& outlines, Point point)
{
    for (const auto& outline : outlines) {
        for (const auto& polygon : outline.polygons) {
            if (contains(polygon, point))
                return &outline;
        }
    }
    return nullptr;
}

std::string_view shipped_outlines()
{
    return geo_files().front().content;
}

}  // namespace geo
