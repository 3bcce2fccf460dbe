// A request is read the same way however the network cuts it into pieces.

#include <cstdint>
#include <cstdlib>

#include "http/parser.h"

namespace {

struct Outcome {
    http::Progress progress = http::Progress::NeedMore;
    std::string target;
    std::string body;
    bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t piece)
{
    http::RequestParser parser;
    Outcome outcome;
    std::string pending;
    while (!bytes.empty() || outcome.progress == http::Progress::HeaderDone) {
        const auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        pending += part;
        std::size_t used = 0;
        do {
            outcome.progress = parser.feed(pending, used);
            pending.erase(0, used);
            if (outcome.progress == http::Progress::HeaderDone)
                parser.set_body_max(1000);
        } while (outcome.progress == http::Progress::HeaderDone);
        if (outcome.progress != http::Progress::NeedMore)
            break;
    }
    if (outcome.progress == http::Progress::Done) {
        outcome.target = parser.head().target;
        outcome.body = parser.body();
        if (outcome.body.size() > 1000)
            std::abort();
    }
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read(bytes, size + 1);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
        const auto pieces = read(bytes, piece);
        // Pieces may find a fault earlier than the whole needs to; a complete request is equal.
        if (whole.progress == http::Progress::Done && !(pieces == whole))
            std::abort();
        if (pieces.progress == http::Progress::Done && !(pieces == whole))
            std::abort();
    }
    return 0;
}
