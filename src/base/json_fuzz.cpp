// Whatever parses must come out of the canonical form unchanged, and the form must be stable.

#include <cstdlib>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = base::parse_json(text);
    if (!value)
        return 0;
    const auto canonical = base::canonical_json(*value);
    const auto again = base::parse_json(canonical);
    if (!again || base::canonical_json(*again) != canonical)
        std::abort();
    return 0;
}
