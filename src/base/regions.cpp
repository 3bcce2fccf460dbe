#include "base/regions.h"

#include <algorithm>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"

namespace base::regions {
namespace {

Level level_of(std::string_view name)
{
    if (name == "province")
        return Level::Province;
    if (name == "city")
        return Level::City;
    return name == "county" ? Level::County : Level::Street;
}

std::vector<Region> load()
{
    std::vector<Region> regions;
    for (const auto& file : base_files()) {
        if (file.name != "regions.csv")
            continue;
        for (const auto line : text::split(file.content, '\n')) {
            const auto cells = text::split(line, ',');
            if (cells.size() == 4 && !line.starts_with('#') && cells[0] != "code")
                regions.push_back({cells[0], cells[1], cells[2], level_of(cells[3])});
        }
    }
    std::sort(regions.begin(), regions.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
    return regions;
}

}  // namespace

std::span<const Region> all()
{
    static const std::vector<Region> regions = load();
    return regions;
}

const Region* find(std::string_view code)
{
    const auto regions = all();
    const auto found = std::lower_bound(regions.begin(), regions.end(), code,
        [](const Region& region, std::string_view c) { return region.code < c; });
    return found != regions.end() && found->code == code ? &*found : nullptr;
}

std::string full_name(std::string_view code)
{
    std::string name;
    for (const auto* region = find(code); region != nullptr; region = find(region->parent))
        name.insert(0, region->name);
    return name;
}

std::string_view level_name(Level level)
{
    switch (level) {
    case Level::Province:
        return "province";
    case Level::City:
        return "city";
    case Level::County:
        return "county";
    case Level::Street:
        return "street";
    }
    return "street";
}

std::string_view scope_prefix(std::string_view code)
{
    while (code.size() > 2 && code.size() % 2 == 0 && code.size() <= 6 && code.ends_with("00"))
        code.remove_suffix(2);
    while (code.size() > 6 && code.ends_with("000"))
        code.remove_suffix(3);
    return code;
}

bool within(std::string_view code, std::string_view region)
{
    const auto prefix = scope_prefix(region);
    return !prefix.empty() && code.starts_with(prefix);
}

}  // namespace base::regions
