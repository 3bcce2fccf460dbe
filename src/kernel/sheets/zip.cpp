#include "kernel/sheets/zip.h"

namespace sheets {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t element_bytes_max = std::size_t{16} << 20;
constexpr std::size_t nowhere = std::string::npos;

base::Error too_large()
{
    return base::Error{.kind = base::Kind::TooLarge, .code = "SHEET_TOO_LARGE", .detail = "unzipped"};
}

// What stands before the colon in the root element's name, colon included: "x:" of "<x:worksheet".
std::string prefix_of(std::string_view xml)
{
    for (auto at = xml.find('<'); at != nowhere; at = xml.find('<', at + 1)) {
        const auto rest = xml.substr(at + 1, 100);
        if (rest.empty() || rest[0] == '?' || rest[0] == '!')
            continue;
        const auto name = rest.substr(0, rest.find_first_of(" \t\r\n/>"));
        const auto colon = name.find(':');
        return colon == nowhere ? std::string() : std::string(name.substr(0, colon + 1));
    }
    return {};
}

}  // namespace

base::Error damaged(std::string detail)
{
    return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_DAMAGED", .detail = std::move(detail)};
}

base::Result<Package> Package::open(const std::filesystem::path& path, std::string_view content)
{
    Package package;
    int code = 0;
    if (!path.empty()) {
        package.handle_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
    } else {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t* source = zip_source_buffer_create(content.data(), content.size(), 0, &error);
        if (source != nullptr) {
            package.handle_.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
            if (!package.handle_)
                zip_source_free(source);
        }
        zip_error_fini(&error);
    }
    if (!package.handle_)
        return damaged("not a zip file");
    return package;
}

bool Package::has(const std::string& name) const
{
    return zip_name_locate(handle_.get(), name.c_str(), 0) >= 0;
}

base::Result<std::string> Package::read(const std::string& name, std::size_t limit) const
{
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
        zip_fopen(handle_.get(), name.c_str(), 0), &zip_fclose);
    if (!file)
        return damaged("no part " + name);
    std::string content;
    while (true) {
        const auto size = content.size();
        content.resize(size + piece_bytes);
        const auto count = zip_fread(file.get(), content.data() + size, piece_bytes);
        if (count < 0)
            return damaged("part " + name + " cannot be unzipped");
        content.resize(size + static_cast<std::size_t>(count));
        if (content.size() > limit)
            return too_large();
        if (count == 0)
            return content;
    }
}

base::Result<Elements> Elements::open(
    const Package& package, const std::string& part, std::string_view element, std::size_t limit)
{
    Elements elements;
    elements.file_.reset(zip_fopen(package.handle(), part.c_str(), 0));
    if (!elements.file_)
        return damaged("no part " + part);
    elements.limit_ = limit;
    TRY(elements.more());
    elements.name_ = prefix_of(elements.buffer_) + std::string(element);
    return elements;
}

// Reads a piece more into the buffer; false at the end of the part.
base::Result<bool> Elements::more()
{
    if (position_ > 0) {
        buffer_.erase(0, position_);
        position_ = 0;
    }
    const auto size = buffer_.size();
    buffer_.resize(size + piece_bytes);
    const auto count = zip_fread(file_.get(), buffer_.data() + size, piece_bytes);
    buffer_.resize(size + static_cast<std::size_t>(count < 0 ? 0 : count));
    if (count < 0)
        return damaged("a part cannot be unzipped");
    read_ += static_cast<std::size_t>(count);
    if (read_ > limit_ || buffer_.size() > element_bytes_max)
        return too_large();
    return count > 0;
}

// Drops everything before the next `text`; false when there is none.
base::Result<bool> Elements::skip_to(std::string_view text)
{
    while (true) {
        const auto at = buffer_.find(text, position_);
        position_ = at != nowhere
                        ? at
                        : std::max(position_, buffer_.size() - std::min(buffer_.size(), text.size() - 1));
        if (at != nowhere)
            return true;
        TRY_ASSIGN(const bool some, more());
        if (!some)
            return false;
    }
}

// The place of `text` at or after `from`, counted from position_; reads more until it is there.
base::Result<std::size_t> Elements::find(std::string_view text, std::size_t from)
{
    while (true) {
        const auto at = buffer_.find(text, position_ + from);
        if (at != nowhere)
            return at - position_;
        const auto available = buffer_.size() - position_;
        from = std::max(from, available < text.size() ? 0 : available - text.size() + 1);
        TRY_ASSIGN(const bool some, more());
        if (!some)
            return nowhere;
    }
}

// The place of the `>` that ends the tag at `from`; a `>` may stand within an attribute.
base::Result<std::size_t> Elements::end_of_tag(std::size_t from)
{
    char quote = 0;
    for (std::size_t i = from;; ++i) {
        if (position_ + i >= buffer_.size()) {
            TRY_ASSIGN(const bool some, more());
            if (!some)
                return nowhere;
        }
        const char c = buffer_[position_ + i];
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i;
    }
}

base::Result<bool> Elements::next(std::string& fragment)
{
    const std::string open_tag = "<" + name_;
    while (true) {
        TRY_ASSIGN(const bool found, skip_to(open_tag));
        if (!found)
            return false;
        TRY_ASSIGN(const auto end, end_of_tag(open_tag.size()));
        if (end == nowhere)
            return damaged("a part ends within a tag");
        const char after = buffer_[position_ + open_tag.size()];
        if (after != '>' && after != '/' && after != ' ' && after != '\t' && after != '\r' && after != '\n') {
            position_ += open_tag.size();  // another element whose name begins alike
            continue;
        }
        std::size_t size = end + 1;
        if (buffer_[position_ + end - 1] != '/') {
            TRY_ASSIGN(const auto close, find("</" + name_, size));
            if (close == nowhere)
                return damaged("a part ends within an element");
            TRY_ASSIGN(const auto close_end, end_of_tag(close));
            if (close_end == nowhere)
                return damaged("a part ends within a tag");
            size = close_end + 1;
        }
        fragment.assign(buffer_, position_, size);
        position_ += size;
        return true;
    }
}

}  // namespace sheets
