#pragma once

// Documents on paper: the markup subset laid out with Pango and drawn with Cairo as PDF.
//
// A paragraph is one Pango layout, whatever inline elements it has, so Chinese punctuation never
// begins a line. The flow becomes a list of pieces (a line, a table row, a block kept together);
// page breaks fall between pieces only, never through a line or a row, and a paragraph leaves at
// least two lines on each page. The same document and values give the same bytes anywhere with the
// same fonts.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "kernel/markup/markup.h"

namespace documents {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

// What an <img> shows: PNG bytes, or the modules of a QR code (drawn as vector).
struct Picture {
    std::string png = {};
    std::vector<bool> modules = {};
    int side = 0;  // modules in a row
};
using Pictures = std::function<std::shared_ptr<const Picture>(const markup::Node&)>;

struct PdfOptions {
    std::string title, author;
    base::Timestamp created;
    Pictures pictures = {};
    int pages_max = 1000;
    std::chrono::milliseconds time_max{20'000};
};
struct Pdf {
    std::string bytes;
    int pages = 0;
};

// A set of fonts; opening takes some 100 ms, so it is kept. One call at a time works with one set,
// a second thread gets another, up to `sets`.
class Renderer {
public:
    explicit Renderer(unsigned sets = 2);
    ~Renderer();
    // DOCUMENT_TOO_TALL (parameters tag, line), DOCUMENT_PAGES, DOCUMENT_TIME, DOCUMENT_PICTURE.
    Result<Pdf> pdf(const markup::Document&, const PdfOptions&);

private:
    struct Set;
    std::vector<std::unique_ptr<Set>> sets_;
};

// Square modules of a QR code with error correction M. QR_TEXT when the text is too long.
Result<Picture> qr_code(const std::string& text);

}  // namespace documents
