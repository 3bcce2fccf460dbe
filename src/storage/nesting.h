#pragma once

// A write inside a write would wait for itself. This refuses it before it does.

#include "base/result.h"

namespace storage {

inline thread_local int write_depth = 0;

struct WriteScope {
    WriteScope() { ++write_depth; }
    ~WriteScope() { --write_depth; }
    WriteScope(const WriteScope&) = delete;
    WriteScope& operator=(const WriteScope&) = delete;
};

inline base::Status refuse_nested_write()
{
    if (write_depth > 0)
        return base::Error{.kind = base::Kind::Internal, .code = "WRITE_NESTED"};
    return {};
}

}  // namespace storage
