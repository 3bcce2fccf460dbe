#include <gtest/gtest.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include "base/files.h"
#include "kernel/sheets/number_format.h"
#include "kernel/sheets/reader.h"
#include "kernel/sheets/writer.h"

namespace sheets {
namespace {

using Cells = std::vector<std::string>;

class Xlsx : public testing::Test {
protected:
    Xlsx()
    {
        char name[] = "/tmp/weijian_sheets_XXXXXX";
        folder_ = ::mkdtemp(name);
        path_ = folder_ / "table.xlsx";
    }
    ~Xlsx() override { std::filesystem::remove_all(folder_); }

    // A package by hand: one sheet with this XML, and texts and styles when given.
    void write_package(
        const std::string& sheet, const std::string& texts = "", const std::string& styles = "") const
    {
        const std::string relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
        write_parts(
            {{"xl/workbook.xml",
                 R"(<workbook xmlns:r="r"><sheets><sheet name="隐藏" state="hidden" r:id="rId9"/><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>)"},
                {"xl/_rels/workbook.xml.rels",
                    "<Relationships><Relationship Id=\"rId1\" Type=\"" + relation +
                        "worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" +
                        relation +
                        "sharedStrings\" Target=\"/xl/sharedStrings.xml\"/><Relationship Id=\"rId3\" "
                        "Type=\"" +
                        relation + "styles\" Target=\"styles.xml\"/></Relationships>"},
                {"xl/worksheets/sheet1.xml", sheet}, {"xl/sharedStrings.xml", texts},
                {"xl/styles.xml", styles}});
    }

    void write_parts(const std::vector<std::pair<std::string, std::string>>& parts) const
    {
        std::filesystem::remove(path_);
        zip_t* package = zip_open(path_.c_str(), ZIP_CREATE, nullptr);
        for (const auto& [name, content] : parts) {
            if (!content.empty())
                zip_file_add(
                    package, name.c_str(), zip_source_buffer(package, content.data(), content.size(), 0), 0);
        }
        ASSERT_EQ(zip_close(package), 0);
    }

    struct Read {
        std::string error;
        Layout layout = {};
        std::vector<Row> rows = {};
    };

    Read read(const Options& options = {}) const
    {
        auto reader = open(path_, options);
        if (!reader)
            return {.error = reader.error().code};
        Read result{.layout = (*reader)->layout()};
        Row row;
        while (true) {
            const auto more = (*reader)->next(row);
            if (!more)
                result.error = more.error().code;
            if (!more || !*more)
                return result;
            result.rows.push_back(row);
        }
    }

    std::filesystem::path folder_;
    std::filesystem::path path_;
};

TEST_F(Xlsx, DamagedPackagesAreRefused)
{
    ASSERT_TRUE(base::files::write_durably(path_, "PK\x03\x04 not a zip").ok());
    EXPECT_EQ(read().error, "SHEET_DAMAGED");
    write_parts({{"hello.txt", "x"}});
    EXPECT_EQ(read().error, "SHEET_DAMAGED");
    write_package("<worksheet><sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData></worksheet>");
    EXPECT_EQ(read().error, "SHEET_DAMAGED");  // a text that is not there
    write_package("<worksheet><sheetData><row><c><v>1</v>");
    EXPECT_EQ(read().error, "SHEET_DAMAGED");  // cut off
    write_package("<worksheet><sheetData><row><c><v>1</w></c></row></sheetData></worksheet>");
    EXPECT_EQ(read().error, "SHEET_DAMAGED");  // tags that do not match
    write_package("<worksheet><sheetData></sheetData></worksheet>");
    EXPECT_EQ(read().error, "SHEET_EMPTY");
}

TEST_F(Xlsx, AZipBombIsRefused)
{
    write_package("<worksheet><sheetData>" + std::string(5'000'000, ' ') + "</sheetData></worksheet>");
    EXPECT_LT(std::filesystem::file_size(path_), 50'000u);
    EXPECT_EQ(read({.limits = {.sheet_bytes = 1'000'000}}).error, "SHEET_TOO_LARGE");
    write_package("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>",
        "<sst><si><t>" + std::string(2'000'000, 'x') + "</t></si></sst>");
    EXPECT_EQ(read({.limits = {.text_bytes = 1'000'000}}).error, "SHEET_TOO_LARGE");
}

TEST_F(Xlsx, ASheetLargerThanAnyBufferIsRead)
{
    const std::string gap(9'000'000, ' ');
    write_package("<worksheet><sheetData><row><c t=\"str\"><v>a</v></c></row>" + gap +
                  "<row><c><v>1</v></c></row>" + gap + "<row><c><v>2</v></c></row></sheetData></worksheet>");
    const auto file = read();
    EXPECT_EQ(file.error, "");
    ASSERT_EQ(file.rows.size(), 2u);
    EXPECT_EQ(file.rows[1].cells, Cells{"2"});
}

TEST_F(Xlsx, EntitiesOfADocumentTypeAreNotExpanded)
{
    write_package(
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><worksheet><sheetData>"
        "<row><c t=\"inlineStr\"><is><t>a</t></is></c><c t=\"str\"><v>&e;&amp;&#x4e2d;</v></c></row>"
        "</sheetData></worksheet>");
    const auto file = read();
    EXPECT_EQ(file.layout.headings, (Cells{"a", "&e;&中"}));
}

TEST_F(Xlsx, ReadsEveryKindOfCell)
{
    write_package(
        "<x:worksheet xmlns:x=\"y\"><x:dimension ref=\"A1:J2\"/><x:sheetData>"
        "<x:row r=\"1\"><x:c r=\"A1\" t=\"s\"><x:v>0</x:v></x:c><x:c r=\"B1\" t=\"s\"><x:v>1</x:v></x:c>"
        "<x:c r=\"C1\" t=\"inlineStr\"><x:is><x:t>c</x:t></x:is></x:c><x:c r=\"D1\" "
        "t=\"str\"><x:v>d</x:v></x:c>"
        "<x:c r=\"E1\" t=\"str\"><x:v>e</x:v></x:c><x:c r=\"F1\" t=\"str\"><x:v>f</x:v></x:c>"
        "<x:c r=\"G1\" t=\"str\"><x:v>g</x:v></x:c><x:c r=\"H1\" t=\"str\"><x:v>h</x:v></x:c></x:row>"
        "<x:row r=\"4\"><x:c r=\"A4\"><x:v>12.5</x:v></x:c><x:c r=\"B4\" s=\"1\"><x:v>46293</x:v></x:c>"
        "<x:c r=\"C4\" s=\"2\"><x:v>46293.666666666664</x:v></x:c><x:c r=\"D4\" t=\"b\"><x:v>1</x:v></x:c>"
        "<x:c r=\"E4\" t=\"e\"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c><x:c "
        "r=\"F4\"><x:f>1+1</x:f><x:v>2</x:v></x:c>"
        "<x:c r=\"G4\"><x:f>1+1</x:f></x:c><x:c r=\"H4\"><x:v>1.1010519900101E+17</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>",
        "<sst><si><t>甲</t></si><si><r><t>乙</t></r><r><t xml:space=\"preserve\"> "
        "</t></r><r><t>丙_x000D_</t></r><rPh><t>yi</t></rPh></si></sst>",
        "<styleSheet><numFmts><numFmt numFmtId=\"176\" "
        "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"31\"/><xf numFmtId=\"176\"/></cellXfs></styleSheet>");
    const auto file = read();
    EXPECT_EQ(file.error, "");
    EXPECT_EQ(file.layout.headings, (Cells{"甲", "乙 丙", "c", "d", "e", "f", "g", "h"}));
    EXPECT_EQ(file.layout.sheet, "表");
    ASSERT_EQ(file.rows.size(), 1u);
    const auto& row = file.rows[0];
    EXPECT_EQ(row.number, 4u);
    EXPECT_EQ(row.cells, (Cells{"12.5", "2026-09-28", "2026-09-28 16:00:00", "TRUE", "#DIV/0!", "2", "",
                             "110105199001010000"}));
    ASSERT_EQ(row.faults.size(), 3u);
    EXPECT_EQ(row.faults[0].code, "SHEET_FORMULA_ERROR");
    EXPECT_EQ(row.faults[0].column, 4u);
    EXPECT_EQ(row.faults[1].code, "SHEET_FORMULA_UNSAVED");
    EXPECT_EQ(row.faults[2].code, "SHEET_DIGITS_LOST");
    EXPECT_EQ(row.faults[2].column, 7u);
}

// A registry as an authority keeps it, written by a real spreadsheet library: title, merged headings,
// a street merged over two rows.
TEST_F(Xlsx, ComposesMergedHeadingsAndRepeatsMergedCells)
{
    lxw_workbook* book = workbook_new(path_.c_str());
    lxw_worksheet* empty = workbook_add_worksheet(book, "说明");
    ASSERT_NE(empty, nullptr);
    lxw_worksheet* page = workbook_add_worksheet(book, "登记表");
    worksheet_merge_range(page, 0, 0, 0, 4, "朝阳区被监督单位登记表", nullptr);
    worksheet_merge_range(page, 1, 0, 2, 0, "街道", nullptr);
    worksheet_merge_range(page, 1, 1, 2, 1, "单位\n名称", nullptr);
    worksheet_merge_range(page, 1, 2, 1, 3, "联系人", nullptr);
    worksheet_merge_range(page, 1, 4, 2, 4, "成立日期", nullptr);
    worksheet_write_string(page, 2, 2, "姓名", nullptr);
    worksheet_write_string(page, 2, 3, "电话", nullptr);
    worksheet_merge_range(page, 3, 0, 4, 0, "建外街道", nullptr);
    lxw_format* date = workbook_add_format(book);
    format_set_num_format(date, "yyyy/m/d");
    for (lxw_row_t row = 3; row < 6; ++row) {
        worksheet_write_string(page, row, 1, ("单位" + std::to_string(row)).c_str(), nullptr);
        worksheet_write_string(page, row, 2, "张三", nullptr);
        worksheet_write_number(page, row, 3, 13812341234, nullptr);
        lxw_datetime day{2026, 9, 28, 0, 0, 0};
        worksheet_write_datetime(page, row, 4, &day, date);
    }
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);

    const auto file = read();
    EXPECT_EQ(file.layout.sheet, "登记表");
    EXPECT_EQ(file.layout.sheets, (Cells{"说明", "登记表"}));
    EXPECT_EQ(
        file.layout.headings, (Cells{"街道", "单位 名称", "联系人 / 姓名", "联系人 / 电话", "成立日期"}));
    EXPECT_EQ(file.layout.heading_row, 2u);
    EXPECT_EQ(file.layout.heading_rows, 2u);
    ASSERT_EQ(file.rows.size(), 3u);
    EXPECT_EQ(file.rows[0].cells, (Cells{"建外街道", "单位3", "张三", "13812341234", "2026-09-28"}));
    EXPECT_EQ(file.rows[1].cells[0], "建外街道");
    EXPECT_EQ(file.rows[2].cells[0], "");
    EXPECT_EQ(read({.sheet = "说明"}).error, "SHEET_EMPTY");
    EXPECT_EQ(read({.sheet = "无"}).error, "SHEET_UNKNOWN");
}

TEST_F(Xlsx, WhatIsWrittenIsReadBack)
{
    auto writer = XlsxWriter::open(path_, "被监督单位/2026", {{"名称", 30}, {"金额"}, {"日期"}, {"证号"}});
    ASSERT_TRUE(writer.ok());
    for (int i = 0; i < 3000; ++i) {
        const std::vector<Cell> cells{{"=单位" + std::to_string(i)}, {"-12.50", Cell::Kind::Number},
            {"2026-09-28", Cell::Kind::Date}, {"110105199001010010", Cell::Kind::Number}};
        ASSERT_TRUE(writer->add(cells).ok());
    }
    ASSERT_TRUE(writer->close().ok());
    const auto file = read();
    EXPECT_EQ(file.layout.headings, (Cells{"名称", "金额", "日期", "证号"}));
    ASSERT_EQ(file.rows.size(), 3000u);
    EXPECT_EQ(file.rows[2999].cells, (Cells{"=单位2999", "-12.5", "2026-09-28", "110105199001010010"}));
    EXPECT_TRUE(file.rows[2999].faults.empty());
    EXPECT_EQ(open_bytes(*base::files::read(path_))->get()->layout().headings.size(), 4u);
}

TEST_F(Xlsx, AWriterThatWasNotClosedLeavesNoFile)
{
    {
        auto writer = XlsxWriter::open(path_, "x", {{"a"}});
        ASSERT_TRUE(writer.ok());
        EXPECT_EQ(
            writer->add(std::vector<Cell>{{std::string(40'000, 'x')}}).error().code, "SHEET_CELL_LENGTH");
    }
    EXPECT_FALSE(std::filesystem::exists(path_));
    auto nowhere = XlsxWriter::open("/nowhere/x.xlsx", "x", {{"a"}});
    EXPECT_TRUE(!nowhere.ok() || nowhere->close().error().code == "FILE_UNWRITABLE");
}

TEST(NumberFormat, TellsDatesFromNumbers)
{
    for (const char* date :
        {"yyyy/m/d", "[$-804]m\"月\"d\"日\"", "h:mm", "[h]:mm", "mm:ss.0", "yyyy\\-mm\\-dd", "[Red]d;@"})
        EXPECT_TRUE(date_format(date)) << date;
    for (const char* number :
        {"General", "0.00", "#,##0", "\"day\"0", "[Red]0", "0.00E+00", "\\d0", "@", "0;d", ""})
        EXPECT_FALSE(date_format(number)) << number;
    EXPECT_TRUE(date_format_id(14));
    EXPECT_TRUE(date_format_id(57));
    EXPECT_FALSE(date_format_id(2));
    EXPECT_FALSE(date_format_id(49));
}

TEST(NumberFormat, KnowsExcelsTwoCalendars)
{
    EXPECT_EQ(date_text(1, false), "1900-01-01");
    EXPECT_EQ(date_text(59, false), "1900-02-28");
    EXPECT_EQ(date_text(60, false), std::nullopt);  // 29 February 1900
    EXPECT_EQ(date_text(61, false), "1900-03-01");
    EXPECT_EQ(date_text(46293, false), "2026-09-28");
    EXPECT_EQ(date_text(44831, true), "2026-09-28");
    EXPECT_EQ(date_text(46293.999999999, false), "2026-09-29");
    EXPECT_EQ(date_text(0.5, false), "12:00:00");
    EXPECT_EQ(date_text(2958465, false), "9999-12-31");
    for (const double wrong : {-1.0, 2958466.0, 1e300})
        EXPECT_EQ(date_text(wrong, false), std::nullopt) << wrong;
    EXPECT_EQ(date_text(2958465, true), std::nullopt);
}

TEST(NumberFormat, WritesNumbersOut)
{
    const std::pair<const char*, const char*> cases[] = {{"0", "0"}, {"-0.0", "0"}, {"12.50", "12.5"},
        {"0.30000000000000004", "0.3"}, {"1.5E-3", "0.0015"}, {"1E+3", "1000"}, {"-1.25E+2", "-125"},
        {"1.3812341234E10", "13812341234"}, {"110105199001010010", "110105199001010010"}, {"abc", "abc"},
        {"123456789012345.6", "123456789012346"}};
    for (const auto& [raw, expected] : cases) {
        bool lost = true;
        EXPECT_EQ(number_text(raw, lost), expected) << raw;
        EXPECT_FALSE(lost) << raw;
    }
    bool lost = false;
    EXPECT_EQ(number_text("1.23456789012346E+17", lost), "123456789012346000");
    EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace sheets
