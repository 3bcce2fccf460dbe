#include "kernel/records/patterns.h"

#include <unicode/regex.h>

namespace records {

struct Pattern::Inside {
    std::unique_ptr<icu::RegexPattern> pattern;
};

Pattern::Pattern(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Pattern::~Pattern() = default;

base::Result<std::shared_ptr<const Pattern>> Pattern::make(std::string_view text)
{
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    const auto unicode = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
    auto inside = std::make_unique<Inside>();
    inside->pattern.reset(icu::RegexPattern::compile(unicode, 0, where, status));
    if (U_FAILURE(status))
        return base::Error{base::Kind::Invalid, "RULE_PATTERN", {}, {{"pattern", std::string(text)}, {"column", std::to_string(where.offset)}}};
    return std::shared_ptr<const Pattern>(new Pattern(std::move(inside)));
}

bool Pattern::matches(std::string_view utf8) const
{
    UErrorCode status = U_ZERO_ERROR;
    const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
    const std::unique_ptr<icu::RegexMatcher> matcher(inside_->pattern->matcher(text, status));
    if (U_FAILURE(status))
        return false;
    matcher->setTimeLimit(100, status);  // steps of the engine, about a millisecond each
    matcher->setStackLimit(1 << 20, status);
    return matcher->matches(status) && U_SUCCESS(status);
}

}  // namespace records
