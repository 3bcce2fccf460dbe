#include "kernel/sheets/book.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "kernel/sheets/number_format.h"

namespace sheets {
namespace {

constexpr std::size_t small_part_bytes = std::size_t{16} << 20;
constexpr std::size_t row_number_max = 1'048'576;
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;

}  // namespace

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
    const auto outcome =
        document.load_buffer_inplace(xml.data(), xml.size(), parse_flags, pugi::encoding_utf8);
    if (!outcome)
        return damaged(outcome.description());
    return true;
}

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
        const bool escape =
            text.size() >= 7 && text[6] == '_' &&
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

namespace {

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

}  // namespace

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
            book.sheets.push_back({each.attribute("name").value(), relation->part,
                !each.attribute("state") || std::string_view(each.attribute("state").value()) == "visible"});
    }
    return book;
}

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
        (date_format(each.attribute("formatCode").value()) ? dates : others)
            .insert(each.attribute("numFmtId").as_int());
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

base::Result<std::vector<Merge>> read_merges(
    const Package& package, const std::string& part, const Limits& limits)
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
        if (colon == std::string_view::npos ||
            !read_reference(reference.substr(0, colon), merge.left, merge.top) ||
            !read_reference(reference.substr(colon + 1), merge.right, merge.bottom) || merge.top == 0 ||
            merge.bottom < merge.top || merge.right < merge.left)
            return damaged("a merged range is wrong");
        if (merges.size() == limits.merged_ranges)
            return base::Error{
                .kind = base::Kind::TooLarge, .code = "SHEET_TOO_LARGE", .detail = "merged ranges"};
        merges.push_back(merge);
    }
}

}  // namespace sheets
