#pragma once

// Helpers of the tests of this folder.

#include <gtest/gtest.h>

#include <sstream>

#include "kernel/definitions/loader.h"

namespace definitions {

inline std::string text_of(const std::vector<base::Problem>& problems)
{
    std::ostringstream out;
    for (const auto& p : problems)
        out << p.file << ':' << p.line << ':' << p.column << ": " << p.message
            << (p.hint.empty() ? "" : " (" + p.hint + ")") << '\n';
    return out.str();
}

// The release; nothing, and a failed test that shows every problem, when it does not load.
inline std::shared_ptr<const Release> loaded(Loaded result)
{
    if (auto* problems = std::get_if<std::vector<base::Problem>>(&result)) {
        ADD_FAILURE() << text_of(*problems);
        return nullptr;
    }
    return std::get<std::shared_ptr<const Release>>(result);
}

}  // namespace definitions
