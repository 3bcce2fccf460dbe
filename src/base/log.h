#pragma once

// The operator's log: one line an event, ids only, never names, numbers of identity cards, secrets.

#include <spdlog/spdlog.h>

namespace base::log {

// Level: "debug", "info", "warning", "error". Lines go to stderr, and to `file` (rotating,
// 20 files of 20 MiB) when given.
void open(const std::string& level, const std::string& file = {});

using spdlog::debug;
using spdlog::error;
using spdlog::info;
inline void warning(const std::string& line) { spdlog::warn(line); }

}  // namespace base::log
