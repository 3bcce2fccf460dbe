#include "base/text.h"

#include <unicode/ucnv.h>

#include <memory>

namespace base::text {
namespace {

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

Converter open_converter(const char* name)
{
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(name, &status), &ucnv_close);
    return U_SUCCESS(status) ? std::move(converter) : Converter(nullptr, &ucnv_close);
}

Error encoding_error(std::size_t offset)
{
    return Error{
        .kind = Kind::Malformed, .code = "TEXT_ENCODING", .parameters = {{"offset", std::to_string(offset)}}};
}

Error converter_missing()
{
    return Error{.kind = Kind::Internal, .code = "TEXT_CONVERTER", .detail = "ICU has no GB 18030 converter"};
}

// Where the bytes that the converter refused begin.
std::size_t fault_offset(UConverter* converter, std::size_t consumed)
{
    char bytes[32];
    std::int8_t count = sizeof bytes;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_getInvalidChars(converter, bytes, &count, &status);
    const auto length = U_SUCCESS(status) ? static_cast<std::size_t>(count) : 0;
    return consumed >= length ? consumed - length : 0;
}

void append_utf8(std::string& out, const char16_t* text, const char16_t* end)
{
    while (text < end) {
        std::uint32_t c = *text++;
        if (c >= 0xD800 && c < 0xDC00 && text < end)
            c = 0x10000 + ((c - 0xD800) << 10) + (std::uint32_t{*text++} - 0xDC00);
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else if (c < 0x800) {
            out += static_cast<char>(0xC0 | (c >> 6));
            out += static_cast<char>(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            out += static_cast<char>(0xE0 | (c >> 12));
            out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
            out += static_cast<char>(0x80 | (c & 0x3F));
        } else {
            out += static_cast<char>(0xF0 | (c >> 18));
            out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
            out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
            out += static_cast<char>(0x80 | (c & 0x3F));
        }
    }
}

}  // namespace

Result<std::string> from_gb18030(std::string_view bytes)
{
    const auto converter = open_converter("gb18030");
    if (!converter)
        return converter_missing();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);

    std::string out;
    out.reserve(bytes.size() + bytes.size() / 2);
    const char* source = bytes.data();
    const char* const end = bytes.data() + bytes.size();
    char16_t buffer[4096];
    std::size_t kept = 0;  // a leading surrogate whose other half comes with the next piece
    do {
        char16_t* target = buffer + kept;
        status = U_ZERO_ERROR;
        ucnv_toUnicode(
            converter.get(), &target, buffer + std::size(buffer), &source, end, nullptr, true, &status);
        if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
            return encoding_error(
                fault_offset(converter.get(), static_cast<std::size_t>(source - bytes.data())));
        const bool half = target > buffer && target[-1] >= 0xD800 && target[-1] < 0xDC00;
        append_utf8(out, buffer, target - (half ? 1 : 0));
        kept = half ? 1 : 0;
        if (half)
            buffer[0] = target[-1];
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    return out;
}

std::string to_gb18030(std::string_view utf8)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto target = open_converter("gb18030");
    const auto source = open_converter("utf-8");
    if (!target || !source)
        return std::string(utf8);
    std::string out(utf8.size() * 2 + 16, '\0');
    char* to = out.data();
    const char* from = utf8.data();
    ucnv_convertEx(target.get(), source.get(), &to, out.data() + out.size(), &from, utf8.data() + utf8.size(),
        nullptr, nullptr, nullptr, nullptr, true, true, &status);
    out.resize(static_cast<std::size_t>(to - out.data()));
    return out;
}

Result<std::pair<std::string, Encoding>> decode(std::string_view bytes)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (valid_utf8(bytes)) {
        if (bytes.starts_with(byte_order_mark))
            bytes.remove_prefix(byte_order_mark.size());
        return std::pair{std::string(bytes), Encoding::Utf8};
    }
    TRY_ASSIGN(auto text, from_gb18030(bytes));
    return std::pair{std::move(text), Encoding::Gb18030};
}

}  // namespace base::text
