#pragma once

// Writing tables: CSV that Excel opens with Chinese intact, and XLSX with any number of rows.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sheets {

// The bytes every CSV file begins with, so that Excel takes it for UTF-8.
inline constexpr std::string_view csv_start = "\xEF\xBB\xBF";

// Appends one row, quoted where needed. A text that a spreadsheet would run as a formula (= + - @)
// gets an apostrophe before it, unless it is a plain number or telephone number; reading takes the
// apostrophe away.
void append_csv_row(std::string& out, std::span<const std::string> cells);

struct Cell {
    enum class Kind { Text, Number, Date };
    std::string text = {};
    Kind kind = Kind::Text;  // a number or date whose text is none is written as text
};

struct Column {
    std::string heading;
    double width = 14;  // in characters
};

// Rows go to the file as they come; memory does not grow. After 1,048,576 rows a further sheet begins.
class XlsxWriter {
public:
    // The file must not be read before `close`. FILE_UNWRITABLE.
    static base::Result<XlsxWriter> open(
        const std::filesystem::path&, const std::string& sheet, std::vector<Column> columns);
    XlsxWriter(XlsxWriter&&) noexcept;
    XlsxWriter& operator=(XlsxWriter&&) noexcept;
    ~XlsxWriter();  // without close the file is removed

    base::Status add(std::span<const Cell>);  // SHEET_CELL_LENGTH
    base::Status close();                     // DISK_FULL, FILE_UNWRITABLE

private:
    struct State;
    explicit XlsxWriter(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

}  // namespace sheets
