#include <algorithm>

#include "base/html.h"
#include "kernel/markup/markup.h"

namespace markup {

using base::html::escaped;

namespace {

// The character that ends at `end` or begins at `at` is wide: Chinese, or its punctuation.
bool wide_before(std::string_view text)
{
    if (text.size() < 3)
        return false;
    const auto byte = static_cast<unsigned char>(text[text.size() - 3]);
    return byte >= 0xE3 && byte <= 0xEF;
}
bool wide_after(std::string_view text)
{
    const auto byte = text.empty() ? 0 : static_cast<unsigned char>(text[0]);
    return byte >= 0xE3 && byte <= 0xF0;
}

// "第 " counter(page) " 页": the running line as CSS content.
std::string content_of(const Node& node)
{
    std::string content;
    for (const Node& child : node.children) {
        if (child.is_text()) {
            const std::string text = collapsed(child.text, false);
            std::string quoted;
            for (const char c : text) {
                if (c == '"' || c == '\\')
                    quoted += '\\';
                quoted += c == '<' ? ' ' : c;
            }
            if (!quoted.empty())
                content += " \"" + quoted + "\"";
        } else if (const std::string* counter = child.attribute("data-counter")) {
            content += *counter == "pages" ? " counter(pages)" : " counter(page)";
        } else {
            content += content_of(child);
        }
    }
    return content;
}

std::string_view side_of(const Stylesheet& sheet, const Node& node)
{
    const std::string* inline_style = node.attribute("style");
    const Style style = style_of(sheet, {}, node.name, "", inline_style ? *inline_style : "");
    return style.align == Align::Left ? "left" : style.align == Align::Right ? "right" : "center";
}

class Writer {
public:
    Writer(const Document& document, const HtmlOptions& options) : document_(document), options_(options) {}

    std::string write()
    {
        out_ = "<!DOCTYPE html>\n<html lang=\"" + escaped(options_.language) + "\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" + escaped(options_.title) + "</title><style>\n";
        out_ += css();
        out_ += "</style></head><body><main>\n";
        const Style body;
        for (const Node& child : document_.root.children)
            write(child, body);
        out_ += "</main></body></html>\n";
        return std::move(out_);
    }

private:
    std::string css() const
    {
        const Paper& paper = document_.styles.paper;
        const auto pt = [](double value) { return std::to_string(value).substr(0, std::to_string(value).find('.') + 3) + "pt"; };
        std::string css = "* { box-sizing: border-box; }\nbody { margin: 0; background: #eceef1; }\n"
            "main { font-family: \"Noto Sans CJK SC\", \"PingFang SC\", \"Microsoft YaHei\", sans-serif; font-size: 10.5pt; line-height: 1.5; "
            "text-align: justify; color: #000; background: #fff; max-width: " + pt(paper.width) + "; margin: 12pt auto; padding: "
            + pt(paper.margin.top) + " " + pt(paper.margin.right) + " " + pt(paper.margin.bottom) + " " + pt(paper.margin.left)
            + "; box-shadow: 0 1pt 6pt #0002; overflow-wrap: break-word; }\n"
            "table { border-collapse: collapse; table-layout: fixed; width: 100%; }\nthead { display: table-header-group; }\n"
            "tr, img { break-inside: avoid; }\np { orphans: 2; widows: 2; }\nimg { vertical-align: middle; }\n"
            "td p { orphans: 1; widows: 1; }\n";
        css += base_css();
        css += document_.styles.text;
        css += "\n@media print { body { background: none; } main { margin: 0; padding: 0; max-width: none; box-shadow: none; } }\n"
               "@media (max-width: 600px) { main { margin: 0; padding: 12pt; } }\n@page { size: " + pt(paper.width) + " " + pt(paper.height)
            + "; margin: " + pt(paper.margin.top) + " " + pt(paper.margin.right) + " " + pt(paper.margin.bottom) + " " + pt(paper.margin.left) + ";";
        if (!document_.header.children.empty())
            css += " @top-" + std::string(side_of(document_.styles, document_.header)) + " { font-size: 9pt; content:" + content_of(document_.header) + "; }";
        if (!document_.footer.children.empty())
            css += " @bottom-" + std::string(side_of(document_.styles, document_.footer)) + " { font-size: 9pt; content:" + content_of(document_.footer) + "; }";
        return css + " }\n";
    }

    void write(const Node& node, const Style& parent)
    {
        if (node.is_text()) {
            out_ += escaped(collapsed(node.text, parent.pre_line));
            return;
        }
        const std::string* classes = node.attribute("class");
        const std::string* inline_style = node.attribute("style");
        const Style style = style_of(document_.styles, parent, node.name, classes ? *classes : "", inline_style ? *inline_style : "");
        std::string source;
        if (node.name == "img") {
            source = options_.source ? options_.source(node) : "";
            if (source.empty())
                return;
        }
        out_ += "<" + node.name;
        for (const auto& [name, value] : node.attributes)
            out_ += " " + name + "=\"" + escaped(value) + "\"";
        if (!source.empty())
            out_ += " src=\"" + escaped(source) + "\"";
        out_ += ">";
        if (node.name == "br" || node.name == "hr" || node.name == "img" || node.name == "col")
            return;
        for (const Node& child : node.children)
            write(child, style);
        out_ += "</" + node.name + ">";
        if (!inline_tag(node.name))
            out_ += "\n";
    }

    const Document& document_;
    const HtmlOptions& options_;
    std::string out_;
};

}  // namespace

std::string collapsed(std::string_view text, bool pre_line)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != ' ' && text[at] != '\t' && text[at] != '\n' && text[at] != '\r') {
            result += text[at++];
            continue;
        }
        const auto end = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
        const auto gap = text.substr(at, end - at);
        const auto breaks = std::ranges::count(gap, '\n');
        if (breaks && pre_line)
            result.append(static_cast<std::size_t>(breaks), '\n');
        else if (!(breaks && wide_before(result) && wide_after(text.substr(end))))
            result += ' ';
        at = end;
    }
    return result;
}

std::string html_of(const Document& document, const HtmlOptions& options) { return Writer(document, options).write(); }

}  // namespace markup
