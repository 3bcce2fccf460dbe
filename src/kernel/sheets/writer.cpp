#include "kernel/sheets/writer.h"

#include <xlsxwriter.h>

#include <cerrno>
#include <cstring>

#include "base/checks.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"

namespace sheets {
namespace {

constexpr std::size_t rows_max = LXW_ROW_MAX;
constexpr std::size_t characters_max = 32'767;

// Whether a spreadsheet would run the text as a formula. Apostrophes of the text's own count as well,
// because reading takes one away.
bool needs_guard(const std::string& cell)
{
    const auto start = cell.find_first_not_of('\'');
    if (start == std::string::npos ||
        std::string_view("=+-@\t\r").find(cell[start]) == std::string_view::npos)
        return false;
    if (start > 0)
        return true;
    return !base::Decimal::parse(cell) &&
           (cell[0] != '+' || base::checks::phone(base::checks::normalise_phone(cell)));
}

}  // namespace

void append_csv_row(std::string& out, std::span<const std::string> cells)
{
    bool first = true;
    for (const auto& cell : cells) {
        if (!std::exchange(first, false))
            out += ',';
        const bool guard = needs_guard(cell);
        const bool quote = guard || cell.find_first_of(",\"\n\r\t;") != std::string::npos ||
                           cell.starts_with(' ') || cell.ends_with(' ');
        if (!quote) {
            out += cell;
            continue;
        }
        out += '"';
        if (guard)
            out += '\'';
        for (const char c : cell) {
            if (c == '"')
                out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

struct XlsxWriter::State {
    std::filesystem::path path;
    std::string sheet;
    std::vector<Column> columns;
    std::string folder;
    lxw_workbook* book = nullptr;
    lxw_worksheet* page = nullptr;
    lxw_format* heading = nullptr;
    lxw_format* text = nullptr;
    lxw_format* date = nullptr;
    lxw_row_t row = 0;
    int pages = 0;

    bool begin_page()
    {
        ++pages;
        const std::string name = pages == 1 ? sheet : sheet + " " + std::to_string(pages);
        page = workbook_add_worksheet(book, name.c_str());
        if (page == nullptr)
            return false;
        for (std::size_t i = 0; i < columns.size(); ++i)
            worksheet_set_column(
                page, static_cast<lxw_col_t>(i), static_cast<lxw_col_t>(i), columns[i].width, nullptr);
        worksheet_freeze_panes(page, 1, 0);
        for (std::size_t i = 0; i < columns.size(); ++i)
            worksheet_write_string(page, 0, static_cast<lxw_col_t>(i), columns[i].heading.c_str(), heading);
        row = 1;
        return true;
    }

    bool write(lxw_col_t column, const Cell& cell) const
    {
        if (cell.text.empty())
            return true;
        if (cell.kind == Cell::Kind::Number) {
            // More digits than a double keeps stay text, so that none is lost.
            const auto number = base::Decimal::parse(cell.text);
            if (number && std::abs(number->unscaled()) < 1'000'000'000'000'000)
                return worksheet_write_number(page, row, column, number->approximate(), nullptr) ==
                       LXW_NO_ERROR;
        }
        if (cell.kind == Cell::Kind::Date) {
            const auto day = base::Date::parse(cell.text);
            if (day && day->year() >= 1901) {
                const double serial = day->days - base::Date::of(1899, 12, 30).days;
                return worksheet_write_number(page, row, column, serial, date) == LXW_NO_ERROR;
            }
        }
        return worksheet_write_string(page, row, column, cell.text.c_str(), text) == LXW_NO_ERROR;
    }
};

XlsxWriter::XlsxWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
XlsxWriter::XlsxWriter(XlsxWriter&&) noexcept = default;
XlsxWriter& XlsxWriter::operator=(XlsxWriter&&) noexcept = default;

XlsxWriter::~XlsxWriter()
{
    if (!state_ || state_->book == nullptr)
        return;
    (void)workbook_close(state_->book);
    std::error_code ignored;
    std::filesystem::remove(state_->path, ignored);
}

base::Result<XlsxWriter> XlsxWriter::open(
    const std::filesystem::path& path, const std::string& sheet, std::vector<Column> columns)
{
    auto state = std::make_unique<State>();
    state->path = path;
    state->sheet = base::text::prefix(sheet, 25);
    for (char& c : state->sheet) {
        if (std::string_view("[]:*?/\\'").find(c) != std::string_view::npos)
            c = ' ';
    }
    state->columns = std::move(columns);
    // Half-finished rows stand in files of the target's folder, not in a shared one.
    state->folder = path.has_parent_path() ? path.parent_path().string() : ".";
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = state->folder.data();
    state->book = workbook_new_opt(path.c_str(), &options);
    if (state->book == nullptr)
        return base::Error{
            .kind = base::Kind::Internal, .code = "FILE_UNWRITABLE", .parameters = {{"path", path.string()}}};
    state->heading = workbook_add_format(state->book);
    format_set_bold(state->heading);
    format_set_text_wrap(state->heading);
    state->text = workbook_add_format(state->book);
    format_set_num_format(state->text, "@");  // typed corrections stay text, long numbers keep their digits
    state->date = workbook_add_format(state->book);
    format_set_num_format(state->date, "yyyy-mm-dd");
    if (!state->begin_page())
        return base::Error{
            .kind = base::Kind::Internal, .code = "FILE_UNWRITABLE", .parameters = {{"path", path.string()}}};
    return XlsxWriter(std::move(state));
}

base::Status XlsxWriter::add(std::span<const Cell> cells)
{
    for (const auto& cell : cells) {
        if (base::text::length(cell.text) > characters_max)
            return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_CELL_LENGTH"};
    }
    bool written = state_->row < rows_max || state_->begin_page();
    for (std::size_t i = 0; i < cells.size() && written; ++i)
        written = state_->write(static_cast<lxw_col_t>(i), cells[i]);
    ++state_->row;
    if (!written)
        return base::Error{.kind = base::Kind::Internal,
            .code = "FILE_UNWRITABLE",
            .parameters = {{"path", state_->path.string()}}};
    return {};
}

base::Status XlsxWriter::close()
{
    errno = 0;
    const auto code = workbook_close(std::exchange(state_->book, nullptr));
    const int number = errno;
    if (code == LXW_NO_ERROR)
        return {};
    std::error_code ignored;
    std::filesystem::remove(state_->path, ignored);
    const bool full = number == ENOSPC || number == EDQUOT;
    return base::Error{.kind = full ? base::Kind::Unavailable : base::Kind::Internal,
        .code = full ? "DISK_FULL" : "FILE_UNWRITABLE",
        .parameters = {{"path", state_->path.string()}},
        .detail = lxw_strerror(code)};
}

}  // namespace sheets
