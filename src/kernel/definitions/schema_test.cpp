// The JSON Schemas serve editors; the loader checks by itself, because it can say where and why. This
// test keeps the two of one mind: what is good for one is good for the other, and every broken
// file whose first comment says "structure" is refused by both.

#include <gtest/gtest.h>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "kernel/definitions/corpus.h"
#include "kernel/definitions/yaml.h"

namespace definitions {
namespace {

// What the schema of this kind of file says against the text; empty when it takes it.
std::string schema_faults(const std::string& kind, const std::string& text)
{
    static std::map<std::string, std::unique_ptr<valijson::Schema>> schemas;
    auto& schema = schemas[kind];
    if (!schema) {
        const auto path = std::filesystem::path(WEIJIAN_SOURCE_DIR) / "schemas" / (kind + ".schema.json");
        const auto value = base::parse_json(base::files::read(path).value()).value();
        schema = std::make_unique<valijson::Schema>();
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::BoostJsonAdapter(value), *schema);
    }
    Problems problems;
    const auto node = read_yaml("file", text, problems);
    const auto value = to_json(*node);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    validator.validate(*schema, valijson::adapters::BoostJsonAdapter(value), &results);
    std::string faults;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
        for (const auto& part : error.context)
            faults += part;
        faults += ": " + error.description + '\n';
    }
    return faults;
}

std::string kind_of(const std::filesystem::path& file)
{
    const auto name = file.generic_string();
    for (const std::string kind : {"system", "roles", "figures", "addition", "workflow", "intake"})
        if (file.stem().string().starts_with(kind))
            return kind;
    if (name.find("/workflows/") != std::string::npos)
        return "workflow";
    if (name.find("/intake/") != std::string::npos)
        return "intake";
    return name.find("/rules/") != std::string::npos ? "figures" : "record";
}

TEST(Schemas, TakeWhatTheLoaderTakes)
{
    int count = 0;
    for (const auto& root : {testdata / "good/systems", std::filesystem::path(WEIJIAN_SOURCE_DIR) / "systems",
                             std::filesystem::path(WEIJIAN_SOURCE_DIR) / "docs/examples"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            if (entry.path().extension() != ".yaml")
                continue;
            ++count;
            EXPECT_EQ(schema_faults(kind_of(entry.path()), base::files::read(entry.path()).value()), "") << entry.path();
        }
    }
    EXPECT_GE(count, 10);
}

TEST(Schemas, RefuseTheStructureThatTheLoaderRefusesAndNothingElse)
{
    int structure = 0, meaning = 0;
    for (const auto& entry : std::filesystem::directory_iterator(testdata / "bad")) {
        const auto text = base::files::read(entry.path()).value();
        if (text.starts_with("# syntax:"))
            continue;
        const bool wrong_structure = text.starts_with("# structure:");
        ++(wrong_structure ? structure : meaning);
        const auto faults = schema_faults(kind_of(entry.path()), text);
        EXPECT_EQ(faults.empty(), !wrong_structure) << entry.path() << faults;
        EXPECT_FALSE(shown_problems(entry.path()).empty()) << entry.path();
    }
    EXPECT_GE(structure, 50);
    EXPECT_GE(meaning, 40);
}

}  // namespace
}  // namespace definitions
