#include <charconv>

#include "kernel/sheets/book.h"
#include "kernel/sheets/number_format.h"

namespace sheets {
namespace {

struct Shared {
    std::string content;  // of the file, when it came as bytes
    Package package;
    Book book;
    std::vector<std::string> texts;
    std::vector<bool> date_styles;
    Limits limits;
};

class Xlsx final : public RowSource {
public:
    Xlsx(std::shared_ptr<Shared> shared, std::string sheet, Elements rows, std::vector<Merge> merges)
        : shared_(std::move(shared)), sheet_(std::move(sheet)), merges_(std::move(merges)),
          rows_(std::move(rows))
    {
    }

    base::Result<bool> next(Row& row) override
    {
        if (pending_) {
            row = *std::move(pending_);
            pending_.reset();
            return true;
        }
        while (true) {
            TRY_ASSIGN(const bool more, rows_.next(fragment_));
            if (!more)
                return false;
            TRY(parse(document_, fragment_));
            TRY(read_row(document_.document_element(), row));
            if (!row.cells.empty() || !row.faults.empty())
                return true;
        }
    }

    // Whether there is any row; it is kept for the first call of next.
    base::Result<bool> has_rows()
    {
        Row row;
        TRY_ASSIGN(const bool some, next(row));
        if (some)
            pending_ = std::move(row);
        return some;
    }

    void describe(Layout& layout) const override
    {
        layout.kind = "xlsx";
        layout.sheet = sheet_;
        for (const auto& sheet : shared_->book.sheets)
            layout.sheets.push_back(sheet.name);
    }
    const std::vector<Merge>& merges() const override { return merges_; }

private:
    base::Status read_row(const pugi::xml_node& node, Row& row)
    {
        const auto number = node.attribute("r").as_uint();
        number_ = number > number_ ? number : number_ + 1;
        row.number = number_;
        row.line = number_;
        row.cells.clear();
        row.faults.clear();
        for (const auto cell : node.children()) {
            if (local_name(cell) != "c")
                continue;
            std::size_t column = row.cells.size();
            std::size_t ignored = 0;
            if (cell.attribute("r") && !read_reference(cell.attribute("r").value(), column, ignored))
                return damaged("a cell has no place");
            if (column >= shared_->limits.columns) {
                row.faults.push_back({std::nullopt, "SHEET_EXTRA_CELLS"});
                break;
            }
            if (column >= row.cells.size())
                row.cells.resize(column + 1);
            TRY_ASSIGN(row.cells[column], read_cell(cell, row, column));
            if (row.cells[column].size() > shared_->limits.cell_bytes) {
                row.cells[column].clear();
                row.faults.push_back({column, "SHEET_CELL_LENGTH"});
            }
        }
        while (!row.cells.empty() && row.cells.back().empty())
            row.cells.pop_back();
        return {};
    }

    base::Result<std::string> read_cell(const pugi::xml_node& cell, Row& row, std::size_t column) const
    {
        const std::string_view type = cell.attribute("t").value();
        const auto value_node = child(cell, "v");
        const std::string_view value = value_node.child_value();
        if (!value_node && child(cell, "f"))
            row.faults.push_back({column, "SHEET_FORMULA_UNSAVED"});
        if (type == "inlineStr")
            return rich_text(child(cell, "is"));
        if (value.empty())
            return std::string();
        if (type == "s") {
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), index);
            if (error != std::errc{} || index >= shared_->texts.size())
                return damaged("a cell points at a text that is not there");
            return shared_->texts[index];
        }
        if (type == "str")
            return unescaped(value);
        if (type == "b")
            return std::string(value == "1" || value == "true" ? "TRUE" : "FALSE");
        if (type == "e") {
            row.faults.push_back({column, "SHEET_FORMULA_ERROR"});
            return std::string(value);
        }
        if (type == "d")
            return iso_date(value);
        return number(cell, value, row, column);
    }

    static std::string iso_date(std::string_view value)
    {
        std::string text(value);
        if (text.size() > 10 && text[10] == 'T')
            text = text.substr(11, 8) == "00:00:00" ? text.substr(0, 10)
                                                    : text.substr(0, 10) + " " + text.substr(11, 8);
        return text;
    }

    std::string number(const pugi::xml_node& cell, std::string_view value, Row& row, std::size_t column) const
    {
        const auto style = cell.attribute("s").as_uint();
        if (style < shared_->date_styles.size() && shared_->date_styles[style]) {
            double serial = -1;
            std::from_chars(value.data(), value.data() + value.size(), serial);
            if (auto date = date_text(serial, shared_->book.from_1904))
                return *std::move(date);
        }
        bool digits_lost = false;
        auto text = number_text(value, digits_lost);
        if (digits_lost)
            row.faults.push_back({column, "SHEET_DIGITS_LOST"});
        return text;
    }

    std::shared_ptr<Shared> shared_;
    std::string sheet_;
    std::vector<Merge> merges_;
    Elements rows_;
    std::string fragment_;
    pugi::xml_document document_;
    std::size_t number_ = 0;
    std::optional<Row> pending_;
};

base::Result<std::unique_ptr<Xlsx>> open_sheet(const std::shared_ptr<Shared>& shared, const Sheet& sheet)
{
    TRY_ASSIGN(auto merges, read_merges(shared->package, sheet.part, shared->limits));
    TRY_ASSIGN(auto rows, Elements::open(shared->package, sheet.part, "row", shared->limits.sheet_bytes));
    return std::make_unique<Xlsx>(shared, sheet.name, std::move(rows), std::move(merges));
}

}  // namespace

base::Result<std::unique_ptr<RowSource>> open_xlsx(
    const std::filesystem::path& path, std::string content, const Options& options)
{
    auto shared = std::make_shared<Shared>();
    shared->limits = options.limits;
    shared->content = std::move(content);
    TRY_ASSIGN(shared->package, Package::open(path, shared->content));
    TRY_ASSIGN(shared->book, read_book(shared->package));
    TRY_ASSIGN(shared->date_styles, read_styles(shared->package, shared->book.styles_part));
    TRY_ASSIGN(shared->texts, read_texts(shared->package, shared->book.texts_part, options.limits));
    for (const auto& sheet : shared->book.sheets) {
        const bool wanted = options.sheet.empty() ? sheet.visible : sheet.name == options.sheet;
        if (!wanted)
            continue;
        TRY_ASSIGN(auto source, open_sheet(shared, sheet));
        TRY_ASSIGN(const bool some, source->has_rows());
        if (some)
            return std::unique_ptr<RowSource>(std::move(source));
        if (!options.sheet.empty())
            return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_EMPTY"};
    }
    if (!options.sheet.empty())
        return base::Error{
            .kind = base::Kind::NotFound, .code = "SHEET_UNKNOWN", .parameters = {{"sheet", options.sheet}}};
    return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_EMPTY"};
}

}  // namespace sheets
