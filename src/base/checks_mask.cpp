#include <algorithm>
#include <initializer_list>

#include "base/checks.h"
#include "base/text.h"

namespace base::checks {
namespace {

constexpr std::string_view stars = "********************";

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string last(std::string_view text, std::size_t count)
{
    const auto size = text::length(text);
    return size <= count ? std::string() : std::string(text.substr(text::prefix(text, size - count).size()));
}

// The end of the first of `words` that begins at or after the third byte, or npos.
std::size_t end_of_first(std::string_view text, std::initializer_list<std::string_view> words)
{
    std::size_t end = std::string_view::npos;
    for (const auto word : words) {
        const auto at = text.find(word, 3);
        if (at != std::string_view::npos)
            end = std::min(end, at + word.size());
    }
    return end;
}

}  // namespace

std::string mask_id_card(std::string_view number)
{
    if (number.size() != 18 && number.size() != 15)
        return mask_text(number);
    return std::string(number.substr(0, 6)) + std::string(stars.substr(0, number.size() - 10)) +
           std::string(number.substr(number.size() - 4));
}

std::string mask_phone(std::string_view number)
{
    if (number.size() == 11 && number[0] == '1')
        return std::string(number.substr(0, 3)) + "****" + std::string(number.substr(7));
    const auto area = number.find('-');
    if (area == 3 || area == 4) {
        auto local = number.substr(area + 1);
        local = local.substr(0, local.find('-'));
        if (local.size() >= 7 && local.size() <= 8)
            return std::string(number.substr(0, area + 1)) + std::string(stars.substr(0, local.size() - 2)) +
                   std::string(local.substr(local.size() - 2));
    }
    return mask_text(number);
}

std::string mask_name(std::string_view name)
{
    const auto size = text::length(name);
    if (size <= 1)
        return std::string(stars.substr(0, size));
    std::string out = text::prefix(name, 1) + std::string(std::max<std::size_t>(size, 3) - 2, '*');
    return size == 2 ? out : out + last(name, 1);
}

std::string mask_address(std::string_view address)
{
    auto end = end_of_first(address, {"街道", "地区办事处", "镇", "乡", "苏木"});
    if (end == std::string_view::npos)
        end = end_of_first(address, {"区", "县", "旗"});
    if (end == std::string_view::npos)
        end = end_of_first(address, {"市", "省", "州", "盟"});
    if (end == std::string_view::npos)
        return mask_text(address);
    return std::string(address.substr(0, end)) + "****";
}

std::string mask_text(std::string_view any)
{
    return any.empty() ? std::string() : text::prefix(any, 1) + "***";
}

std::string mask_tail(std::string_view number)
{
    const auto size = text::length(number);
    return size <= 4 ? mask_text(number) : std::string(size - 4, '*') + last(number, 4);
}

std::string mask_email(std::string_view address)
{
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || at == 0)
        return mask_text(address);
    return text::prefix(address, 1) + "***" + std::string(address.substr(at));
}

std::string mask_plate(std::string_view plate)
{
    return text::length(plate) < 6 ? mask_text(plate) : text::prefix(plate, 2) + "***" + last(plate, 2);
}

std::string mask_numbers_in(std::string_view free_text)
{
    std::string out;
    out.reserve(free_text.size());
    std::size_t i = 0;
    while (i < free_text.size()) {
        std::size_t end = i;
        while (end < free_text.size() && digit(free_text[end]))
            ++end;
        if (end == i) {
            out += free_text[i++];
            continue;
        }
        const bool check_x = end - i == 17 && end < free_text.size() && (free_text[end] | 0x20) == 'x';
        const auto run = free_text.substr(i, end - i + (check_x ? 1 : 0));
        const bool mobile = run.size() == 11 && run[0] == '1' && run[1] >= '3';
        if (run.size() == 18 || run.size() == 15)
            out += mask_id_card(run);
        else
            out += mobile ? mask_phone(run) : std::string(run);
        i += run.size();
    }
    return out;
}

}  // namespace base::checks
