#pragma once

// Hashing that is the same on every machine (dictionaries, block keys).

#include <cstdint>
#include <cstring>
#include <string_view>

namespace persons {

inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a ^ 0x9E3779B97F4A7C15U) * (b ^ 0xE7037ED1A0B428DBU);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t eight_bytes(const char* bytes)
{
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, 8);
    return value;
}

inline std::uint64_t hash_of(std::string_view text)
{
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = 0xA0761D6478BD642FU ^ left;
    for (; left > 8; at += 8, left -= 8)
        hash = mixed(hash, eight_bytes(at));
    std::uint64_t last = 0;
    std::memcpy(&last, at, left);
    return mixed(hash, last);
}

}  // namespace persons
