// Whatever arrives as target, query, cookie or language is read or refused, never misread: what
// was accepted holds no control characters in the path, no ".." and valid UTF-8 only.

#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "http/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto target = http::parse_target(text)) {
        const auto& path = target->path;
        const bool right = path.starts_with('/') && base::text::valid_utf8(path) &&
                           (path + "/").find("/../") == std::string::npos &&
                           path.find("//") == std::string::npos && path.find('\0') == std::string::npos;
        if (!right)
            std::abort();
        for (const auto& [name, value] : target->query)
            if (!base::text::valid_utf8(name) || !base::text::valid_utf8(value))
                std::abort();
    }
    if (const auto query = http::parse_query(http::percent_encoded(text) + "=1"); query && size > 0)
        if (query->size() != 1 || query->front().first != text)
            std::abort();
    const auto name = text.substr(0, text.size() / 4);
    (void)http::cookie_value(text.substr(name.size()), name);
    (void)http::language_of(text);
    (void)http::accepts_encoding(text, "gzip");
    return 0;
}
