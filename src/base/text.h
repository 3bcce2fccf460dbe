#pragma once

// Text as people write it: UTF-8, Unicode forms, full-width digits, pinyin. Lengths are characters
// (code points), never bytes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base::text {

bool valid_utf8(std::string_view);
std::size_t length(std::string_view utf8);  // code points
std::string nfc(std::string_view utf8);
std::string nfkc(std::string_view utf8);    // also turns full-width letters and digits narrow
std::string lower(std::string_view utf8);
std::string trimmed(std::string_view utf8); // Unicode white space at both ends, U+3000 too
// Other than \n and \t; direction overrides (U+202A.., U+2066..) and broken UTF-8 count as such.
bool has_control_characters(std::string_view utf8);
std::string prefix(std::string_view utf8, std::size_t characters);

// "Zhang San" for "张三" without tones, upper-case initials "ZS"; other scripts stay. "ü" is "v", as
// it is typed. Surnames with a reading of their own (曾, 单) are known in names of 2 to 4 characters.
std::string pinyin(std::string_view utf8);
std::string pinyin_initials(std::string_view utf8);

// Byte-wise comparison of the key sorts like Chinese pinyin order (ICU zh collation). The key is
// printable ASCII, so that it may stand in a text column.
std::string sort_key(std::string_view utf8);

enum class Encoding { Utf8, Gb18030 };
// UTF-8 (with or without BOM) when the bytes are valid UTF-8, else GB 18030 when they are valid
// there, else TEXT_ENCODING with the byte offset of the first fault.
Result<std::pair<std::string, Encoding>> decode(std::string_view bytes);
Result<std::string> from_gb18030(std::string_view bytes);
std::string to_gb18030(std::string_view utf8);

std::vector<std::string_view> split(std::string_view, char separator);
// 0..1, 1 for equal: 1 - Levenshtein distance / longer length, over code points.
double similarity(std::string_view, std::string_view);

}  // namespace base::text
