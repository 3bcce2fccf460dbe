#pragma once

// Tables as files: mapped into memory, split where rows begin, read by every core (RFC 4180).
//
// UTF-8 or GB 18030, told apart by the bytes; a file that is neither is refused. A row that is no
// row (wrong number of cells, a stray quote, broken characters) is set aside with line and column
// and never guessed at.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engines/persons/model.h"

namespace persons {

class InputFile {
public:
    // FILE_UNREADABLE, PERSONS_ENCODING (file, offset), PERSONS_EMPTY.
    static Result<InputFile> open(const std::filesystem::path&, unsigned threads);
    InputFile(InputFile&&) noexcept;
    InputFile& operator=(InputFile&&) noexcept;
    ~InputFile();

    std::string_view text() const { return text_; }  // UTF-8, without byte order mark
    const std::string& encoding() const { return encoding_; }
    std::uint64_t bytes() const { return mapped_size_; }
    bool some_rows_broken() const { return some_rows_broken_; }  // not every row is valid UTF-8
    // The memory of what has been read is given back.
    void release(std::size_t begin, std::size_t end) const;

private:
    InputFile() = default;
    Status decide_encoding(const std::string& name, unsigned threads);

    void* mapped_ = nullptr;
    std::size_t mapped_size_ = 0;
    std::string decoded_;  // of GB 18030
    std::string_view text_;
    std::string encoding_;
    bool some_rows_broken_ = false;
};

// A row that was set aside.
struct Reject {
    std::uint64_t line = 0;    // 1-based
    std::uint32_t column = 0;  // 1-based character of that line
    std::string code;          // CSV_COLUMNS, CSV_QUOTE, CSV_CHARACTERS
    std::string row;
};

// Reads rows one after another within a piece of a file.
class RowReader {
public:
    RowReader(std::string_view text, std::size_t begin, std::size_t end, char separator, bool check_characters);

    enum class Outcome { Row, Broken, End };
    Outcome next();
    const std::vector<std::string_view>& cells() const { return cells_; }
    std::size_t position() const { return at_; }       // where the next row begins
    std::size_t row_begin() const { return row_begin_; }
    // Of a broken row:
    std::string_view fault() const { return fault_; }
    std::size_t fault_position() const { return fault_at_; }
    void expect(std::size_t cells) { expected_ = cells; }

private:
    Outcome broken(std::string_view code, std::size_t position);
    bool quoted_cell(std::size_t& at);

    std::string_view text_;
    std::size_t at_, end_, row_begin_ = 0, expected_ = 0, fault_at_ = 0;
    char separator_;
    bool check_characters_;
    std::string_view fault_;
    std::vector<std::string_view> cells_;
    std::deque<std::string> unquoted_;  // views into them stay
    std::size_t unquoted_used_ = 0;
};

struct Header {
    std::vector<std::string> names;
    char separator = ',';
    std::size_t rows_begin = 0;
};
// PERSONS_HEADER (duplicate or empty header).
Result<Header> read_header(const InputFile&, const std::string& file_name);

// Pieces for `count` readers, each beginning with a row; and how many rows can be in each at most.
struct Piece {
    std::size_t begin = 0, end = 0;
    std::size_t rows_max = 0;
};
std::vector<Piece> split_rows(const InputFile&, std::size_t begin, unsigned count, unsigned threads);

// Line and column of a position, for a reject.
void locate(std::string_view text, std::size_t position, std::size_t line_of, Reject&);

// A cell as a file may hold it: quoted when it must be, never a formula for a spreadsheet program.
void append_cell(std::string& out, std::string_view cell);

}  // namespace persons
