#include "kernel/imports/rejects.h"

#include <fstream>
#include <map>

#include "kernel/sheets/writer.h"

namespace imports {

namespace {

std::map<std::size_t, std::string> sentences(const std::vector<RowFault>& faults, const http::Messages& messages,
    std::string_view language)
{
    std::map<std::size_t, std::string> result;
    for (const RowFault& fault : faults) {
        std::string& text = result[fault.row];
        if (text.size() > 8000)
            continue;
        text += text.empty() ? "" : "\n";
        text += (fault.column.empty() ? "" : fault.column + "：") + sentence_of(fault, messages, language);
    }
    return result;
}

struct Table {
    std::vector<std::size_t> columns;  // of the file; those of an earlier reject sheet left out
    std::vector<std::string> headings;
    explicit Table(const sheets::Layout& layout)
    {
        for (std::size_t i = 0; i < layout.headings.size(); ++i)
            if (layout.headings[i] != row_heading && layout.headings[i] != faults_heading) {
                columns.push_back(i);
                headings.push_back(layout.headings[i]);
            }
        headings.emplace_back(row_heading);
        headings.emplace_back(faults_heading);
    }
    std::vector<std::string> line(const sheets::Row& row, const std::string& faults) const
    {
        std::vector<std::string> cells;
        for (const std::size_t column : columns)
            cells.push_back(column < row.cells.size() ? row.cells[column] : std::string{});
        cells.push_back(std::to_string(row.number));
        cells.push_back(faults);
        return cells;
    }
};

template <class Add>
Status each_refused(sheets::Reader& reader, const std::map<std::size_t, std::string>& faults, const Table& table, Add add)
{
    for (sheets::Row row;;) {
        TRY_ASSIGN(const bool more, reader.next(row));
        if (!more)
            return {};
        if (const auto found = faults.find(row.number); found != faults.end())
            TRY(add(table.line(row, found->second)));
    }
}

Status write_csv(sheets::Reader& reader, const std::map<std::size_t, std::string>& faults, const std::filesystem::path& target)
{
    const Table table{reader.layout()};
    std::ofstream file{target, std::ios::binary};
    std::string text{sheets::csv_start};
    sheets::append_csv_row(text, table.headings);
    TRY(each_refused(reader, faults, table, [&](const std::vector<std::string>& cells) -> Status {
        sheets::append_csv_row(text, cells);
        if (text.size() > 1 << 16) {
            file << text;
            text.clear();
        }
        return {};
    }));
    file << text;
    file.close();
    return file ? Status{} : Status{Error{Kind::Unavailable, "FILE_UNWRITABLE", {}, {{"path", target.string()}}}};
}

Status write_xlsx(sheets::Reader& reader, const std::map<std::size_t, std::string>& faults, const std::filesystem::path& target)
{
    const Table table{reader.layout()};
    std::vector<sheets::Column> columns;
    for (const std::string& heading : table.headings)
        columns.push_back({heading, heading == faults_heading ? 60.0 : 16.0});
    TRY_ASSIGN(auto writer, sheets::XlsxWriter::open(target, "退回数据", std::move(columns)));
    TRY(each_refused(reader, faults, table, [&](const std::vector<std::string>& cells) -> Status {
        std::vector<sheets::Cell> line;
        for (const std::string& cell : cells)
            line.push_back({cell});
        return writer.add(line);
    }));
    return writer.close();
}

}  // namespace

std::string sentence_of(const RowFault& fault, const http::Messages& messages, std::string_view language)
{
    for (const auto& [name, value] : fault.parameters)
        if (name == "message")
            return value;
    return messages.sentence(language, fault.code, fault.parameters);
}

Status write_rejects(const std::filesystem::path& source, const sheets::Options& options, const std::vector<RowFault>& faults,
    SheetFormat format, const std::filesystem::path& target, const http::Messages& messages, std::string_view language)
{
    TRY_ASSIGN(auto reader, sheets::open(source, options));
    const auto text = sentences(faults, messages, language);
    return format == SheetFormat::Csv ? write_csv(*reader, text, target) : write_xlsx(*reader, text, target);
}

}  // namespace imports
