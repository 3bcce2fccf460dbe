#include "http/compress.h"

#include <zlib.h>

namespace http {

std::optional<std::string> gzip(std::string_view plain, int level)
{
    constexpr int gzip_window = 15 + 16; // 16 asks zlib for the gzip format
    constexpr int memory_level = 8;
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
        return std::nullopt;
    std::string packed(plain.size(), '\0');
    // zlib's interface predates const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const bool complete = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (!complete)
        return std::nullopt;
    return packed;
}

} // namespace http
