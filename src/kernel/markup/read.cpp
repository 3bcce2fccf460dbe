#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <set>

#include "kernel/markup/markup.h"

namespace markup {

namespace {

using Names = std::vector<std::string_view>;

const Names blocks = {"div", "p", "h1", "h2", "h3", "ul", "ol", "table", "hr"};
const Names inlines = {"span", "b", "strong", "i", "em", "u", "s", "br", "img"};

bool among(const Names& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

// What may stand in an element; null for an element that is not of the subset.
const Names* children_of(std::string_view name)
{
    static const Names flow = [] {
        Names all = blocks;
        all.insert(all.end(), inlines.begin(), inlines.end());
        return all;
    }();
    static const Names top = [] {
        Names all = flow;
        all.insert(all.end(), {"style", "header", "footer"});
        return all;
    }();
    static const Names items = {"li"}, columns = {"col"}, rows = {"tr"}, cells = {"th", "td"}, none = {};
    static const Names table = {"colgroup", "thead", "tbody", "tr"};
    if (name == "document")
        return &top;
    if (name == "div" || name == "td" || name == "th" || name == "li")
        return &flow;
    if (name == "ul" || name == "ol")
        return &items;
    if (name == "table")
        return &table;
    if (name == "colgroup")
        return &columns;
    if (name == "thead" || name == "tbody")
        return &rows;
    if (name == "tr")
        return &cells;
    if (name == "col" || name == "hr" || name == "br" || name == "img" || name == "style")
        return &none;
    if (name == "p" || name == "h1" || name == "h2" || name == "h3" || name == "header" || name == "footer" || inline_tag(name))
        return &inlines;
    return nullptr;
}

bool holds_text(std::string_view name)
{
    const Names* children = children_of(name);
    return children && (among(*children, "span") || name == "style");
}

bool known_attribute(std::string_view tag, std::string_view name)
{
    if (name == "class" || name == "style" || name == "title" || name == "lang")
        return true;
    if (name == "colspan" || name == "rowspan")
        return tag == "td" || tag == "th";
    if (name == "alt")
        return tag == "img";
    return name.starts_with("data-");
}

struct Freed {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
    void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

std::string text_of(const xmlChar* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

class Reader {
public:
    explicit Reader(const ReadOptions& options) : options_(options) {}

    Outcome read(std::string_view text)
    {
        if (text.size() > options_.bytes_max)
            return std::vector<Fault>{{1, "the document is larger than " + std::to_string(options_.bytes_max >> 20) + " MiB", ""}};
        const std::unique_ptr<xmlDoc, Freed> tree{parse(text)};
        if (tree) {
            Node root = convert(xmlDocGetRootElement(tree.get()), 0);
            gather(root);
        }
        if (!faults_.empty())
            return std::move(faults_);
        return std::move(document_);
    }

private:
    void report(int line, std::string message, std::string hint = {})
    {
        if (faults_.size() < 100)
            faults_.push_back({line, std::move(message), std::move(hint)});
    }

    xmlDoc* parse(std::string_view text)
    {
        const std::string whole = "<document>" + std::string(text) + "</document>";
        const std::unique_ptr<xmlParserCtxt, Freed> context{xmlNewParserCtxt()};
        xmlDoc* tree = xmlCtxtReadMemory(context.get(), whole.data(), static_cast<int>(whole.size()), nullptr, "UTF-8",
            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA);
        const xmlError* error = xmlCtxtGetLastError(context.get());
        if (!tree || !context->wellFormed || (error && error->level >= XML_ERR_ERROR)) {
            std::string message = error ? text_of(reinterpret_cast<const xmlChar*>(error->message)) : "not well-formed";
            while (!message.empty() && (message.back() == '\n' || message.back() == ' '))
                message.pop_back();
            const bool entity = message.find("ntity") != std::string::npos;
            report(error ? error->line : 1, "the text is not well-formed: " + message,
                entity ? "write the character itself; known are &amp; &lt; &gt; &quot;" : "close every element, <br/> and <img/> too, and quote attributes");
            xmlFreeDoc(tree);
            return nullptr;
        }
        if (tree->intSubset) {
            report(1, "a document type is not allowed", "leave <!DOCTYPE> out");
            xmlFreeDoc(tree);
            return nullptr;
        }
        return tree;
    }

    Node convert(const xmlNode* from, int depth)
    {
        Node node;
        node.name = text_of(from->name);
        node.line = static_cast<int>(xmlGetLineNo(const_cast<xmlNode*>(from)));
        if (depth > options_.depth_max) {
            report(node.line, "elements stand deeper than " + std::to_string(options_.depth_max) + " levels");
            return node;
        }
        read_attributes(from, node);
        for (const xmlNode* child = from->children; child; child = child->next) {
            if (++nodes_ > options_.nodes_max) {
                if (nodes_ == options_.nodes_max + 1)
                    report(node.line, "the document has more than " + std::to_string(options_.nodes_max) + " elements");
                return node;
            }
            add_child(node, child, depth);
        }
        check(node);
        return node;
    }

    void add_child(Node& node, const xmlNode* child, int depth)
    {
        if (child->type == XML_ELEMENT_NODE) {
            const std::string name = text_of(child->name);
            const Names* allowed = children_of(node.name);
            const auto line = static_cast<int>(xmlGetLineNo(const_cast<xmlNode*>(child)));
            if (!children_of(name))
                return report(line, "the element <" + name + "> is not of the subset", element_hint(name));
            if (allowed && !among(*allowed, name))
                return report(line, "<" + name + "> cannot stand in <" + node.name + ">", place_hint(*allowed));
            node.children.push_back(convert(child, depth + 1));
        } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
            add_text(node, text_of(child->content));
        } else if (child->type == XML_COMMENT_NODE) {
            if (options_.a_template && text_of(child->content).find("{{") != std::string::npos)
                report(static_cast<int>(xmlGetLineNo(const_cast<xmlNode*>(child))), "a value stands in a comment", "take it out");
        } else {
            report(node.line, "an instruction or entity stands in <" + node.name + ">", "elements and text alone are allowed");
        }
    }

    void add_text(Node& node, std::string text)
    {
        const bool tags_alone = options_.a_template && only_tags(text);
        if (!holds_text(node.name) && !blank(text) && !tags_alone)
            return report(node.line, "text stands in <" + node.name + ">", "put it into a cell or a paragraph");
        if (!holds_text(node.name) && !tags_alone)
            return;
        Node child;
        child.text = std::move(text);
        child.line = node.line;
        node.children.push_back(std::move(child));
    }

    static bool only_tags(std::string_view text)
    {
        bool some = false;
        for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{")) {
            const auto end = text.find("}}", at);
            if (!blank(text.substr(0, at)) || end == std::string_view::npos)
                return false;
            text.remove_prefix(end + 2);
            some = true;
        }
        return some && blank(text);
    }

    void read_attributes(const xmlNode* from, Node& node)
    {
        for (const xmlAttr* one = from->properties; one; one = one->next) {
            const std::string name = text_of(one->name);
            std::string value;
            for (const xmlNode* part = one->children; part; part = part->next)
                value += text_of(part->content);
            if (!known_attribute(node.name, name)) {
                report(node.line, "the attribute `" + name + "` of <" + node.name + "> is not of the subset",
                    name == "src" ? "an image is named by data-image, data-signature, data-seal or data-qr"
                    : name == "href" || name.starts_with("on") ? "a document has no links and no scripts" : "known: class, style, title, colspan, rowspan, alt, data-…");
                continue;
            }
            if (name == "style" && value.find("{{") == std::string::npos)
                read_declarations(value, node.line, [this](int line, std::string message, std::string hint) {
                    report(line, std::move(message), std::move(hint));
                });
            node.attributes.emplace_back(name, std::move(value));
        }
    }

    void check(const Node& node)
    {
        for (const std::string_view name : {"colspan", "rowspan"})
            if (const std::string* span = node.attribute(name)) {
                const int count = span->size() <= 3 && span->find_first_not_of("0123456789") == std::string::npos && !span->empty() ? std::stoi(*span) : 0;
                if (count < 1 || count > 200)
                    report(node.line, "`" + std::string(name) + "` of <" + node.name + "> must be a number from 1 to 200");
            }
    }

    static std::string element_hint(const std::string& name)
    {
        if (name == "script" || name == "iframe" || name == "object")
            return "a document has no scripts";
        if (name == "h4" || name == "h5" || name == "h6")
            return "use h3 or a bold paragraph";
        if (name == "html" || name == "body" || name == "head")
            return "write the contents alone; the page around them is made";
        if (name == "a")
            return "a document has no links; use span";
        return "known: div p h1 h2 h3 ul ol li table colgroup col thead tbody tr th td hr header footer span b strong i em u s br img style";
    }
    static std::string place_hint(const Names& allowed)
    {
        std::string hint = "allowed there:";
        for (const auto name : allowed)
            hint += " " + std::string(name);
        return allowed.empty() ? "it stays empty" : hint;
    }

    // Takes style, header and footer out of the flow.
    void gather(Node& root)
    {
        std::set<std::string> seen;
        std::vector<Node> rest;
        for (Node& child : root.children) {
            const bool once = child.name == "style" || child.name == "header" || child.name == "footer";
            if (!once) {
                rest.push_back(std::move(child));
                continue;
            }
            if (!seen.insert(child.name).second)
                report(child.line, "<" + child.name + "> stands here a second time");
            if (child.name == "style") {
                const std::string text = child.children.empty() ? "" : child.children.front().text;
                document_.styles = read_stylesheet(text, child.line, [this](int line, std::string message, std::string hint) {
                    report(line, std::move(message), std::move(hint));
                });
            } else {
                (child.name == "header" ? document_.header : document_.footer) = std::move(child);
            }
        }
        root.children = std::move(rest);
        document_.root = std::move(root);
    }

    const ReadOptions& options_;
    std::vector<Fault> faults_;
    std::size_t nodes_ = 0;
    Document document_;
};

}  // namespace

const std::string* Node::attribute(std::string_view wanted) const
{
    const auto found = std::ranges::find(attributes, wanted, [](const auto& one) -> std::string_view { return one.first; });
    return found == attributes.end() ? nullptr : &found->second;
}

bool inline_tag(std::string_view name) { return among(inlines, name); }

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Outcome read(std::string_view text, const ReadOptions& options)
{
    static const bool ready = (xmlInitParser(), true);
    (void)ready;
    return Reader(options).read(text);
}

}  // namespace markup
