#include <algorithm>

#include "kernel/documents/layout/pieces_inside.h"

namespace documents {

namespace {

class Breaker {
public:
    Breaker(Pieces pieces, double height, int pages_max) : pieces_(std::move(pieces)), height_(height), pages_max_(pages_max) {}

    Result<std::vector<PageContent>> run()
    {
        for (std::size_t at = 0; at < pieces_.size();) {
            std::size_t end = at;
            while (end < pieces_.size() && pieces_[end].keep_with_next)
                ++end;
            end = std::min(end + 1, pieces_.size());
            // Behind a forced break nothing is kept with what stands before.
            for (std::size_t i = at + 1; i < end; ++i)
                if (pieces_[i].break_before)
                    end = i;
            TRY(place(at, end));
            at = end;
        }
        if (pages_.empty())
            pages_.emplace_back();
        return std::move(pages_);
    }

private:
    double height_of(std::size_t from, std::size_t end, bool at_top) const
    {
        double height = at_top && pieces_[from].repeated ? pieces_[from].repeated->height : 0;
        for (std::size_t i = from; i < end; ++i)
            height += pieces_[i].height + (i == from && at_top ? 0 : pieces_[i].space_before);
        return height;
    }

    Status place(std::size_t from, std::size_t end)
    {
        const bool fresh = pages_.empty() || filled_ == 0;
        const bool fits = !pages_.empty() && filled_ + height_of(from, end, fresh) <= height_ + 0.01;
        if (!pages_.empty() && !fresh && (pieces_[from].break_before || !fits))
            TRY(new_page());
        if (pages_.empty())
            TRY(new_page());
        for (std::size_t i = from; i < end; ++i) {
            // Too much to be kept together: it goes on where it must.
            if (filled_ > 0 && filled_ + pieces_[i].space_before + pieces_[i].height > height_ + 0.01)
                TRY(new_page());
            TRY(draw(pieces_[i]));
        }
        return {};
    }

    Status new_page()
    {
        if (static_cast<int>(pages_.size()) >= pages_max_)
            return Error{Kind::TooLarge, "DOCUMENT_PAGES", {}, {{"maximum", std::to_string(pages_max_)}}};
        if (last_)
            append_moved(pages_.back().operations, last_->closing, 0, filled_ - last_->height);
        pages_.emplace_back();
        filled_ = 0;
        last_ = nullptr;
        return {};
    }

    Status draw(const Piece& piece)
    {
        Operations& page = pages_.back().operations;
        if (filled_ == 0) {
            if (piece.repeated) {
                append_moved(page, piece.repeated->operations, piece.repeated_x, 0);
                filled_ = piece.repeated->height;
            }
            append_moved(page, piece.opening, 0, filled_);
        } else {
            filled_ += piece.space_before;
        }
        if (filled_ + piece.height > height_ + 0.01)
            return Error{Kind::Invalid, "DOCUMENT_TOO_TALL", {}, {{"tag", piece.origin ? piece.origin->name : ""},
                {"line", std::to_string(piece.origin ? piece.origin->line : 0)}}};
        append_moved(page, piece.operations, 0, filled_);
        filled_ += piece.height;
        last_ = &piece;
        return {};
    }

    Pieces pieces_;
    double height_;
    int pages_max_;
    std::vector<PageContent> pages_;
    double filled_ = 0;
    const Piece* last_ = nullptr;
};

}  // namespace

Result<std::vector<PageContent>> pages_of(Pieces pieces, double height, int pages_max)
{
    return Breaker(std::move(pieces), height, pages_max).run();
}

}  // namespace documents
