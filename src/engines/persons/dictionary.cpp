#include "engines/persons/dictionary.h"

namespace persons {

std::uint32_t Dictionary::add(std::size_t slot, std::uint32_t tag, std::string_view text)
{
    bytes_ += text;
    ends_.push_back(bytes_.size());
    const auto code = static_cast<std::uint32_t>(ends_.size() - 1);
    slots_[slot] = {tag, code};
    ++used_;
    return code;
}

void Dictionary::grow()
{
    std::vector<Slot> larger(slots_.empty() ? 256 : slots_.size() * 2);
    mask_ = larger.size() - 1;
    for (std::uint32_t code = 1; code <= size(); ++code) {
        const std::uint64_t hash = hash_of((*this)[code]);
        std::size_t place = hash & mask_;
        while (larger[place].code != 0)
            place = (place + 1) & mask_;
        larger[place] = {static_cast<std::uint32_t>(hash >> 32), code};
    }
    slots_ = std::move(larger);
}

}  // namespace persons
