#pragma once

// Helpers of the tests of this folder: a document from text to PDF to what a reader extracts.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "kernel/documents/layout/layout.h"

namespace documents::testing {

inline markup::Document read(std::string_view text)
{
    auto outcome = markup::read(text);
    if (const auto* faults = std::get_if<std::vector<markup::Fault>>(&outcome)) {
        for (const auto& fault : *faults)
            ADD_FAILURE() << fault.line << ": " << fault.message << " (" << fault.hint << ")";
        return {};
    }
    return std::get<markup::Document>(std::move(outcome));
}

inline Renderer& renderer()
{
    static Renderer one;
    return one;
}

inline PdfOptions options() { return {.title = "现场笔录", .author = "", .created = *base::Timestamp::parse("2026-11-21T09:00:00+08:00")}; }

inline Pdf pdf(std::string_view text, const PdfOptions& options = testing::options())
{
    auto made = renderer().pdf(read(text), options);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().code);
    return made.ok() ? *std::move(made) : Pdf{};
}

// With poppler's pdftotext; pages end in form feeds. `mode` is -raw, -layout or -nopgbrk.
inline std::string text_of(const Pdf& pdf, const std::string& mode = "-layout")
{
    const auto base = std::filesystem::temp_directory_path() / ("weijian_document_" + std::to_string(::getpid()));
    EXPECT_TRUE(base::files::write_durably(base.string() + ".pdf", pdf.bytes).ok());
    const std::string command = "pdftotext " + mode + " " + base.string() + ".pdf " + base.string() + ".txt";
    EXPECT_EQ(::system(command.c_str()), 0);
    const auto text = base::files::read(base.string() + ".txt");
    std::filesystem::remove(base.string() + ".pdf");
    std::filesystem::remove(base.string() + ".txt");
    return text.ok() ? *text : "";
}

inline std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        const auto from = line.find_first_not_of(" \f\r");
        if (from != std::string::npos)
            lines.push_back(line.substr(from));
    }
    return lines;
}

inline std::vector<std::string> pages_of_text(const std::string& text)
{
    std::vector<std::string> pages;
    std::istringstream stream{text};
    for (std::string page; std::getline(stream, page, '\f');)
        pages.push_back(page);
    return pages;
}

}  // namespace documents::testing
