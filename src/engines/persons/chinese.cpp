#include "engines/persons/chinese.h"

#include <array>
#include <unordered_map>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"

std::span<const base::EmbeddedFile> persons_variants();

namespace persons::chinese {

namespace {

constexpr char32_t first = 0x3400;
constexpr char32_t last = 0xA000;

// Read differently as a surname than elsewhere.
constexpr std::string_view surname_readings =
    "单shan 曾zeng 仇qiu 解xie 查zha 任ren 区ou 盖ge 朴piao 华hua 燕yan 尉yu 万wan 长zhang 乐yue 洗xian "
    "覃qin 缪miao 逄pang 黑he 折she 员yun 秘bi 种chong 繁po 晟cheng 谌chen 翟zhai 卜bu 么yao 宓mi 牟mu 隗wei";
// Read in two ways in given names.
constexpr std::string_view other_readings =
    "乐yue 行hang 重chong 朝zhao 茜xi 长zhang 单shan 曾ceng 盛cheng 晟sheng 莘xin 朴po 调diao 藏zang "
    "奇ji 率shuai 恰qia 娜na 都du 翟di 省xing 校jiao 折zhe 传zhuan 宿su 思si 石dan 景ying 俊zun 禅shan 柏bo "
    "蕃bo 浚xun 颉jie 亟qi 隽jun 尹yin 育yo 济ji 弹tan 强jiang 会kuai 降xiang 夹jia 佳jia 璨can 媛yuan";
constexpr std::array<std::u32string_view, 40> compound_surnames{U"欧阳", U"司马", U"上官", U"诸葛", U"东方",
    U"皇甫", U"尉迟", U"公孙", U"慕容", U"令狐", U"司徒", U"夏侯", U"宇文", U"长孙", U"端木", U"独孤", U"南宫",
    U"轩辕", U"万俟", U"闻人", U"公羊", U"澹台", U"公冶", U"宗政", U"濮阳", U"淳于", U"单于", U"太叔", U"申屠",
    U"仲孙", U"钟离", U"鲜于", U"闾丘", U"司空", U"百里", U"呼延", U"拓跋", U"东郭", U"南门", U"西门"};

class Tables {
public:
    Tables()
    {
        for (char32_t c = first; c < last; ++c)
            folds_[c - first] = static_cast<std::uint16_t>(c);
        for (const base::EmbeddedFile& file : base_files()) {
            if (file.name == "pinyin.txt")
                load_readings(file.content);
        }
        for (const base::EmbeddedFile& file : persons_variants())
            load_variants(file.content);
        load_list(surname_readings, surnames_);
        load_list(other_readings, others_);
    }

    std::uint16_t fold(char32_t c) const { return folds_[c - first]; }
    std::uint16_t reading(char32_t c) const { return readings_[c - first]; }
    char initial(std::uint16_t number) const { return initials_[number]; }
    std::uint16_t surname(char32_t c) const { return found(surnames_, c); }
    std::uint16_t other(char32_t c) const { return found(others_, c); }

private:
    using List = std::unordered_map<char32_t, std::uint16_t>;

    static std::uint16_t found(const List& list, char32_t c)
    {
        const auto at = list.find(c);
        return at == list.end() ? std::uint16_t{0} : at->second;
    }

    std::uint16_t syllable(std::string_view text)
    {
        const auto [at, fresh] = syllables_.emplace(std::string{text}, initials_.size());
        if (fresh)
            initials_.push_back(text.front());
        return at->second;
    }

    void load_readings(std::string_view content)
    {
        for (const std::string_view line : base::text::split(content, '\n')) {
            const std::size_t space = line.find(' ');
            if (line.starts_with('#') || space == std::string_view::npos)
                continue;
            const std::uint16_t number = syllable(line.substr(0, space));
            for (std::size_t at = space + 1; at < line.size();) {
                const char32_t c = next_character(line, at);
                if (c >= first && c < last)
                    readings_[c - first] = number;
            }
        }
    }

    void load_variants(std::string_view content)
    {
        for (const std::string_view line : base::text::split(content, '\n')) {
            std::size_t at = 0;
            if (line.starts_with('#') || line.empty())
                continue;
            const char32_t simple = next_character(line, at);
            while (at < line.size()) {
                const char32_t variant = next_character(line, at);
                if (variant >= first && variant < last)
                    folds_[variant - first] = static_cast<std::uint16_t>(simple);
            }
        }
    }

    void load_list(std::string_view content, List& list)
    {
        for (const std::string_view item : base::text::split(content, ' ')) {
            std::size_t at = 0;
            if (item.empty())
                continue;
            const char32_t c = next_character(item, at);
            list[c] = syllable(item.substr(at));
        }
    }

    std::array<std::uint16_t, last - first> folds_{};
    std::array<std::uint16_t, last - first> readings_{};
    std::unordered_map<std::string, std::uint16_t> syllables_;
    std::vector<char> initials_{'\0'};
    List surnames_, others_;
};

const Tables& tables()
{
    static const Tables instance;
    return instance;
}

constexpr bool covered(char32_t c) { return c >= first && c < last; }

}  // namespace

char32_t folded(char32_t c) { return covered(c) ? tables().fold(c) : c; }
std::uint16_t reading(char32_t c) { return covered(c) ? tables().reading(c) : std::uint16_t{0}; }
std::uint16_t other_reading(char32_t c) { return covered(c) ? tables().other(c) : std::uint16_t{0}; }
char reading_initial(std::uint16_t number) { return tables().initial(number); }

std::uint16_t surname_reading(char32_t c)
{
    const std::uint16_t own = covered(c) ? tables().surname(c) : std::uint16_t{0};
    return own != 0 ? own : reading(c);
}

unsigned surname_length(const char32_t* characters, unsigned length)
{
    if (length < 3)
        return 1;
    for (const std::u32string_view surname : compound_surnames) {
        if (surname[0] == characters[0] && surname[1] == characters[1])
            return 2;
    }
    return 1;
}

char32_t next_character(std::string_view text, std::size_t& at)
{
    const auto byte = [&](std::size_t offset) {
        return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        ++at;
        return lead;
    }
    if (lead >= 0xE0 && lead < 0xF0 && (byte(1) & 0xC0) == 0x80 && (byte(2) & 0xC0) == 0x80) {
        const char32_t c = ((lead & 0xF) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
        at += 3;
        return c;
    }
    if (lead >= 0xC2 && lead < 0xE0 && (byte(1) & 0xC0) == 0x80) {
        const char32_t c = ((lead & 0x1F) << 6) | (byte(1) & 0x3F);
        at += 2;
        return c;
    }
    if (lead >= 0xF0 && lead < 0xF5 && (byte(1) & 0xC0) == 0x80 && (byte(2) & 0xC0) == 0x80 && (byte(3) & 0xC0) == 0x80) {
        const char32_t c = ((lead & 0x7) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F);
        at += 4;
        return c;
    }
    ++at;
    return 0xFFFD;
}

void append(std::string& text, char32_t c)
{
    const auto put = [&](char32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6));
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

}  // namespace persons::chinese
