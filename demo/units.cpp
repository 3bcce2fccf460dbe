#include "demo/units.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/regions.h"

namespace demo {

namespace {

struct Kind {
    std::string_view profession, category;
    std::string_view suffixes[3];
    std::string_view credit_prefix;  // 92 individual business, 91 enterprise, 12 public institution, 52 private school
    int staff_min, staff_max;
    int weight;
};

constexpr Kind kinds[] = {
    {"PUBP", "LODG01", {"大酒店", "宾馆", "饭店"}, "91", 20, 260, 6},
    {"PUBP", "LODG02", {"旅馆", "快捷酒店", "客栈"}, "91", 4, 40, 9},
    {"PUBP", "BATH03", {"足浴店", "足道馆", "养生馆"}, "92", 2, 20, 5},
    {"PUBP", "SWIM01", {"游泳健身中心", "健身俱乐部", "游泳馆"}, "91", 8, 60, 4},
    {"PUBP", "HAIR01", {"理发店", "造型工作室", "美发沙龙"}, "92", 1, 12, 22},
    {"PUBP", "HAIR02", {"美容店", "美容会所", "护肤中心"}, "92", 1, 15, 12},
    {"PUBP", "MALL01", {"商场", "百货", "购物中心"}, "91", 30, 500, 3},
    {"PUBP", "CAFE01", {"咖啡馆", "咖啡店", "茶餐吧"}, "92", 2, 12, 4},
    {"PUBP", "CULT01", {"电影院", "影城", "剧场"}, "91", 10, 60, 2},
    {"WATR", "SEC", {"物业管理有限公司", "物业服务有限公司", "置业有限公司"}, "91", 10, 200, 9},
    {"WATR", "VND", {"饮水设备有限公司", "净水科技有限公司", "水业有限公司"}, "91", 3, 40, 2},
    {"SCHL", "SCHL01", {"小学", "实验小学", "中心小学"}, "12", 25, 160, 4},
    {"SCHL", "SCHL08", {"幼儿园", "双语幼儿园", "社区幼儿园"}, "52", 12, 70, 6},
    {"MEDI", "MEDI01", {"医院", "综合医院", "友谊医院"}, "12", 120, 1800, 1},
    {"MEDI", "MEDI05", {"社区卫生服务中心", "社区卫生服务中心", "社区卫生服务中心"}, "12", 25, 160, 2},
    {"MEDI", "MEDI10", {"诊所", "西医诊所", "门诊所"}, "91", 3, 14, 7},
    {"MEDI", "MEDI18", {"口腔诊所", "口腔门诊部", "齿科诊所"}, "91", 4, 30, 5},
    {"TCMD", "MEDI22", {"中医诊所", "国医馆", "中医馆"}, "91", 3, 16, 3},
    {"DISF", "DISF03", {"日化有限公司", "卫生用品有限公司", "商贸有限公司"}, "91", 3, 40, 3},
    {"TABL", "TABL01", {"餐具消毒服务有限公司", "洁净餐具有限公司", "餐饮洗消有限公司"}, "91", 15, 90, 1},
    {"OCCU", "OCCU02", {"机械制造有限公司", "印刷有限公司", "家具有限公司"}, "91", 20, 400, 5},
    {"RADI", "RADI01", {"体检中心", "影像诊断中心", "医学检查中心"}, "91", 15, 120, 1},
};

constexpr std::string_view first_words[] = {"春晖", "和顺", "瑞祥", "清泉", "鼎盛", "雅致", "金桥", "绿洲", "晨光", "悦来", "同心",
    "百合", "云栖", "远航", "福满", "玉兰", "知春", "松涛", "嘉禾", "丰泽", "安康", "景明", "汇通", "尚品", "星河", "蓝天", "红叶", "天润",
    "博雅", "德馨", "仁和", "益民", "康宁", "美好", "新月", "如意", "聚贤", "长青", "锦绣", "万家"};
constexpr std::string_view second_words[] = {"苑", "居", "轩", "阁", "源", "坊", "汇", "里", "园", "台", "庭", "府", "洲", "湾", "泰", "兴"};

const Kind& pick_kind(Random& random)
{
    static const int total = [] {
        int sum = 0;
        for (const Kind& kind : kinds)
            sum += kind.weight;
        return sum;
    }();
    int at = static_cast<int>(random.below(static_cast<std::uint64_t>(total)));
    for (const Kind& kind : kinds) {
        if (at < kind.weight)
            return kind;
        at -= kind.weight;
    }
    return kinds[0];
}

std::string decimal_text(double value, int digits)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

void add_extra(json::object& profession, const Kind& kind, Random& random)
{
    const auto set = [&](const char* name, json::value value) { profession[name] = std::move(value); };
    if (kind.profession == "PUBP") {
        set("area_m2", json::value(decimal_text(static_cast<double>(random.between(18, 2800)), 2)));
        set("has_central_ac", kind.staff_max > 50 && random.chance(0.6));
        if (kind.category.starts_with("LODG"))
            set("bed_count", random.between(12, 420));
        if (kind.category.starts_with("SWIM"))
            set("pool_count", random.between(1, 4));
    } else if (kind.profession == "WATR") {
        set("daily_ton", json::value(decimal_text(static_cast<double>(random.between(8, 1500)), 2)));
        set("population", random.between(200, 12'000));
    } else if (kind.profession == "SCHL") {
        set("student_count", random.between(90, 2400));
        set("boarding", random.chance(0.1));
    } else if (kind.profession == "MEDI") {
        set("beds", kind.staff_max > 1000 ? random.between(100, 1200) : random.between(0, 20));
    } else if (kind.profession == "OCCU") {
        set("exposed_staff", random.between(2, 90));
    } else if (kind.profession == "RADI") {
        set("device_count", random.between(1, 12));
    }
}

}  // namespace

UnitMaker::UnitMaker(std::uint64_t seed, base::Date today) : random_(seed), today_(today)
{
    if (auto outlines = geo::parse_outlines(geo::shipped_outlines()); outlines.ok())
        outlines_ = *std::move(outlines);
    for (const District& district : districts())
        streets_[std::string{district.region}];
    for (const base::regions::Region& region : base::regions::all()) {
        if (region.level != base::regions::Level::Street)
            continue;
        if (const auto found = streets_.find(region.parent); found != streets_.end())
            found->second.emplace_back(region.code, region.name);
    }
}

std::string UnitMaker::place_name(const District& district, std::string_view kind)
{
    std::string name = random_.chance(0.75) ? "北京" : "北京市" + std::string{district.name};
    name += random_.pick(first_words);
    name += random_.pick(second_words);
    name += kind;
    return name;
}

geo::Point UnitMaker::point_in(const District& district)
{
    const auto outline = std::find_if(outlines_.begin(), outlines_.end(),
        [&](const geo::Outline& one) { return one.code == district.region; });
    if (outline == outlines_.end())
        return {116.4, 39.9};
    // Denser towards the middle, as towns are.
    for (int tries = 0; tries < 60; ++tries) {
        const double angle = random_.unit() * 6.283185307179586;
        const double radius = 0.12 * random_.unit() * random_.unit();
        const geo::Point point{outline->label.lng + radius * 1.3 * std::cos(angle), outline->label.lat + radius * std::sin(angle)};
        for (const geo::Polygon& polygon : outline->polygons)
            if (geo::contains(polygon, point))
                return point;
    }
    return outline->label;
}

json::object UnitMaker::make(const District& district)
{
    ++made_;
    const Kind& kind = pick_kind(random_);
    const auto& streets = streets_[std::string{district.region}];
    const bool has_streets = !streets.empty();
    const auto& street = has_streets ? streets[random_.below(streets.size())]
                                     : std::pair<std::string, std::string>{std::string{district.region}, ""};
    const std::string business_address = address(random_, district, street.second);
    const std::string representative = person_name(random_);
    const std::int64_t staff = random_.between(kind.staff_min, kind.staff_max);
    const geo::Point point = point_in(district);

    json::object profession{{"profession", json::string(kind.profession)}, {"category_code", json::string(kind.category)}};
    const base::Date granted = today_.plus_days(-random_.between(30, 4 * 365 + 200));
    const base::Date ends = granted.plus_months(48).plus_days(-1);
    char permit[48];
    std::snprintf(permit, sizeof permit, "京%s卫%.4s字〔%d〕第%06llu号", std::string{district.short_name}.c_str(),
        std::string{kind.profession}.c_str(), granted.year(), static_cast<unsigned long long>(made_));
    profession["permit_no"] = permit;
    profession["permit_from"] = granted.text();
    profession["permit_to"] = ends.text();
    profession["permit_status"] = ends < today_ ? "EXPIRED" : "VALID";
    add_extra(profession, kind, random_);

    const bool individual = kind.credit_prefix == "92";
    json::object unit{
        {"unit_name", place_name(district, random_.pick(kind.suffixes))},
        {"subject_type", individual ? "INDIV_BIZ" : "LEGAL"},
        {"uscc", credit_code(random_, kind.credit_prefix, district.region)},
        {"legal_rep", representative},
        {"principal", random_.chance(0.6) ? representative : person_name(random_)},
        {"principal_phone", random_.chance(0.85) ? mobile_phone(random_) : landline(random_)},
        {"reg_address", random_.chance(0.8) ? business_address : address(random_, district, street.second)},
        {"business_address", business_address},
        {"region_code", street.first},
        {"location", json::object{{"lng", std::round(point.lng * 1e7) / 1e7}, {"lat", std::round(point.lat * 1e7) / 1e7}, {"system", "CGCS2000"}}},
        {"staff_total", staff},
        {"staff_direct", random_.between(1, staff)},
        {"first_supervised_on", granted.text()},
        {"professions", json::array{profession}},
    };
    if (random_.chance(0.3))
        unit["credit_level"] = random_.chance(0.6) ? "A" : random_.chance(0.7) ? "B" : "C";
    if (random_.chance(0.4))
        unit["risk_level"] = random_.chance(0.15) ? "H" : random_.chance(0.5) ? "M" : "L";
    if (random_.chance(0.25))
        unit["contacts"] = json::array{json::object{{"contact_name", person_name(random_)}, {"post", "卫生管理员"}, {"phone", mobile_phone(random_)}}};
    return unit;
}

}  // namespace demo
