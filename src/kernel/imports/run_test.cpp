#include <cstdlib>

#include "kernel/imports/testing/registry.h"

namespace imports {

using namespace testing;

namespace {

class Imports : public ImportTest {};

void expect_same(const std::set<Fault>& expected, const std::set<Fault>& found)
{
    std::size_t shown = 0;
    for (const auto& [row, column, code] : expected)
        if (!found.contains({row, column, code}) && ++shown < 10)
            ADD_FAILURE() << "not found: row " << row << " " << column << " " << code;
    for (const auto& [row, column, code] : found)
        if (!expected.contains({row, column, code}) && ++shown < 20)
            ADD_FAILURE() << "not planted: row " << row << " " << column << " " << code;
}

}  // namespace

TEST_P(Imports, NamesEveryPlantedFaultAndRefusesNoGoodRow)
{
    // 25 kinds of faults and one more. On PostgreSQL the whole registry takes its time, so by night.
    const bool whole = GetParam() == storage::testing::Engine::SqliteFile
        || (GetParam() == storage::testing::Engine::Postgres && std::getenv("WEIJIAN_NIGHTLY") != nullptr);
    const std::size_t rows = whole ? 20'000 : 520;
    const std::size_t bad = rows / 20;
    const Registry registry = make_registry(rows, bad);
    write_csv(file("units.csv"), registry.lines);
    write_xlsx(file("units.xlsx"), headings, registry.lines);

    const Summary first = import(file("units.csv"));
    EXPECT_EQ(first.layout.encoding, "GB 18030");
    expect_same(registry.faults, faults_of(first.faults));
    EXPECT_EQ(first.counts.created, rows - bad);
    EXPECT_EQ(first.counts.rejected, bad);

    // The same registry again, as a workbook: nothing changes, the same rows are refused.
    const auto before = number("SELECT max(seq) FROM change_log");
    const Summary second = import(file("units.xlsx"));
    expect_same(registry.faults, faults_of(second.faults));
    EXPECT_EQ(second.counts.unchanged, rows - bad);
    EXPECT_EQ(second.counts.created + second.counts.updated, 0U);
    EXPECT_EQ(number("SELECT max(seq) FROM change_log"), before);

    // Corrected, the refused rows come in.
    ASSERT_TRUE(write_rejects(file("units.csv"), {}, first.faults, SheetFormat::Xlsx, file("rejects.xlsx"), messages_, "zh").ok());
    auto reader = sheets::open(file("rejects.xlsx"));
    ASSERT_TRUE(reader.ok());
    const auto names = (*reader)->layout().headings;
    ASSERT_EQ(names.size(), headings.size() + 2);
    std::vector<Cells> corrected;
    for (sheets::Row row; *(*reader)->next(row);) {
        EXPECT_FALSE(row.cells.back().empty());
        Cells cells = good(std::stoul(row.cells[headings.size()]) - 2);
        cells.push_back(row.cells[headings.size()]);
        cells.push_back(row.cells.back());
        corrected.push_back(std::move(cells));
    }
    EXPECT_EQ(corrected.size(), bad);
    write_xlsx(file("corrected.xlsx"), names, corrected);
    const Summary third = import(file("corrected.xlsx"));
    EXPECT_EQ(third.counts.created, bad);
    EXPECT_TRUE(third.faults.empty()) << third.faults.front().column << " " << third.faults.front().code;
}

TEST_P(Imports, ChangesOnlyWhatDiffersAndKeepsWhatTheFileLeavesEmpty)
{
    auto lines = make_registry(10, 0).lines;
    write_csv(file("a.csv"), lines);
    EXPECT_EQ(import(file("a.csv")).counts.created, 10U);
    lines[3][4] = "13900139000";
    lines[4][11] = "";
    lines[5][18] = "暂停";
    write_csv(file("b.csv"), lines);
    const Summary summary = import(file("b.csv"));
    EXPECT_EQ(summary.counts.updated, 2U);
    EXPECT_EQ(summary.counts.unchanged, 8U);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), 10);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit__professions"), 10);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit WHERE source = 'IMPORT'"), 10);
}

TEST_P(Imports, AllOrNothingWritesNothingWhileARowIsBad)
{
    write_csv(file("a.csv"), make_registry(60, 2).lines);
    const Summary summary = import(file("a.csv"), {.mode = Mode::AllOrNothing});
    EXPECT_FALSE(summary.written);
    EXPECT_EQ(summary.counts.rejected, 2U);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), 0);
}

// Statistics administrators read and export; whoever may not create units may not do so by a file either.
TEST_P(Imports, RefusesWhoMayNotImport)
{
    write_csv(file("a.csv"), make_registry(3, 0).lines);
    for (const char* role : {"officer", "stat_admin"}) {
        const auto other = person(11, role);
        const auto refused = import_file(*store_, as(*other), "unit", file("a.csv"), {});
        ASSERT_FALSE(refused.ok()) << role;
        EXPECT_EQ(refused.error().code, "PERMISSION");
    }
}

// A stall without a licence has no credit code; its name and address say whether it is there already.
TEST_P(Imports, KnowsUnitsWithoutACreditCodeByNameAndAddress)
{
    const Cells names{"单位名称", "主体类别", "统一社会信用代码", "法定代表人", "负责人", "注册地址", "经营地址", "所在区划"};
    const auto stall = [](const std::string& name, const std::string& code = {}) {
        return Cells{name, code.empty() ? "UNLICENSED" : "LEGAL", code, "赵建国", "赵建国", "和平路1号", "和平路1号", "朝阳区"};
    };
    write_xlsx(file("a.xlsx"), names, {stall("早点摊"), stall("修鞋摊"), stall("早点摊"), stall("修鞋摊", credit_code_of(1))});
    const Summary first = import(file("a.xlsx"));
    EXPECT_EQ(first.counts.created, 2U);
    const std::set<Fault> twice{{4, "单位名称", "DUPLICATE_IN_FILE"}, {5, "单位名称", "DUPLICATE_IN_FILE"}};
    EXPECT_EQ(faults_of(first.faults), twice);

    write_xlsx(file("b.xlsx"), names, {stall("早点摊"), stall("修鞋摊"), stall("甲", credit_code_of(2)), stall("甲", credit_code_of(3))});
    const Summary second = import(file("b.xlsx"));
    EXPECT_EQ(second.counts.unchanged, 2U);
    EXPECT_EQ(second.counts.created, 2U);
    write_xlsx(file("c.xlsx"), names, {stall("甲")});
    EXPECT_EQ(faults_of(import(file("c.xlsx")).faults), (std::set<Fault>{{2, "单位名称", "IMPORT_SEVERAL"}}));
    EXPECT_EQ(number("SELECT count(*) FROM record_unit"), 4);
}

TEST_P(Imports, JoinsLongitudeAndLatitudeIntoAPoint)
{
    Cells names = headings;
    names[12] = "经度";
    names.push_back("纬度");
    std::vector<Cells> lines;
    const std::array<std::pair<const char*, const char*>, 5> points{{{"116.4042", "39.9"}, {"116°24′15.12″", "北纬39°54′"}, {"", ""}, {"116.4", ""}, {"39.9", "116.4"}}};
    for (std::size_t i = 0; i < points.size(); ++i) {
        lines.push_back(good(i));
        lines.back()[12] = points[i].first;
        lines.back().push_back(points[i].second);
    }
    write_xlsx(file("a.xlsx"), names, lines);
    const Summary summary = import(file("a.xlsx"));
    EXPECT_EQ(faults_of(summary.faults), (std::set<Fault>{{5, "纬度", "POINT_SYNTAX"}, {6, "纬度", "POINT_RANGE"}}));
    EXPECT_EQ(number("SELECT count(*) FROM record_unit WHERE location_lng IS NOT NULL"), 2);
    EXPECT_EQ(number("SELECT count(DISTINCT location_lng) FROM record_unit WHERE location_lng IS NOT NULL"), 1);
}

// Whatever the way of writing, a record keeps every promise: number without gaps, a row in the log, its rows.
TEST_P(Imports, WritesAllThatASingleChangeWrites)
{
    write_csv(file("a.csv"), make_registry(300, 0).lines);
    EXPECT_EQ(import(file("a.csv")).counts.created, 300U);
    EXPECT_EQ(number("SELECT count(DISTINCT number) FROM record_unit"), 300);
    EXPECT_EQ(number("SELECT value FROM records_counter WHERE record = 'unit'"), 300);
    EXPECT_EQ(number("SELECT count(*) FROM change_log WHERE record = 'unit' AND action = 'create' AND source = 'IMPORT'"), 300);
    EXPECT_EQ(number("SELECT count(*) FROM record_unit__professions"), 300);
    const auto id = number("SELECT min(id) FROM record_unit");
    const auto shown = store_->read("unit", id, as(*clerk_));
    ASSERT_TRUE(shown.ok());
    const auto history = store_->history("unit", id, std::nullopt, as(*clerk_));
    ASSERT_TRUE(history.ok());
    const std::string text = json::serialize(*history);
    EXPECT_NE(text.find(std::string(shown->at("number").as_string())), std::string::npos);
    EXPECT_NE(text.find("unit_name"), std::string::npos);
    const json::object body{{"unit_name", "另一家"}, {"uscc", credit_code_of(9'000)}, {"legal_rep", "甲"}, {"principal", "甲"}, {"reg_address", "乙"},
        {"business_address", "乙"}, {"region_code", "110105"}};
    const auto next = store_->create("unit", body, as(*clerk_));
    ASSERT_TRUE(next.ok()) << next.error().code;
    EXPECT_TRUE(std::string_view(next->record.at("number").as_string()).ends_with("000301"));
}

FOR_EACH_DATABASE(Imports);

}  // namespace imports
