#include "engines/geo/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace geo {
namespace {

constexpr double pi = std::numbers::pi;

double radians(double degrees)
{
    return degrees * pi / 180;
}

struct Shift {
    double lng = 0;
    double lat = 0;
};

// The polynomial and sine terms of the approximation, in metres, around 105° E 35° N.
Shift shift_terms(double x, double y)
{
    const double root = std::sqrt(std::abs(x));
    const double common = (20 * std::sin(6 * x * pi) + 20 * std::sin(2 * x * pi)) * 2 / 3;
    Shift out;
    out.lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common;
    out.lat += (20 * std::sin(y * pi) + 40 * std::sin(y / 3 * pi)) * 2 / 3;
    out.lat += (160 * std::sin(y / 12 * pi) + 320 * std::sin(y * pi / 30)) * 2 / 3;
    out.lng = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common;
    out.lng += (20 * std::sin(x * pi) + 40 * std::sin(x / 3 * pi)) * 2 / 3;
    out.lng += (150 * std::sin(x / 12 * pi) + 300 * std::sin(x / 30 * pi)) * 2 / 3;
    return out;
}

Point to_gcj02(Point point)
{
    if (!in_china(point))
        return point;
    constexpr double axis = 6378245.0;  // Krasovsky 1940, as the approximation has it
    constexpr double eccentricity = 0.00669342162296594323;
    const Shift metres = shift_terms(point.lng - 105, point.lat - 35);
    const double sine = std::sin(radians(point.lat));
    const double magic = 1 - eccentricity * sine * sine;
    const double meridian = axis * (1 - eccentricity) / (magic * std::sqrt(magic));
    const double parallel = axis / std::sqrt(magic) * std::cos(radians(point.lat));
    return {point.lng + metres.lng * 180 / (parallel * pi), point.lat + metres.lat * 180 / (meridian * pi)};
}

// The shift changes slowly, so stepping back by the remaining difference settles in a few rounds.
Point from_gcj02(Point shifted)
{
    if (!in_china(shifted))
        return shifted;
    Point guess = shifted;
    for (int round = 0; round < 20; ++round) {
        const Point reached = to_gcj02(guess);
        const double lng = shifted.lng - reached.lng;
        const double lat = shifted.lat - reached.lat;
        guess = {guess.lng + lng, guess.lat + lat};
        if (std::abs(lng) < 1e-10 && std::abs(lat) < 1e-10)
            break;
    }
    return guess;
}

// On the sphere; for points nearly opposite each other, where Vincenty's iteration does not settle.
double distance_on_sphere(Point a, Point b)
{
    constexpr double radius = 6371008.8;
    const double lat = std::sin(radians(b.lat - a.lat) / 2);
    const double lng = std::sin(radians(b.lng - a.lng) / 2);
    const double half = lat * lat + std::cos(radians(a.lat)) * std::cos(radians(b.lat)) * lng * lng;
    return 2 * radius * std::asin(std::min(1.0, std::sqrt(half)));
}

}  // namespace

std::optional<System> system_of(std::string_view name)
{
    for (const auto system : {System::Cgcs2000, System::Wgs84, System::Gcj02}) {
        if (name_of(system) == name)
            return system;
    }
    return std::nullopt;
}

std::string_view name_of(System system)
{
    switch (system) {
    case System::Cgcs2000:
        return "CGCS2000";
    case System::Wgs84:
        return "WGS84";
    case System::Gcj02:
        return "GCJ02";
    }
    return "CGCS2000";
}

bool valid(Point point)
{
    return std::abs(point.lng) <= 180 && std::abs(point.lat) <= 90;  // false for NaN
}

bool in_china(Point point)
{
    return point.lng >= 72.004 && point.lng <= 137.8347 && point.lat >= 0.8293 && point.lat <= 55.8271;
}

Point convert(Point point, System from, System to)
{
    if ((from == System::Gcj02) == (to == System::Gcj02))
        return point;
    return to == System::Gcj02 ? to_gcj02(point) : from_gcj02(point);
}

// Vincenty's inverse formula on the ellipsoid of CGCS2000 (GRS 80 but for 0.1 mm).
double distance(Point from, Point to)
{
    constexpr double a = 6378137.0;
    constexpr double flattening = 1 / 298.257222101;
    constexpr double b = a * (1 - flattening);
    const double difference = radians(to.lng - from.lng);
    const double reduced_1 = std::atan((1 - flattening) * std::tan(radians(from.lat)));
    const double reduced_2 = std::atan((1 - flattening) * std::tan(radians(to.lat)));
    const double sin_1 = std::sin(reduced_1), cos_1 = std::cos(reduced_1);
    const double sin_2 = std::sin(reduced_2), cos_2 = std::cos(reduced_2);

    double lambda = difference;
    for (int round = 0; round < 100; ++round) {
        const double sin_lambda = std::sin(lambda), cos_lambda = std::cos(lambda);
        const double sin_sigma = std::hypot(cos_2 * sin_lambda, cos_1 * sin_2 - sin_1 * cos_2 * cos_lambda);
        if (sin_sigma == 0)
            return 0;
        const double cos_sigma = sin_1 * sin_2 + cos_1 * cos_2 * cos_lambda;
        const double sigma = std::atan2(sin_sigma, cos_sigma);
        const double sin_alpha = cos_1 * cos_2 * sin_lambda / sin_sigma;
        const double cos2_alpha = 1 - sin_alpha * sin_alpha;
        const double middle = cos2_alpha == 0 ? 0 : cos_sigma - 2 * sin_1 * sin_2 / cos2_alpha;
        const double c = flattening / 16 * cos2_alpha * (4 + flattening * (4 - 3 * cos2_alpha));
        const double before = lambda;
        lambda =
            difference + (1 - c) * flattening * sin_alpha *
                             (sigma + c * sin_sigma * (middle + c * cos_sigma * (2 * middle * middle - 1)));
        if (std::abs(lambda - before) > 1e-12)
            continue;
        const double u2 = cos2_alpha * (a * a - b * b) / (b * b);
        const double big_a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
        const double big_b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
        const double correction = big_b * sin_sigma *
                                  (middle + big_b / 4 *
                                                (cos_sigma * (2 * middle * middle - 1) -
                                                    big_b / 6 * middle * (4 * sin_sigma * sin_sigma - 3) *
                                                        (4 * middle * middle - 3)));
        return b * big_a * (sigma - correction);
    }
    return distance_on_sphere(from, to);
}

}  // namespace geo
