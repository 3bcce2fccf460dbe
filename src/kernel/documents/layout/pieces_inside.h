#pragma once

// What the layout is made of; only for the sources of this folder that know Pango.

#include <pango/pangocairo.h>

#include <variant>

#include "kernel/documents/layout/layout.h"

namespace documents {

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
using LayoutPointer = std::shared_ptr<PangoLayout>;
using LinePointer = std::shared_ptr<PangoLayoutLine>;  // keeps its layout, which has the text

// Drawing operations relative to the top left of their piece.
struct TextOp {
    LinePointer line;
    double x = 0, baseline = 0;
    markup::Colour colour = {};
};
struct RectangleOp {
    double x = 0, y = 0, width = 0, height = 0;
    markup::Colour colour = {};
};
struct PictureOp {
    std::shared_ptr<const Picture> picture;
    double x = 0, y = 0, width = 0, height = 0;
};
using Operation = std::variant<TextOp, RectangleOp, PictureOp>;
using Operations = std::vector<Operation>;
void append_moved(Operations& to, const Operations& from, double x, double y);

// A table's head, drawn again at the top of each page that the table goes on to.
struct Repeated {
    double height = 0;
    Operations operations;
};

struct Piece {
    double height = 0;
    double space_before = 0;  // dropped at the top of a page
    Operations operations;
    Operations closing = {}, opening = {};  // drawn when a page ends behind, or begins with, this piece
    bool keep_with_next = false, break_before = false;
    std::shared_ptr<const Repeated> repeated = {};
    double repeated_x = 0;
    const markup::Node* origin = nullptr;
};
using Pieces = std::vector<Piece>;

// One below the other, as one; the margin above the first is left out.
Piece stacked(Pieces);

// Gives up by Error: the time is over.
class Layouter {
public:
    Layouter(PangoContext* context, const markup::Stylesheet& styles, const PdfOptions& options);

    // Blocks and text of a container, `width` points wide. Inline text between blocks becomes paragraphs.
    Status flow(const markup::Node& container, const markup::Style&, double width, Pieces& into);
    Status header(const markup::Node&, int page, int pages, double width, Operations& into, double& height);

private:
    struct Line;
    struct Runs;
    markup::Style style_of(const markup::Node&, const markup::Style& parent) const;
    Status block(const markup::Node&, const markup::Style&, double width, Pieces& into);
    Status solid(const markup::Node&, const markup::Style&, double width, Piece& into);
    Status list(const markup::Node&, const markup::Style&, double width, Pieces& into);
    Status table(const markup::Node&, const markup::Style&, double width, Pieces& into);
    Status paragraph(const markup::Node& origin, const std::vector<const markup::Node*>&, const markup::Style&, double width, Pieces& into);
    void gather(const markup::Node&, const markup::Style&, Runs&) const;
    void add_image(const markup::Node&, const markup::Style&, Runs&) const;
    void add_lines(const Runs&, const LayoutPointer&, const markup::Node&, const markup::Style&, double width, Pieces& into) const;
    double shift_and_justify(PangoLayout*, PangoLayoutLine*, const Line&, const markup::Style&, double width) const;
    Status check_time() const;

    friend class TableLayout;
    PangoContext* context_;
    const markup::Stylesheet& styles_;
    const PdfOptions& options_;
    std::chrono::steady_clock::time_point until_;
    int page_ = 0, pages_ = 0;  // for the running lines
};

struct PageContent {
    Operations operations;
};
// DOCUMENT_TOO_TALL, DOCUMENT_PAGES.
Result<std::vector<PageContent>> pages_of(Pieces, double height, int pages_max);

}  // namespace documents
