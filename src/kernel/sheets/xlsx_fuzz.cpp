// Any bytes taken for an XLSX package, and any text taken for the XML of its sheet.

#include <zip.h>

#include <cstdlib>

#include "kernel/sheets/reader.h"

namespace {

void read(std::string content)
{
    const auto reader = sheets::open_bytes(std::move(content),
        {.limits = {.sheet_bytes = 1 << 20, .text_bytes = 1 << 20, .columns = 50, .merged_ranges = 100}});
    if (!reader)
        return;
    const auto width = (*reader)->layout().headings.size();
    sheets::Row row;
    while (true) {
        const auto more = (*reader)->next(row);
        if (!more || !*more)
            return;
        if (row.cells.size() != width)
            std::abort();
    }
}

void add(zip_t* package, const char* name, std::string_view content)
{
    zip_file_add(
        package, name, zip_source_buffer(package, content.data(), content.size(), 0), ZIP_FL_OVERWRITE);
}

// The fuzzed text as the sheet of an otherwise sound package.
std::string package_around(std::string_view sheet)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(memory);
    zip_t* package = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
    add(package, "xl/workbook.xml", R"(<workbook><sheets><sheet name="s" r:id="a"/></sheets></workbook>)");
    add(package, "xl/_rels/workbook.xml.rels",
        R"(<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/></Relationships>)");
    add(package, "xl/s.xml", sheet);
    add(package, "xl/t.xml", "<sst><si><t>a</t></si><si><t>b</t></si></sst>");
    zip_close(package);
    zip_source_open(memory);
    zip_source_seek(memory, 0, SEEK_END);
    std::string content(static_cast<std::size_t>(zip_source_tell(memory)), '\0');
    zip_source_seek(memory, 0, SEEK_SET);
    zip_source_read(memory, content.data(), content.size());
    zip_source_close(memory);
    zip_source_free(memory);
    return content;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read("PK\x03\x04" + std::string(bytes));
    read(package_around(bytes));
    return 0;
}
