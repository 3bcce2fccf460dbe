#pragma once

// Tables as authorities hand them over: CSV in UTF-8 or GB 18030, and XLSX.
//
// A reader gives headings and then one row after another, all cells as text. Titles above the table
// are skipped, headings of several (merged) rows are composed ("联系人 / 姓名"), cells merged downwards
// repeat their value, formulas give the value they had when saved, and dates come as "2026-09-28".
// What is wrong with a row is said in the row; reading goes on. Only a file that cannot be read at
// all is an error. Memory does not grow with the number of rows of an XLSX file, apart from its
// shared texts; CSV is held once.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sheets {

struct Limits {
    std::size_t file_bytes = std::size_t{200} << 20;
    std::size_t sheet_bytes = std::size_t{1} << 30;   // unzipped
    std::size_t text_bytes = std::size_t{256} << 20;  // shared texts, unzipped
    std::size_t columns = 1000;
    std::size_t cell_bytes = 128 * 1024;
    std::size_t merged_ranges = 200'000;
};

struct Options {
    std::string sheet = {};                        // by name; empty: the first visible sheet with rows
    std::optional<std::size_t> heading_row = {};   // 1-based number of the first heading row
    std::optional<std::size_t> heading_rows = {};  // how many rows are headings
    Limits limits = {};
};

// Something wrong with one cell, or with the row when it has no column.
struct CellFault {
    std::optional<std::size_t> column = {};  // 0-based
    std::string code;
};

struct Row {
    std::size_t number = 0;  // as a spreadsheet counts, from 1
    std::size_t line = 0;    // line of the text file where the row begins; the number for XLSX
    std::vector<std::string> cells;
    std::vector<CellFault> faults;  // CSV_QUOTE, TEXT_ENCODING, SHEET_EXTRA_CELLS, SHEET_CELL_LENGTH,
                                    // SHEET_DIGITS_LOST, SHEET_FORMULA_ERROR, SHEET_FORMULA_UNSAVED
};

struct Layout {
    std::string kind;      // "csv" or "xlsx"
    std::string encoding;  // "UTF-8", "GB 18030"; empty for XLSX
    std::string sheet;     // name of the sheet read; empty for CSV
    std::vector<std::string> sheets;
    std::vector<std::string> headings;  // unique; an empty one is named by its column letter
    std::size_t heading_row = 0;        // 1-based number of the first heading row
    std::size_t heading_rows = 0;
};

class Reader {
public:
    virtual ~Reader() = default;
    virtual const Layout& layout() const = 0;
    // The next row that is not blank, with one cell for each heading. False at the end.
    virtual base::Result<bool> next(Row&) = 0;
};

// SHEET_TOO_LARGE, SHEET_OLD_EXCEL, SHEET_DAMAGED, SHEET_EMPTY, SHEET_UNKNOWN, TEXT_ENCODING,
// FILE_UNREADABLE.
base::Result<std::unique_ptr<Reader>> open(const std::filesystem::path&, const Options& = {});
base::Result<std::unique_ptr<Reader>> open_bytes(std::string content, const Options& = {});

// "A", "Z", "AA" for 0, 25, 26.
std::string column_letters(std::size_t column);

}  // namespace sheets
