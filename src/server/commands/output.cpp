#include "server/commands/output.h"

#include <cstdio>
#include <cstdlib>

#include "http/message.h"
#include "server/config.h"

namespace server {

std::string terminal_language()
{
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0')
            return std::string_view{value}.starts_with("zh") ? "zh" : "en";
    }
    return "en";
}

int refuse(const Common& common, const base::Error& error)
{
    std::string sentence = error.code;
    if (const auto messages = http::Messages::load((share_folder() / "messages").string()); messages.ok())
        sentence = messages->sentence(terminal_language(), error.code, error.parameters);
    json::array faults;
    for (const base::Fault& fault : error.faults)
        faults.push_back(json::object{{"field", fault.field}, {"code", fault.code}});
    if (common.json) {
        std::puts(json::serialize(json::object{{"ok", false}, {"code", error.code}, {"message", sentence},
            {"faults", faults}, {"detail", error.detail}}).c_str());
    } else {
        // One line says it all; several lines of detail, such as faults of definitions, stand below.
        const bool lines = error.detail.find('\n') != std::string::npos;
        const bool beside = !error.detail.empty() && !lines;
        std::fprintf(stderr, "weijian: %s%s\n", sentence.c_str(), beside ? (" (" + error.detail + ")").c_str() : "");
        for (const base::Fault& fault : error.faults)
            std::fprintf(stderr, "  %s: %s\n", fault.field.c_str(), fault.code.c_str());
        if (lines)
            std::fputs((error.detail + (error.detail.ends_with('\n') ? "" : "\n")).c_str(), stderr);
    }
    return error.code == "KAT_FAIL" ? 78 : 1;
}

void tell(const Common& common, const json::object& object, const std::string& text)
{
    if (common.json)
        std::puts(json::serialize(object).c_str());
    else
        std::fputs((text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace server
