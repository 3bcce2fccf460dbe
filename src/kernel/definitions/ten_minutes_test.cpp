// Follows docs/ten-minutes.md: the system it builds loads after every step, with the blocks of the page.

#include <gtest/gtest.h>

#include "kernel/definitions/corpus.h"

namespace definitions {
namespace {

const std::filesystem::path source = WEIJIAN_SOURCE_DIR;
constexpr const char* folder = "systems/first_aid_kits/";

// The fenced block of the page that holds the text.
std::string block_with(const std::string& text)
{
    static const std::string page = base::files::read(source / "docs/ten-minutes.md").value();
    for (std::size_t at = page.find("```"); at != std::string::npos;) {
        const auto begin = page.find('\n', at) + 1;
        const auto end = page.find("```", begin);
        if (const auto block = page.substr(begin, end - begin); block.find(text) != std::string::npos)
            return block;
        at = page.find("```", end + 3);
    }
    ADD_FAILURE() << "the page has no block with " << text;
    return {};
}

Files units_files()
{
    Files files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source / "systems/units"))
        if (entry.is_regular_file())
            files["systems/units/" + std::filesystem::relative(entry.path(), source / "systems/units").generic_string()] =
                base::files::read(entry.path()).value();
    return files;
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(TenMinutes, EveryStepOfThePageLoads)
{
    auto files = units_files();
    const auto problems = [&] { return text_of(problems_of(files, true)); };
    const auto record_file = std::string(folder) + "records/first_aid_kit.yaml";

    files[std::string(folder) + "system.yaml"] = block_with("system: first_aid_kits");
    EXPECT_EQ(problems(), "");
    files[std::string(folder) + "roles.yaml"] = block_with("kit_keeper: {title");
    EXPECT_EQ(problems(), "");
    files[std::string(folder) + "dictionaries/kit_size.csv"] = block_with("code,zh,en");

    auto record = block_with("record: first_aid_kit");
    files[record_file] = record;
    EXPECT_EQ(problems(), "");
    files[record_file] = replaced(record, "record: unit, required", "record: unit, requierd");
    EXPECT_EQ(problems(), block_with("did you mean `required`?"));

    record = replaced(record, "access:\n", block_with("  address: {title") + "access:\n");
    files[record_file] = record;
    EXPECT_EQ(problems(), "");
    record += block_with("rows:\n  contents");
    files[record_file] = record;
    EXPECT_EQ(problems(), "");

    const auto form = block_with("form: [[unit, address]");
    files[record_file] = record + replaced(form, ", [contents]]", "]");
    EXPECT_NE(problems().find("`contents` does not stand in the form"), std::string::npos);
    files[record_file] = record + form;
    EXPECT_EQ(problems(), "");
}

}  // namespace
}  // namespace definitions
