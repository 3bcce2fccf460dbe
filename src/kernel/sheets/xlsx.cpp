#include <algorithm>
#include <charconv>
#include <pugixml.hpp>
#include <set>

#include "base/text.h"
#include "kernel/sheets/number_format.h"
#include "kernel/sheets/source.h"
#include "kernel/sheets/zip.h"

namespace sheets {
namespace {

constexpr std::size_t small_part_bytes = std::size_t{16} << 20;
constexpr std::size_t row_number_max = 1'048'576;
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;

std::string_view local_name(const pugi::xml_node& node)
{
    const std::string_view name = node.name();
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name)
{
    for (const auto each : parent.children()) {
        if (local_name(each) == name)
            return each;
    }
    return {};
}

base::Result<bool> parse(pugi::xml_document& document, std::string& xml)
{
    const auto outcome = document.load_buffer_inplace(xml.data(), xml.size(), parse_flags, pugi::encoding_utf8);
    if (!outcome)
        return damaged(outcome.description());
    return true;
}

// Excel writes control characters as "_x000D_" and a literal underscore before such text as "_x005F_".
std::string unescaped(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto at = text.find("_x");
        out += text.substr(0, at);
        if (at == std::string_view::npos)
            break;
        text.remove_prefix(at);
        unsigned code = 0;
        const bool escape = text.size() >= 7 && text[6] == '_' &&
            std::from_chars(text.data() + 2, text.data() + 6, code, 16).ptr == text.data() + 6 && code < 0x80;
        if (!escape) {
            out += text.substr(0, 2);
            text.remove_prefix(2);
            continue;
        }
        if (code != '\r')
            out += static_cast<char>(code);
        text.remove_prefix(7);
    }
    return out;
}

// The text of <si> or <is>: its own and its runs' <t>, not the phonetic ones.
std::string rich_text(const pugi::xml_node& node)
{
    std::string text;
    for (const auto each : node.children()) {
        if (local_name(each) == "t")
            text += each.child_value();
        else if (local_name(each) == "r")
            text += child(each, "t").child_value();
    }
    return unescaped(text);
}

// "AB12" into column 27 and row 12; 0 when the row is missing.
bool read_reference(std::string_view text, std::size_t& column, std::size_t& row)
{
    std::size_t letters = 0;
    std::size_t number = 0;
    while (letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z' && letters < 3)
        number = number * 26 + static_cast<std::size_t>(text[letters++] - 'A' + 1);
    if (letters == 0)
        return false;
    column = number - 1;
    row = 0;
    const auto digits = text.substr(letters);
    if (digits.empty())
        return true;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), row);
    return error == std::errc{} && end == digits.data() + digits.size() && row >= 1 && row <= row_number_max;
}

struct Sheet {
    std::string name;
    std::string part;
    bool visible = true;
};

struct Book {
    std::vector<Sheet> sheets;
    std::string texts_part;
    std::string styles_part;
    bool from_1904 = false;
};

std::string part_path(std::string_view folder, std::string_view target)
{
    if (target.starts_with('/'))
        return std::string(target.substr(1));
    return std::filesystem::path(std::string(folder)).append(std::string(target)).lexically_normal().string();
}

struct Relation {
    std::string id;
    std::string type;
    std::string part;
};

base::Result<std::vector<Relation>> read_relations(
    const Package& package, const std::string& part, std::string_view folder)
{
    std::vector<Relation> relations;
    TRY_ASSIGN(auto xml, package.read(part, small_part_bytes));
    pugi::xml_document document;
    TRY(parse(document, xml));
    for (const auto each : document.document_element().children()) {
        const std::string_view type = each.attribute("Type").value();
        relations.push_back({each.attribute("Id").value(), std::string(type.substr(type.rfind('/') + 1)),
            part_path(folder, each.attribute("Target").value())});
    }
    return relations;
}

base::Result<std::string> workbook_part(const Package& package)
{
    if (package.has("_rels/.rels")) {
        TRY_ASSIGN(const auto relations, read_relations(package, "_rels/.rels", ""));
        for (const auto& relation : relations) {
            if (relation.type == "officeDocument")
                return relation.part;
        }
    }
    return std::string("xl/workbook.xml");
}

base::Result<Book> read_book(const Package& package)
{
    TRY_ASSIGN(const auto part, workbook_part(package));
    const auto slash = part.rfind('/');
    const auto folder = slash == std::string::npos ? std::string() : part.substr(0, slash);
    const auto file = slash == std::string::npos ? part : part.substr(slash + 1);
    TRY_ASSIGN(auto xml, package.read(part, small_part_bytes));
    pugi::xml_document document;
    TRY(parse(document, xml));
    TRY_ASSIGN(const auto relations,
        read_relations(package, (folder.empty() ? "" : folder + "/") + "_rels/" + file + ".rels", folder));

    Book book;
    for (const auto& relation : relations) {
        if (relation.type == "sharedStrings")
            book.texts_part = relation.part;
        if (relation.type == "styles")
            book.styles_part = relation.part;
    }
    const auto root = document.document_element();
    book.from_1904 = child(root, "workbookPr").attribute("date1904").as_bool();
    for (const auto each : child(root, "sheets").children()) {
        std::string id;
        for (const auto attribute : each.attributes()) {
            const std::string_view name = attribute.name();
            if (name == "id" || name.ends_with(":id"))
                id = attribute.value();
        }
        const auto relation =
            std::find_if(relations.begin(), relations.end(), [&](const auto& r) { return r.id == id; });
        if (relation != relations.end() && relation->type == "worksheet")
            book.sheets.push_back({each.attribute("name").value(), relation->part, !each.attribute("state") || std::string_view(each.attribute("state").value()) == "visible"});
    }
    return book;
}

// For each cell style, whether its numbers are dates.
base::Result<std::vector<bool>> read_styles(const Package& package, const std::string& part)
{
    std::vector<bool> styles;
    if (part.empty() || !package.has(part))
        return styles;
    TRY_ASSIGN(auto xml, package.read(part, small_part_bytes));
    pugi::xml_document document;
    TRY(parse(document, xml));
    const auto root = document.document_element();
    std::set<int> dates;
    std::set<int> others;
    for (const auto each : child(root, "numFmts").children())
        (date_format(each.attribute("formatCode").value()) ? dates : others).insert(each.attribute("numFmtId").as_int());
    for (const auto each : child(root, "cellXfs").children()) {
        const int id = each.attribute("numFmtId").as_int();
        styles.push_back(dates.contains(id) || (!others.contains(id) && date_format_id(id)));
    }
    return styles;
}

base::Result<std::vector<std::string>> read_texts(
    const Package& package, const std::string& part, const Limits& limits)
{
    std::vector<std::string> texts;
    if (part.empty() || !package.has(part))
        return texts;
    TRY_ASSIGN(auto elements, Elements::open(package, part, "si", limits.text_bytes));
    std::string fragment;
    pugi::xml_document document;
    while (true) {
        TRY_ASSIGN(const bool more, elements.next(fragment));
        if (!more)
            return texts;
        TRY(parse(document, fragment));
        texts.push_back(rich_text(document.document_element()));
    }
}

base::Result<std::vector<Merge>> read_merges(const Package& package, const std::string& part, const Limits& limits)
{
    std::vector<Merge> merges;
    TRY_ASSIGN(auto elements, Elements::open(package, part, "mergeCell", limits.sheet_bytes));
    std::string fragment;
    pugi::xml_document document;
    while (true) {
        TRY_ASSIGN(const bool more, elements.next(fragment));
        if (!more)
            return merges;
        TRY(parse(document, fragment));
        const std::string_view reference = document.document_element().attribute("ref").value();
        const auto colon = reference.find(':');
        Merge merge;
        if (colon == std::string_view::npos || !read_reference(reference.substr(0, colon), merge.left, merge.top) ||
            !read_reference(reference.substr(colon + 1), merge.right, merge.bottom) || merge.top == 0 ||
            merge.bottom < merge.top || merge.right < merge.left)
            return damaged("a merged range is wrong");
        if (merges.size() == limits.merged_ranges)
            return base::Error{.kind = base::Kind::TooLarge, .code = "SHEET_TOO_LARGE", .detail = "merged ranges"};
        merges.push_back(merge);
    }
}

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
        : shared_(std::move(shared)), sheet_(std::move(sheet)), merges_(std::move(merges)), rows_(std::move(rows))
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
            text = text.substr(11, 8) == "00:00:00" ? text.substr(0, 10) : text.substr(0, 10) + " " + text.substr(11, 8);
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
        return base::Error{.kind = base::Kind::NotFound, .code = "SHEET_UNKNOWN", .parameters = {{"sheet", options.sheet}}};
    return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_EMPTY"};
}

}  // namespace sheets
