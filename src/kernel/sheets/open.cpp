#include <array>
#include <fstream>

#include "base/files.h"
#include "kernel/sheets/source.h"

namespace sheets {

std::string column_letters(std::size_t column)
{
    std::string letters;
    for (++column; column > 0; column = (column - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    return letters;
}

namespace {

bool zipped(std::string_view content)
{
    return content.starts_with("PK\x03\x04");
}

base::Result<std::unique_ptr<Reader>> open_content(
    const std::filesystem::path& path, std::string content, bool zip, const Options& options)
{
    if (zip) {
        TRY_ASSIGN(auto source, open_xlsx(path, std::move(content), options));
        return with_headings(std::move(source), options);
    }
    if (content.starts_with("\xD0\xCF\x11\xE0"))
        return base::Error{.kind = base::Kind::Invalid, .code = "SHEET_OLD_EXCEL"};
    TRY_ASSIGN(auto source, open_csv(std::move(content), options.limits));
    return with_headings(std::move(source), options);
}

}  // namespace

base::Result<std::unique_ptr<Reader>> open(const std::filesystem::path& path, const Options& options)
{
    std::error_code code;
    const auto size = std::filesystem::file_size(path, code);
    if (!code && size > options.limits.file_bytes)
        return base::Error{.kind = base::Kind::TooLarge, .code = "SHEET_TOO_LARGE"};
    std::ifstream file(path, std::ios::binary);
    std::array<char, 4> start{};
    file.read(start.data(), start.size());
    if (zipped({start.data(), static_cast<std::size_t>(file.gcount())}))
        return open_content(path, {}, true, options);
    TRY_ASSIGN(auto content, base::files::read(path, options.limits.file_bytes));
    return open_content({}, std::move(content), false, options);
}

base::Result<std::unique_ptr<Reader>> open_bytes(std::string content, const Options& options)
{
    if (content.size() > options.limits.file_bytes)
        return base::Error{.kind = base::Kind::TooLarge, .code = "SHEET_TOO_LARGE"};
    const bool zip = zipped(content);
    return open_content({}, std::move(content), zip, options);
}

}  // namespace sheets
