#include <algorithm>
#include <cmath>

#include "kernel/documents/layout/pieces_inside.h"

namespace documents {

using markup::Align;
using markup::Node;
using markup::Style;

namespace {

constexpr double units = PANGO_SCALE;
int to_units(double points) { return static_cast<int>(std::lround(points * units)); }

bool wide(gunichar c)
{
    return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0x20000 && c <= 0x3FFFF) || c == 0x2014 || c == 0x2026 || (c >= 0x2018 && c <= 0x201D);
}

PangoFontDescription* font_of(const Style& style)
{
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family_static(font, style.serif ? "Noto Serif CJK SC,HanaMinA,HanaMinB" : "Noto Sans CJK SC,HanaMinA,HanaMinB");
    pango_font_description_set_absolute_size(font, to_units(style.size));
    pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font, style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    return font;
}

struct Image {
    std::size_t at = 0;  // byte of its U+FFFC
    std::shared_ptr<const Picture> picture;
    double width = 0, height = 0;
};

double picture_ratio(const Picture& picture)
{
    if (picture.side > 0 || picture.png.size() < 24)
        return 1;
    const auto number = [&](std::size_t at) {
        double value = 0;
        for (std::size_t i = at; i < at + 4; ++i)
            value = value * 256 + static_cast<unsigned char>(picture.png[i]);
        return value;
    };
    const double width = number(16), height = number(20);
    return width > 0 && height > 0 ? width / height : 1;
}

}  // namespace

struct Layouter::Runs {
    struct Span {
        std::size_t from = 0, to = 0;
        Style style;
    };
    std::string text;
    std::vector<Span> spans;
    std::vector<Image> images;
    double size_max = 0;
};

struct Layouter::Line {
    const Runs& runs;
    bool last = false;  // of the paragraph, or before a forced break
    bool first = false;
};

Layouter::Layouter(PangoContext* context, const markup::Stylesheet& styles, const PdfOptions& options) :
    context_(context), styles_(styles), options_(options), until_(std::chrono::steady_clock::now() + options.time_max) {}

Style Layouter::style_of(const Node& node, const Style& parent) const
{
    const std::string* classes = node.attribute("class");
    const std::string* inline_style = node.attribute("style");
    return markup::style_of(styles_, parent, node.name, classes ? *classes : "", inline_style ? *inline_style : "");
}

Status Layouter::check_time() const
{
    if (std::chrono::steady_clock::now() < until_)
        return {};
    return Error{Kind::TooLarge, "DOCUMENT_TIME", {}, {{"seconds", std::to_string(options_.time_max.count() / 1000)}}};
}

void Layouter::add_image(const Node& node, const Style& style, Runs& runs) const
{
    const auto picture = options_.pictures ? options_.pictures(node) : nullptr;
    if (!picture)
        return;
    Image image{runs.text.size(), picture};
    const double ratio = picture_ratio(*picture);
    if (style.width && style.height) {
        image.width = style.width->of(100);
        image.height = style.height->of(100);
    } else if (style.height) {
        image.height = style.height->of(100);
        image.width = image.height * ratio;
    } else {
        image.width = style.width ? style.width->of(100) : 70;
        image.height = image.width / ratio;
    }
    runs.images.push_back(std::move(image));
    runs.text += "\uFFFC";
}

void Layouter::gather(const Node& node, const Style& style, Runs& runs) const
{
    if (node.is_text()) {
        std::string text = markup::collapsed(node.text, style.pre_line);
        const bool at_start = runs.text.empty() || runs.text.back() == ' ' || runs.text.ends_with("\u2028");
        if (at_start && !style.pre_line)
            text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
        const std::size_t from = runs.text.size();
        for (const char c : text)
            if (c == '\n')
                runs.text += "\u2028";
            else
                runs.text += c;
        if (runs.text.size() > from) {
            runs.spans.push_back({from, runs.text.size(), style});
            runs.size_max = std::max(runs.size_max, style.size);
        }
        return;
    }
    if (node.name == "br") {
        runs.text += "\u2028";
        return;
    }
    const Style own = style_of(node, style);
    if (node.name == "img")
        return add_image(node, own, runs);
    if (const std::string* counter = node.attribute("data-counter")) {
        const std::size_t from = runs.text.size();
        runs.text += std::to_string(*counter == "pages" ? pages_ : page_);
        runs.spans.push_back({from, runs.text.size(), own});
        return;
    }
    for (const Node& child : node.children)
        gather(child, own, runs);
}

namespace {

void insert(PangoAttrList* list, PangoAttribute* attribute, std::size_t from, std::size_t to)
{
    attribute->start_index = static_cast<guint>(from);
    attribute->end_index = static_cast<guint>(to);
    pango_attr_list_insert(list, attribute);
}

guint16 channel(double value) { return static_cast<guint16>(std::lround(value * 65535)); }

void add_attributes(PangoAttrList* list, std::size_t from, std::size_t to, const Style& style, const Style& base)
{
    const bool other_font = style.serif != base.serif || style.size != base.size || style.bold != base.bold || style.italic != base.italic;
    if (other_font) {
        PangoFontDescription* font = font_of(style);
        insert(list, pango_attr_font_desc_new(font), from, to);
        pango_font_description_free(font);
    }
    if (style.underline)
        insert(list, pango_attr_underline_new(PANGO_UNDERLINE_SINGLE), from, to);
    if (style.strike)
        insert(list, pango_attr_strikethrough_new(TRUE), from, to);
    if (style.letter_spacing != 0)
        insert(list, pango_attr_letter_spacing_new(to_units(style.letter_spacing)), from, to);
    if (!(style.colour == markup::Colour{}))
        insert(list, pango_attr_foreground_new(channel(style.colour.red), channel(style.colour.green), channel(style.colour.blue)), from, to);
}

// Every place between two clusters of a line that justification may widen.
class Gaps {
public:
    Gaps(PangoLayout* layout, PangoLayoutLine* line) : text_(pango_layout_get_text(layout)), line_(line)
    {
        attributes_ = pango_layout_get_log_attrs_readonly(layout, &count_);
        end_ = line->start_index + line->length;
        while (end_ > line->start_index && text_[end_ - 1] == ' ')
            --end_;
    }

    int count() { return each(0); }
    void widen(int by) { each(by); }

private:
    int each(int by)
    {
        int found = 0;
        for (GSList* at = line_->runs; at; at = at->next) {
            auto* run = static_cast<PangoGlyphItem*>(at->data);
            PangoGlyphItemIter iter;
            for (gboolean more = pango_glyph_item_iter_init_start(&iter, run, text_); more; more = pango_glyph_item_iter_next_cluster(&iter)) {
                if (iter.end_index >= end_ || !opens(iter))
                    continue;
                ++found;
                run->glyphs->glyphs[std::max(iter.start_glyph, iter.end_glyph - 1)].geometry.width += by;
            }
        }
        return found;
    }
    bool opens(const PangoGlyphItemIter& iter) const
    {
        const gunichar before = g_utf8_get_char(g_utf8_find_prev_char(text_, text_ + iter.end_index));
        const gunichar after = g_utf8_get_char(text_ + iter.end_index);
        if (before == ' ')
            return true;
        if (after == ' ' || (!wide(before) && !wide(after)))
            return false;
        const auto position = static_cast<int>(g_utf8_pointer_to_offset(text_, text_ + iter.end_index));
        // "……" and "——" stay whole.
        const bool pair = before == after && (before == 0x2026 || before == 0x2014);
        return !pair && position < count_ && attributes_[position].is_cursor_position;
    }

    const char* text_;
    PangoLayoutLine* line_;
    const PangoLogAttr* attributes_ = nullptr;
    int count_ = 0;
    int end_ = 0;
};

}  // namespace

// Where the line begins; a justified line is widened to the width.
double Layouter::shift_and_justify(PangoLayout* layout, PangoLayoutLine* line, const Line& facts, const Style& style, double width) const
{
    PangoRectangle logical;
    pango_layout_line_get_extents(line, nullptr, &logical);
    const double indent = facts.first ? style.indent : 0;
    const double spare = width - indent - logical.width / units;
    if (style.align == Align::Right)
        return indent + std::max(spare, 0.0);
    if (style.align == Align::Center)
        return indent + std::max(spare / 2, 0.0);
    if (style.align == Align::Justify && !facts.last && spare > 0.01) {
        Gaps gaps{layout, line};
        const int count = gaps.count();
        if (count > 0 && spare / count < style.size * 0.6)
            gaps.widen(static_cast<int>(spare * units / count));
    }
    return indent;
}

void Layouter::add_lines(const Runs& runs, const LayoutPointer& layout, const Node& origin, const Style& style, double width, Pieces& into) const
{
    const double size = std::max(runs.size_max, runs.spans.empty() ? style.size : 0.0);
    const double line_height = size * style.line_height;
    // Noto's ascent and descent; equal for all lines, so that their distance is even.
    const double ascent = 0.88 * size + (line_height - size) / 2;
    const int count = pango_layout_get_line_count(layout.get());
    const std::size_t first_piece = into.size();
    for (int i = 0; i < count; ++i) {
        PangoLayoutLine* raw = pango_layout_get_line(layout.get(), i);
        const LinePointer line{pango_layout_line_ref(raw), [layout](PangoLayoutLine* held) { pango_layout_line_unref(held); }};
        const auto from = static_cast<std::size_t>(raw->start_index), to = from + static_cast<std::size_t>(raw->length);
        const bool forced = runs.text.compare(to, 3, "\u2028") == 0 || (to >= 3 && runs.text.compare(to - 3, 3, "\u2028") == 0);
        const double x = shift_and_justify(layout.get(), raw, {runs, i + 1 == count || forced, i == 0}, style, width);
        Piece piece;
        piece.origin = &origin;
        double above = ascent, below = line_height - ascent;
        for (const Image& image : runs.images)
            if (image.at >= from && image.at < to) {
                above = std::max(above, image.height / 2 + size * 0.35);
                below = std::max(below, image.height / 2 - size * 0.35);
            }
        piece.height = above + below;
        for (const Image& image : runs.images)
            if (image.at >= from && image.at < to) {
                int place = 0;
                pango_layout_line_index_to_x(raw, static_cast<int>(image.at), FALSE, &place);
                piece.operations.push_back(PictureOp{image.picture, x + place / units, above - size * 0.35 - image.height / 2, image.width, image.height});
            }
        piece.operations.push_back(TextOp{line, x, above, style.colour});
        into.push_back(std::move(piece));
    }
    const std::size_t lines = into.size() - first_piece;
    for (std::size_t i = 0; i + 1 < lines; ++i)
        into[first_piece + i].keep_with_next = lines <= 3 || i == 0 || i + 2 == lines;
}

Status Layouter::paragraph(const Node& origin, const std::vector<const Node*>& content, const Style& style, double width, Pieces& into)
{
    TRY(check_time());
    Runs runs;
    for (const Node* node : content)
        gather(*node, style, runs);
    while (!runs.text.empty() && runs.text.back() == ' ')
        runs.text.pop_back();
    if (runs.text.ends_with("\u2028"))
        runs.text.resize(runs.text.size() - 3);
    if (runs.text.empty())
        return {};
    const LayoutPointer layout{pango_layout_new(context_), Unref{}};
    PangoFontDescription* font = font_of(style);
    pango_layout_set_font_description(layout.get(), font);
    pango_font_description_free(font);
    pango_layout_set_width(layout.get(), to_units(std::max(width, 1.0)));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_indent(layout.get(), to_units(style.indent));
    pango_layout_set_auto_dir(layout.get(), FALSE);
    PangoAttrList* attributes = pango_attr_list_new();
    for (const Runs::Span& span : runs.spans)
        if (span.from < runs.text.size())
            add_attributes(attributes, span.from, std::min(span.to, runs.text.size()), span.style, style);
    for (const Image& image : runs.images) {
        PangoRectangle box{0, -to_units(1), to_units(image.width), to_units(1)};
        insert(attributes, pango_attr_shape_new(&box, &box), image.at, image.at + 3);
    }
    pango_layout_set_attributes(layout.get(), attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout.get(), runs.text.data(), static_cast<int>(runs.text.size()));
    add_lines(runs, layout, origin, style, width, into);
    return {};
}

Status Layouter::header(const Node& node, int page, int pages, double width, Operations& into, double& height)
{
    page_ = page;
    pages_ = pages;
    const Style style = style_of(node, {});
    std::vector<const Node*> content;
    for (const Node& child : node.children)
        content.push_back(&child);
    Pieces pieces;
    TRY(paragraph(node, content, style, width, pieces));
    Piece whole = stacked(std::move(pieces));
    height = whole.height;
    into = std::move(whole.operations);
    return {};
}

}  // namespace documents
