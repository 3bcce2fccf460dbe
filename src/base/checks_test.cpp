#include "base/checks.h"

#include <gtest/gtest.h>

namespace base::checks {
namespace {

// The test values of the specification of health supervision, 0.4.
TEST(Checks, AcceptTheValuesOfTheSpecification)
{
    for (const char* code : {"91110105MA01ABCD26", "12110000400600018A", "92110108MA00XY7K35"})
        EXPECT_EQ(credit_code(code), std::nullopt) << code;
    EXPECT_EQ(id_card("110105199001010010"), std::nullopt);
    for (const char* code :
        {"110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111", "110112", "110113",
            "110114", "110115", "110116", "110117", "110118", "110119", "110105001", "110105001001"})
        EXPECT_EQ(region(code), std::nullopt) << code;
}

TEST(Checks, NameWhatIsWrongWithAnIdentityCard)
{
    EXPECT_EQ(id_card("11010519900101001"), "ID_CARD_LENGTH");
    EXPECT_EQ(id_card(""), "ID_CARD_LENGTH");
    EXPECT_EQ(id_card("1101051990010100A0"), "ID_CARD_CHARACTERS");
    EXPECT_EQ(id_card("11010519900101001x"), "ID_CARD_CHARACTERS");
    EXPECT_EQ(id_card("110105199002300019"), "ID_CARD_BIRTH");
    EXPECT_EQ(id_card("110105199001010011"), "ID_CARD_CHECK");
}

TEST(Checks, EveryOtherCheckCharacterOfAnIdentityCardIsWrong)
{
    int right = 0;
    for (const char last : std::string_view("0123456789X"))
        right += id_card(std::string("11010519900101001") + last) ? 0 : 1;
    EXPECT_EQ(right, 1);
}

TEST(Checks, OneWrongDigitIsAlwaysFound)
{
    const std::string card = "110105199001010010";
    for (std::size_t i = 0; i < 17; ++i) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            auto changed = card;
            changed[i] = digit;
            EXPECT_EQ(!id_card(changed), digit == card[i]) << changed;
        }
    }
    const std::string code = "91110105MA01ABCD26";
    for (std::size_t i = 0; i < 18; ++i) {
        for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
            auto changed = code;
            changed[i] = c;
            EXPECT_EQ(!credit_code(changed), c == code[i]) << changed;
        }
    }
}

TEST(Checks, ReadTheContentsOfAnIdentityCard)
{
    const auto facts = id_card_facts("110105199001010010");
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->birth_date, Date::of(1990, 1, 1));
    EXPECT_TRUE(facts->male);
    EXPECT_EQ(facts->region, "110105");
    EXPECT_FALSE(id_card_facts("110105199001010011"));
}

TEST(Checks, TurnOldCardsIntoNewOnes)
{
    EXPECT_EQ(id_card_from_15("110105900101001"), "110105199001010010");
    EXPECT_EQ(id_card_from_15("110105900231001"), std::nullopt);
    EXPECT_EQ(id_card_from_15("11010590010100X"), std::nullopt);
}

TEST(Checks, NormaliseWhatPeopleType)
{
    EXPECT_EQ(normalise_id_card(" １１０１０５ 19900101 004ｘ\u3000"), "11010519900101004X");
    EXPECT_EQ(normalise_credit_code("91110105ma01abcd26\n"), "91110105MA01ABCD26");
}

TEST(Checks, NameWhatIsWrongWithACreditCode)
{
    EXPECT_EQ(credit_code("91110105MA01ABCD2"), "CREDIT_CODE_LENGTH");
    EXPECT_EQ(credit_code("91110105MA01ABCDI6"), "CREDIT_CODE_CHARACTERS");
    EXPECT_EQ(credit_code("91110105ma01abcd26"), "CREDIT_CODE_CHARACTERS");
    EXPECT_EQ(credit_code("91110105MA01ABCD27"), "CREDIT_CODE_CHECK");
    EXPECT_EQ(credit_code_check_character("91110105MA01ABCD2"), '6');
}

TEST(Checks, RefuseRegionsThatCannotBe)
{
    for (const char* wrong : {"", "11", "1101", "11010a", "1101051", "11010500100100"})
        EXPECT_EQ(region(wrong), "REGION_FORMAT") << wrong;
    EXPECT_EQ(region("999999"), "REGION_UNKNOWN");
}

TEST(Checks, AcceptMobilesLandlinesAndServiceNumbers)
{
    for (const char* right : {"13812341234", "19912341234", "010-12345678", "010-22345678", "0574-87654321",
             "0574-8765432", "010-62345678-8001", "4008101234", "8008101234"}) {
        if (std::string_view(right) == "010-12345678")
            EXPECT_EQ(phone(right), "PHONE_FORMAT");  // no exchange begins with 1
        else
            EXPECT_EQ(phone(right), std::nullopt) << right;
    }
    for (const char* wrong :
        {"", "12812341234", "1381234123", "138123412345", "62345678", "010-623456", "01-62345678",
            "0105-62345678", "+8613812341234", "138 1234 1234", "400810123", "13812341234a", "010-62345678-"})
        EXPECT_EQ(phone(wrong), "PHONE_FORMAT") << wrong;
}

TEST(Checks, NormalisePhonesToOneForm)
{
    const std::pair<const char*, const char*> cases[] = {{"+86 138-1234-1234", "13812341234"},
        {"0086138 1234 1234", "13812341234"}, {"１３８１２３４１２３４", "13812341234"},
        {"（010）62345678", "010-62345678"}, {"01062345678", "010-62345678"},
        {"010－62345678转8001", "010-62345678-8001"}, {"057487654321", "0574-87654321"},
        {"+86 10 6234 5678", "010-62345678"}, {"+86 (0574) 87654321", "0574-87654321"},
        {"400-810-1234", "4008101234"}, {"+86-574-87654321", "0574-87654321"}, {"abc", "abc"}};
    for (const auto& [typed, expected] : cases) {
        EXPECT_EQ(normalise_phone(typed), expected) << typed;
        EXPECT_EQ(normalise_phone(expected), expected);
    }
}

// The masks of the specifications: health supervision 0.5, security 1.15.
TEST(Checks, MaskAsTheSpecificationShows)
{
    EXPECT_EQ(mask_id_card("110105199001010010"), "110105********0010");
    EXPECT_EQ(mask_id_card("110105900101001"), "110105*****1001");
    EXPECT_EQ(mask_phone("13812341234"), "138****1234");
    EXPECT_EQ(mask_phone("13812348000"), "138****8000");
    EXPECT_EQ(mask_phone("010-62345678"), "010-******78");
    EXPECT_EQ(mask_phone("0574-8765432-12"), "0574-*****32");
    EXPECT_EQ(mask_name("张三"), "张*");
    EXPECT_EQ(mask_name("欧阳娜娜"), "欧**娜");
    EXPECT_EQ(mask_name("王小明"), "王*明");
    EXPECT_EQ(mask_name("王"), "*");
    EXPECT_EQ(mask_name(""), "");
    EXPECT_EQ(mask_address("北京市朝阳区建外街道永安里8号"), "北京市朝阳区建外街道****");
    EXPECT_EQ(mask_address("北京市海淀区中关村大街1号"), "北京市海淀区****");
    EXPECT_EQ(mask_address("区"), "区***");
    EXPECT_EQ(mask_text("机密"), "机***");
    EXPECT_EQ(mask_tail("6222020200112345678"), "***************5678");
    EXPECT_EQ(mask_email("zhang@example.cn"), "z***@example.cn");
    EXPECT_EQ(mask_plate("京A12312"), "京A***12");
}

TEST(Checks, MaskNumbersWithinFreeText)
{
    EXPECT_EQ(mask_numbers_in("电话13812341234，身份证11010519900101004x，编号123456789012"),
        "电话138****1234，身份证110105********004x，编号123456789012");
    EXPECT_EQ(mask_numbers_in(""), "");
}

TEST(Checks, MasksNeverShowTheWholeOfShortInput)
{
    for (const auto mask :
        {mask_id_card, mask_phone, mask_address, mask_text, mask_tail, mask_email, mask_plate}) {
        for (const char* short_text : {"1", "12", "1234", "张", "138", "@"})
            EXPECT_NE(mask(short_text), short_text) << short_text;
    }
}

}  // namespace
}  // namespace base::checks
