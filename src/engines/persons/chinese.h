#pragma once

// Characters of Chinese names for comparison only, never for display: variants folded, readings
// without tones as small numbers, surnames of two characters.

#include <cstdint>
#include <string>
#include <string_view>

namespace persons::chinese {

constexpr bool is_han(char32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x323AF);
}

char32_t folded(char32_t);           // 張 -> 张, 昇 -> 升; others stay
std::uint16_t reading(char32_t);     // 0: none
std::uint16_t surname_reading(char32_t);  // 曾 as zeng, 单 as shan
// A second reading for characters that are read in two ways in given names (乐 le, yue); 0: none.
std::uint16_t other_reading(char32_t);
char reading_initial(std::uint16_t);  // 'z'
// 2 for 欧阳, 司马, …; 1 otherwise.
unsigned surname_length(const char32_t* characters, unsigned length);

// One code point of valid UTF-8; moves `at`. Broken bytes give U+FFFD.
char32_t next_character(std::string_view text, std::size_t& at);
void append(std::string& text, char32_t);

}  // namespace persons::chinese
