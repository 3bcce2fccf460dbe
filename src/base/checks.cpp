#include "base/checks.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace base::checks {
namespace {

constexpr std::string_view credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // without I O S V Z

bool digits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Date> date_of(std::string_view yyyymmdd)
{
    if (yyyymmdd.size() != 8 || !digits(yyyymmdd))
        return std::nullopt;
    const auto date =
        Date::parse(std::string(yyyymmdd.substr(0, 4)) + "-" + std::string(yyyymmdd.substr(4, 2)) + "-" +
                    std::string(yyyymmdd.substr(6, 2)));
    return date ? std::optional(*date) : std::nullopt;
}

// Narrow letters and digits, no white space anywhere, upper case.
std::string narrow_upper(std::string_view text)
{
    std::string out = text::nfkc(text);
    std::erase_if(out, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    for (char& c : out)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text::trimmed(out);
}

}  // namespace

char id_card_check_character(std::string_view first_17)
{
    constexpr std::array weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < weights.size() && i < first_17.size(); ++i)
        sum += weights[i] * (first_17[i] - '0');
    return "10X98765432"[sum % 11];
}

std::optional<std::string> id_card(std::string_view number)
{
    if (number.size() != 18)
        return "ID_CARD_LENGTH";
    const char last = number.back();
    if (!digits(number.substr(0, 17)) || !((last >= '0' && last <= '9') || last == 'X'))
        return "ID_CARD_CHARACTERS";
    if (!date_of(number.substr(6, 8)))
        return "ID_CARD_BIRTH";
    if (id_card_check_character(number.substr(0, 17)) != last)
        return "ID_CARD_CHECK";
    return std::nullopt;
}

std::optional<IdCardFacts> id_card_facts(std::string_view number)
{
    if (id_card(number))
        return std::nullopt;
    return IdCardFacts{
        *date_of(number.substr(6, 8)), (number[16] - '0') % 2 == 1, std::string(number.substr(0, 6))};
}

std::string normalise_id_card(std::string_view number)
{
    return narrow_upper(number);
}

std::optional<std::string> id_card_from_15(std::string_view number)
{
    if (number.size() != 15 || !digits(number))
        return std::nullopt;
    std::string full = std::string(number.substr(0, 6)) + "19" + std::string(number.substr(6));
    if (!date_of(std::string_view(full).substr(6, 8)))
        return std::nullopt;
    full += id_card_check_character(full);
    return full;
}

char credit_code_check_character(std::string_view first_17)
{
    int sum = 0;
    int weight = 1;  // 3^i mod 31
    for (const char c : first_17.substr(0, 17)) {
        const auto value = credit_alphabet.find(c);
        sum += weight * static_cast<int>(value == std::string_view::npos ? 0 : value);
        weight = weight * 3 % 31;
    }
    return credit_alphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

std::optional<std::string> credit_code(std::string_view code)
{
    if (code.size() != 18)
        return "CREDIT_CODE_LENGTH";
    if (code.find_first_not_of(credit_alphabet) != std::string_view::npos || !digits(code.substr(2, 6)))
        return "CREDIT_CODE_CHARACTERS";
    if (credit_code_check_character(code.substr(0, 17)) != code.back())
        return "CREDIT_CODE_CHECK";
    return std::nullopt;
}

std::string normalise_credit_code(std::string_view code)
{
    return narrow_upper(code);
}

std::optional<std::string> region(std::string_view code)
{
    constexpr std::array<std::string_view, 34> provinces{"11", "12", "13", "14", "15", "21", "22", "23", "31",
        "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54",
        "61", "62", "63", "64", "65", "71", "81", "82"};
    if ((code.size() != 6 && code.size() != 9 && code.size() != 12) || !digits(code))
        return "REGION_FORMAT";
    if (std::find(provinces.begin(), provinces.end(), code.substr(0, 2)) == provinces.end())
        return "REGION_UNKNOWN";
    return std::nullopt;
}

}  // namespace base::checks
