#pragma once

// The made-up system of testdata/good, with one of its files replaced by a broken one.

#include <filesystem>

#include "base/files.h"
#include "kernel/definitions/test_support.h"

namespace definitions {

using Files = std::map<std::string, std::string, std::less<>>;

inline const std::filesystem::path testdata = WEIJIAN_SOURCE_DIR "/src/kernel/definitions/testdata";

inline Files good_files()
{
    Files files;
    const auto root = testdata / "good";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
        if (entry.is_regular_file())
            files[std::filesystem::relative(entry.path(), root).generic_string()] = base::files::read(entry.path()).value();
    return files;
}

// Which file a broken one stands for, by the first word of its name.
inline std::string place_of(std::string_view broken)
{
    const auto kind = broken.substr(0, broken.find('_'));
    if (kind == "system")
        return "systems/sample/system.yaml";
    if (kind == "roles")
        return "systems/sample/roles.yaml";
    if (kind == "figures")
        return "systems/sample/rules/terms.yaml";
    if (kind == "workflow")
        return "systems/sample/workflows/sample_flow.yaml";
    if (kind == "intake")
        return "systems/sample/intake/tell.yaml";
    if (kind == "addition")
        return "overrides/sample/records/sample.yaml";
    return "systems/sample/records/sample.yaml";
}

inline std::vector<base::Problem> problems_of(const Files& files, bool release = false)
{
    const auto result = load_files(files, release);
    const auto* problems = std::get_if<std::vector<base::Problem>>(&result);
    return problems ? *problems : std::vector<base::Problem>{};
}

// The problems of a file of testdata/bad, as its first comments state them: "LINE:COLUMN message (hint)".
inline std::vector<std::string> shown_problems(const std::filesystem::path& broken)
{
    auto files = good_files();
    const auto place = place_of(broken.stem().string());
    if (place.find("/workflows/") == std::string::npos)
        files.erase(place_of("workflow"));  // it names fields that a broken record may not have
    files[place] = base::files::read(broken).value();
    std::vector<std::string> lines;
    for (const auto& p : problems_of(files))
        lines.push_back((p.file == place ? "" : p.file + " ") + std::to_string(p.line) + ":" + std::to_string(p.column) + " " +
                        p.message + (p.hint.empty() ? "" : " (" + p.hint + ")"));
    return lines;
}

}  // namespace definitions
