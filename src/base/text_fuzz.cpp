// Bytes of any kind: decoding gives valid UTF-8 or an error, and no text function reads outside.

#include <cstdlib>

#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace base;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto decoded = text::decode(bytes)) {
        if (!text::valid_utf8(decoded->first))
            std::abort();
        const auto national = text::to_gb18030(decoded->first);
        const auto back = text::from_gb18030(national);
        if (!back || *back != decoded->first)
            std::abort();
    }
    // These promise nothing for broken UTF-8 but to end.
    const auto narrow = text::nfkc(bytes);
    if (text::valid_utf8(bytes) && (!text::valid_utf8(narrow) || text::nfkc(narrow) != narrow))
        std::abort();
    text::lower(bytes);
    text::has_control_characters(bytes);
    text::pinyin_initials(bytes);
    text::pinyin(bytes);
    text::sort_key(bytes);
    if (text::length(text::prefix(bytes, 3)) > 3 && text::valid_utf8(bytes))
        std::abort();
    if (text::trimmed(text::trimmed(bytes)) != text::trimmed(bytes))
        std::abort();
    const auto half = size / 2;
    const double likeness = text::similarity(
        bytes.substr(0, std::min<std::size_t>(half, 100)), bytes.substr(half).substr(0, 100));
    if (!(likeness >= 0 && likeness <= 1))
        std::abort();
    return 0;
}
