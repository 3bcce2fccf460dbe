#pragma once

// The fixed subset of HTML that documents are written in: read strictly, so that a page looks the
// same in a browser and on paper. What is not of the subset is refused with its line and a hint.
//
//   blocks   div p h1 h2 h3 ul ol li table hr, header and footer (once, on every page)
//   tables   colgroup col thead tbody tr th td, with colspan and rowspan
//   inline   span b strong i em u s br img
//   style    one <style> at the top; see style.h
//
// The text is well-formed XML without a document type: every element is closed, attributes are quoted.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kernel/markup/style.h"

namespace markup {

struct Node {
    std::string name = {};  // empty for text
    std::string text = {};
    std::vector<std::pair<std::string, std::string>> attributes = {};
    std::vector<Node> children = {};
    int line = 0;

    bool is_text() const { return name.empty(); }
    const std::string* attribute(std::string_view name) const;
};

struct Fault {
    int line = 0;
    std::string message, hint;
};

struct Document {
    Node root;         // "document": the blocks
    Node header, footer;  // without children when there is none
    Stylesheet styles;
};

struct ReadOptions {
    std::size_t bytes_max = std::size_t{16} << 20;
    int depth_max = 32;
    std::size_t nodes_max = 500'000;
    bool a_template = false;  // {{…}} may stand between rows and blocks
};

using Outcome = std::variant<Document, std::vector<Fault>>;
Outcome read(std::string_view text, const ReadOptions& = {});

bool inline_tag(std::string_view name);
bool blank(std::string_view text);
// White space as browsers show it: runs become one space, a line end between two Chinese characters
// nothing. With `pre_line` line ends stay.
std::string collapsed(std::string_view text, bool pre_line);

// The document as a page of HTML for the screen and for printing on A4. `source` gives the src of an
// image, a data: address; empty leaves the image out.
struct HtmlOptions {
    std::string title;
    std::string language = "zh-CN";
    std::function<std::string(const Node&)> source;
};
std::string html_of(const Document&, const HtmlOptions&);

}  // namespace markup
