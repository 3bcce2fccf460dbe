#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "engines/persons/link.h"

namespace {

using namespace persons;

// A folder of its own that goes with the test.
class PersonsFiles : public ::testing::Test {
protected:
    void SetUp() override
    {
        folder_ = std::filesystem::temp_directory_path() / ("persons_test." + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path file(const std::string& name, const std::string& content)
    {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }
    Result<Linked> linked(const std::string& content, unsigned threads = 2, const std::string& model = "cn_resident")
    {
        LinkOptions options;
        options.read.files = {file("a.csv", content)};
        options.read.threads = threads;
        options.train = false;
        return link(*built_in_model(model), options);
    }
    std::filesystem::path folder_;
};

Model model_of_specification()
{
    Model model = *built_in_model("cn_resident");
    for (Field& field : model.fields) {
        field.term_frequency = false;
        if (field.name == "address") {  // the page has one level for a village
            field.levels = {{"village", 0.55, 0.004}, {"town", 0.25, 0.11}, {"else", 0.20, 0.886}};
        }
    }
    return *parse_model(print_model(model));
}

TEST_F(PersonsFiles, GivesTheWeightsOfTheWorkedExamples)
{
    LinkOptions options;
    options.train = false;
    options.read.files = {file("a.csv",
        "id,姓名,性别,出生日期,手机号,住址,身份证号\n"
        "1,王敏,2,1985-03-12,,,\n2,王敏,2,1985-03-12,,,\n"                    // name, birth date, sex
        "3,李静,2,1990-05-06,13700000001,,\n4,李静,2,1990-05-06,13700000001,,\n"   // and mobile
        "5,赵强,1,1970-02-03,13700000002,新碶街道甲村1号,\n6,赵强,1,1970-02-03,13700000003,新碶街道乙村2号,\n"
        "7,陈晓伟,1,1966-07-08,13700000004,,\n8,陈晓玮,1,1966-07-08,13700000004,,\n")};
    const auto result = link(model_of_specification(), options);
    ASSERT_TRUE(result.ok());
    const auto weight = [&](std::uint32_t a, std::uint32_t b) {
        for (const ScoredPair& pair : result->pairs) {
            if (pair.a == a && pair.b == b)
                return static_cast<double>(pair.weight);
        }
        return -999.0;
    };
    EXPECT_NEAR(weight(0, 1), 5.05, 0.01);
    EXPECT_NEAR(weight(2, 3), 19.92, 0.01);
    EXPECT_NEAR(weight(4, 5), 4.91, 0.01);
    EXPECT_NEAR(weight(6, 7), 13.97, 0.01);
    EXPECT_NEAR(probability(5.05), 0.9707, 0.0005);
}

TEST(Training, FindsTheFiguresOfTheFixture)
{
    std::vector<Field> fields(3);
    for (Field& field : fields)
        field.levels = {{"exact", 0.8, 0.2}, {"else", 0.2, 0.8}};
    const std::vector<std::pair<unsigned, double>> table{
        {0b111, 1373}, {0b110, 386}, {0b101, 557}, {0b100, 4384}, {0b011, 245}, {0b010, 876}, {0b001, 9225}, {0b000, 82954}};
    std::vector<PatternCount> counts;
    for (const auto& [agree, count] : table) {
        Pattern pattern = 0;
        for (unsigned field = 0; field < 3; ++field)
            pattern |= static_cast<Pattern>((agree >> (2 - field) & 1) != 0 ? 0 : 1) << (3 * field);
        counts.push_back({pattern, 0, count});
    }
    const EmResult result = expectation_maximisation(counts, fields, {true, true, true}, 0.1, {.learn_u = true});
    EXPECT_NEAR(result.lambda, 0.02, 0.0002);
    const double m[] = {0.9, 0.95, 0.8}, u[] = {0.05, 0.01, 0.1};
    for (unsigned field = 0; field < 3; ++field) {
        EXPECT_NEAR(result.m[field][0], m[field], 0.001);
        EXPECT_NEAR(result.u[field][0], u[field], 0.0005);
    }
    EXPECT_TRUE(result.monotone);
    EXPECT_LT(result.iterations, 400);
}

TEST(Values, CardsAreCheckedAndUpgraded)
{
    EXPECT_TRUE(packed_card("330206198503120015").valid);
    EXPECT_TRUE(packed_card("11010519491231002x").valid);
    EXPECT_FALSE(packed_card("330206198503120014").valid);
    EXPECT_EQ(card_text(packed_card("330206850312001")), "330206198503120015");
    EXPECT_EQ(card_text(packed_card("３３０２０６ 19850312 0015")), "330206198503120015");
    EXPECT_FALSE(packed_card("111111111111111111").present());
    EXPECT_FALSE(packed_card("33020619850312").present());
    EXPECT_EQ(packed_card("330206198503120015").birth_date(), 0x19850312U);
    EXPECT_EQ(packed_card("330206198503120015").sex(), 1U);
    EXPECT_EQ(packed_card("330206198503120023").sex(), 2U);
}

TEST(Values, DatesAndPhonesInManyForms)
{
    for (const char* text : {"19850312", "1985-03-12", "1985/3/12", "1985年3月12日", "12/03/1985", "1985-03-12 08:00:00"})
        EXPECT_EQ(packed_date(text), 0x19850312U) << text;
    EXPECT_EQ(packed_date("1900-01-01"), 0U);
    EXPECT_EQ(packed_date("unknown"), 0U);
    EXPECT_EQ(packed_phone("+86 137-0000-0001"), packed_phone("13700000001"));
    EXPECT_EQ(packed_phone("13800000000"), 0U);
    EXPECT_EQ(packed_phone("11111111111"), 0U);
}

Likeness names(const char* a, const char* b)
{
    const std::string left = normalised_name(a), right = normalised_name(b);
    return compare_names(left, name_value(left), right, name_value(right));
}

TEST(Compare, ChineseNames)
{
    EXPECT_EQ(names("张 伟", "張偉"), Likeness::Exact);
    EXPECT_EQ(names("陈晓伟", "陈晓玮"), Likeness::Homophone);
    EXPECT_EQ(names("单丽", "山丽"), Likeness::Homophone);      // as a surname 单 is shàn
    EXPECT_EQ(names("王乐", "王月"), Likeness::Homophone);      // 乐 is lè or yuè
    EXPECT_EQ(names("陈晓伟", "陈晓峰"), Likeness::Similar);
    EXPECT_EQ(names("陈晓伟", "陈伟"), Likeness::Similar);
    EXPECT_EQ(names("陈晓伟", "李建国"), Likeness::Else);
    EXPECT_EQ(names("买买提•阿不都", "阿不都·买买提"), Likeness::Exact);
    EXPECT_TRUE(name_value(normalised_name("王芳之女")).newborn);
    EXPECT_TRUE(name_value(normalised_name("无名氏")).placeholder);
    EXPECT_EQ(name_value(normalised_name("欧阳修文")).surname, 2);
}

TEST(Compare, DatesCardsNumbersTexts)
{
    EXPECT_EQ(compare_dates(0x19850312, 0x19850313), Likeness::OneEdit);
    EXPECT_EQ(compare_dates(0x19850312, 0x19851203), Likeness::OneEdit);
    EXPECT_EQ(compare_dates(0x19850312, 0x19850101), Likeness::Near);
    EXPECT_EQ(compare_dates(0x19850312, 0x19850424), Likeness::Near);
    EXPECT_EQ(compare_dates(0x19850312, 0x19620727), Likeness::Else);
    EXPECT_EQ(compare_cards(packed_card("330206198503120015"), packed_card("330206198503120105")), Likeness::OneEdit);
    EXPECT_EQ(compare_cards(packed_card("330206198503120015"), packed_card("330206198503120023")), Likeness::Else);
    EXPECT_EQ(compare_numbers("5752610", "5752601"), Likeness::OneEdit);
    EXPECT_EQ(compare_numbers("5752610", "4216940"), Likeness::Else);
    EXPECT_EQ(edit_distance("abcd", "acbd"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 0.0001);
    EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.8133, 0.0001);
    const auto text = [](const char* a, const char* b) { return compare_texts(a, text_value(a), b, text_value(b)); };
    EXPECT_EQ(text("gillard", "gillatd"), Likeness::Close);
    EXPECT_EQ(text("white", "browne"), Likeness::Else);
}

TEST(Compare, ChineseAddresses)
{
    const auto like = [](const char* a, const char* b) {
        return compare_addresses(address_value(normalised_address(a)), address_value(normalised_address(b)));
    };
    EXPECT_EQ(like("浙江省宁波市北仑区新碶街道星阳村十二号", "新碶街道星阳村１２号"), Likeness::Household);
    EXPECT_EQ(like("新碶街道星阳村村委会12号", "新碶街道星阳村3号"), Likeness::Village);
    EXPECT_EQ(like("新碶街道星阳村12号", "新碶街道东河社区12号"), Likeness::Town);
    EXPECT_EQ(like("宁波市镇海区九龙湖镇星阳村", "北仑区新碶街道星阳村"), Likeness::Else);
}

TEST_F(PersonsFiles, LinksNothingThroughAClerksCard)
{
    std::string rows = "id,姓名,性别,出生日期,身份证号\n";
    const char* names_of_six[] = {"王敏", "李静", "赵强", "陈晓伟", "孙丽", "周涛", "吴刚"};
    for (int row = 0; row < 7; ++row)
        rows += std::to_string(row) + "," + names_of_six[row] + ",,,330206198503120015\n";
    const auto result = linked(rows);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->clusters.count, 7U);
    ASSERT_EQ(result->prepared.shared.size(), 1U);
    EXPECT_EQ(result->prepared.shared[0].names, 7U);
}

TEST_F(PersonsFiles, NeverLinksTwinsByItself)
{
    std::string rows = "id,姓名,性别,出生日期,手机号,住址,身份证号\n";
    for (int row = 0; row < 200; ++row) {
        const std::string born = "20" + std::to_string(10 + row % 14) + "-0" + std::to_string(1 + row % 9) + "-1" + std::to_string(row % 10);
        const std::string rest = ",1," + born + ",137" + std::to_string(10000000 + row) + ",新碶街道星阳村" + std::to_string(row) + "号,\n";
        rows += "a" + std::to_string(row) + ",王晓明" + rest + "b" + std::to_string(row) + ",王晓亮" + rest;
    }
    const auto result = linked(rows);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->clusters.count, 400U);
    EXPECT_EQ(std::count_if(result->pairs.begin(), result->pairs.end(), [](const ScoredPair& pair) { return pair.veto == Veto::Twins; }), 200);
}

TEST_F(PersonsFiles, TwoValidCardsAreTwoPersons)
{
    const auto result = linked("id,姓名,性别,出生日期,手机号,身份证号\n"
                               "1,王敏,1,1985-03-12,13700000001,330206198503120015\n"
                               "2,王敏,1,1985-03-12,13700000001,330205198503120019\n");
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->clusters.count, 2U);
}

TEST_F(PersonsFiles, TenThousandIdenticalRecordsDoNotExplode)
{
    std::string rows = "id,姓名,性别,出生日期,手机号,身份证号\n";
    for (int row = 0; row < 10'000; ++row)
        rows += std::to_string(row) + ",王敏,1,1985-03-12,13700000001,330206198503120015\n";
    const auto result = linked(rows);
    ASSERT_TRUE(result.ok());
    EXPECT_LT(result->pairs_compared, 1'000'000U);
    EXPECT_EQ(result->clusters.count, 1U);
    EXPECT_EQ(result->clusters.over_size_max, 1U);
    EXPECT_GT(result->blocks.front().capped_records, 0U);
}

TEST_F(PersonsFiles, SetsBrokenRowsAsideWithLineAndColumn)
{
    const auto result = linked("id,姓名,出生日期\n1,王敏,1985-03-12\n2,李静\n3,\"赵\"强,1970-02-03\n4,\"陈\"\"晓\n伟\",1970-02-03\n");
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->table.rows, 2U);
    ASSERT_EQ(result->table.rejects.size(), 2U);
    EXPECT_EQ(result->table.rejects[0].line, 3U);
    EXPECT_EQ(result->table.rejects[0].code, "CSV_COLUMNS");
    EXPECT_EQ(result->table.rejects[1].line, 4U);
    EXPECT_EQ(result->table.rejects[1].column, 6U);
}

TEST_F(PersonsFiles, ReadsGb18030AndRefusesWhatItIsNot)
{
    const std::string text = "id,姓名,出生日期\n1,王敏,1985-03-12\n2,王敏,1985-03-12\n";
    const auto read = linked(base::text::to_gb18030(text));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->table.encodings.front(), "GB 18030");
    EXPECT_EQ(read->table.value_text(0, 0), "王敏");
    const auto refused = linked("id,name,dob\n1,\xFF\xFF,1985-03-12\n");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "PERSONS_ENCODING");
}

TEST_F(PersonsFiles, NamesTheColumnsItMisses)
{
    const auto refused = linked("id,colour,size\n1,red,2\n");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "PERSONS_COLUMNS");
    EXPECT_THAT(refused.error().parameters, ::testing::Contains(::testing::Pair("columns", ::testing::HasSubstr("birth_date"))));
}

TEST(Models, PrintAndParseAgreeAndFaultsNameTheirLine)
{
    for (const std::string& name : built_in_models()) {
        const Model model = *built_in_model(name);
        EXPECT_EQ(print_model(*parse_model(print_model(model))), print_model(model));
    }
    const auto refused = parse_model("model: x\ncolour: red\n");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "PERSONS_MODEL");
    EXPECT_EQ(refused.error().parameters.front().second, "2");
}

TEST(Febrl, IsLinkedWithoutAnybodySayingHow)
{
    const char* corpus = std::getenv("WEIJIAN_CORPUS");
    if (corpus == nullptr || !std::filesystem::exists(std::filesystem::path{corpus} / "febrl"))
        GTEST_SKIP() << "WEIJIAN_CORPUS is not set";
    const double goals[] = {1.0, 0.998, 0.998};
    for (int set = 1; set <= 3; ++set) {
        LinkOptions options;
        options.read.files = {std::filesystem::path{corpus} / "febrl" / ("dataset" + std::to_string(set) + ".csv")};
        options.read.truth = "rec_id";
        options.read.threads = 1;
        const auto one = link(*built_in_model("generic_person"), options);
        ASSERT_TRUE(one.ok());
        EXPECT_GE(one->quality->f1, goals[set - 1]) << set;
        options.read.threads = 3;
        EXPECT_EQ(link(*built_in_model("generic_person"), options)->clusters.of_row, one->clusters.of_row);
    }
}

}  // namespace
