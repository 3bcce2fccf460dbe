#include "kernel/markup/markup.h"

#include <gtest/gtest.h>

namespace markup {
namespace {

std::vector<Fault> faults(std::string_view text, ReadOptions options = {})
{
    auto outcome = read(text, options);
    auto* list = std::get_if<std::vector<Fault>>(&outcome);
    return list ? *list : std::vector<Fault>{};
}

Document good(std::string_view text)
{
    auto outcome = read(text);
    EXPECT_TRUE(std::holds_alternative<Document>(outcome)) << (faults(text).empty() ? "" : faults(text)[0].message);
    return std::holds_alternative<Document>(outcome) ? std::get<Document>(std::move(outcome)) : Document{};
}

TEST(Markup, NamesTheLineAndAHint)
{
    const auto list = faults("<p>一</p>\n<p>\n<script>alert(1)</script></p>\n<a href=\"x\">二</a>");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].line, 3);
    EXPECT_NE(list[0].message.find("<script>"), std::string::npos);
    EXPECT_EQ(list[1].line, 4);
    EXPECT_NE(list[1].hint.find("span"), std::string::npos);
}

TEST(Markup, RefusesWhatIsNotOfTheSubset)
{
    for (const std::string text : {"<p onclick=\"x()\">一</p>", "<img src=\"http://x/y.png\"/>", "<p>一", "<p class=a>一</p>", "<br>",
             "<p>&nbsp;</p>", "<!DOCTYPE html><p>一</p>", "<!DOCTYPE x [<!ENTITY e \"f\">]><p>&e;</p>", "<table>字</table>",
             "<table><td>一</td></table>", "<p><div>一</div></p>", "<td colspan=\"0\">x</td>", "<p style=\"float: left\">一</p>",
             "<p style=\"color: url(x)\">一</p>", "<style>p { font-size: 1000pt; }</style>", "<style>p > b { margin: 0 }</style>",
             "<style>@page { size: Letter }</style>", "<style>p { margin: 0</style>", "<header>一</header><header>二</header>",
             "<?php echo 1 ?>", "<table><tr><td rowspan=\"x\">1</td></tr></table>", "<svg/>", "<html><body>一</body></html>"})
        EXPECT_FALSE(faults(text).empty()) << text;
}

TEST(Markup, KeepsItsLimits)
{
    std::string deep;
    for (int i = 0; i < 40; ++i)
        deep += "<div>";
    deep += "一";
    for (int i = 0; i < 40; ++i)
        deep += "</div>";
    EXPECT_FALSE(faults(deep).empty());
    EXPECT_FALSE(faults("<p>一</p><p>二</p><p>三</p>", {.nodes_max = 4}).empty());
    EXPECT_FALSE(faults(std::string(2000, 'x'), {.bytes_max = 1000}).empty());
}

TEST(Markup, TakesRulesInTheirOrder)
{
    const auto document = good("<style>@page { size: A4 landscape; margin: 15mm 20mm; }\np, .a { font-size: 12pt; } p.a { text-align: center; }</style>"
                               "<p class=\"a\" style=\"text-indent: 2em\">一</p>");
    EXPECT_GT(document.styles.paper.width, document.styles.paper.height);
    const Node& node = document.root.children.at(0);
    const Style style = style_of(document.styles, {}, "p", *node.attribute("class"), *node.attribute("style"));
    EXPECT_EQ(style.size, 12);
    EXPECT_EQ(style.align, Align::Center);
    EXPECT_EQ(style.indent, 24);
}

TEST(Markup, CollapsesWhiteSpaceAsChineseIsWritten)
{
    EXPECT_EQ(collapsed("一\n   二", false), "一二");
    EXPECT_EQ(collapsed("a\n b", false), "a b");
    EXPECT_EQ(collapsed("一 二", false), "一 二");
    EXPECT_EQ(collapsed("一\n二", true), "一\n二");
}

TEST(Markup, HtmlShowsValuesAsTextOnly)
{
    const auto document = good("<footer>第 <span data-counter=\"page\"/> 页</footer><p title=\"&quot;&lt;\">&lt;script&gt;</p><img alt=\"章\" data-seal=\"x\"/>");
    const std::string html = html_of(document, {.title = "<文书>", .source = [](const Node&) { return std::string("data:image/png;base64,AA"); }});
    EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_NE(html.find("<title>&lt;文书&gt;"), std::string::npos);
    EXPECT_NE(html.find("counter(page)"), std::string::npos);
    EXPECT_NE(html.find("src=\"data:image/png;base64,AA\""), std::string::npos);
}

}  // namespace
}  // namespace markup
