#include "base/checks.h"

#include "base/text.h"

namespace base::checks {
namespace {

bool digits(std::string_view text, std::size_t least, std::size_t most)
{
    return text.size() >= least && text.size() <= most &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool mobile(std::string_view number)
{
    return digits(number, 11, 11) && number[0] == '1' && number[1] >= '3';
}

bool service(std::string_view number)
{
    return digits(number, 10, 10) && (number.starts_with("400") || number.starts_with("800"));
}

// 010 and 02x have three digits, every other area code has four.
std::size_t area_size(std::string_view number)
{
    if (number.size() < 4 || number[0] != '0' || number[1] == '0')
        return 0;
    return number[1] == '1' || number[1] == '2' ? (number.starts_with("010") || number[1] == '2' ? 3 : 0) : 4;
}

bool landline(std::string_view number)
{
    const auto parts = text::split(number, '-');
    if (parts.size() < 2 || parts.size() > 3 || parts[0].size() != area_size(number))
        return false;
    return digits(parts[0], 3, 4) && digits(parts[1], 7, 8) && parts[1][0] >= '2' &&
           (parts.size() == 2 || digits(parts[2], 1, 6));
}

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

std::string without(std::string text, char unwanted)
{
    std::erase(text, unwanted);
    return text;
}

// "01012345678" is written "010-12345678".
std::string with_area(std::string number)
{
    const auto size = area_size(number);
    const auto extension = number.find('-');
    const auto base = number.substr(0, extension);
    if (size == 0 || base.size() < size + 7 || base.size() > size + 8 || !digits(base, 10, 12))
        return number;
    return number.insert(size, "-");
}

}  // namespace

std::optional<std::string> phone(std::string_view number)
{
    if (mobile(number) || landline(number) || service(number))
        return std::nullopt;
    return "PHONE_FORMAT";
}

std::string normalise_phone(std::string_view raw)
{
    std::string number = text::nfkc(raw);
    std::erase_if(number, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '('; });
    for (const auto* dash :
        {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\u8f6c", ")"})
        replace_all(number, dash, "-");
    replace_all(number, "--", "-");
    for (const std::string_view country : {"+86", "0086"}) {
        if (number.starts_with(country)) {
            number.erase(0, country.size());
            if (number.starts_with('-'))
                number.erase(0, 1);
            if (!number.empty() && number[0] >= '2' &&
                number[0] <= '9')  // +86 10 1234 5678: the 0 is left out
                number.insert(0, "0");
            else if (number.starts_with("10") && without(number, '-').size() <= 10)
                number.insert(0, "0");
            break;
        }
    }
    const std::string plain = without(number, '-');
    if (mobile(plain) || service(plain))
        return plain;
    return number.find('-') == area_size(number) && area_size(number) > 0 ? number
                                                                          : with_area(std::move(number));
}

}  // namespace base::checks
