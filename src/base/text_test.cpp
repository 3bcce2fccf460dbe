#include "base/text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace base::text {
namespace {

TEST(Text, KnowsBrokenUtf8)
{
    for (const char* wrong :
        {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "abcdefgh\xFFijklmnop", "\xE5\xBC"})
        EXPECT_FALSE(valid_utf8(wrong));
    for (const char* right : {"", "abc", "张三", "𠮷野家", "abcdefghijklmnopq\u00e9"})
        EXPECT_TRUE(valid_utf8(right));
}

TEST(Text, CountsCharactersNotBytes)
{
    EXPECT_EQ(length("张三a𠮷"), 4u);
    EXPECT_EQ(prefix("张三a𠮷野", 4), "张三a𠮷");
    EXPECT_EQ(prefix("张三", 5), "张三");
    EXPECT_EQ(prefix("张三", 0), "");
}

TEST(Text, TurnsFullWidthNarrow)
{
    EXPECT_EQ(nfkc("ＡＢ１２３－（京）"), "AB123-(京)");
    EXPECT_EQ(nfc("e\u0301"), "\u00e9");
    EXPECT_EQ(nfc("ｅ"), "ｅ");
    EXPECT_EQ(lower("ÄBC张"), "äbc张");
    EXPECT_EQ(lower("ABC"), "abc");
}

// Common characters take a short way round the library; it must not show.
TEST(Text, GivesCommonCharactersTheSameFormAsTheLibrary)
{
    for (char32_t c = 1; c < 0x10000; ++c) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        std::string one;
        if (c < 0x80)
            one = {static_cast<char>(c)};
        else if (c < 0x800)
            one = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
        else
            one = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        // U+0085 stays as it is but is never ordinary, so the whole text takes the long way.
        const std::string far = "\u0085" + one;
        ASSERT_EQ("\u0085" + nfc(one), nfc(far)) << std::hex << static_cast<unsigned>(c);
        ASSERT_EQ("\u0085" + nfkc(one), nfkc(far)) << std::hex << static_cast<unsigned>(c);
        ASSERT_EQ("\u0085" + lower(one), lower(far)) << std::hex << static_cast<unsigned>(c);
    }
    EXPECT_FALSE(valid_utf8("张\xE5\xBC"));
    EXPECT_TRUE(has_control_characters("张\xE5"));
    EXPECT_EQ(trimmed(" \xE5 "), "\xE5");
}

TEST(Text, TrimsAllKindsOfSpace)
{
    EXPECT_EQ(trimmed("\u3000 张 三\u00a0\t\r\n"), "张 三");
    EXPECT_EQ(trimmed("\u3000"), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Text, FindsControlCharacters)
{
    for (const char* wrong : {"a\x01", "a\x7f", "a\rb", "\u0085", "\u202eabc", "\x80"})
        EXPECT_TRUE(has_control_characters(wrong)) << wrong;
    EXPECT_TRUE(has_control_characters(std::string_view("a\0b", 3)));
    EXPECT_FALSE(has_control_characters("张三\n\tabc𠮷"));
}

TEST(Text, WritesPinyin)
{
    EXPECT_EQ(pinyin("张三"), "Zhang San");
    EXPECT_EQ(pinyin("吕布"), "Lv Bu");
    EXPECT_EQ(pinyin("重庆市人民医院"), "Chong Qing Shi Ren Min Yi Yuan");
    EXPECT_EQ(pinyin("中国银行"), "Zhong Guo Yin Hang");
    EXPECT_EQ(pinyin("朝阳区A座12层"), "Chao Yang Qu A Zuo 12 Ceng");
    EXPECT_EQ(pinyin("Bob Smith"), "Bob Smith");
    EXPECT_EQ(pinyin(""), "");
    EXPECT_EQ(pinyin("𠮷a"), "𠮷a");  // without a known reading
}

TEST(Text, KnowsSurnamesReadInTheirOwnWay)
{
    EXPECT_EQ(pinyin("曾国藩"), "Zeng Guo Fan");
    EXPECT_EQ(pinyin("单田芳"), "Shan Tian Fang");
    EXPECT_EQ(pinyin("欧阳娜"), "Ou Yang Na");
    EXPECT_EQ(pinyin("单位"), "Dan Wei");
}

TEST(Text, WritesInitials)
{
    EXPECT_EQ(pinyin_initials("张三"), "ZS");
    EXPECT_EQ(pinyin_initials("协和医院a1 区"), "XHYYA1Q");
}

TEST(Text, SortsChineseByPinyin)
{
    std::vector<std::string> names{
        "张三", "李四", "王五", "Alice", "阿强", "12号", "常安", "李三", "赵六", "李"};
    std::sort(
        names.begin(), names.end(), [](const auto& a, const auto& b) { return sort_key(a) < sort_key(b); });
    EXPECT_EQ(names, (std::vector<std::string>{
                         "12号", "阿强", "常安", "李", "李三", "李四", "王五", "张三", "赵六", "Alice"}));
    const auto key = sort_key("张三");
    EXPECT_TRUE(std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; })) << key;
    EXPECT_LT(sort_key(std::string(1000, 'a')), sort_key(std::string(1001, 'a')));
}

TEST(Text, DecodesUtf8AndGb18030)
{
    const std::string chinese = "被监督单位,𠮷野家,€,\u3400";
    const auto national = to_gb18030(chinese);
    EXPECT_NE(national, chinese);
    EXPECT_EQ(decode(national)->first, chinese);
    EXPECT_EQ(decode(national)->second, Encoding::Gb18030);
    EXPECT_EQ(decode("\xEF\xBB\xBF" + chinese)->first, chinese);
    EXPECT_EQ(decode(chinese)->second, Encoding::Utf8);
    EXPECT_EQ(*from_gb18030("\xD5\xC5\xC8\xFD"), "张三");
    EXPECT_EQ(to_gb18030("张三"), "\xD5\xC5\xC8\xFD");
    EXPECT_EQ(decode("")->first, "");
}

TEST(Text, DecodesLongFilesAcrossItsBuffers)
{
    for (const std::size_t lead : {0u, 1u, 2u, 3u}) {
        std::string chinese(lead, 'a');
        for (int i = 0; i < 9000; ++i)
            chinese += i % 3 == 0 ? "𠮷" : "张";
        EXPECT_EQ(*from_gb18030(to_gb18030(chinese)), chinese) << lead;
    }
}

TEST(Text, SaysWhereBytesAreInNoEncoding)
{
    const auto fault = decode("ab\xD5\xC5\xFF\xFFxyz");
    ASSERT_FALSE(fault.ok());
    EXPECT_EQ(fault.error().code, "TEXT_ENCODING");
    EXPECT_EQ(fault.error().parameters.at(0).second, "4");
    EXPECT_FALSE(decode("abc\xD5").ok());  // half a character at the end
}

TEST(Text, SplitsAndKeepsEmptyParts)
{
    EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, MeasuresSimilarity)
{
    EXPECT_DOUBLE_EQ(similarity("", ""), 1);
    EXPECT_DOUBLE_EQ(similarity("abc", ""), 0);
    EXPECT_DOUBLE_EQ(similarity("北京某某宾馆", "北京某某宾馆"), 1);
    EXPECT_DOUBLE_EQ(similarity("北京某某宾馆", "北京某宾馆"), 1 - 1.0 / 6);
    EXPECT_DOUBLE_EQ(similarity("kitten", "sitting"), 1 - 3.0 / 7);
}

}  // namespace
}  // namespace base::text
