#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace http {

// Level 1 (fast) to 9. Nothing when the result would not be smaller.
std::optional<std::string> gzip(std::string_view plain, int level);

} // namespace http
