#include "kernel/imports/mapping.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace imports {

using definitions::FieldType;

namespace {

// What a heading says, most exact first: "联系人 / 姓名" is composed of merged rows.
struct Heading {
    std::string whole;               // all parts joined
    std::string bare;                // without what stands in brackets
    std::string first, last;         // parts; empty when there is one only
};

std::string without_brackets(std::string text)
{
    for (auto open = text.find('('); open != std::string::npos && open > 0; open = text.find('(')) {
        const auto close = text.find(')', open);
        if (close == std::string::npos)
            break;
        text.erase(open, close + 1 - open);
    }
    return text;
}

Heading heading_of(const std::string& text)
{
    Heading heading;
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (auto at = text.find(" / "); ; at = text.find(" / ", from)) {
        parts.push_back(normalised(std::string_view(text).substr(from, at == std::string::npos ? at : at - from)));
        if (at == std::string::npos)
            break;
        from = at + 3;
    }
    for (const std::string& part : parts)
        heading.whole += part;
    heading.bare = without_brackets(heading.whole);
    if (parts.size() > 1) {
        heading.first = without_brackets(parts.front());
        heading.last = without_brackets(parts.back());
    }
    return heading;
}

struct Names {
    std::vector<std::string> titles, imports;
    explicit Names(const definitions::Field& field)
    {
        for (const std::string& each : {field.title.zh, field.title.en, field.name})
            if (!each.empty())
                titles.push_back(normalised(each));
        for (const std::string& each : field.import_names)
            imports.push_back(normalised(each));
    }
    bool titled(const std::string& text) const { return std::ranges::find(titles, text) != titles.end(); }
    bool imported(const std::string& text) const { return std::ranges::find(imports, text) != imports.end(); }
};

// How well a text names a field. A child row's title alone says little ("姓名"), its import names more.
double named(const Names& names, const std::string& text, bool child)
{
    if (text.empty())
        return 0;
    const bool title = names.titled(text), import = names.imported(text);
    if (child)
        return import ? (title ? 2.2 : 2) : title ? 1.5 : 0;
    return title ? 3 : import ? 2 : 0;
}

bool person_part(const std::string& text) { return text == "姓名" || text == "名称" || text == "名字" || text == "name"; }

double score(const Heading& heading, const definitions::Field& field, const definitions::Rows* rows)
{
    const Names names(field);
    double best = std::max(named(names, heading.whole, rows), named(names, heading.bare, rows) - 0.2);
    if (heading.last.empty())
        return best;
    const double last = named(names, heading.last, rows);
    if (rows && last > 0) {
        const std::string group = normalised(rows->title.zh);
        if (heading.first == group || heading.first == normalised(rows->title.en) || heading.first == normalised(rows->name))
            return std::max(best, 4.0);
    }
    if (person_part(heading.last))
        best = std::max(best, named(names, heading.first, rows) - 0.5);
    return std::max(best, last - 1);
}

struct Candidate {
    double score;
    std::size_t column;
    std::string path;
    bool doubtful;  // says little by itself, such as a child row's title alone
};

constexpr std::array<std::string_view, 2> halves{"lng", "lat"};

// "location.lat" for "location.lng" and the other way round; empty for a whole field.
std::string other_half(const std::string& path)
{
    for (std::size_t i = 0; i < halves.size(); ++i)
        if (path.ends_with("." + std::string(halves[i])))
            return path.substr(0, path.size() - halves[i].size()) + std::string(halves[1 - i]);
    return {};
}

// "经度", "坐标 / 纬度": half of a point. With two points in a record the group must say which.
double half_score(const Heading& heading, const definitions::Field& field, std::string_view half)
{
    static const std::array<std::vector<std::string>, 2> names{
        std::vector<std::string>{"经度", "东经", "longitude", "lng", "lon"}, {"纬度", "北纬", "latitude", "lat"}};
    const auto& list = names[half == halves[0] ? 0 : 1];
    const auto is = [&](const std::string& text) { return std::ranges::find(list, text) != list.end(); };
    if (!heading.last.empty())
        return is(heading.last) ? (named(Names(field), heading.first, false) > 0 ? 3 : 1.9) : 0;
    return is(heading.whole) || is(heading.bare) ? 1.9 : 0;
}

void add_candidates(std::vector<Candidate>& list, const Heading& heading, std::size_t column, const records::FieldSet& set,
    const definitions::Rows* rows)
{
    for (const auto& field : set.fields) {
        if (!importable(field))
            continue;
        const std::string path = (rows ? rows->name + "." : "") + field.name();
        if (const double value = score(heading, *field.field, rows); value >= 1)
            list.push_back({value, column, path, rows && value < 2});
        for (const std::string_view half : halves)
            if (const double value = field.type == FieldType::Point ? half_score(heading, *field.field, half) : 0; value >= 1)
                list.push_back({value, column, path + "." + std::string(half), value < 2});
    }
}

}  // namespace

std::string normalised(std::string_view text)
{
    std::string result;
    for (const char c : base::text::lower(base::text::nfkc(text)))
        if (c != ' ' && c != '*' && c != ':' && c != '\n' && c != '\r' && c != '\t' && c != '/')
            result += c;
    return result;
}

bool importable(const records::FieldPlan& field)
{
    switch (field.field->type) {
    case FieldType::Files:
    case FieldType::Signature:
    case FieldType::Polygon:
    case FieldType::Computed:
    case FieldType::Person: return false;
    default: return true;
    }
}

Mapping suggest(const std::vector<std::string>& headings, const records::RecordPlan& plan)
{
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        if (headings[i] == row_heading || headings[i] == faults_heading)
            continue;
        const Heading heading = heading_of(headings[i]);
        add_candidates(candidates, heading, i, plan.set, nullptr);
        for (const auto& rows : plan.rows)
            add_candidates(candidates, heading, i, rows.set, rows.rows);
    }
    // "姓名" alone may be a contact's or an employee's: say nothing rather than guess.
    std::erase_if(candidates, [&](const Candidate& one) {
        return one.doubtful && std::ranges::any_of(candidates, [&](const Candidate& other) {
            return other.doubtful && other.column == one.column && other.path != one.path && other.score == one.score;
        });
    });
    std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    Mapping mapping;
    std::set<std::string> used;
    std::set<std::size_t> columns;
    for (const Candidate& one : candidates)
        if (!used.contains(one.path) && !columns.contains(one.column)) {
            used.insert(one.path);
            columns.insert(one.column);
            mapping[headings[one.column]] = one.path;
        }
    std::erase_if(mapping, [&](const auto& one) {  // half a point is none
        const std::string other = other_half(one.second);
        return !other.empty() && !used.contains(other);
    });
    return mapping;
}

namespace {

void find_field(Target& target, const std::string& path, const records::RecordPlan& plan)
{
    target.rows = std::nullopt;
    target.field = nullptr;
    if (const auto dot = path.find('.'); dot != std::string::npos) {
        if (const auto* rows = plan.child(path.substr(0, dot))) {
            target.rows = static_cast<std::size_t>(rows - plan.rows.data());
            target.field = rows->set.find(path.substr(dot + 1));
        }
    } else {
        target.field = plan.set.find(path);
    }
    if (target.field && !importable(*target.field))
        target.field = nullptr;
}

Target target_of(const std::string& heading, const std::string& path, const records::RecordPlan& plan)
{
    Target target{heading, nullptr, std::nullopt, path};
    for (const std::string_view half : halves)
        if (path.ends_with("." + std::string(half))) {
            find_field(target, path.substr(0, path.size() - half.size() - 1), plan);
            if (target.field && target.field->type == FieldType::Point) {
                target.half = half;
                return target;
            }
        }
    find_field(target, path, plan);
    return target;
}

// The field may not come twice, nor a point both whole and in halves.
bool taken(const Target& target, const std::set<std::string>& used)
{
    if (used.contains(target.path))
        return true;
    if (!target.half.empty())
        return used.contains(target.path.substr(0, target.path.size() - target.half.size() - 1));
    return std::ranges::any_of(halves, [&](std::string_view half) { return used.contains(target.path + "." + std::string(half)); });
}

}  // namespace

Result<std::vector<Target>> targets_of(const std::vector<std::string>& headings, const Mapping& mapping,
    const records::RecordPlan& plan)
{
    Error error{Kind::Invalid, "VALIDATION"};
    std::vector<Target> targets;
    std::set<std::string> used;
    for (const std::string& heading : headings) {
        const auto found = mapping.find(heading);
        if (found == mapping.end() || found->second.empty()) {
            targets.push_back({heading});
            continue;
        }
        targets.push_back(target_of(heading, found->second, plan));
        if (!targets.back().field)
            error.faults.push_back({"mapping." + heading, "IMPORT_FIELD_UNKNOWN", {{"field", found->second}}});
        else if (taken(targets.back(), used))
            error.faults.push_back({"mapping." + heading, "IMPORT_FIELD_TWICE", {{"field", found->second}}});
        used.insert(found->second);
    }
    for (const Target& target : targets)
        if (!target.half.empty() && !used.contains(other_half(target.path)))
            error.faults.push_back({"mapping." + target.heading, "IMPORT_POINT_HALF"});
    for (const auto& [heading, path] : mapping)
        if (std::ranges::find(headings, heading) == headings.end())
            error.faults.push_back({"mapping." + heading, "IMPORT_HEADING_UNKNOWN", {{"heading", heading}}});
    if (error.faults.empty() && used.empty())
        error.faults.push_back({"mapping", "IMPORT_MAPPING_EMPTY"});
    if (!error.faults.empty())
        return error;
    return targets;
}

}  // namespace imports
