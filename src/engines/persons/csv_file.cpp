// The file itself: mapping, encoding.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/text.h"
#include "engines/persons/csv.h"
#include "engines/persons/parallel.h"

namespace persons {

InputFile::InputFile(InputFile&& other) noexcept { *this = std::move(other); }

InputFile& InputFile::operator=(InputFile&& other) noexcept
{
    std::swap(mapped_, other.mapped_);
    std::swap(mapped_size_, other.mapped_size_);
    const bool own = !decoded_.empty() || !other.decoded_.empty();
    std::swap(decoded_, other.decoded_);
    std::swap(text_, other.text_);
    if (own && !decoded_.empty())
        text_ = decoded_;
    std::swap(encoding_, other.encoding_);
    std::swap(some_rows_broken_, other.some_rows_broken_);
    return *this;
}

InputFile::~InputFile()
{
    if (mapped_ != nullptr)
        ::munmap(mapped_, mapped_size_);
}

void InputFile::release(std::size_t begin, std::size_t end) const
{
    if (!decoded_.empty() || mapped_ == nullptr)
        return;
    const auto base = static_cast<std::size_t>(text_.data() - static_cast<const char*>(mapped_));
    constexpr std::size_t page = 4096;
    const std::size_t from = (base + begin) / page * page, to = (base + end) / page * page;
    if (to > from)
        ::madvise(static_cast<char*>(mapped_) + from, to - from, MADV_DONTNEED);
}

Result<InputFile> InputFile::open(const std::filesystem::path& path, unsigned threads)
{
    const std::string name = path.filename().string();
    const Error unreadable{Kind::NotFound, "FILE_UNREADABLE", {}, {{"path", path.string()}}};
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0)
        return unreadable;
    struct ::stat facts{};
    const bool known = ::fstat(handle, &facts) == 0 && S_ISREG(facts.st_mode);
    InputFile file;
    file.mapped_size_ = known ? static_cast<std::size_t>(facts.st_size) : 0;
    void* mapped = file.mapped_size_ > 0 ? ::mmap(nullptr, file.mapped_size_, PROT_READ, MAP_PRIVATE, handle, 0) : MAP_FAILED;
    ::close(handle);
    if (!known)
        return unreadable;
    if (mapped == MAP_FAILED)
        return Error{Kind::Invalid, "PERSONS_EMPTY", {}, {{"file", name}}};
    file.mapped_ = mapped;
    ::madvise(mapped, file.mapped_size_, MADV_SEQUENTIAL);
    file.text_ = {static_cast<const char*>(mapped), file.mapped_size_};
    TRY(file.decide_encoding(name, threads));
    if (file.text_.find_first_not_of(" \r\n\t") == std::string_view::npos)
        return Error{Kind::Invalid, "PERSONS_EMPTY", {}, {{"file", name}}};
    return file;
}

namespace {

// ASCII and three-byte characters, the bulk of Chinese files, without a function call a character.
bool plain_utf8(std::string_view text)
{
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* end = at + text.size();
    const auto follows = [](unsigned char c) { return (c & 0xC0) == 0x80; };
    while (at < end) {
        if (*at < 0x80) {
            if (*at++ == 0)
                return false;
        } else if (*at >= 0xE1 && *at < 0xF0 && *at != 0xED && end - at >= 3 && follows(at[1]) && follows(at[2])) {
            at += 3;
        } else {
            const std::size_t size = *at >= 0xF0 ? 4 : *at >= 0xE0 ? 3 : 2;
            if (static_cast<std::size_t>(end - at) < size
                || !base::text::valid_utf8({reinterpret_cast<const char*>(at), size}))
                return false;
            at += size;
        }
    }
    return true;
}

std::size_t next_line(std::string_view text, std::size_t from)
{
    const std::size_t feed = text.find('\n', from);
    return feed == std::string_view::npos ? text.size() : feed + 1;
}

}  // namespace

Status InputFile::decide_encoding(const std::string& name, unsigned threads)
{
    if (text_.starts_with("\xEF\xBB\xBF"))
        text_.remove_prefix(3);
    constexpr std::size_t step = 1 << 22;
    const std::size_t count = text_.size() / step + 1;
    std::atomic<std::size_t> broken{0};
    // Steps begin and end at line ends: no character of either encoding contains one.
    const auto range = [&](std::size_t index) {
        const std::size_t begin = index == 0 ? 0 : next_line(text_, index * step - 1);
        const std::size_t end = index + 1 == count ? text_.size() : next_line(text_, (index + 1) * step - 1);
        return std::pair{begin, std::max(begin, end)};
    };
    each_task(threads, count, [&](std::size_t index) {
        const auto [begin, end] = range(index);
        if (!plain_utf8(text_.substr(begin, end - begin)))
            ++broken;
        release(begin, end);
    });
    encoding_ = "UTF-8";
    if (broken == 0)
        return {};
    // A few broken lines do not make a UTF-8 file one of another encoding; those rows are set aside.
    std::atomic<std::size_t> good_lines{0}, bad_lines{0};
    each_task(threads, count, [&](std::size_t index) {
        const auto [begin, end] = range(index);
        for (std::size_t at = begin; at < end;) {
            const std::size_t after = next_line(text_, at);
            const std::string_view line = text_.substr(at, after - at);
            if (plain_utf8(line))
                good_lines += std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
            else if (!base::text::valid_utf8(line))
                ++bad_lines;  // a zero byte alone says nothing about the encoding
            at = after;
        }
    });
    some_rows_broken_ = true;
    if (bad_lines * 10 <= good_lines)
        return {};
    std::vector<std::string> parts(count);
    std::atomic<std::size_t> fault{std::string::npos};
    each_task(threads, count, [&](std::size_t index) {
        const auto [begin, end] = range(index);
        auto part = base::text::from_gb18030(text_.substr(begin, end - begin));
        if (part.ok()) {
            parts[index] = std::move(*part);
        } else {
            std::size_t seen = fault;
            while (begin < seen && !fault.compare_exchange_weak(seen, begin)) {
            }
        }
        release(begin, end);
    });
    if (fault != std::string::npos)
        return Error{Kind::Invalid, "PERSONS_ENCODING", {}, {{"file", name}, {"offset", std::to_string(fault.load())}}};
    some_rows_broken_ = false;
    encoding_ = "GB 18030";
    for (std::string& part : parts) {
        decoded_ += part;
        part = {};
    }
    text_ = decoded_;
    return {};
}

}  // namespace persons
