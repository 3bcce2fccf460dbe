#pragma once

// Inside the library: the parts of a package around its sheets.

#include <pugixml.hpp>

#include "kernel/sheets/source.h"
#include "kernel/sheets/zip.h"

namespace sheets {

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

base::Result<Book> read_book(const Package&);
// For each cell style, whether its numbers are dates.
base::Result<std::vector<bool>> read_styles(const Package&, const std::string& part);
base::Result<std::vector<std::string>> read_texts(const Package&, const std::string& part, const Limits&);
base::Result<std::vector<Merge>> read_merges(const Package&, const std::string& part, const Limits&);

// XML whose elements may carry a prefix; `xml` is changed and must outlive the document.
base::Result<bool> parse(pugi::xml_document&, std::string& xml);
std::string_view local_name(const pugi::xml_node&);
pugi::xml_node child(const pugi::xml_node&, std::string_view name);
// The text of <si> or <is>: its own and its runs' <t>, not the phonetic ones.
std::string rich_text(const pugi::xml_node&);
// Excel writes control characters as "_x000D_" and a literal underscore before such text as "_x005F_".
std::string unescaped(std::string_view);
// "AB12" into column 27 and row 12; row 0 when it is missing.
bool read_reference(std::string_view, std::size_t& column, std::size_t& row);

}  // namespace sheets
