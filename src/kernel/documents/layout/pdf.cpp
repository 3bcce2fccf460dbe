#include <cairo-pdf.h>
#include <qrencode.h>

#include <map>
#include <mutex>

#include "kernel/documents/layout/pieces_inside.h"

namespace documents {

namespace {

struct Destroy {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
    void operator()(QRcode* code) const { QRcode_free(code); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;

cairo_status_t collect(void* closure, const unsigned char* data, unsigned int length)
{
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

struct Source {
    const std::string& bytes;
    std::size_t at = 0;
};
cairo_status_t supply(void* closure, unsigned char* data, unsigned int length)
{
    auto* source = static_cast<Source*>(closure);
    if (source->bytes.size() - source->at < length)
        return CAIRO_STATUS_READ_ERROR;
    source->bytes.copy(reinterpret_cast<char*>(data), length, source->at);
    source->at += length;
    return CAIRO_STATUS_SUCCESS;
}

class Painter {
public:
    explicit Painter(cairo_t* context) : context_(context) {}

    Status paint(const Operations& operations, double x, double y)
    {
        for (const Operation& operation : operations) {
            if (const auto* text = std::get_if<TextOp>(&operation))
                paint(*text, x, y);
            else if (const auto* rectangle = std::get_if<RectangleOp>(&operation))
                paint(*rectangle, x, y);
            else
                TRY(paint(std::get<PictureOp>(operation), x, y));
        }
        return {};
    }

private:
    void colour(const markup::Colour& colour) { cairo_set_source_rgb(context_, colour.red, colour.green, colour.blue); }

    void paint(const TextOp& text, double x, double y)
    {
        colour(text.colour);
        cairo_move_to(context_, x + text.x, y + text.baseline);
        pango_cairo_show_layout_line(context_, text.line.get());
    }
    void paint(const RectangleOp& box, double x, double y)
    {
        colour(box.colour);
        cairo_rectangle(context_, x + box.x, y + box.y, box.width, box.height);
        cairo_fill(context_);
    }
    Status paint(const PictureOp& op, double x, double y)
    {
        if (op.picture->side > 0) {
            paint_modules(op, x, y);
            return {};
        }
        Surface& surface = surfaces_[op.picture.get()];
        if (!surface) {
            Source source{op.picture->png};
            surface.reset(cairo_image_surface_create_from_png_stream(supply, &source));
        }
        if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
            return Error{Kind::Invalid, "DOCUMENT_PICTURE"};
        const double width = cairo_image_surface_get_width(surface.get()), height = cairo_image_surface_get_height(surface.get());
        cairo_save(context_);
        cairo_translate(context_, x + op.x, y + op.y);
        cairo_scale(context_, op.width / width, op.height / height);
        cairo_set_source_surface(context_, surface.get(), 0, 0);
        cairo_paint(context_);
        cairo_restore(context_);
        return {};
    }
    void paint_modules(const PictureOp& op, double x, double y)
    {
        const int side = op.picture->side;
        const double module = op.width / side;
        colour({});
        for (int row = 0; row < side; ++row)
            for (int column = 0; column < side;) {
                int end = column;
                while (end < side && op.picture->modules[static_cast<std::size_t>(row * side + end)])
                    ++end;
                if (end > column)
                    cairo_rectangle(context_, x + op.x + column * module, y + op.y + row * module, (end - column) * module, module);
                column = std::max(end, column + 1);
            }
        cairo_fill(context_);
    }

    cairo_t* context_;
    std::map<const Picture*, Surface> surfaces_;
};

struct Running {
    const markup::Document& document;
    Layouter& layouter;
    int pages;

    // Header and footer stand in the middle of their margins.
    Status paint(Painter& painter, int page) const
    {
        const markup::Paper& paper = document.styles.paper;
        const double width = paper.width - paper.margin.left - paper.margin.right;
        for (const markup::Node* node : {&document.header, &document.footer}) {
            if (node->children.empty())
                continue;
            Operations operations;
            double height = 0;
            TRY(layouter.header(*node, page, pages, width, operations, height));
            const double margin = node == &document.header ? paper.margin.top : paper.margin.bottom;
            const double top = (margin - height) / 2 + (node == &document.header ? 0 : paper.height - margin);
            TRY(painter.paint(operations, paper.margin.left, top));
        }
        return {};
    }
};

}  // namespace

struct Renderer::Set {
    std::mutex mutex;
    std::unique_ptr<PangoFontMap, Unref> fonts;
    std::unique_ptr<PangoContext, Unref> context;

    void open()
    {
        if (context)
            return;
        fonts.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
        pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts.get()), 72);
        context.reset(pango_font_map_create_context(fonts.get()));
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(context.get(), options);
        cairo_font_options_destroy(options);
        pango_context_set_round_glyph_positions(context.get(), FALSE);
        pango_context_set_language(context.get(), pango_language_from_string("zh-cn"));
        pango_context_set_base_dir(context.get(), PANGO_DIRECTION_LTR);
    }
};

Renderer::Renderer(unsigned sets)
{
    for (unsigned i = 0; i < std::max(sets, 1U); ++i)
        sets_.push_back(std::make_unique<Set>());
}
Renderer::~Renderer() = default;

Result<Pdf> Renderer::pdf(const markup::Document& document, const PdfOptions& options)
{
    std::unique_lock<std::mutex> lock;
    Set* set = nullptr;
    for (const auto& one : sets_)
        if (!set)
            if (std::unique_lock attempt{one->mutex, std::try_to_lock}; attempt.owns_lock()) {
                lock = std::move(attempt);
                set = one.get();
            }
    if (!set) {
        set = sets_.front().get();
        lock = std::unique_lock{set->mutex};
    }
    set->open();

    const markup::Paper& paper = document.styles.paper;
    Layouter layouter{set->context.get(), document.styles, options};
    Pieces pieces;
    TRY(layouter.flow(document.root, {}, paper.width - paper.margin.left - paper.margin.right, pieces));
    TRY_ASSIGN(const auto pages, pages_of(std::move(pieces), paper.height - paper.margin.top - paper.margin.bottom, options.pages_max));

    Pdf result;
    result.pages = static_cast<int>(pages.size());
    {
        const Surface surface{cairo_pdf_surface_create_for_stream(collect, &result.bytes, paper.width, paper.height)};
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, options.title.c_str());
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_AUTHOR, options.author.c_str());
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Weijian");
        const std::string local = options.created.local_text();
        const std::string created = local.substr(0, 10) + "T" + local.substr(11, 8) + "+08:00";
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
        const std::unique_ptr<cairo_t, Destroy> context{cairo_create(surface.get())};
        Painter painter{context.get()};
        const Running running{document, layouter, result.pages};
        for (int page = 1; page <= result.pages; ++page) {
            TRY(painter.paint(pages[static_cast<std::size_t>(page - 1)].operations, paper.margin.left, paper.margin.top));
            TRY(running.paint(painter, page));
            cairo_show_page(context.get());
        }
        cairo_surface_finish(surface.get());
        if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
            return Error{Kind::Internal, "DOCUMENT_PICTURE"};
    }
    return result;
}

Result<Picture> qr_code(const std::string& text)
{
    const std::unique_ptr<QRcode, Destroy> code{QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M)};
    if (!code)
        return Error{Kind::Invalid, "QR_TEXT"};
    Picture picture;
    picture.side = code->width;
    picture.modules.resize(static_cast<std::size_t>(code->width * code->width));
    for (std::size_t i = 0; i < picture.modules.size(); ++i)
        picture.modules[i] = code->data[i] & 1;
    return picture;
}

}  // namespace documents
