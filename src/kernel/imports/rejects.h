#pragma once

// The reject sheet: the refused lines as they came, with where they stood and what is wrong. Once
// corrected it imports as it is; the two added columns are recognised and ignored.

#include "http/message.h"
#include "kernel/imports/run.h"

namespace imports {

// The sentence of a fault; a check brings its own.
std::string sentence_of(const RowFault&, const http::Messages&, std::string_view language);

enum class SheetFormat { Csv, Xlsx };
// Reads `source` once more and writes the lines that have faults. FILE_UNWRITABLE, DISK_FULL.
Status write_rejects(const std::filesystem::path& source, const sheets::Options&, const std::vector<RowFault>&, SheetFormat,
    const std::filesystem::path& target, const http::Messages&, std::string_view language);

}  // namespace imports
