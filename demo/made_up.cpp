#include "demo/made_up.h"

#include <cstdio>

#include "base/checks.h"

namespace demo {

namespace {

constexpr std::string_view surnames[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡",
    "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余",
    "潘", "杜", "戴", "夏", "钟", "汪", "田", "任", "姜", "欧阳", "上官", "司马", "诸葛"};
constexpr std::string_view given_first[] = {"建", "志", "文", "晓", "海", "国", "秀", "玉", "丽", "明", "春", "雪", "子",
    "思", "佳", "俊", "宇", "欣", "嘉", "立", "永", "长", "桂", "淑", "红", "振", "金", "云", "雨", "一"};
constexpr std::string_view given_second[] = {"华", "军", "强", "芳", "敏", "静", "伟", "磊", "洋", "勇", "杰", "娟",
    "涛", "超", "霞", "平", "刚", "英", "梅", "鑫", "辉", "宁", "颖", "琳", "博", "晨", "凯", "萍", "斌", "悦"};

constexpr std::string_view roads[] = {"阜荣路", "幸福大街", "解放路", "文化路", "新华街", "建设路", "向阳街", "育才路",
    "光明路", "工人街", "和平街", "平安大道", "胜利路", "友谊路", "朝晖路", "春风路", "银杏路", "玉兰街", "听松路", "月坛巷"};

constexpr District all_districts[] = {
    {"110101", "东城区", "东城", "dongcheng", 8},
    {"110102", "西城区", "西城", "xicheng", 9},
    {"110105", "朝阳区", "朝阳", "chaoyang", 20},
    {"110106", "丰台区", "丰台", "fengtai", 11},
    {"110107", "石景山区", "石景山", "shijingshan", 4},
    {"110108", "海淀区", "海淀", "haidian", 16},
    {"110109", "门头沟区", "门头沟", "mentougou", 2},
    {"110111", "房山区", "房山", "fangshan", 5},
    {"110112", "通州区", "通州", "tongzhou", 6},
    {"110113", "顺义区", "顺义", "shunyi", 5},
    {"110114", "昌平区", "昌平", "changping", 7},
    {"110115", "大兴区", "大兴", "daxing", 6},
    {"110116", "怀柔区", "怀柔", "huairou", 2},
    {"110117", "平谷区", "平谷", "pinggu", 2},
    {"110118", "密云区", "密云", "miyun", 2},
    {"110119", "延庆区", "延庆", "yanqing", 2},
};

constexpr char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

}  // namespace

std::span<const District> districts() { return all_districts; }

std::string person_name(Random& random)
{
    std::string name{random.pick(surnames)};
    name += random.pick(given_first);
    if (random.chance(0.75))
        name += random.pick(given_second);
    return name;
}

std::string mobile_phone(Random& random)
{
    constexpr std::string_view prefixes[] = {"130", "135", "138", "139", "150", "158", "177", "186", "188", "199"};
    std::string phone{random.pick(prefixes)};
    for (int digit = 0; digit < 8; ++digit)
        phone.push_back(static_cast<char>('0' + random.below(10)));
    return phone;
}

std::string landline(Random& random)
{
    std::string phone{"010-"};
    phone.push_back(static_cast<char>('5' + random.below(4)));
    for (int digit = 0; digit < 7; ++digit)
        phone.push_back(static_cast<char>('0' + random.below(10)));
    return phone;
}

std::string id_card(Random& random, base::Date birth, bool male)
{
    char text[32];
    const auto order = static_cast<unsigned>(random.below(500) * 2 + (male ? 1 : 0));
    std::snprintf(text, sizeof text, "999%03u%04d%02u%02u%03u", static_cast<unsigned>(random.below(1000)), birth.year(),
        birth.month(), birth.day(), order);
    std::string card{text};
    card.push_back(base::checks::id_card_check_character(card));
    return card;
}

std::string credit_code(Random& random, std::string_view prefix, std::string_view region)
{
    std::string code{prefix};
    code += region;
    code += "MA";
    while (code.size() < 17)
        code.push_back(credit_alphabet[random.below(31)]);
    code.push_back(base::checks::credit_code_check_character(code));
    return code;
}

std::string address(Random& random, const District& district, std::string_view street_name)
{
    std::string text{"北京市"};
    text += district.name;
    text += street_name;
    text += random.pick(roads);
    text += std::to_string(random.between(1, 268)) + "号";
    if (random.chance(0.6))
        text += std::to_string(random.between(1, 28)) + "层";
    if (random.chance(0.4))
        text += std::to_string(random.between(101, 2899)) + "室";
    return text;
}

}  // namespace demo
