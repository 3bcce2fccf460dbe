#pragma once

// Inside the library: what a number in an XLSX cell means.

#include <optional>
#include <string>
#include <string_view>

namespace sheets {

// Whether a number format of Excel shows a date or a time: "yyyy/m/d", "[$-804]m\"月\"d\"日\"", "h:mm".
bool date_format(std::string_view code);
// The same for the numbers of built-in formats, those of Chinese Excel included.
bool date_format_id(int id);

// "2026-09-28", "2026-09-28 16:00:00", or "16:00:00" for a serial number below 1; empty when it is
// no date Excel could show.
std::optional<std::string> date_text(double serial, bool from_1904);

// As Excel shows a number in the format "General", but without an exponent: 15 digits.
// `digits_lost` tells that it is an integer of more digits than Excel keeps.
std::string number_text(std::string_view raw, bool& digits_lost);

}  // namespace sheets
