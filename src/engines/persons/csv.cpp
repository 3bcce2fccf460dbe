#include "engines/persons/csv.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include "base/text.h"
#include "engines/persons/parallel.h"

namespace persons {

namespace {

constexpr std::size_t row_bytes_max = std::size_t{1} << 20;
constexpr std::size_t cells_max = 2000;

// The next separator, line end or quote; `end` when there is none.
std::size_t find_mark(std::string_view text, std::size_t at, std::size_t end, char separator)
{
#if defined(__SSE2__)
    const __m128i separators = _mm_set1_epi8(separator), feeds = _mm_set1_epi8('\n'), returns = _mm_set1_epi8('\r'),
                  quotes = _mm_set1_epi8('"');
    while (at + 16 <= end) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        const __m128i marks = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, separators), _mm_cmpeq_epi8(bytes, feeds)),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, returns), _mm_cmpeq_epi8(bytes, quotes)));
        if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(marks)); mask != 0)
            return at + static_cast<std::size_t>(std::countr_zero(mask));
        at += 16;
    }
#endif
    for (; at < end; ++at) {
        const char c = text[at];
        if (c == separator || c == '\n' || c == '\r' || c == '"')
            return at;
    }
    return end;
}

}  // namespace

RowReader::RowReader(std::string_view text, std::size_t begin, std::size_t end, char separator, bool check_characters) :
    text_(text), at_(begin), end_(end), separator_(separator), check_characters_(check_characters)
{
}

// Skips the row: from here on nobody knows what its quotes mean, so it ends with its line.
RowReader::Outcome RowReader::broken(std::string_view code, std::size_t position)
{
    fault_ = code;
    fault_at_ = std::min(position, text_.empty() ? 0 : text_.size() - 1);
    const std::size_t feed = text_.find('\n', row_begin_);
    at_ = feed == std::string_view::npos ? end_ : std::max(feed + 1, code == "CSV_COLUMNS" ? at_ : std::size_t{0});
    return Outcome::Broken;
}

// `at` stands behind the opening quote; afterwards behind the closing one.
bool RowReader::quoted_cell(std::size_t& at)
{
    const std::size_t begin = at;
    bool doubled = false;
    for (;;) {
        const std::size_t quote = text_.substr(0, std::min(text_.size(), begin + row_bytes_max)).find('"', at);
        if (quote == std::string_view::npos)
            return false;
        at = quote + 1;
        if (at >= text_.size() || text_[at] != '"') {
            break;
        }
        doubled = true;
        ++at;
    }
    std::string_view cell = text_.substr(begin, at - 1 - begin);
    if (doubled) {
        if (unquoted_used_ == unquoted_.size())
            unquoted_.emplace_back();
        std::string& plain = unquoted_[unquoted_used_++];
        plain.clear();
        for (std::size_t each = 0; each < cell.size(); ++each) {
            plain += cell[each];
            if (cell[each] == '"')
                ++each;
        }
        cell = plain;
    }
    cells_.push_back(cell);
    return true;
}

RowReader::Outcome RowReader::next()
{
    while (at_ < end_ && (text_[at_] == '\n' || text_[at_] == '\r'))
        ++at_;
    if (at_ >= end_)
        return Outcome::End;
    row_begin_ = at_;
    cells_.clear();
    unquoted_used_ = 0;
    std::size_t at = at_;
    for (;;) {
        const std::size_t begin = at;
        std::size_t mark = find_mark(text_, at, text_.size(), separator_);
        if (mark < text_.size() && text_[mark] == '"') {
            while (at < mark && text_[at] == ' ')
                ++at;
            if (at != mark)
                return broken("CSV_QUOTE", mark);
            ++at;
            if (!quoted_cell(at))
                return broken("CSV_QUOTE", mark);
            while (at < text_.size() && text_[at] == ' ')
                ++at;
            mark = at;
            if (mark < text_.size() && text_[mark] != separator_ && text_[mark] != '\n' && text_[mark] != '\r')
                return broken("CSV_QUOTE", mark);
        } else {
            cells_.push_back(text_.substr(begin, mark - begin));
        }
        if (mark >= text_.size() || text_[mark] != separator_) {
            at_ = mark;
            break;
        }
        at = mark + 1;
        if (cells_.size() > cells_max || at - row_begin_ > row_bytes_max)
            return broken("CSV_COLUMNS", at);
    }
    if (at_ < text_.size() && text_[at_] == '\r')
        ++at_;
    if (at_ < text_.size() && text_[at_] == '\n')
        ++at_;
    if (expected_ != 0 && cells_.size() != expected_)
        return broken("CSV_COLUMNS", at_ - 1);
    if (check_characters_) {
        const std::string_view row = text_.substr(row_begin_, at_ - row_begin_);
        const std::size_t zero = row.find('\0');
        if (zero != std::string_view::npos || !base::text::valid_utf8(row))
            return broken("CSV_CHARACTERS", row_begin_ + (zero == std::string_view::npos ? 0 : zero));
    }
    return Outcome::Row;
}

// --- pieces -----------------------------------------------------------------------------------------------

namespace {

struct Counts {
    std::size_t quotes = 0, lines = 0;
};

Counts count_marks(std::string_view text)
{
    Counts counts;
    std::size_t at = 0;
#if defined(__SSE2__)
    const __m128i quotes = _mm_set1_epi8('"'), feeds = _mm_set1_epi8('\n');
    for (; at + 16 <= text.size(); at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        counts.quotes += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quotes)))));
        counts.lines += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feeds)))));
    }
#endif
    for (; at < text.size(); ++at) {
        counts.quotes += text[at] == '"';
        counts.lines += text[at] == '\n';
    }
    return counts;
}

}  // namespace

std::vector<Piece> split_rows(const InputFile& file, std::size_t begin, unsigned count, unsigned threads)
{
    const std::string_view text = file.text();
    constexpr std::size_t piece_bytes_min = 1 << 20;
    const std::size_t size = text.size() - begin;
    count = static_cast<unsigned>(std::clamp<std::size_t>(size / piece_bytes_min, 1, count));
    std::vector<std::size_t> starts(count + 1);
    std::vector<Counts> counts(count);
    for (unsigned index = 0; index <= count; ++index)
        starts[index] = begin + size / count * index;
    starts[count] = text.size();
    each_task(threads, count, [&](std::size_t index) {
        constexpr std::size_t step = 1 << 22;
        for (std::size_t at = starts[index]; at < starts[index + 1]; at += step) {
            const std::size_t end = std::min(starts[index + 1], at + step);
            const Counts part = count_marks(text.substr(at, end - at));
            counts[index].quotes += part.quotes;
            counts[index].lines += part.lines;
            file.release(at, end);
        }
    });
    // A quote before decides whether the first line end of a piece ends a row.
    std::vector<Piece> pieces;
    std::size_t from = begin, quotes = 0;
    for (unsigned index = 0; index < count; ++index) {
        quotes += counts[index].quotes;
        std::size_t end = starts[index + 1];
        if (index + 1 < count) {
            bool inside = quotes % 2 != 0;
            while (end < text.size() && (inside || text[end] != '\n'))
                inside = inside != (text[end++] == '"');
            end = std::min(text.size(), end + 1);
        }
        if (end > from) {
            const std::size_t before = pieces.empty() ? 0 : 1;
            pieces.push_back({from, end, counts[index].lines + 2 + before});
        } else if (!pieces.empty()) {
            pieces.back().rows_max += counts[index].lines + 2;
        }
        from = std::max(from, end);
    }
    // Where quotes do not pair up, pieces cannot be trusted: one reader takes it all.
    if (quotes % 2 != 0) {
        std::size_t lines = 2;
        for (const Counts& part : counts)
            lines += part.lines;
        return {{begin, text.size(), lines}};
    }
    return pieces;
}

Result<Header> read_header(const InputFile& file, const std::string& file_name)
{
    Header header;
    const std::string_view text = file.text();
    const std::string_view line = text.substr(0, text.find('\n'));
    const auto times = [&](char c) { return std::count(line.begin(), line.end(), c); };
    for (const char candidate : {';', '\t', '|'}) {
        if (times(candidate) > times(header.separator))
            header.separator = candidate;
    }
    RowReader reader(text, 0, text.size(), header.separator, true);
    if (reader.next() != RowReader::Outcome::Row)
        return Error{Kind::Invalid, "PERSONS_HEADER", {}, {{"file", file_name}, {"column", "1"}}};
    std::set<std::string> seen;
    for (const std::string_view cell : reader.cells()) {
        header.names.push_back(base::text::trimmed(cell));
        if (header.names.back().empty() || !seen.insert(header.names.back()).second)
            return Error{Kind::Invalid, "PERSONS_HEADER", {}, {{"file", file_name}, {"column", std::to_string(header.names.size())}}};
    }
    header.rows_begin = reader.position();
    return header;
}

void locate(std::string_view text, std::size_t position, std::size_t row_begin, Reject& reject)
{
    position = std::min(position, text.size());
    const std::size_t line_begin = position == 0 ? 0 : text.rfind('\n', position - 1) + 1;  // npos + 1 is 0
    reject.line = 1 + static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(line_begin), '\n'));
    reject.column = 1;
    for (std::size_t at = line_begin; at < position; ++at)
        reject.column += (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    reject.row = text.substr(row_begin, std::min<std::size_t>(text.find('\n', row_begin) - row_begin, 4000));
}

void append_cell(std::string& out, std::string_view cell)
{
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += cell;
        return;
    }
    out += '"';
    for (const char c : cell) {
        if (c == '"')
            out += '"';
        out += c;
    }
    out += '"';
}

}  // namespace persons
