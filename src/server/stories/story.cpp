#include "server/stories/story.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"

namespace stories {

namespace {

const std::map<std::string, Verb> verbs{{"on", Verb::On}, {"given", Verb::Given}, {"as", Verb::As},
    {"after", Verb::After}, {"do", Verb::Do}, {"then", Verb::Then}};

struct Line {
    int number;
    bool indented;
    std::vector<std::string> words;
};

struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::vector<Line> body;
    int line = 0;
};

class Reader {
public:
    Reader(const std::filesystem::path& file, Form form) : form_(form) { story_.file = file; }

    std::variant<Story, std::vector<base::Problem>> read()
    {
        const auto text = base::files::read(story_.file, 4 << 20);
        if (!text.ok()) {
            problem(0, "the file cannot be read");
            return std::move(problems_);
        }
        if (!base::text::valid_utf8(*text)) {
            problem(0, "the file is not UTF-8");
            return std::move(problems_);
        }
        lines_of(*text);
        for (const Line& line : lines_)
            take(line);
        if (table_)
            problem(table_->line, "`each` without `end`");
        check_whole();
        if (!problems_.empty())
            return std::move(problems_);
        return std::move(story_);
    }

private:
    void problem(int line, std::string message, std::string hint = {})
    {
        problems_.push_back({story_.file.string(), line, 1, std::move(message), std::move(hint)});
    }

    void lines_of(const std::string& text)
    {
        int number = 0;
        for (std::string_view raw : base::text::split(text, '\n')) {
            ++number;
            if (!raw.empty() && raw.back() == '\r')
                raw.remove_suffix(1);
            const std::string line{raw};
            if (number == 1) {
                if (!line.starts_with("#"))
                    problem(1, "the first line must be a comment that says what the story proves");
                story_.proves = base::text::trimmed(line.substr(line.empty() ? 0 : 1));
            }
            if (base::text::trimmed(line).empty() || line.front() == '#')
                continue;
            const bool indented = line.front() == ' ' || line.front() == '\t';
            lines_.push_back({number, indented, words_of(line)});
        }
    }

    void take(const Line& line)
    {
        if (table_) {
            take_into_table(line);
            return;
        }
        if (line.indented) {
            if (story_.statements.empty())
                problem(line.number, "a continued line has no statement before it");
            else
                append(story_.statements.back().words, line.words);
            return;
        }
        if (line.words.front() == "each") {
            table_ = Table{{line.words.begin() + 1, line.words.end()}, {}, {}, line.number};
            return;
        }
        add(line, {});
    }

    void take_into_table(const Line& line)
    {
        Table& table = *table_;
        if (!line.indented && line.words.front() == "end") {
            unroll();
            return;
        }
        if (line.indented && table.body.empty()) {
            if (line.words.size() != table.columns.size())
                problem(line.number, "a row of the table has " + std::to_string(line.words.size()) + " cells, not " +
                    std::to_string(table.columns.size()));
            else
                table.rows.push_back(line.words);
            return;
        }
        if (line.indented) {
            append(table.body.back().words, line.words);
            return;
        }
        if (line.words.front() == "each") {
            problem(line.number, "tables do not stand inside each other");
            return;
        }
        table.body.push_back(line);
    }

    void unroll()
    {
        const Table table = std::move(*table_);
        table_.reset();
        if (table.rows.empty())
            problem(table.line, "the table has no rows");
        for (const auto& row : table.rows) {
            std::map<std::string, std::string> cells;
            for (std::size_t index = 0; index < row.size(); ++index)
                cells[table.columns[index]] = row[index];
            for (const Line& line : table.body)
                add(line, cells);
        }
    }

    void add(const Line& line, const std::map<std::string, std::string>& cells)
    {
        const auto verb = verbs.find(line.words.front());
        if (verb == verbs.end()) {
            problem(line.number, "unknown line: " + line.words.front(), "a line begins with on, given, as, after, do, then, each or end");
            return;
        }
        Statement statement{verb->second, {line.words.begin() + 1, line.words.end()}, line.number};
        for (std::string& word : statement.words) {
            for (const auto& [column, cell] : cells) {
                const std::string place = "<" + column + ">";
                for (std::size_t at = word.find(place); at != std::string::npos; at = word.find(place, at + cell.size()))
                    word.replace(at, place.size(), cell);
            }
        }
        if (statement.words.empty())
            problem(line.number, "`" + line.words.front() + "` says nothing");
        story_.statements.push_back(std::move(statement));
    }

    void check_whole()
    {
        const bool expects = std::any_of(story_.statements.begin(), story_.statements.end(),
            [](const Statement& statement) { return statement.verb == Verb::Then; });
        if (form_ == Form::Story && !expects)
            problem(1, "the story expects nothing", "add a line that begins with then");
        if (form_ == Form::Given && expects)
            problem(1, "a given scene expects nothing", "move `then` into the story");
        check_names();
    }

    // Every kept name is used, every used name is kept; `given` may keep names for its callers.
    void check_names()
    {
        std::map<std::string, int> kept;
        std::string all;
        for (const Statement& statement : story_.statements) {
            const auto& words = statement.words;
            if (statement.verb == Verb::Do && words.size() > 2 && words[words.size() - 2] == "as" &&
                words.back().starts_with("$"))
                kept.emplace(words.back(), statement.line);
        }
        if (form_ == Form::Given)
            return;
        for (const auto& [name, line] : kept) {
            int uses = 0;
            for (const Statement& statement : story_.statements)
                for (const std::string& word : statement.words)
                    uses += mentions(word, name) ? 1 : 0;
            if (uses < 2)
                problem(line, name + " is kept and never used");
        }
    }

    static bool mentions(const std::string& word, const std::string& name)
    {
        const std::size_t at = word.find(name);
        if (at == std::string::npos)
            return false;
        const std::size_t end = at + name.size();
        return end == word.size() || (std::isalnum(static_cast<unsigned char>(word[end])) == 0 && word[end] != '_');
    }

    static void append(std::vector<std::string>& to, const std::vector<std::string>& more)
    {
        to.insert(to.end(), more.begin(), more.end());
    }

    Form form_;
    Story story_;
    std::vector<Line> lines_;
    std::optional<Table> table_;
    std::vector<base::Problem> problems_;
};

}  // namespace

std::string Statement::text() const
{
    static const char* const names[] = {"on", "given", "as", "after", "do", "then"};
    std::string text = names[static_cast<int>(verb)];
    for (const std::string& word : words)
        text += " " + word;
    return text;
}

std::vector<std::string> words_of(const std::string& line)
{
    std::vector<std::string> words;
    std::string word;
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (quoted) {
            word.push_back(c);
            if (c == '\\' && at + 1 < line.size())
                word.push_back(line[++at]);
            else if (c == '"')
                quoted = false;
            continue;
        }
        if ((c == ' ' || c == '\t') && depth == 0) {
            if (!word.empty())
                words.push_back(std::move(word));
            word.clear();
            continue;
        }
        // Brackets separate nothing only where JSON begins; `professions[1].permit_status` has none.
        const bool value_begins = word.empty() || word.back() == '=' || depth > 0;
        if (c == '"' && value_begins)
            quoted = true;
        else if ((c == '[' || c == '{') && value_begins)
            ++depth;
        else if ((c == ']' || c == '}') && depth > 0)
            --depth;
        word.push_back(c);
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

std::variant<Story, std::vector<base::Problem>> read_story(const std::filesystem::path& file, Form form)
{
    return Reader{file, form}.read();
}

}  // namespace stories
