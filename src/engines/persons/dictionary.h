#pragma once

// Distinct texts, numbered from 1 in the order of their first appearance; 0 is "no value". A column
// of a million names is a column of small numbers beside one dictionary.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engines/persons/hash.h"

namespace persons {

class Dictionary {
public:
    Dictionary() : ends_(1, 0) {}

    // The number of the text, which is added when new.
    std::uint32_t number(std::string_view text)
    {
        if (used_ * 2 >= slots_.size())
            grow();
        const std::uint64_t hash = hash_of(text);
        const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32);
        for (std::size_t slot = hash & mask_;; slot = (slot + 1) & mask_) {
            const Slot& found = slots_[slot];
            if (found.code == 0)
                return add(slot, tag, text);
            if (found.tag == tag && (*this)[found.code] == text)
                return found.code;
        }
    }

    std::size_t size() const { return ends_.size() - 1; }
    std::string_view operator[](std::uint32_t code) const
    {
        return std::string_view{bytes_}.substr(ends_[code - 1], ends_[code] - ends_[code - 1]);
    }

    // Keeps the texts, forgets how to find them.
    void seal()
    {
        slots_ = {};
        mask_ = used_ = 0;
    }

private:
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t code = 0;
    };

    std::uint32_t add(std::size_t slot, std::uint32_t tag, std::string_view text);
    void grow();

    std::string bytes_;
    std::vector<std::uint64_t> ends_;  // ends_[code] is where the text of `code` ends
    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
    std::size_t used_ = 0;
};

}  // namespace persons
