#pragma once

// What commands print: sentences for people in their language, or one JSON object.

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "server/commands/commands.h"

namespace server {

// "weijian: sentence" on standard error, the technical part behind it; the exit code.
int refuse(const Common&, const base::Error&);
// The object with --json, else the text.
void tell(const Common&, const json::object&, const std::string& text);
// "zh" when the terminal's language is Chinese, else "en".
std::string terminal_language();

}  // namespace server
