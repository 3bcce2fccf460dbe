#include <algorithm>

#include "kernel/documents/layout/pieces_inside.h"

namespace documents {

using markup::Node;
using markup::Position;
using markup::Style;

namespace {

void move_pieces(Pieces& pieces, std::size_t from, double x)
{
    if (x == 0)
        return;
    for (std::size_t i = from; i < pieces.size(); ++i) {
        pieces[i].repeated_x += x;
        for (Operations* list : {&pieces[i].operations, &pieces[i].closing, &pieces[i].opening}) {
            Operations moved;
            append_moved(moved, *list, x, 0);
            *list = std::move(moved);
        }
    }
}

}  // namespace

void append_moved(Operations& to, const Operations& from, double x, double y)
{
    for (Operation operation : from) {
        if (auto* text = std::get_if<TextOp>(&operation)) {
            text->x += x;
            text->baseline += y;
        } else if (auto* rectangle = std::get_if<RectangleOp>(&operation)) {
            rectangle->x += x;
            rectangle->y += y;
        } else if (auto* picture = std::get_if<PictureOp>(&operation)) {
            picture->x += x;
            picture->y += y;
        }
        to.push_back(std::move(operation));
    }
}

Piece stacked(Pieces pieces)
{
    Piece whole;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        whole.height += i ? pieces[i].space_before : 0;
        append_moved(whole.operations, pieces[i].operations, 0, whole.height);
        whole.height += pieces[i].height;
        whole.origin = whole.origin ? whole.origin : pieces[i].origin;
    }
    return whole;
}

Status Layouter::flow(const Node& container, const Style& style, double width, Pieces& into)
{
    std::vector<const Node*> words;
    const auto flush = [&]() -> Status {
        const bool some = std::ranges::any_of(words, [](const Node* node) { return !node->is_text() || !markup::blank(node->text); });
        if (some)
            TRY(paragraph(container, words, style, width, into));
        words.clear();
        return {};
    };
    double below = 0;  // margin of the block above, which collapses with the next one's
    for (const Node& child : container.children) {
        if (child.is_text() || markup::inline_tag(child.name)) {
            words.push_back(&child);
            continue;
        }
        TRY(flush());
        const Style own = style_of(child, style);
        if (own.position == Position::Absolute)
            continue;  // placed by the solid block around it
        const std::size_t from = into.size();
        const double inner = width - own.margin.left - own.margin.right;
        TRY(block(child, own, inner, into));
        if (into.size() == from)
            continue;
        move_pieces(into, from, own.margin.left);
        into[from].space_before += std::max(below, own.margin.top);
        into[from].break_before = into[from].break_before || own.break_before;
        into.back().keep_with_next = into.back().keep_with_next || own.keep_with_next;
        below = own.margin.bottom;
    }
    TRY(flush());
    return {};  // below the last block the parent's own margin decides
}

Status Layouter::block(const Node& node, const Style& style, double width, Pieces& into)
{
    if (node.name == "table")
        return table(node, style, width, into);
    if (node.name == "ul" || node.name == "ol")
        return list(node, style, width, into);
    if (node.name == "hr") {
        Piece piece;
        piece.height = style.border.top;
        piece.origin = &node;
        piece.operations.push_back(RectangleOp{0, 0, style.width ? style.width->of(width) : width, style.border.top, style.border_colour});
        into.push_back(std::move(piece));
        return {};
    }
    if (style.position == Position::Relative || style.keep_together || style.height || style.border.top > 0 || style.border.left > 0 || style.background) {
        Piece piece;
        TRY(solid(node, style, style.width ? style.width->of(width) : width, piece));
        into.push_back(std::move(piece));
        return {};
    }
    const std::size_t from = into.size();
    const double outer = style.width ? style.width->of(width) : width;
    TRY(flow(node, style, outer - style.padding.left - style.padding.right, into));
    if (into.size() == from)
        return {};
    move_pieces(into, from, style.padding.left);
    into[from].space_before += style.padding.top;
    into.back().height += style.padding.bottom;
    return {};
}

// A block that no page break cuts, with what is placed freely on it (seals, signatures).
Status Layouter::solid(const Node& node, const Style& style, double width, Piece& into)
{
    Pieces inner;
    TRY(flow(node, style, width - style.padding.left - style.padding.right - style.border.left - style.border.right, inner));
    Piece content = stacked(std::move(inner));
    const double left = style.padding.left + style.border.left, top = style.padding.top + style.border.top;
    into.height = std::max(content.height + top + style.padding.bottom + style.border.bottom, style.height ? style.height->of(0) : 0);
    into.origin = &node;
    if (style.background)
        into.operations.push_back(RectangleOp{0, 0, width, into.height, *style.background});
    append_moved(into.operations, content.operations, left, top);
    const auto edge = [&](double x, double y, double w, double h) {
        if (w > 0 && h > 0)
            into.operations.push_back(RectangleOp{x, y, w, h, style.border_colour});
    };
    edge(0, 0, width, style.border.top);
    edge(0, into.height - style.border.bottom, width, style.border.bottom);
    edge(0, 0, style.border.left, into.height);
    edge(width - style.border.right, 0, style.border.right, into.height);
    for (const Node& child : node.children) {
        if (child.is_text() || markup::inline_tag(child.name))
            continue;
        const Style own = style_of(child, style);
        if (own.position != Position::Absolute)
            continue;
        Piece box;
        const double box_width = own.width ? own.width->of(width) : width;
        TRY(solid(child, own, box_width, box));
        const double x = own.left ? own.left->of(width) : own.right ? width - own.right->of(width) - box_width : 0;
        const double y = own.top ? own.top->of(into.height) : own.bottom ? into.height - own.bottom->of(into.height) - box.height : 0;
        append_moved(into.operations, box.operations, x, y);
    }
    return {};
}

Status Layouter::list(const Node& node, const Style& style, double width, Pieces& into)
{
    int number = 0;
    for (const Node& item : node.children) {
        if (item.is_text())
            continue;
        const Style own = style_of(item, style);
        const std::size_t from = into.size();
        TRY(flow(item, own, width - style.padding.left - own.margin.left, into));
        if (into.size() == from)
            continue;
        move_pieces(into, from, style.padding.left + own.margin.left);
        into[from].space_before += own.margin.top;
        ++number;
        if (own.marker == "none")
            continue;
        Node mark;
        mark.text = own.marker == "decimal" ? std::to_string(number) + "." : "•";
        Style right = own;
        right.align = markup::Align::Right;
        right.indent = 0;
        Pieces pieces;
        TRY(paragraph(item, {&mark}, right, style.padding.left - 0.4 * own.size, pieces));
        if (!pieces.empty())
            append_moved(into[from].operations, pieces.front().operations, 0, 0);
    }
    return {};
}

}  // namespace documents
