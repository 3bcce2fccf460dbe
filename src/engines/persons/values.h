#pragma once

// Single values made comparable (domain sections 2.3 and 2.5). What cannot be one is missing, and a
// missing value tells nothing. Dates, cards and phones are packed four bits a digit, so that two of
// them are compared with one exclusive-or.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace persons {

// Nothing, a dash, "null", "不详" and the like.
bool is_blank(std::string_view);

// --- names of one column ------------------------------------------------------------------------
// Width and variants folded, spaces of Han names removed, one middle dot; empty when missing.
std::string normalised_name(std::string_view);

struct NameValue {
    std::array<char32_t, 4> characters{};  // all of them when length <= 4
    std::array<std::uint16_t, 4> syllables{};
    std::uint8_t length = 0;
    std::uint8_t surname = 0;  // characters of the surname
    bool two_readings = false;
    bool newborn = false;      // 王芳之女
    bool placeholder = false;  // 无名氏, 测试
    bool han = false;
};
NameValue name_value(std::string_view normalised);
std::uint64_t pinyin_key(const NameValue&, std::string_view normalised);
std::uint64_t initial_key(const NameValue&, std::string_view normalised);
std::uint64_t surname_key(const NameValue&, std::string_view normalised);

// --- text of other countries ----------------------------------------------------------------------
std::string normalised_text(std::string_view);  // lower case, letters and digits only

struct TextValue {
    std::uint64_t letters = 0;  // which letters and digits occur, for a quick "cannot be alike"
    std::uint32_t sound = 0;    // Soundex packed; 0 without a letter
};
TextValue text_value(std::string_view normalised);

std::string normalised_number(std::string_view);  // letters and digits, upper case

// --- packed ------------------------------------------------------------------------------------------
std::uint32_t packed_date(std::string_view);  // 0x19850312; 0 when missing
bool real_date(std::uint32_t packed);
std::int32_t day_number(std::uint32_t packed);  // since 1970-01-01; for a real date
std::uint64_t packed_phone(std::string_view);
std::uint32_t sex_code(std::string_view);     // 1 male, 2 female, 0 missing

struct Card {
    std::uint64_t tail = 0;   // the last 16 of 18 characters, X as 10
    std::uint32_t head = 0;   // the first two
    bool valid = false;       // every check of GB 11643
    bool present() const { return tail != 0; }
    std::uint32_t birth_date() const { return static_cast<std::uint32_t>((tail >> 16) & 0xFFFFFFFF); }
    std::uint32_t sex() const { return ((tail >> 4) & 1) != 0 ? 1 : 2; }
};
Card packed_card(std::string_view);
std::string card_text(const Card&);

// --- addresses ------------------------------------------------------------------------------------------
std::string normalised_address(std::string_view);

struct AddressValue {
    std::uint32_t town = 0;     // hashes; 0 when the address does not say
    std::uint32_t village = 0;  // village, committee or road
    std::uint32_t rest = 0;     // house and room
};
AddressValue address_value(std::string_view normalised);

}  // namespace persons
