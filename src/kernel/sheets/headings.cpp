#include <algorithm>
#include <deque>
#include <set>

#include "base/text.h"
#include "kernel/sheets/source.h"

namespace sheets {
namespace {

constexpr std::size_t rows_ahead = 30;
constexpr std::size_t heading_rows_max = 5;

bool blank(const std::string& cell)
{
    return base::text::trimmed(cell).empty();
}

std::string one_line(const std::string& cell)
{
    std::string text = cell;
    std::replace(text.begin(), text.end(), '\n', ' ');
    return base::text::trimmed(text);
}

// A row of the lookahead with merged cells filled in over their whole width and height.
using Filled = std::vector<std::string>;

class Headed final : public Reader {
public:
    Headed(std::unique_ptr<RowSource> source, const Options& options)
        : source_(std::move(source)), options_(options)
    {
        merges_ = source_->merges();
        std::sort(merges_.begin(), merges_.end(), [](const auto& a, const auto& b) { return a.top < b.top; });
    }

    base::Status find_headings()
    {
        source_->describe(layout_);
        Row row;
        while (ahead_.size() < rows_ahead) {
            TRY_ASSIGN(const bool more, source_->next(row));
            if (!more)
                break;
            if (!std::all_of(row.cells.begin(), row.cells.end(), blank))
                ahead_.push_back(row);
        }
        if (ahead_.empty())
            return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_EMPTY"};
        const std::size_t first = first_heading();
        const std::size_t count = heading_count(first);
        compose(first, count);
        layout_.heading_row = ahead_[first].number;
        layout_.heading_rows = count;
        const std::size_t last_number = ahead_[first + count - 1].number;
        while (!ahead_.empty() && ahead_.front().number <= last_number)
            ahead_.pop_front();
        return {};
    }

    const Layout& layout() const override { return layout_; }

    base::Result<bool> next(Row& row) override
    {
        while (true) {
            if (ahead_.empty()) {
                TRY_ASSIGN(const bool more, source_->next(row));
                if (!more)
                    return false;
            } else {
                row = std::move(ahead_.front());
                ahead_.pop_front();
            }
            const bool empty = std::all_of(row.cells.begin(), row.cells.end(), blank) && row.faults.empty();
            repeat_merged(row);
            if (empty)
                continue;
            fit(row);
            return true;
        }
    }

private:
    // The merged range with its corner at (row, column), if any.
    const Merge* merge_at(std::size_t row, std::size_t column) const
    {
        auto found = std::lower_bound(merges_.begin(), merges_.end(), row,
            [](const Merge& m, std::size_t number) { return m.top < number; });
        for (; found != merges_.end() && found->top == row; ++found) {
            if (found->left == column)
                return &*found;
        }
        return nullptr;
    }

    struct Extent {
        std::size_t texts = 0;    // cells with text of their own
        std::size_t columns = 0;  // columns they cover
    };

    Extent extent(const Row& row) const
    {
        Extent result;
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (blank(row.cells[i]))
                continue;
            const auto* merge = merge_at(row.number, i);
            ++result.texts;
            result.columns += merge != nullptr ? merge->right - merge->left + 1 : 1;
        }
        return result;
    }

    // The first row with two texts or more that covers most of the table's width; a title is one wide
    // cell, and "filled in by …, on …" covers little. Everything before it is skipped.
    std::size_t first_heading() const
    {
        if (options_.heading_row) {
            for (std::size_t i = 0; i < ahead_.size(); ++i) {
                if (ahead_[i].number >= *options_.heading_row)
                    return i;
            }
            return ahead_.size() - 1;
        }
        std::size_t width = 0;
        for (const auto& row : ahead_)
            width = std::max(width, extent(row).texts);
        for (std::size_t i = 0; i < ahead_.size(); ++i) {
            const auto here = extent(ahead_[i]);
            if (here.texts >= std::min<std::size_t>(2, width) && here.columns * 10 >= width * 6)
                return i > 0 && groups(i - 1, i) ? i - 1 : i;
        }
        return 0;
    }

    // In a text file merged headings leave empty cells: the upper row names groups when it is empty
    // only where the lower one has text, and the lower one leaves out what the upper one has.
    bool groups(std::size_t upper, std::size_t lower) const
    {
        const auto& top = ahead_[upper].cells;
        const auto& bottom = ahead_[lower].cells;
        if (!merges_.empty() || ahead_[upper].number + 1 != ahead_[lower].number || top.empty() ||
            blank(top[0]))
            return false;
        bool gap = false;
        std::size_t texts = 0;
        for (std::size_t i = 0; i < std::max(top.size(), bottom.size()); ++i) {
            const bool above = i < top.size() && !blank(top[i]);
            const bool below = i < bottom.size() && !blank(bottom[i]);
            if (!above && !below)
                return false;
            gap = gap || (!above && below);
            texts += above ? 1 : 0;
            if (above && (top[i].find(':') != std::string::npos || top[i].find("：") != std::string::npos))
                return false;
        }
        const bool complementary =
            texts > 0 && bottom.size() > 0 &&
            std::any_of(top.begin(), top.end(), [](const auto& cell) { return !blank(cell); });
        return gap && texts >= 2 && complementary;
    }

    bool lower_leaves_out(std::size_t upper, std::size_t lower) const
    {
        const auto& bottom = ahead_[lower].cells;
        for (std::size_t i = 0; i < ahead_[upper].cells.size(); ++i) {
            if (!blank(ahead_[upper].cells[i]) && (i >= bottom.size() || blank(bottom[i])))
                return true;
        }
        return false;
    }

    std::size_t heading_count(std::size_t first) const
    {
        const std::size_t available = ahead_.size() - first;
        if (options_.heading_rows)
            return std::clamp<std::size_t>(*options_.heading_rows, 1, std::min(available, heading_rows_max));
        std::size_t bottom = ahead_[first].number;
        for (const auto& merge : merges_) {
            if (merge.top < ahead_[first].number || merge.top > bottom)
                continue;
            bottom = std::max(
                bottom, merge.right > merge.left ? std::max(merge.bottom, merge.top + 1) : merge.bottom);
        }
        std::size_t count = 1;
        while (count < std::min(available, heading_rows_max) && ahead_[first + count].number <= bottom)
            ++count;
        if (count == 1 && available > 1 && groups(first, first + 1) && lower_leaves_out(first, first + 1))
            count = 2;
        return count;
    }

    // In text files a group's name stands over its first column only.
    void spread_groups(Filled& upper, const std::vector<std::string>& lower) const
    {
        for (std::size_t i = 1; i < upper.size(); ++i) {
            if (blank(upper[i]) && i < lower.size() && !blank(lower[i]))
                upper[i] = upper[i - 1];
        }
    }

    void compose(std::size_t first, std::size_t count)
    {
        std::size_t width = 0;
        std::vector<Filled> rows;
        for (std::size_t i = first; i < first + count; ++i) {
            rows.push_back(ahead_[i].cells);
            width = std::max(width, ahead_[i].cells.size());
        }
        for (const auto& merge : merges_) {
            if (merge.top >= ahead_[first].number && merge.top <= ahead_[first + count - 1].number)
                width = std::max(width, std::min(merge.right + 1, options_.limits.columns));
        }
        for (auto& row : rows)
            row.resize(width);
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t column = 0; column < width; ++column)
                fill_merge(rows, first, i, column);
        }
        if (merges_.empty() && count > 1)
            spread_groups(rows[0], rows[1]);
        name_columns(rows, width);
    }

    void fill_merge(std::vector<Filled>& rows, std::size_t first, std::size_t index, std::size_t column) const
    {
        const auto* merge = merge_at(ahead_[first + index].number, column);
        if (merge == nullptr)
            return;
        const std::string text = rows[index][column];
        for (std::size_t i = index; i < rows.size() && ahead_[first + i].number <= merge->bottom; ++i) {
            for (std::size_t c = merge->left; c <= merge->right && c < rows[i].size(); ++c)
                rows[i][c] = text;
        }
    }

    void name_columns(const std::vector<Filled>& rows, std::size_t width)
    {
        std::set<std::string> seen;
        for (std::size_t column = 0; column < width; ++column) {
            std::string heading;
            std::string last;
            for (const auto& row : rows) {
                const auto part = one_line(row[column]);
                if (part.empty() || part == last)
                    continue;
                heading += (heading.empty() ? "" : " / ") + part;
                last = part;
            }
            if (heading.empty())
                heading = column_letters(column);
            std::string unique = heading;
            for (int copy = 2; !seen.insert(unique).second; ++copy)
                unique = heading + " (" + std::to_string(copy) + ")";
            layout_.headings.push_back(unique);
        }
    }

    // A cell merged downwards holds for each of its rows.
    void repeat_merged(Row& row)
    {
        std::erase_if(running_, [&](const Running& each) { return each.bottom < row.number; });
        for (const auto& each : running_) {
            if (each.column >= row.cells.size())
                row.cells.resize(each.column + 1);
            if (blank(row.cells[each.column]))
                row.cells[each.column] = each.text;
        }
        for (; merge_ < merges_.size() && merges_[merge_].top <= row.number; ++merge_) {
            const auto& merge = merges_[merge_];
            if (merge.top == row.number && merge.bottom > merge.top && merge.left < row.cells.size())
                running_.push_back({merge.bottom, merge.left, row.cells[merge.left]});
        }
    }

    void fit(Row& row) const
    {
        const auto width = layout_.headings.size();
        for (std::size_t i = width; i < row.cells.size(); ++i) {
            if (!blank(row.cells[i])) {
                row.faults.push_back({i, "SHEET_EXTRA_CELLS"});
                break;
            }
        }
        row.cells.resize(width);
    }

    struct Running {
        std::size_t bottom;
        std::size_t column;
        std::string text;
    };

    std::unique_ptr<RowSource> source_;
    Options options_;
    Layout layout_;
    std::vector<Merge> merges_;
    std::deque<Row> ahead_;
    std::size_t merge_ = 0;
    std::vector<Running> running_;
};

}  // namespace

base::Result<std::unique_ptr<Reader>> with_headings(std::unique_ptr<RowSource> source, const Options& options)
{
    auto reader = std::make_unique<Headed>(std::move(source), options);
    TRY(reader->find_headings());
    return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace sheets
