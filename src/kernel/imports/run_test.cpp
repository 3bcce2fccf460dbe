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
    const std::size_t rows = GetParam() == storage::testing::Engine::SqliteFile ? 20'000 : 520;
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

TEST_P(Imports, RefusesWhoMayNotImport)
{
    write_csv(file("a.csv"), make_registry(3, 0).lines);
    const auto officer = person(11, "officer");
    const auto refused = import_file(*store_, as(*officer), "unit", file("a.csv"), {});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "PERMISSION");
}

FOR_EACH_DATABASE(Imports);

}  // namespace imports
