#include "engines/persons/generate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

#include "base/checks.h"
#include "base/time.h"
#include "engines/persons/chinese.h"

namespace persons {

namespace {

// xoshiro256** seeded by splitmix64: the same numbers everywhere.
class Draw {
public:
    explicit Draw(std::uint64_t seed)
    {
        for (std::uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15U;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
            word = z ^ (z >> 31);
        }
    }
    std::uint64_t next()
    {
        const auto turned = [](std::uint64_t x, int by) { return x << by | x >> (64 - by); };
        const std::uint64_t result = turned(state_[1] * 5, 7) * 9, shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = turned(state_[3], 45);
        return result;
    }
    std::uint64_t below(std::uint64_t limit) { return next() % limit; }
    double share() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool chance(double p) { return share() < p; }
    // Small numbers are more frequent, as with names.
    std::size_t ranked(std::size_t count, double steepness)
    {
        return std::min(count - 1, static_cast<std::size_t>(std::pow(share(), steepness) * static_cast<double>(count)));
    }

private:
    std::array<std::uint64_t, 4> state_{};
};

constexpr std::u32string_view surnames =
    U"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦"
    U"贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常";
constexpr std::array<std::u32string_view, 8> compounds{U"欧阳", U"司马", U"上官", U"诸葛", U"皇甫", U"令狐", U"慕容", U"司徒"};
constexpr std::u32string_view male =
    U"伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志文海峰永庆德福新民东成亮荣生光宏振家子轩博一泽睿晨昊天翔"
    U"承祥贵春松柏良才仁义礼智信思源远山河川江洪恩世界学友立安康乐之恒毅诚刚正启航";
constexpr std::u32string_view female =
    U"芳娜敏静丽艳娟霞燕玲桂英秀兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛红春菊彩霞珍贞莉菲寒琼瑶婷雅欣怡佳嘉慧颖倩晴子涵梓萱诗雨"
    U"思琪梦可心悦彤芸薇蕾露蓉君琴瑾巧美惠玉珠翠淑清文华婉娴青平宁";
constexpr std::u32string_view rare = U"喆淼犇垚骉翀珺玥昉赟旻彧嬿晔曦瀚皞翯偲怿";
constexpr std::array<std::u32string_view, 12> transliterated{U"买买提", U"阿不都", U"古丽", U"艾山", U"吐尔逊", U"热合曼", U"阿依古", U"克里木",
    U"玛丽亚", U"帕提古", U"扎西", U"多吉"};
constexpr std::u32string_view place_characters = U"东西南北新和永安平金银青白龙虎凤山河溪湖桥塘塔林松柏梅兰竹石沙洪星阳光明福寿康宁";

std::string utf8(std::u32string_view text)
{
    std::string out;
    for (const char32_t c : text)
        chinese::append(out, c);
    return out;
}

struct Person {
    std::u32string name;
    bool is_male = false;
    base::Date born;
    std::string card;         // empty: none
    std::string mobile;
    std::uint32_t home = 0;   // household
    bool child = false;
    std::string parent_card;
};

class Region {
public:
    explicit Region(const GenerateOptions& options) : options_(options), draw_(options.seed)
    {
        for (int town = 0; town < 18; ++town)
            towns_.push_back(place(2) + (town % 3 == 0 ? "镇" : "街道"));
        for (int village = 0; village < 250; ++village)
            villages_.push_back(place(2) + (village % 3 == 0 ? "社区" : "村"));
        for (int org = 0; org < 13; ++org)
            clerks_.push_back(card(base::Date::of(1975 + org, 5, 3 + static_cast<unsigned>(org)), org % 2 == 0));
        // Characters that sound alike, for mistyped names.
        for (const std::u32string_view list : {surnames, male, female, rare}) {
            for (const char32_t c : list)
                known_.push_back(c);
        }
    }

    Result<Generated> run();

private:
    std::string place(int length)
    {
        std::u32string name;
        for (int at = 0; at < length; ++at)
            name += place_characters[draw_.below(place_characters.size())];
        return utf8(name);
    }

    std::string card(base::Date born, bool is_male)
    {
        char text[32];
        const unsigned sequence = static_cast<unsigned>(draw_.below(500)) * 2 + (is_male ? 1 : 0);
        std::snprintf(text, sizeof text, "330206%04d%02u%02u%03u", born.year(), born.month(), born.day(), sequence);
        std::string out = text;
        return out + base::checks::id_card_check_character(out);
    }

    std::string mobile()
    {
        std::string out = "1";
        out += static_cast<char>('3' + draw_.below(7));
        for (int at = 0; at < 9; ++at)
            out += static_cast<char>('0' + draw_.below(10));
        return out;
    }

    std::u32string surname()
    {
        if (draw_.chance(0.004))
            return std::u32string{compounds[draw_.below(compounds.size())]};
        return {surnames[draw_.ranked(surnames.size(), 2.2)]};
    }

    std::u32string given(bool is_male)
    {
        const std::u32string_view list = is_male ? male : female;
        const int length = draw_.chance(0.25) ? 1 : 2;
        std::u32string name;
        for (int at = 0; at < length; ++at)
            name += draw_.chance(0.0015) ? rare[draw_.below(rare.size())] : list[draw_.ranked(list.size(), 1.5)];
        return name;
    }

    void household();
    std::string name_with_errors(const Person&);
    std::string date_with_errors(const Person&);
    std::string card_with_errors(const Person&, std::size_t org);
    void write_record(const Person&, std::size_t person_number);
    double rate(double base) const { return base * options_.errors; }

    const GenerateOptions& options_;
    Draw draw_;
    std::vector<std::string> towns_, villages_, clerks_;
    std::vector<char32_t> known_;
    std::vector<Person> people_;
    std::uint32_t homes_ = 0;
    Generated made_;
    std::string out_, truth_;
};

void Region::household()
{
    const std::u32string family = surname();
    const std::uint32_t home = homes_++;
    const int adults = draw_.chance(0.25) ? 1 : 2;
    const std::string shared_mobile = mobile();
    std::string parent;
    const auto day_of = [&](int year) { return base::Date::of(year, 1, 1).plus_days(static_cast<std::int64_t>(draw_.below(365))); };
    const auto add = [&](std::u32string name, bool is_male, base::Date born, bool child) {
        Person person{std::move(name), is_male, born, {}, {}, home, child, parent};
        person.card = draw_.chance(0.03) ? "" : card(born, is_male);
        person.mobile = child || draw_.chance(0.06) ? shared_mobile : mobile();
        people_.push_back(std::move(person));
    };
    for (int adult = 0; adult < adults; ++adult) {
        const bool is_male = adult == 0 ? draw_.chance(0.55) : !people_.back().is_male;
        if (draw_.chance(0.008)) {
            std::u32string name{transliterated[draw_.below(transliterated.size())]};
            name += U"·";
            name += transliterated[draw_.below(transliterated.size())];
            add(name, is_male, day_of(1935 + static_cast<int>(draw_.below(70))), false);
        } else {
            add((is_male ? family : surname()) + given(is_male), is_male, day_of(1935 + static_cast<int>(draw_.below(70))), false);
        }
        if (adult == 0)
            parent = people_.back().card;
    }
    for (std::uint64_t children = draw_.below(3); children > 0; --children) {
        const base::Date born = day_of(2006 + static_cast<int>(draw_.below(19)));
        const bool is_male = draw_.chance(0.52);
        const std::u32string name = given(is_male);
        add(family + name, is_male, born, true);
        if (draw_.chance(options_.twins * 2)) {
            std::u32string other = given(is_male);
            while (other == name)
                other = given(is_male);
            // Twins are often named alike: one character in common.
            if (name.size() == 2 && other.size() == 2 && draw_.chance(0.7) && other[1] != name[1])
                other[0] = name[0];
            add(family + other, draw_.chance(0.8) ? is_male : !is_male, born, true);
            made_.twins += 2;
        }
    }
}

std::string Region::name_with_errors(const Person& person)
{
    std::u32string name = person.name;
    if (draw_.chance(rate(0.010))) {
        const std::size_t at = draw_.below(name.size());
        const std::size_t from = draw_.below(known_.size());
        for (std::size_t step = 0; step < known_.size(); ++step) {
            const char32_t c = known_[(from + step) % known_.size()];
            if (c != name[at] && chinese::reading(c) != 0 && chinese::reading(c) == chinese::reading(name[at])) {
                name[at] = c;
                break;
            }
        }
    }
    if (draw_.chance(rate(0.008)))
        name[draw_.below(name.size())] = known_[draw_.below(known_.size())];
    if (person.child && draw_.chance(rate(0.007)))
        return utf8(name.substr(0, 1)) + "某之" + (person.is_male ? "子" : "女");
    if (draw_.chance(rate(0.02)))
        return utf8(name.substr(0, 1)) + (draw_.chance(0.5) ? " " : "　") + utf8(name.substr(1));
    return utf8(name);
}

std::string Region::date_with_errors(const Person& person)
{
    base::Date born = person.born;
    if (draw_.chance(rate(0.003)))
        born = born.plus_days(static_cast<std::int64_t>(draw_.below(40)) - 50);
    std::string text = born.text();
    if (draw_.chance(rate(0.002)) && born.day() <= 12)
        text = text.substr(0, 5) + text.substr(8) + "-" + text.substr(5, 2);
    if (draw_.chance(rate(0.005)))
        text[draw_.chance(0.5) ? 3 : 9] = static_cast<char>('0' + draw_.below(10));
    if (draw_.chance(rate(0.006)))
        text = text.substr(0, 4) + "-01-01";
    return text;
}

std::string Region::card_with_errors(const Person& person, std::size_t org)
{
    if (draw_.chance(rate(0.0005)))
        return clerks_[org];
    if (draw_.chance(rate(person.child ? 0.09 : 0.008)) && !person.parent_card.empty())
        return person.parent_card;
    std::string card = person.card;
    if (card.empty() || draw_.chance(rate(0.09)))
        return "";
    if (draw_.chance(rate(0.006)))
        card[6 + draw_.below(11)] = static_cast<char>('0' + draw_.below(10));
    if (draw_.chance(rate(0.003))) {
        const std::size_t at = 6 + draw_.below(10);
        std::swap(card[at], card[at + 1]);
    }
    if (draw_.chance(rate(0.005)) && person.born.year() < 2000)
        card = card.substr(0, 6) + card.substr(8, 9);
    return card;
}

void Region::write_record(const Person& person, std::size_t person_number)
{
    const std::size_t org = draw_.below(clerks_.size());
    char key[40];
    std::snprintf(key, sizeof key, "S%09llu", static_cast<unsigned long long>(++made_.records));
    const bool flipped = draw_.chance(rate(0.003));
    std::string phone = person.mobile;
    if (draw_.chance(rate(0.22)))
        phone.clear();
    else if (draw_.chance(rate(0.08)) && people_.size() > 1)
        phone = people_[draw_.below(people_.size())].mobile;
    else if (draw_.chance(rate(0.04)))
        phone = mobile();
    std::string address;
    if (!draw_.chance(rate(0.30))) {
        const std::uint64_t home = draw_.chance(rate(0.15)) ? person.home + 7'777'777U : person.home;
        const std::uint64_t place = home * 2654435761U % (18U * 250U);
        address = towns_[place / 250] + villages_[place % 250] + std::to_string(1 + home * 40503 % 400) + "号";
        if (draw_.chance(0.3))
            address = "浙江省宁波市北仑区" + address;
    }
    const std::string person_key = "P" + std::to_string(person_number);
    out_ += std::string{key} + ",O" + std::to_string(org + 1) + "," + name_with_errors(person) + "," + (person.is_male != flipped ? "1" : "2") + ","
        + date_with_errors(person) + "," + card_with_errors(person, org) + "," + phone + "," + address + "," + person_key + "\n";
    if (!options_.truth_file.empty())
        truth_ += std::string{key} + "," + person_key + "\n";
}

Result<Generated> Region::run()
{
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
    const File file(std::fopen(options_.file.c_str(), "wb"), &std::fclose);
    const File truth(options_.truth_file.empty() ? nullptr : std::fopen(options_.truth_file.c_str(), "wb"), &std::fclose);
    const Error unwritable{Kind::Unavailable, "FILE_UNWRITABLE", {}, {{"path", options_.file.string()}}};
    if (!file || (!options_.truth_file.empty() && !truth))
        return unwritable;
    out_ = "source_key,org,name,sex,birth_date,id_no,mobile,address,person_key\n";
    truth_ = "source_key,person_key\n";
    // Neighbourhoods of households, whose records are written in a random order.
    bool good = true;
    while (made_.records < options_.records) {
        people_.clear();
        while (people_.size() < 20'000 && static_cast<double>(people_.size()) * 2.4 < static_cast<double>(options_.records - made_.records))
            household();
        std::vector<std::uint32_t> order;
        for (std::uint32_t person = 0; person < people_.size(); ++person) {
            // Poisson by Knuth, at least one.
            int count = 0;
            for (double product = draw_.share(), limit = std::exp(-2.25); product > limit; product *= draw_.share())
                ++count;
            order.insert(order.end(), static_cast<std::size_t>(std::max(1, count)), person);
        }
        for (std::size_t at = order.size(); at > 1; --at)
            std::swap(order[at - 1], order[draw_.below(at)]);
        for (const std::uint32_t person : order) {
            if (made_.records < options_.records)
                write_record(people_[person], made_.persons + person + 1);
        }
        made_.persons += people_.size();
        good = std::fwrite(out_.data(), 1, out_.size(), file.get()) == out_.size() && good;
        if (truth)
            good = std::fwrite(truth_.data(), 1, truth_.size(), truth.get()) == truth_.size() && good;
        out_.clear();
        truth_.clear();
    }
    if (!good)
        return unwritable;
    return made_;
}

}  // namespace

Result<Generated> generate(const GenerateOptions& options)
{
    return Region(options).run();
}

}  // namespace persons
