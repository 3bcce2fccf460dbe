#pragma once

// Identifiers of China: shape, check digit and contents. Inputs are expected normalised
// (`normalise_*` first); each check gives the error code for the field, or nothing when right.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace base::checks {

// GB 11643: 18 characters, existing birth date, check character.
// ID_CARD_LENGTH, ID_CARD_CHARACTERS, ID_CARD_BIRTH, ID_CARD_CHECK.
std::optional<std::string> id_card(std::string_view);
struct IdCardFacts { Date birth_date; bool male; std::string region; };
std::optional<IdCardFacts> id_card_facts(std::string_view);
std::string normalise_id_card(std::string_view);  // narrow, no spaces, upper-case X
// 15-character cards become 18 (19xx births); empty when not possible.
std::optional<std::string> id_card_from_15(std::string_view);
char id_card_check_character(std::string_view first_17);

// GB 32100-2015. CREDIT_CODE_LENGTH, CREDIT_CODE_CHARACTERS, CREDIT_CODE_CHECK.
std::optional<std::string> credit_code(std::string_view);
std::string normalise_credit_code(std::string_view);
char credit_code_check_character(std::string_view first_17);

// Mobile 1[3-9]ddddddddd, or landline with area code 0dd(d)-ddddddd(d)[-ext], or 400/800 numbers.
// PHONE_FORMAT.
std::optional<std::string> phone(std::string_view);
// Narrow, without spaces, +86 and 0086 removed; mobile and service numbers without dashes, landlines
// with: "（010）12345678转8001" becomes "010-12345678-8001". What is no number stays as it is.
std::string normalise_phone(std::string_view);

// GB/T 2260 county code, 6 digits, or 9/12 digits below it; the province part must exist.
// REGION_FORMAT, REGION_UNKNOWN.
std::optional<std::string> region(std::string_view);

// What a screen shows: "110105********0010", "138****1234", "张*", "欧**娜", "010-******78".
std::string mask_id_card(std::string_view);
std::string mask_phone(std::string_view);
std::string mask_name(std::string_view);
std::string mask_address(std::string_view);
std::string mask_text(std::string_view);  // anything else: first character and ***
std::string mask_tail(std::string_view);  // bank card, licence: stars and the last four
std::string mask_email(std::string_view);  // "z***@example.cn"
std::string mask_plate(std::string_view);  // "京A***12"
std::string mask_numbers_in(std::string_view free_text);  // identity-card and mobile numbers within

}  // namespace base::checks
