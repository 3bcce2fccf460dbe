#pragma once

// 64-bit, time-ordered identifiers made by the node: 42 bits of milliseconds since 2024-01-01Z,
// 10 bits of node number, 11 bits of sequence; always positive. In JSON and URLs they are decimal
// strings. Ids of one generator strictly increase, also when the clock steps back.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace base {

using Id = std::int64_t;

class IdGenerator {
public:
    explicit IdGenerator(const Clock& clock, unsigned node = 0) : clock_(clock), node_(node) {}
    Id next();

private:
    const Clock& clock_;
    unsigned node_;  // 0..1023
    std::mutex mutex_;
    std::int64_t last_ = 0;
};

// Digits only, 1..19 of them, positive and within 63 bits.
std::optional<Id> parse_id(std::string_view text);

}  // namespace base
