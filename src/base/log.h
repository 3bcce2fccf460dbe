#pragma once

// The operator's log: one line an event, ids only, never names, numbers of identity cards, secrets.
//
// Lines go to stderr; a line with control characters is written with them escaped, so nobody can
// forge a second line. Usable from any thread, also before `open`.

#include <string>

namespace base::log {

// Level: "debug", "info", "warning", "error". Lines go to stderr, and to `file` (rotating,
// 20 files of 20 MiB) when given. An unwritable file is reported on stderr and left out.
void open(const std::string& level, const std::string& file = {});

void debug(const std::string& line);
void info(const std::string& line);
void warning(const std::string& line);
void error(const std::string& line);

}  // namespace base::log
