#include <gtest/gtest.h>

#include "base/text.h"
#include "kernel/sheets/reader.h"
#include "kernel/sheets/writer.h"

namespace sheets {
namespace {

using Cells = std::vector<std::string>;

struct Read {
    Layout layout;
    std::vector<Row> rows;
};

Read read(std::string content, const Options& options = {})
{
    auto reader = open_bytes(std::move(content), options);
    EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().code);
    if (!reader)
        return {};
    Read result{.layout = (*reader)->layout()};
    Row row;
    while (true) {
        const auto more = (*reader)->next(row);
        EXPECT_TRUE(more.ok());
        if (!more || !*more)
            return result;
        result.rows.push_back(row);
    }
}

std::string fault(const Row& row)
{
    if (row.faults.size() != 1)
        return std::to_string(row.faults.size()) + " faults";
    const auto& only = row.faults.front();
    return only.code + (only.column ? " " + column_letters(*only.column) : "") + " line " +
           std::to_string(row.line);
}

TEST(Csv, AnEmptyFileIsRefused)
{
    EXPECT_EQ(open_bytes("").error().code, "SHEET_EMPTY");
    EXPECT_EQ(open_bytes("\xEF\xBB\xBF\r\n , \n\n").error().code, "SHEET_EMPTY");
}

TEST(Csv, AnOldExcelFileIsNamedAsSuch)
{
    EXPECT_EQ(open_bytes("\xD0\xCF\x11\xE0 and so on").error().code, "SHEET_OLD_EXCEL");
    EXPECT_EQ(open_bytes("PK\x03\x04 and so on").error().code, "SHEET_DAMAGED");
}

TEST(Csv, AFileOverTheLimitIsRefused)
{
    EXPECT_EQ(open_bytes("a,b\n1,2\n", {.limits = {.file_bytes = 5}}).error().code, "SHEET_TOO_LARGE");
    EXPECT_EQ(open("/nowhere/file.csv").error().code, "FILE_UNREADABLE");
}

TEST(Csv, BrokenQuotesAreReportedWithLineAndColumn)
{
    const auto file = read("名称,电话\n\"甲\"x,1\n乙,2\n丙,\"never closed\n丁,3\n");
    ASSERT_EQ(file.rows.size(), 3u);
    EXPECT_EQ(fault(file.rows[0]), "CSV_QUOTE A line 2");
    EXPECT_TRUE(file.rows[1].faults.empty());
    EXPECT_EQ(fault(file.rows[2]), "CSV_QUOTE B line 4");
}

TEST(Csv, ALineInAnotherEncodingIsReportedAloneAndTheRestIsRead)
{
    const auto file = read("名称,地址\n甲,北京\n" + base::text::to_gb18030("乙,上海") + "\n丙,天津\n");
    EXPECT_EQ(file.layout.encoding, "UTF-8");
    ASSERT_EQ(file.rows.size(), 3u);
    EXPECT_EQ(fault(file.rows[1]), "TEXT_ENCODING line 3");
    EXPECT_EQ(file.rows[2].cells, (Cells{"丙", "天津"}));
    EXPECT_TRUE(file.rows[2].faults.empty());

    const auto national = read(base::text::to_gb18030("名称,地址\n甲,北京\n") + "\xFF\xFF,x\n" +
                               base::text::to_gb18030("丙,天津\n"));
    EXPECT_EQ(national.layout.encoding, "GB 18030");
    EXPECT_EQ(fault(national.rows[1]), "TEXT_ENCODING line 3");
    EXPECT_EQ(national.rows[2].cells, (Cells{"丙", "天津"}));
}

TEST(Csv, BytesInNoEncodingAreRefused)
{
    EXPECT_EQ(open_bytes("\xFF\xFE\xFF\n\xFF\xFF\n\xFF\xFF\n").error().code, "TEXT_ENCODING");
}

TEST(Csv, MoreCellsThanHeadingsAreReported)
{
    const auto file = read("a,b\n1,2,\n1,2,3\n1\n");
    EXPECT_TRUE(file.rows[0].faults.empty());
    EXPECT_EQ(fault(file.rows[1]), "SHEET_EXTRA_CELLS C line 3");
    EXPECT_EQ(file.rows[2].cells, (Cells{"1", ""}));
    const auto wide = read("a,b\n1,2,3,4,5\n6,7\n", {.limits = {.columns = 3}});
    EXPECT_FALSE(wide.rows[0].faults.empty());
    EXPECT_EQ(wide.rows[1].cells, (Cells{"6", "7"}));
}

TEST(Csv, ACellOverTheLimitIsReported)
{
    const auto file = read("a,b\n" + std::string(200, 'x') + ",2\n", {.limits = {.cell_bytes = 100}});
    EXPECT_EQ(fault(file.rows[0]), "SHEET_CELL_LENGTH A line 2");
}

TEST(Csv, ReadsBothEncodings)
{
    const std::string text = "单位名称,电话\r\n北京某某宾馆,010-62345678\r\n";
    for (const auto& content : {text, "\xEF\xBB\xBF" + text, base::text::to_gb18030(text)}) {
        const auto file = read(content);
        EXPECT_EQ(file.layout.headings, (Cells{"单位名称", "电话"}));
        ASSERT_EQ(file.rows.size(), 1u);
        EXPECT_EQ(file.rows[0].cells, (Cells{"北京某某宾馆", "010-62345678"}));
        EXPECT_EQ(file.rows[0].number, 2u);
    }
    EXPECT_EQ(read(base::text::to_gb18030(text)).layout.encoding, "GB 18030");
}

TEST(Csv, ReadsQuotedCellsWithSeparatorsAndLines)
{
    const auto file = read("a,b\n\"x,\"\"y\"\"\r\nz\",2\n\n3,4");
    ASSERT_EQ(file.rows.size(), 2u);
    EXPECT_EQ(file.rows[0].cells, (Cells{"x,\"y\"\nz", "2"}));
    EXPECT_EQ(file.rows[1].cells, (Cells{"3", "4"}));
    EXPECT_EQ(file.rows[1].line, 5u);    // in an editor
    EXPECT_EQ(file.rows[1].number, 4u);  // in a spreadsheet
}

TEST(Csv, FindsTheSeparator)
{
    EXPECT_EQ(read("a\tb,c\td\n1\t2\t3\n").layout.headings, (Cells{"a", "b,c", "d"}));
    EXPECT_EQ(read("a;b\n1;2\n").layout.headings, (Cells{"a", "b"}));
    EXPECT_EQ(read("only\n1\n2\n").rows.size(), 2u);
}

TEST(Csv, SkipsTitlesAboveTheHeadings)
{
    const auto file =
        read("朝阳区被监督单位登记表,,,\n填报单位：某某所,,,2026年\n名称,地址,电话,备注\n甲,北京,1,\n");
    EXPECT_EQ(file.layout.headings, (Cells{"名称", "地址", "电话", "备注"}));
    EXPECT_EQ(file.layout.heading_row, 3u);
    ASSERT_EQ(file.rows.size(), 1u);
    EXPECT_EQ(file.rows[0].number, 4u);
}

TEST(Csv, ComposesHeadingsThatWereMerged)
{
    const auto file = read("单位名称,联系人,,地址\n,姓名,电话,\n甲,张三,13812341234,北京\n");
    EXPECT_EQ(file.layout.headings, (Cells{"单位名称", "联系人 / 姓名", "联系人 / 电话", "地址"}));
    EXPECT_EQ(file.layout.heading_rows, 2u);
    EXPECT_EQ(file.rows.size(), 1u);
}

TEST(Csv, NamesColumnsThatHaveNoHeadingOrTheSame)
{
    const auto file = read("名称,电话,电话,,地址\n甲,1,2,3,4\n乙,1,2,3,4\n");
    EXPECT_EQ(file.layout.headings, (Cells{"名称", "电话", "电话 (2)", "D", "地址"}));
    EXPECT_EQ(file.rows.size(), 2u);
}

TEST(Csv, TheCallerMaySayWhichRowsAreHeadings)
{
    const auto file = read("a,b\nc,d\n1,2\n", {.heading_row = 2, .heading_rows = 1});
    EXPECT_EQ(file.layout.headings, (Cells{"c", "d"}));
    EXPECT_EQ(file.rows.size(), 1u);
    EXPECT_EQ(read("a,b\nc,d\n1,2\n", {.heading_rows = 2}).layout.headings, (Cells{"a / c", "b / d"}));
    EXPECT_EQ(read("a,b\n", {.heading_row = 99}).rows.size(), 0u);
}

TEST(Csv, NothingWrittenIsRunAsAFormula)
{
    std::string out;
    append_csv_row(out, Cells{"=1+1", "+cmd", "-x", "@a", "-12.50", "+8613812341234", "a=b", "'=1"});
    EXPECT_EQ(out, "\"'=1+1\",\"'+cmd\",\"'-x\",\"'@a\",-12.50,+8613812341234,a=b,\"''=1\"\r\n");
}

TEST(Csv, WhatIsWrittenIsReadBack)
{
    const std::vector<Cells> rows{{"名称", "说明"}, {"=1+1", "x,\"y\"\nz"}, {"'=1", " 前后空格 "},
        {"''=x", "'"}, {"-5", "-a"}, {"甲;乙", "@"}};
    std::string out(csv_start);
    for (const auto& row : rows)
        append_csv_row(out, row);
    const auto file = read(out);
    EXPECT_EQ(file.layout.headings, rows[0]);
    ASSERT_EQ(file.rows.size(), rows.size() - 1);
    for (std::size_t i = 1; i < rows.size(); ++i)
        EXPECT_EQ(file.rows[i - 1].cells, rows[i]);
}

TEST(Csv, ColumnsHaveTheLettersOfASpreadsheet)
{
    EXPECT_EQ(column_letters(0), "A");
    EXPECT_EQ(column_letters(25), "Z");
    EXPECT_EQ(column_letters(26), "AA");
    EXPECT_EQ(column_letters(701), "ZZ");
    EXPECT_EQ(column_letters(702), "AAA");
}

}  // namespace
}  // namespace sheets
