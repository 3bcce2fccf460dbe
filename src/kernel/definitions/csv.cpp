#include "kernel/definitions/csv.h"

#include "base/text.h"

namespace definitions {

namespace {

class Scanner {
public:
    Scanner(const std::string& file, std::string_view text, Problems& problems)
        : file_(file), text_(text), problems_(problems)
    {
    }

    std::vector<CsvLine> lines()
    {
        std::vector<CsvLine> result;
        while (at_ < text_.size()) {
            CsvLine line{line_, {}};
            do {
                line.cells.push_back(cell());
            } while (take(','));
            end_of_line();
            if (line.cells.size() > 1 || !line.cells.front().empty())
                result.push_back(std::move(line));
        }
        return result;
    }

private:
    bool take(char c)
    {
        const bool there = at_ < text_.size() && text_[at_] == c;
        at_ += there ? 1 : 0;
        return there;
    }
    std::string cell()
    {
        if (!take('"'))
            return bare();
        const int opened = line_;
        std::string value;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"' && !take('"')) {
                if (const auto rest = bare(); !rest.empty())
                    problems_.add({file_, line_, 1}, "text after a closing quote: " + rest, "double a quote inside quotes");
                return value;
            }
            line_ += c == '\n' ? 1 : 0;
            value += c;
        }
        problems_.add({file_, opened, 1}, "a quote is opened here and never closed");
        return value;
    }
    std::string bare()
    {
        const auto end = std::min(text_.find_first_of(",\n", at_), text_.size());
        auto value = std::string(text_.substr(at_, end - at_));
        at_ = end;
        while (!value.empty() && value.back() == '\r')
            value.pop_back();
        return value;
    }
    void end_of_line()
    {
        if (take('\n'))
            ++line_;
    }

    const std::string& file_;
    std::string_view text_;
    Problems& problems_;
    std::size_t at_ = 0;
    int line_ = 1;
};

}  // namespace

std::vector<CsvLine> read_csv(const std::string& file, std::string_view text, Problems& problems)
{
    if (!base::text::valid_utf8(text)) {
        problems.add({file, 1, 1}, "the file is not UTF-8", "save it as UTF-8");
        return {};
    }
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    return Scanner(file, text, problems).lines();
}

}  // namespace definitions
