#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/sheets/source.h"

namespace sheets {
namespace {

struct Decoded {
    std::string text;
    std::string encoding;
    std::vector<std::size_t> bad_lines;  // ascending, from 1
};

// Each line in the encoding that fits more of them. Neither encoding has a newline byte inside a
// character, so lines can be told apart before decoding.
base::Result<Decoded> decode_by_line(std::string_view bytes, const base::Error& otherwise)
{
    const auto lines = base::text::split(bytes, '\n');
    std::size_t utf8 = 0;
    std::size_t national = 0;
    for (const auto line : lines) {
        utf8 += base::text::valid_utf8(line) ? 1 : 0;
        national += base::text::from_gb18030(line).ok() ? 1 : 0;
    }
    if (std::max(utf8, national) * 2 < lines.size())
        return otherwise;
    Decoded decoded{.encoding = utf8 >= national ? "UTF-8" : "GB 18030"};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0)
            decoded.text += '\n';
        const bool valid = base::text::valid_utf8(lines[i]);
        auto line = utf8 >= national ? (valid ? base::Result<std::string>(std::string(lines[i]))
                                              : base::Result<std::string>(otherwise))
                                     : base::text::from_gb18030(lines[i]);
        if (line) {
            decoded.text += *line;
            continue;
        }
        decoded.bad_lines.push_back(i + 1);
        for (const char c : lines[i])
            decoded.text += static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
    return decoded;
}

base::Result<Decoded> decode(std::string content)
{
    auto whole = base::text::decode(content);
    if (whole)
        return Decoded{.text = std::move(whole->first),
            .encoding = whole->second == base::text::Encoding::Utf8 ? "UTF-8" : "GB 18030"};
    return decode_by_line(content, whole.error());
}

// The separator that the first line has most of, outside quotes.
char separator_of(std::string_view text)
{
    constexpr std::string_view candidates = ",\t;";
    std::array<std::size_t, 3> counts{};
    bool quoted = false;
    for (const char c : text.substr(0, 64 * 1024)) {
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '\n' &&
                 std::any_of(counts.begin(), counts.end(), [](auto n) { return n > 0; }))
            break;
        else if (const auto at = candidates.find(c); !quoted && at != std::string_view::npos)
            ++counts[at];
    }
    return candidates[static_cast<std::size_t>(
        std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

class Csv final : public RowSource {
public:
    Csv(Decoded decoded, const Limits& limits)
        : decoded_(std::move(decoded)), limits_(limits), separator_(separator_of(decoded_.text))
    {
    }

    base::Result<bool> next(Row& row) override
    {
        while (position_ < decoded_.text.size()) {
            read_row(row);
            while (!row.cells.empty() && row.cells.back().empty())
                row.cells.pop_back();
            if (!row.cells.empty() || !row.faults.empty())
                return true;
        }
        return false;
    }

    void describe(Layout& layout) const override
    {
        layout.kind = "csv";
        layout.encoding = decoded_.encoding;
    }
    const std::vector<Merge>& merges() const override { return merges_; }

private:
    void read_row(Row& row)
    {
        row.number = ++number_;
        row.line = line_;
        row.faults.clear();
        std::size_t count = 0;
        bool more = true;
        while (more) {
            if (count == row.cells.size())
                row.cells.emplace_back();
            auto& cell = row.cells[count];
            cell.clear();
            more = read_cell(cell, row, count);
            finish(cell, row, count);
            ++count;
            if (count == limits_.columns && more) {
                row.faults.push_back({std::nullopt, "SHEET_EXTRA_CELLS"});
                std::string rest;
                while (read_cell(rest, row, count))
                    rest.clear();
                more = false;
            }
        }
        row.cells.resize(count);
        for (; bad_ < decoded_.bad_lines.size() && decoded_.bad_lines[bad_] < line_; ++bad_)
            row.faults.push_back({std::nullopt, "TEXT_ENCODING"});
    }

    // Reads up to the separator (true) or the end of the row (false).
    bool read_cell(std::string& cell, Row& row, std::size_t column)
    {
        const std::string_view text = decoded_.text;
        if (position_ < text.size() && text[position_] == '"')
            read_quoted(cell, row, column);
        const auto start = position_;
        while (position_ < text.size() && text[position_] != separator_ && text[position_] != '\n' &&
               text[position_] != '\r')
            ++position_;
        cell += text.substr(start, position_ - start);
        return end_of_cell();
    }

    void read_quoted(std::string& cell, Row& row, std::size_t column)
    {
        const std::string_view text = decoded_.text;
        ++position_;
        while (true) {
            const auto quote = std::min(text.find('"', position_), text.size());
            const auto part = text.substr(position_, quote - position_);
            line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
            cell += part;
            position_ = std::min(quote + 1, text.size());
            if (quote == text.size()) {
                row.faults.push_back({column, "CSV_QUOTE"});  // never closed
                return;
            }
            if (position_ == text.size() || text[position_] != '"')
                break;
            cell += '"';
            ++position_;
        }
        const char after = position_ < text.size() ? text[position_] : '\n';
        if (after != separator_ && after != '\n' && after != '\r')
            row.faults.push_back({column, "CSV_QUOTE"});  // something behind the closing quote
    }

    bool end_of_cell()
    {
        const std::string_view text = decoded_.text;
        if (position_ == text.size()) {
            ++line_;
            return false;
        }
        if (text[position_] == separator_) {
            ++position_;
            return true;
        }
        if (text[position_] == '\r' && position_ + 1 < text.size() && text[position_ + 1] == '\n')
            ++position_;
        ++position_;
        ++line_;
        return false;
    }

    void finish(std::string& cell, Row& row, std::size_t column) const
    {
        if (cell.find('\r') != std::string::npos)
            std::erase(cell, '\r');
        // What our own export put before a formula-like text.
        if (cell.starts_with('\'')) {
            const auto start = cell.find_first_not_of('\'');
            if (start != std::string::npos &&
                std::string_view("=+-@\t").find(cell[start]) != std::string_view::npos)
                cell.erase(0, 1);
        }
        if (cell.size() > limits_.cell_bytes) {
            cell.clear();
            row.faults.push_back({column, "SHEET_CELL_LENGTH"});
        }
    }

    Decoded decoded_;
    Limits limits_;
    char separator_;
    std::size_t position_ = 0;
    std::size_t number_ = 0;
    std::size_t line_ = 1;
    std::size_t bad_ = 0;
    std::vector<Merge> merges_;
};

}  // namespace

base::Result<std::unique_ptr<RowSource>> open_csv(std::string content, const Limits& limits)
{
    TRY_ASSIGN(auto decoded, decode(std::move(content)));
    return std::unique_ptr<RowSource>(std::make_unique<Csv>(std::move(decoded), limits));
}

}  // namespace sheets
