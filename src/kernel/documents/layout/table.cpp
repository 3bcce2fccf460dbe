#include <algorithm>
#include <map>

#include "kernel/documents/layout/pieces_inside.h"

namespace documents {

using markup::Node;
using markup::Style;
using markup::VerticalAlign;

namespace {

struct Cell {
    const Node* node = nullptr;
    Style style;
    std::size_t row = 0, column = 0, rows = 1, columns = 1;
    double x = 0, width = 0;
    Pieces content;
    double content_height = 0;
    double outer_height() const { return content_height + style.padding.top + style.padding.bottom; }
};

struct TableRow {
    const Node* node = nullptr;
    double height = 0;
    bool head = false;
    bool break_before = false;
};

std::size_t span_of(const Node& node, std::string_view name)
{
    const std::string* text = node.attribute(name);
    return text ? static_cast<std::size_t>(std::clamp(std::atoi(text->c_str()), 1, 200)) : 1;
}

}  // namespace

// One table: a grid of cells becomes one piece for each row.
class TableLayout {
public:
    TableLayout(Layouter& layouter, const Node& node, const Style& style, double width) :
        layouter_(layouter), node_(node), style_(style), width_(style.width ? style.width->of(width) : width) {}

    Status lay(double page_height, Pieces& into)
    {
        gather();
        if (rows_.empty())
            return {};
        place_columns();
        for (Cell& cell : cells_)
            TRY(lay_cell(cell));
        set_heights();
        emit(page_height, into);
        return {};
    }

private:
    void gather()
    {
        for (const Node& child : node_.children) {
            if (child.name == "colgroup")
                for (const Node& column : child.children)
                    if (column.name == "col")
                        widths_.push_back(layouter_.style_of(column, style_).width);
            const Style group = child.is_text() ? style_ : layouter_.style_of(child, style_);
            if (child.name == "tr")
                add_row(child, style_, false);
            if (child.name == "thead" || child.name == "tbody")
                for (const Node& row : child.children)
                    if (row.name == "tr")
                        add_row(row, group, child.name == "thead");
        }
    }

    void add_row(const Node& node, const Style& parent, bool head)
    {
        const Style style = layouter_.style_of(node, parent);
        const std::size_t row = rows_.size();
        rows_.push_back({&node, style.height ? style.height->of(0) : 0, head, style.break_before});
        std::size_t column = 0;
        for (const Node& child : node.children) {
            if (child.is_text())
                continue;
            while (taken_.contains({row, column}))
                ++column;
            Cell cell{&child, layouter_.style_of(child, style), row, column, span_of(child, "rowspan"), span_of(child, "colspan")};
            for (std::size_t r = 0; r < cell.rows; ++r)
                for (std::size_t c = 0; c < cell.columns; ++c)
                    taken_[{row + r, column + c}] = cells_.size();
            columns_ = std::max(columns_, column + cell.columns);
            column += cell.columns;
            cells_.push_back(std::move(cell));
        }
    }

    void place_columns()
    {
        columns_ = std::max(columns_, widths_.size());
        widths_.resize(columns_);
        for (const Cell& cell : cells_)
            if (cell.row == 0 && cell.columns == 1 && !widths_[cell.column])
                widths_[cell.column] = cell.style.width;
        double fixed = 0;
        std::size_t open = 0;
        for (const auto& width : widths_)
            width ? void(fixed += width->of(width_)) : void(++open);
        const double rest = std::max(width_ - fixed, 0.0);
        double total = 0;
        for (const auto& width : widths_)
            total += width ? width->of(width_) : rest / static_cast<double>(open);
        const double scale = total > 0 ? width_ / total : 1;  // too wide or too narrow is brought to the table's width
        edges_ = {0};
        for (const auto& width : widths_)
            edges_.push_back(edges_.back() + scale * (width ? width->of(width_) : rest / static_cast<double>(open)));
    }

    Status lay_cell(Cell& cell)
    {
        cell.rows = std::min(cell.rows, rows_.size() - cell.row);
        cell.x = edges_[cell.column];
        cell.width = edges_[std::min(cell.column + cell.columns, columns_)] - cell.x;
        const double inner = cell.width - cell.style.padding.left - cell.style.padding.right;
        if (cell.style.position == markup::Position::Relative) {
            Style bare = cell.style;
            bare.padding = bare.border = {};
            bare.height.reset();
            bare.background.reset();
            Piece piece;
            TRY(layouter_.solid(*cell.node, bare, inner, piece));
            cell.content.push_back(std::move(piece));
        } else {
            TRY(layouter_.flow(*cell.node, cell.style, inner, cell.content));
        }
        for (std::size_t i = 0; i < cell.content.size(); ++i)
            cell.content_height += cell.content[i].height + (i ? cell.content[i].space_before : 0);
        return {};
    }

    void set_heights()
    {
        for (const Cell& cell : cells_)
            if (cell.rows == 1) {
                double& height = rows_[cell.row].height;
                height = std::max({height, cell.outer_height(), cell.style.height ? cell.style.height->of(0) : 0});
            }
        for (const Cell& cell : cells_) {
            if (cell.rows == 1)
                continue;
            const double have = height_of(cell.row, cell.rows);
            const double want = std::max(cell.outer_height(), cell.style.height ? cell.style.height->of(0) : 0);
            if (want > have)
                rows_[cell.row + cell.rows - 1].height += want - have;
        }
    }
    double height_of(std::size_t row, std::size_t count) const
    {
        double height = 0;
        for (std::size_t i = row; i < row + count; ++i)
            height += rows_[i].height;
        return height;
    }

    static void rule(Operations& into, double x, double y, double width, double height, const markup::Colour& colour)
    {
        into.push_back(RectangleOp{x, y, width, height, colour});
    }
    void horizontal(Operations& into, const Cell& cell, double y, double thickness) const
    {
        if (thickness > 0)
            rule(into, cell.x - thickness / 2, y - thickness / 2, cell.width + thickness, thickness, cell.style.border_colour);
    }
    void uprights(Operations& into, const Cell& cell, double height) const
    {
        if (cell.style.border.left > 0)
            rule(into, cell.x - cell.style.border.left / 2, 0, cell.style.border.left, height, cell.style.border_colour);
        if (cell.style.border.right > 0)
            rule(into, cell.x + cell.width - cell.style.border.right / 2, 0, cell.style.border.right, height, cell.style.border_colour);
    }

    double content_top(const Cell& cell, bool from_top) const
    {
        const double spare = height_of(cell.row, cell.rows) - cell.outer_height();
        const double shift = from_top || cell.style.vertical_align == VerticalAlign::Top ? 0
            : cell.style.vertical_align == VerticalAlign::Middle                        ? spare / 2
                                                                                         : spare;
        return cell.style.padding.top + std::max(shift, 0.0);
    }

    // A row with the part of every cell that lies in it.
    Piece row_piece(std::size_t row, double page_height) const
    {
        Piece piece;
        piece.height = rows_[row].height;
        piece.origin = rows_[row].node;
        piece.break_before = rows_[row].break_before;
        Operations borders;
        for (const Cell& cell : cells_) {
            const bool begins = cell.row == row, inside = cell.row <= row && row < cell.row + cell.rows;
            if (!inside)
                continue;
            const bool ends = row + 1 == cell.row + cell.rows;
            if (cell.style.background)
                rule(piece.operations, cell.x, 0, cell.width, piece.height, *cell.style.background);
            if (begins) {
                const bool long_span = height_of(cell.row, cell.rows) > page_height / 2;
                Piece content = stacked(cell.content);
                append_moved(piece.operations, content.operations, cell.x + cell.style.padding.left, content_top(cell, long_span));
                horizontal(borders, cell, 0, cell.style.border.top);
            } else {
                horizontal(piece.opening, cell, 0, cell.style.border.top);
            }
            uprights(borders, cell, piece.height);
            if (ends) {
                horizontal(borders, cell, piece.height, cell.style.border.bottom);
            } else {
                horizontal(piece.closing, cell, piece.height, cell.style.border.bottom);
                piece.keep_with_next = piece.keep_with_next || height_of(cell.row, cell.rows) <= page_height / 2;
            }
        }
        append_moved(piece.operations, borders, 0, 0);
        return piece;
    }

    // A row that no page can hold is cut where no cell has a line.
    void emit_cut(std::size_t row, Pieces& into) const
    {
        std::vector<double> cuts;
        struct Span {
            double from, to;
        };
        std::vector<Span> spans;
        for (const Cell& cell : cells_) {
            if (cell.row != row)
                continue;
            double y = cell.style.padding.top;
            for (std::size_t i = 0; i < cell.content.size(); ++i) {
                y += i ? cell.content[i].space_before : 0;
                spans.push_back({y, y + cell.content[i].height});
                y += cell.content[i].height;
                cuts.push_back(y);
            }
        }
        std::ranges::sort(cuts);
        std::vector<double> edges = {0};
        for (const double cut : cuts) {
            const bool free = std::ranges::none_of(spans, [&](const Span& span) { return span.from < cut - 0.01 && span.to > cut + 0.01; });
            if (free && cut > edges.back() + 0.01)
                edges.push_back(cut);
        }
        edges.back() = rows_[row].height;
        for (std::size_t band = 0; band + 1 < edges.size(); ++band)
            into.push_back(band_piece(row, edges[band], edges[band + 1], band == 0, band + 2 == edges.size()));
    }
    Piece band_piece(std::size_t row, double from, double to, bool first, bool last) const
    {
        Piece piece;
        piece.height = to - from;
        piece.origin = rows_[row].node;
        for (const Cell& cell : cells_) {
            if (cell.row != row)
                continue;
            double y = cell.style.padding.top;
            for (std::size_t i = 0; i < cell.content.size(); ++i) {
                y += i ? cell.content[i].space_before : 0;
                if (y >= from - 0.01 && y < to - 0.01)
                    append_moved(piece.operations, cell.content[i].operations, cell.x + cell.style.padding.left, y - from);
                y += cell.content[i].height;
            }
            uprights(piece.operations, cell, piece.height);
            horizontal(first ? piece.operations : piece.opening, cell, 0, cell.style.border.top);
            horizontal(last ? piece.operations : piece.closing, cell, piece.height, cell.style.border.bottom);
        }
        return piece;
    }

    void emit(double page_height, Pieces& into) const
    {
        std::size_t heads = 0;
        while (heads < rows_.size() && rows_[heads].head)
            ++heads;
        const auto repeated = std::make_shared<Repeated>();
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            const std::size_t from = into.size();
            bool alone = true;
            for (const Cell& cell : cells_)
                alone = alone && !(cell.rows > 1 && cell.row <= row && row < cell.row + cell.rows);
            if (alone && row >= heads && rows_[row].height > page_height - repeated->height)
                emit_cut(row, into);
            else
                into.push_back(row_piece(row, page_height));
            if (row < heads) {
                append_moved(repeated->operations, into.back().operations, 0, repeated->height);
                repeated->height += into.back().height;
                into.back().keep_with_next = true;
            } else if (heads > 0) {
                for (std::size_t i = from; i < into.size(); ++i)
                    into[i].repeated = row > heads || i > from ? repeated : nullptr;
            }
        }
    }

    Layouter& layouter_;
    const Node& node_;
    const Style& style_;
    double width_;
    std::vector<TableRow> rows_;
    std::vector<Cell> cells_;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> taken_;
    std::vector<std::optional<markup::Length>> widths_;
    std::vector<double> edges_;
    std::size_t columns_ = 0;
};

Status Layouter::table(const Node& node, const Style& style, double width, Pieces& into)
{
    const markup::Paper& paper = styles_.paper;
    return TableLayout(*this, node, style, width).lay(paper.height - paper.margin.top - paper.margin.bottom, into);
}

}  // namespace documents
