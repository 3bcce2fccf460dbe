#pragma once

// Regular expressions of fields (ECMA syntax, over characters, not bytes), with a limit on the work
// one match may take.

#include <memory>
#include <string_view>

#include "base/result.h"

namespace records {

class Pattern {
public:
    static base::Result<std::shared_ptr<const Pattern>> make(std::string_view text);
    ~Pattern();
    // The whole value matches. A match that would take too long is none.
    bool matches(std::string_view utf8) const;

private:
    struct Inside;
    explicit Pattern(std::unique_ptr<Inside>);
    std::unique_ptr<Inside> inside_;
};

}  // namespace records
