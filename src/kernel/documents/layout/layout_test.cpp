#include "kernel/documents/layout/testing_inside.h"

namespace documents {
namespace {

using namespace documents::testing;

const std::string sentence = "经查，该单位<b>未取得</b>《卫生许可证》（<u>公共场所</u>），擅自从事“住宿”经营活动；现场有客房32间、床位58张，"
                             "从业人员12人，其中<i>直接</i>为顾客服务的9人，<b>均</b>未取得健康合格证明。";

std::string many(const std::string& part, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += part;
    return text;
}

TEST(Layout, NoLineBeginsWithClosingPunctuationWhateverTheWidth)
{
    for (const int width : {60, 91, 133}) {
        const auto made = pdf("<div style=\"width: " + std::to_string(width) + "mm\"><p style=\"text-indent: 2em\">" + many(sentence, 4) + "</p></div>");
        const auto lines = lines_of(text_of(made));
        ASSERT_GT(lines.size(), 5U);
        for (const std::string& line : lines)
            for (const std::string mark : {"，", "。", "）", "》", "、", "；", "”", "：", "！", "？"})
                EXPECT_FALSE(line.starts_with(mark)) << width << " mm: " << line;
    }
}

TEST(Layout, NoLineEndsWithOpeningPunctuation)
{
    for (const int width : {61, 120})
        for (const std::string& line : lines_of(text_of(pdf("<div style=\"width: " + std::to_string(width) + "mm\"><p>" + many(sentence, 4) + "</p></div>"))))
            for (const std::string mark : {"（", "《", "“"})
                EXPECT_FALSE(line.ends_with(mark)) << line;
}

TEST(Layout, ExtractedTextIsTheText)
{
    const auto made = pdf("<h1>现场笔录</h1><p>" + sentence + "</p><p>𠮷𠀋𪚥，Weijian 2026</p>");
    std::string joined;
    for (const std::string& line : lines_of(text_of(made, "-raw")))
        joined += line;
    EXPECT_NE(joined.find("现场笔录经查，该单位未取得《卫生许可证》（公共场所），擅自从事“住宿”经营活动；现场有客房32间、床位58张，从业人员12人"), std::string::npos) << joined;
    EXPECT_NE(joined.find("𠮷𠀋𪚥"), std::string::npos) << joined;
    EXPECT_EQ(made.pages, 1);
}

TEST(Layout, RowsAreNeverCutAndTheHeadComesAgain)
{
    std::string rows;
    for (int i = 1; i <= 60; ++i)
        rows += "<tr><td>行" + std::to_string(i) + "始</td><td>" + many("卫生许可", i % 5 * 12 + 1) + "<br/>行" + std::to_string(i) + "终</td></tr>";
    const auto made = pdf("<table><colgroup><col style=\"width: 25mm\"/><col/></colgroup><thead><tr><th>序号</th><th>检查内容</th></tr></thead><tbody>"
        + rows + "</tbody></table>");
    const auto pages = pages_of_text(text_of(made));
    ASSERT_GT(pages.size(), 2U);
    for (const std::string& page : pages)
        EXPECT_NE(page.find("检查内容"), std::string::npos);
    for (int i = 1; i <= 60; ++i) {
        const std::string begins = "行" + std::to_string(i) + "始", ends = "行" + std::to_string(i) + "终";
        int together = 0;
        for (const std::string& page : pages)
            together += page.find(begins) != std::string::npos && page.find(ends) != std::string::npos;
        EXPECT_EQ(together, 1) << i;
    }
}

TEST(Layout, ARowLongerThanAPageGoesOnAtALine)
{
    const auto made = pdf("<table><tr><td style=\"width: 20mm\">检查情况</td><td>" + many("<p>" + sentence + "</p>", 60) + "</td></tr></table>");
    EXPECT_GT(made.pages, 2);
    std::size_t found = 0;
    const std::string text = text_of(made, "-raw");
    for (auto at = text.find("经查，该单位"); at != std::string::npos; at = text.find("经查，该单位", at + 1))
        ++found;
    EXPECT_EQ(found, 60U);
}

TEST(Layout, RowspanHoldsItsRowsTogether)
{
    std::string body = many("<p>填充</p>", 38);
    body += "<table><tr><td rowspan=\"8\">甲组</td><td>第1项</td></tr>";
    for (int i = 2; i <= 8; ++i)
        body += "<tr><td>第" + std::to_string(i) + "项</td></tr>";
    const auto pages = pages_of_text(text_of(pdf(body + "</table>")));
    ASSERT_EQ(pages.size(), 2U);
    EXPECT_EQ(pages[0].find("第1项"), std::string::npos);
    EXPECT_NE(pages[1].find("第8项"), std::string::npos);
    EXPECT_NE(pages[1].find("甲组"), std::string::npos);
}

TEST(Layout, AParagraphLeavesTwoLinesOnEachPage)
{
    for (int before = 36; before < 48; before += 2) {
        std::string body;
        for (int i = 0; i < before; ++i)
            body += "<p>占位</p>";
        const auto pages = pages_of_text(text_of(pdf(body + "<p>" + many("始终如一地坚持依法行政原则", 14) + "</p>")));
        for (std::size_t i = 0; i < pages.size(); ++i) {
            std::size_t lines = 0;
            for (const std::string& line : lines_of(pages[i]))
                lines += !line.starts_with("占位");
            EXPECT_TRUE(lines == 0 || lines >= 2) << before << " page " << i << ": " << lines;
        }
    }
}

TEST(Layout, PagesSayWhichOfHowMany)
{
    const auto made = pdf("<header>卫生监督文书</header><footer>第 <span data-counter=\"page\"/> 页 共 <span data-counter=\"pages\"/> 页</footer>"
        + many("<p>" + sentence + "</p>", 40));
    std::string text = text_of(made);
    std::erase(text, ' ');  // a narrow space is not always extracted
    const auto pages = pages_of_text(text);
    ASSERT_EQ(static_cast<int>(pages.size()), made.pages);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        EXPECT_NE(pages[i].find("第" + std::to_string(i + 1) + "页共" + std::to_string(made.pages) + "页"), std::string::npos) << pages[i];
        EXPECT_NE(pages[i].find("卫生监督文书"), std::string::npos);
    }
}

TEST(Layout, TheSameDocumentGivesTheSameBytes)
{
    const std::string text = "<h1>决定书</h1><p>" + sentence + "</p>";
    EXPECT_EQ(pdf(text).bytes, pdf(text).bytes);
    EXPECT_NE(pdf(text).bytes.find("/Title"), std::string::npos);
}

TEST(Layout, LimitsEndWithAnError)
{
    auto few = options();
    few.pages_max = 2;
    EXPECT_EQ(renderer().pdf(read(many("<p>" + sentence + "</p>", 200)), few).error().code, "DOCUMENT_PAGES");
    auto late = options();
    late.time_max = std::chrono::milliseconds{0};
    EXPECT_EQ(renderer().pdf(read("<p>一</p>"), late).error().code, "DOCUMENT_TIME");
    const auto tall = renderer().pdf(read("<p>一</p>\n<div style=\"height: 400mm\">二</div>"), options());
    ASSERT_FALSE(tall.ok());
    EXPECT_EQ(tall.error().code, "DOCUMENT_TOO_TALL");
    EXPECT_EQ(tall.error().parameters[1].second, "2");
}

TEST(Layout, AWordThatDoesNotFitIsBrokenAndNothingIsLost)
{
    const std::string code = many("ABCDEFGHIJ", 20);
    std::string joined;
    for (const std::string& line : lines_of(text_of(pdf("<table><tr><td style=\"width: 30mm\">" + code + "</td><td>。</td></tr></table>"), "-raw")))
        joined += line;
    EXPECT_NE(joined.find(code), std::string::npos);
}

TEST(Layout, QrCodesAreSquareAndDark)
{
    const auto code = qr_code("https://example.invalid/verify/ABCDEFGH");
    ASSERT_TRUE(code.ok());
    EXPECT_EQ(code->modules.size(), static_cast<std::size_t>(code->side * code->side));
    EXPECT_TRUE(code->modules[0]);
    auto with = options();
    with.pictures = [&](const markup::Node&) { return std::make_shared<const Picture>(*code); };
    EXPECT_GT(pdf("<p><img data-qr=\"verify\"/></p>", with).bytes.size(), pdf("<p><img data-qr=\"verify\"/></p>").bytes.size());
    EXPECT_FALSE(qr_code(many("x", 5000)).ok());
}

}  // namespace
}  // namespace documents
