#pragma once

// Text on its way into HTML or SVG.

#include <string>
#include <string_view>

namespace base::html {

// For element text and for attribute values in either kind of quotes.
std::string escaped(std::string_view text);

}  // namespace base::html
