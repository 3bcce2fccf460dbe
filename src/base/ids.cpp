#include "base/ids.h"

#include <algorithm>
#include <charconv>

namespace base {
namespace {

constexpr std::int64_t epoch_milliseconds = 1'704'067'200'000;  // 2024-01-01T00:00Z
constexpr int node_bits = 10;
constexpr int sequence_bits = 11;
constexpr std::int64_t sequence_mask = (1 << sequence_bits) - 1;
constexpr std::int64_t milliseconds_max = (std::int64_t{1} << 42) - 1;

}  // namespace

// When the clock stands still or steps back, the last id's time goes on being used; when its 2,048
// numbers are used up, the time is borrowed from the next millisecond.
Id IdGenerator::next()
{
    const std::scoped_lock lock(mutex_);
    const std::int64_t now =
        std::clamp<std::int64_t>(clock_.now().milliseconds - epoch_milliseconds, 1, milliseconds_max);
    std::int64_t milliseconds = last_ >> (node_bits + sequence_bits);
    std::int64_t sequence = 0;
    if (now > milliseconds) {
        milliseconds = now;
    } else {
        sequence = (last_ & sequence_mask) + 1;
        if (sequence > sequence_mask) {
            sequence = 0;
            ++milliseconds;
        }
    }
    last_ = (milliseconds << (node_bits + sequence_bits)) | (std::int64_t{node_ & 1023u} << sequence_bits) |
            sequence;
    return last_;
}

std::optional<Id> parse_id(std::string_view text)
{
    if (text.empty() || text.size() > 19 || text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    Id value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value <= 0)
        return std::nullopt;
    return value;
}

}  // namespace base
