// Any bytes taken for a text table: reading ends, each row has a cell for each heading, and what is
// read is written and read again as the same.

#include <cstdlib>

#include "base/text.h"
#include "kernel/sheets/reader.h"
#include "kernel/sheets/writer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string content(reinterpret_cast<const char*>(data), size);
    if (content.starts_with("PK"))
        return 0;
    const auto reader = sheets::open_bytes(std::move(content), {.limits = {.columns = 20, .cell_bytes = 50}});
    if (!reader)
        return 0;
    const auto width = (*reader)->layout().headings.size();
    sheets::Row row;
    while (true) {
        const auto more = (*reader)->next(row);
        if (!more || !*more)
            break;
        if (row.cells.size() != width)
            std::abort();
        std::string out = "h1,h2\r\n";
        const std::string cell = row.cells[0];
        if (base::text::trimmed(cell).empty())
            continue;
        sheets::append_csv_row(out, std::vector<std::string>{"first", cell});
        const auto again = sheets::open_bytes(out, {.heading_row = 1, .heading_rows = 1});
        sheets::Row copy;
        if (!again || !*(*again)->next(copy) || copy.cells.size() != 2 || copy.cells[1] != cell)
            std::abort();
    }
    return 0;
}
