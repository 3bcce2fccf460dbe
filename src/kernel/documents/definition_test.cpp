#include "kernel/documents/definition.h"

#include <gtest/gtest.h>

#include "kernel/definitions/loader.h"
#include "kernel/documents/layout/testing_inside.h"
#include "kernel/documents/values.h"

namespace documents {
namespace {

std::shared_ptr<const definitions::Release> units()
{
    static const auto release = [] {
        auto loaded = definitions::load({.folders = {WEIJIAN_SOURCE_DIR "/systems"}});
        return std::holds_alternative<std::shared_ptr<const definitions::Release>>(loaded)
            ? std::get<std::shared_ptr<const definitions::Release>>(loaded) : nullptr;
    }();
    return release;
}

// The systems with one more document about a unit.
Loaded with(const std::string& yaml, const std::string& html)
{
    definitions::Release release = *units();
    std::erase_if(release.files, [](const auto& file) { return file.first.find("/documents/") != std::string::npos; });
    release.files["systems/units/documents/trial.yaml"] = yaml;
    if (!html.empty())
        release.files["systems/units/documents/trial.html"] = html;
    return load(release);
}

const std::string head = "# A trial.\ndocument: trial\ntitle: {zh: 试用}\nrecord: unit\n";

std::string problems_of(const Loaded& loaded)
{
    std::string text;
    if (const auto* list = std::get_if<std::vector<base::Problem>>(&loaded))
        for (const auto& problem : *list)
            text += problem.file + ":" + std::to_string(problem.line) + ": " + problem.message + " (" + problem.hint + ")\n";
    return text;
}

TEST(Documents, TheShippedOnesAreSound)
{
    ASSERT_TRUE(units());
    const auto loaded = load(*units());
    EXPECT_EQ(problems_of(loaded), "");
    ASSERT_TRUE(std::holds_alternative<Definitions>(loaded));
    EXPECT_TRUE(std::get<Definitions>(loaded).contains("unit_profile"));
}

TEST(Documents, RefusesValuesInUnsafePlacesWithFileAndLine)
{
    struct Case {
        std::string html, says;
    };
    const std::vector<Case> cases = {
        {"<p>一</p>\n<p style=\"color: {{unit_name}}\">二</p>", "trial.html:2: a value stands in the attribute `style`"},
        {"<p class=\"{{unit_name}}\">二</p>", "trial.html:1: a value stands in the attribute `class`"},
        {"<style>p { color: {{unit_name}}; }</style>", "trial.html:1: "},
        {"<p>\n{{{unit_name}}}</p>", "trial.html:2: a value without protection"},
        {"<p>{{&unit_name}}</p>", "trial.html:1: a value without protection"},
        {"<p>{{> other}}</p>", "is not allowed"},
        {"<p>{{=<% %>=}}</p>", "is not allowed"},
        {"<p>{{unit_nam}}</p>", "did you mean `unit_name`"},
        {"<p>{{unit_name.capital}}</p>", "there is no value"},
        {"<p>{{permit_no}}</p>", "there is no value `permit_no`"},
        {"<p>{{professions}}</p>", "are rows"},
        {"<p>{{#professions}}</p><p>{{/professions}}</p>", "begins in <p> and ends outside"},
        {"<p>{{#professions}}</p>", "is not closed"},
        {"<p>{{/professions}}</p>", "closes nothing"},
        {"<p>{{#is.subject_type.NOBODY}}x{{/is.subject_type.NOBODY}}</p>", "there is no value"},
        {"<p>{{unit_name</p>", "a tag is not closed"},
        {"<p>{{photos}}</p>", "there is no value"},
        {"<a href=\"{{unit_name}}\">x</a>", "<a> is not of the subset"},
        {"<p onclick=\"x\">一</p>", "the attribute `onclick`"},
        {"<script>{{unit_name}}</script>", "<script> is not of the subset"},
        {"<p><![CDATA[{{unit_name}}]]></p>", "CDATA"},
        {"<!-- {{unit_name}} --><p>一</p>", "a value stands in a comment"},
        {"<img alt=\"x\"/>", "the image is not named"},
        {"<img data-seal=\"organisation\"/>", "`seal` is not true"},
        {"<img data-signature=\"nobody\"/>", "no signature place `nobody`"},
        {"<img src=\"{{unit_name}}\"/>", "`src` of <img>"},
    };
    for (const Case& one : cases)
        EXPECT_NE(problems_of(with(head, one.html)).find(one.says), std::string::npos) << one.html << "\n" << problems_of(with(head, one.html));
    EXPECT_EQ(problems_of(with(head, "<p title=\"{{unit_name}}\">{{unit_name}}</p><table>{{#professions}}<tr><td>{{permit_no}}</td></tr>{{/professions}}</table>")), "");
}

TEST(Documents, RefusesBrokenDescriptions)
{
    const auto says = [](const std::string& yaml, const std::string& expected) {
        const std::string text = problems_of(with(yaml, "<p>一</p>"));
        EXPECT_NE(text.find(expected), std::string::npos) << yaml << "\n" << text;
    };
    says("document: trial\ntitle: {zh: 试用}\nrecord: unit\n", "what it is for");
    says("# A trial.\ndocument: other\ntitle: {zh: 试用}\nrecord: unit\n", "give both the same name");
    says("# A trial.\ndocument: trial\ntitle: {zh: 试用}\nrecord: unti\n", "trial.yaml:4: there is no record `unti` (did you mean `unit`?)");
    says(head + "required: [unit_nam]\n", "unit has no field `unit_nam`");
    says(head + "number: 'A{yyyy}'\n", "needs {seq:N} once");
    says(head + "number: 'A{year}{seq:5}'\n", "`{year}` is no part");
    says(head + "copies: 0\n", "copies");
    says(head + "colour: red\n", "colour");
    says(head + "signatures: {Party: {title: {zh: 甲}}}\n", "lower snake_case");
    EXPECT_NE(problems_of(with(head, "")).find("has no template"), std::string::npos);
}

json::object sample()
{
    return base::parse_json(R"({"unit_name": "晴湖<宾馆>", "subject_type": "LEGAL", "uscc": "91110105MA01ABCD26", "legal_rep": "测试甲",
        "principal": "测试乙", "principal_phone": "138****1234", "reg_address": "北京市朝阳区示例路1号", "business_address": "北京市朝阳区示例路1号",
        "region_code": "110105", "unit_status": "OPEN", "staff_total": 32, "staff_direct": 18, "first_supervised_on": "2019-03-05",
        "net_officer": {"id": "7", "label": "监督员甲"}, "remark": "二层设有泳池。\n三层为客房。",
        "professions": [
          {"id": "1", "profession": "PUBP", "permit_no": "京卫公证字〔2023〕第000123号", "permit_from": "2023-05-01", "permit_to": "2027-04-30", "permit_status": "VALID"},
          {"id": "2", "profession": "WATR", "permit_no": null}]})").value().as_object();
}

Facts facts()
{
    return {.number = "JBQK1101052026000001", .agency = "北京市朝阳区卫生健康监督所", .user = "监督员甲", .code = "K7M2Q9XW3T5R8B4N",
        .date = *base::Date::parse("2026-11-21")};
}

TEST(Documents, PrintsTheSampleOnOnePage)
{
    const auto loaded = load(*units());
    const Definition& definition = std::get<Definitions>(loaded).at("unit_profile");
    const auto text = filled(*units(), definition, sample(), facts());
    ASSERT_TRUE(text.ok());
    EXPECT_NE(text->find("晴湖&lt;宾馆&gt;"), std::string::npos);
    auto options = testing::options();
    options.pictures = [](const markup::Node& node) -> std::shared_ptr<const Picture> {
        return node.attribute("data-qr") ? std::make_shared<const Picture>(*qr_code("https://example.invalid/verify/K7M2Q9XW3T5R8B4N")) : nullptr;
    };
    const auto made = testing::pdf(*text, options);
    EXPECT_EQ(made.pages, 1);
    if (const char* folder = std::getenv("WEIJIAN_SAMPLES")) {
        EXPECT_TRUE(base::files::write_durably(std::string(folder) + "/unit_profile.pdf", made.bytes).ok());
    }
    const std::string shown = testing::text_of(made, "-raw");
    for (const std::string part : {"晴湖<宾馆>", "2019年3月5日", "北京市朝阳区", "32人", "138****1234", "2023-05-01 至 2027-04-30", "编号：JBQK1101052026000001", "第 1 页 共 1 页", "2026年11月21日"})
        EXPECT_NE(shown.find(part), std::string::npos) << part << "\n" << shown;
}

TEST(Documents, UnfilledFieldsPrintAStroke)
{
    const auto loaded = with(head + "required: [unit_name, remark]\n", "<p>名：{{unit_alias}}；{{#remark}}有{{remark}}{{/remark}}{{^remark}}无{{/remark}}；"
                                    "{{#is.subject_type.LEGAL}}☑{{/is.subject_type.LEGAL}}{{^is.subject_type.LEGAL}}□{{/is.subject_type.LEGAL}}</p>");
    ASSERT_EQ(problems_of(loaded), "");
    const Definition& definition = std::get<Definitions>(loaded).at("trial");
    json::object record = sample();
    record["remark"] = nullptr;
    EXPECT_EQ(*filled(*units(), definition, record, facts()), "<p>名：/；无；☑</p>");
    EXPECT_EQ(missing(definition, record), std::vector<std::string>{"remark"});
    record["subject_type"] = "NATURAL";
    EXPECT_EQ(*filled(*units(), definition, record, facts()), "<p>名：/；无；□</p>");
}

TEST(Documents, AmountsInCapitals)
{
    const auto capitals = [](const std::string& text) { return chinese_amount(*base::Decimal::parse(text)); };
    EXPECT_EQ(capitals("0.00"), "零元整");
    EXPECT_EQ(capitals("20000.00"), "贰万元整");
    EXPECT_EQ(capitals("1409.50"), "壹仟肆佰零玖元伍角整");
    EXPECT_EQ(capitals("6007.14"), "陆仟零柒元壹角肆分");
    EXPECT_EQ(capitals("107000.53"), "壹拾万零柒仟元伍角叁分");
    EXPECT_EQ(capitals("16409.02"), "壹万陆仟肆佰零玖元零贰分");
    EXPECT_EQ(capitals("325.04"), "叁佰贰拾伍元零肆分");
    EXPECT_EQ(capitals("100000000.00"), "壹亿元整");
    EXPECT_EQ(capitals("100000001.00"), "壹亿零壹元整");
    EXPECT_EQ(capitals("0.05"), "伍分");
    EXPECT_EQ(capitals("-12.30"), "负壹拾贰元叁角整");
    EXPECT_EQ(chinese_date(base::Date::of(2026, 11, 21)), "2026年11月21日");
}

}  // namespace
}  // namespace documents
