#include "kernel/definitions/loader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "kernel/definitions/corpus.h"

namespace definitions {
namespace {

const Files& good()
{
    static const Files files = good_files();
    return files;
}

// The only problem of the made-up system with one file replaced or added.
std::string problem_with(const std::string& file, std::string text, bool release = false)
{
    auto files = good();
    files[file] = std::move(text);
    return text_of(problems_of(files, release));
}

TEST(Loader, TakesEveryKindOfFieldAndKey)
{
    const auto release = loaded(load_files(good(), true));
    ASSERT_TRUE(release);
    const auto& record = *release->record("sample");
    EXPECT_EQ(record.fields.size(), 27U);
    EXPECT_EQ(record.field("weight")->scale, 3);
    EXPECT_EQ(record.field("notes")->max, 4000);
    EXPECT_EQ(record.field("address")->max, 200);
    EXPECT_EQ(record.field("total")->computed_type, FieldType::Decimal);
    EXPECT_EQ(record.field("heavy")->computed_type, FieldType::Boolean);
    EXPECT_EQ(record.field("price")->initial->text, "decimal(\"10\")");
    EXPECT_EQ(record.field("colours")->initial->text, "[\"RED\",\"BLUE\"]");
    EXPECT_EQ(record.child("parts")->max_rows, 20);
    EXPECT_EQ(record.access.at("reader"), std::vector<std::string>{"read"});
    EXPECT_EQ(record.region_from, "place");
    EXPECT_EQ(release->field_of(record, "created_at")->type, FieldType::DateTime);
    EXPECT_EQ(release->roles.at("reader").clearance, 3);
}

TEST(Loader, EveryBrokenFileIsRefusedAtTheStatedPlaceWithTheStatedWords)
{
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(testdata / "bad")) {
        ++count;
        std::vector<std::string> expected;
        std::istringstream text(base::files::read(entry.path()).value());
        for (std::string line; std::getline(text, line) && line.starts_with("# ");)
            expected.push_back(line.substr(line.find(": ") + 2));
        EXPECT_FALSE(expected.empty()) << entry.path();
        EXPECT_EQ(shown_problems(entry.path()), expected) << entry.path();
    }
    EXPECT_GE(count, 60);
}

TEST(Loader, FindsADateByItsFigure)
{
    const auto release = loaded(load_files(good()));
    ASSERT_TRUE(release);
    EXPECT_EQ(release->figure("keep_years", base::Date::of(2024, 12, 31))->value, "3");
    EXPECT_EQ(release->figure("keep_years", base::Date::of(2025, 1, 1))->value, "5");
    EXPECT_EQ(release->figure("keep_years", base::Date::of(2019, 12, 31)), nullptr);
}

TEST(Loader, KnowsOnWhichDayACodeIsValid)
{
    const auto release = loaded(load_files(good()));
    ASSERT_TRUE(release);
    const auto& colour = release->dictionaries.at("colour");
    EXPECT_TRUE(colour.valid_on("DARK_RED", base::Date::of(2030, 12, 31)));
    EXPECT_FALSE(colour.valid_on("DARK_RED", base::Date::of(2031, 1, 1)));
    EXPECT_FALSE(colour.valid_on("GREEN", base::Date::of(2026, 1, 1)));
}

TEST(Loader, WantsEnglishOnlyOfARelease)
{
    const std::string text = "# One role.\nroles:\n  keeper: {title: {zh: 保管员}}\n  reader: {title: {zh: 读者, en: Reader}}\n";
    EXPECT_EQ(problem_with("systems/sample/roles.yaml", text), "");
    EXPECT_EQ(problem_with("systems/sample/roles.yaml", text, true),
              "systems/sample/roles.yaml:3:19: `title` has no English text, which a release needs (add en: …)\n");
    EXPECT_EQ(problem_with("systems/sample/dictionaries/size.csv", "code,zh,en\nBIG,大,\n", true),
              "systems/sample/dictionaries/size.csv:2:1: the code `BIG` has no English text, which a release needs\n");
}

TEST(Loader, EveryFileSaysWhatItIsFor)
{
    EXPECT_EQ(problem_with("systems/sample/records/plain.yaml", "record: plain\ntitle: {zh: 无}\nlabel: name\nfields:\n"
                                                                "  name: {title: {zh: 名}, type: text}\n"),
              "systems/sample/records/plain.yaml:1:1: the file does not say what it is for "
              "(begin with one sentence:  # What this is, and why it is kept.)\n");
}

TEST(Loader, NamesFilesAndFoldersItDoesNotKnow)
{
    EXPECT_EQ(problem_with("systems/sample/record/plain.yaml", "# A.\n"),
              "systems/sample/record/plain.yaml:1:1: there is no folder `record` in a system (did you mean `records`?)\n");
    EXPECT_EQ(problem_with("systems/sample/role.yaml", "# A.\n"),
              "systems/sample/role.yaml:1:1: a file `role.yaml` is not known here (known: system.yaml, roles.yaml, README.md)\n");
    EXPECT_EQ(problem_with("systems/sample/records/plain.yml", "# A.\n"),
              "systems/sample/records/plain.yml:1:1: files of `records` end in .yaml\n");
    EXPECT_EQ(problem_with("elsewhere/plain.yaml", "# A.\n"),
              "elsewhere/plain.yaml:1:1: the file lies outside a system (systems/<name>/… or overrides/<name>/…)\n");
    EXPECT_EQ(problem_with("systems/sample/documents/notice.html", "<p></p>"), "");
    EXPECT_EQ(problem_with("systems/sample/stories/a.story", "nonsense"), "");
}

TEST(Loader, RefusesTextThatIsNoUtf8AndFilesWithoutEnd)
{
    EXPECT_EQ(problem_with("systems/sample/roles.yaml", "# \xff\n"),
              "systems/sample/roles.yaml:1:1: the file is not UTF-8 (save it as UTF-8)\n");
    EXPECT_NE(problem_with("systems/sample/roles.yaml", "# A.\n" + std::string(2'000'000, ' ')).find("larger than 1 MiB"),
              std::string::npos);
    EXPECT_NE(problem_with("systems/sample/roles.yaml", std::string("# A.\nroles: \0\n", 15)).find("NUL"), std::string::npos);
}

TEST(Loader, TellsAllProblemsOfAllFilesAtOnce)
{
    auto files = good();
    files["systems/sample/roles.yaml"] += "  third: {}\n";
    files["systems/sample/records/other.yaml"] += "scpoe: own\nlabel: nothing\n";
    EXPECT_EQ(problems_of(files).size(), 3U);
}

TEST(Loader, ChecksDictionariesLineByLine)
{
    const std::string file = "systems/sample/dictionaries/size.csv";
    const auto problem = [&](const std::string& text) { return problem_with(file, text); };
    EXPECT_EQ(problem("code,zh\nBIG,\"大, 很大\"\n\nSMALL,小\r\n"), "");
    EXPECT_EQ(problem("code,zh\nBIG,大\nBIG,大\n"), file + ":3:1: the code `BIG` stands twice\n");
    EXPECT_EQ(problem("code,zh\nBIG\n"), file + ":2:1: the line has 1 cells, the heading 2 (put text with commas in double quotes)\n");
    EXPECT_EQ(problem("code,name\nBIG,大\n").substr(0, file.size() + 33), file + ":1:1: the heading `zh` is missing");
    EXPECT_EQ(problem("code,zh\nB G,大\n"), file + ":2:1: `B G` is not a code: 1 to 40 letters, digits, _ - .\n");
    EXPECT_EQ(problem("code,zh\nBIG,\n"), file + ":2:1: the code `BIG` has no Chinese text\n");
    EXPECT_EQ(problem("code,zh,valid_to\nBIG,大,2026-02-30\n"), file + ":2:3: `2026-02-30` is not an existing day such as 2026-01-31\n");
    EXPECT_EQ(problem("code,zh,parent\nBIG,大,HUGE\n"), file + ":2:1: the parent `HUGE` of `BIG` is no other code of this dictionary\n");
    EXPECT_EQ(problem("code,zh,parent\nA,甲,B\nB,乙,A\n"), file + ":2:1: the parents of the dictionary form a circle\n");
    EXPECT_EQ(problem("code,zh,colour\nBIG,大,RED GREEN\n"), file + ":2:1: `GREEN` of `BIG` is no code of colour\n");
    EXPECT_EQ(problem("code,zh\nBIG,\"大\n"), file + ":2:1: a quote is opened here and never closed\n");
    EXPECT_EQ(problem("code,zh\n"), file + ":1:1: the dictionary has no entry\n");
}

TEST(Loader, RefusesACodeInARuleThatTheDictionaryDoesNotHave)
{
    const std::string file = "systems/sample/records/other.yaml";
    const auto problem = [&](const std::string& rule) {
        return problem_with(file, good().at(file) + "  tint: {title: {zh: 色}, type: code, dictionary: colour}\n"
                                                    "checks:\n  - {rule: '" + rule + "', message: {zh: 错}}\n");
    };
    EXPECT_EQ(problem("tint == \"RED\" || tint in [\"BLUE\"]"), "");
    EXPECT_EQ(problem("tint != \"REDD\""), file + ":10:21: `REDD` is no code of colour (did you mean `RED`?)\n");
    EXPECT_EQ(problem("\"PINK\" == tint").substr(0, file.size() + 23), file + ":10:13: `PINK` is no co");
    EXPECT_EQ(problem("tint in [\"BLUE\", \"PINK\"]"), file + ":10:30: `PINK` is no code of colour (known: RED, DARK_RED, BLUE)\n");
}

TEST(Loader, AnAuthorityAddsFieldsCodesAndChecks)
{
    auto files = good();
    files["overrides/sample/records/sample.yaml"] = R"(# What this authority keeps beside the shipped record.
record: sample
fields:
  local_no: {title: {zh: 本地编号}, type: text}
rows:
  parts: {fields: {local_share: {title: {zh: 本地份额}, type: integer}}}
  visits: {title: {zh: 走访}, fields: {visited_on: {title: {zh: 日期}, type: date}}}
checks:
  - {rule: local_no == null || size(local_no) == 4, message: {zh: 四位}}
list: {columns: [local_no]}
access: {visitor: read}
)";
    files["overrides/sample/dictionaries/colour.csv"] = "code,zh\nGREEN,绿\nRED,大红\n";
    files["overrides/sample/roles.yaml"] = "# A role of this authority alone.\nroles:\n  visitor: {title: {zh: 访客}}\n";
    const auto base = loaded(load_files(good()));
    const auto release = loaded(load_files(files));
    ASSERT_TRUE(release && base);
    const auto& record = *release->record("sample");
    EXPECT_TRUE(record.field("local_no"));
    EXPECT_TRUE(record.child("parts")->field("local_share"));
    EXPECT_TRUE(record.child("visits"));
    EXPECT_EQ(record.checks.size(), base->record("sample")->checks.size() + 1);
    EXPECT_EQ(record.form.back().lines, (std::vector<std::vector<std::string>>{{"local_no"}, {"visits"}}));
    EXPECT_EQ(record.list.columns.back(), "local_no");
    EXPECT_EQ(record.access.at("visitor"), std::vector<std::string>{"read"});
    EXPECT_EQ(release->dictionaries.at("colour").find("RED")->title.zh, "大红");
    EXPECT_TRUE(release->dictionaries.at("colour").find("GREEN"));
    EXPECT_NE(release->hash, base->hash);
}

TEST(Loader, TheHashFollowsTheDefinitionsAndNotTheStories)
{
    auto files = good();
    const auto hash = loaded(load_files(files))->hash;
    files["systems/sample/stories/a.story"] = "# A story.\n";
    EXPECT_EQ(loaded(load_files(files))->hash, hash);
    files["systems/sample/roles.yaml"] += "\n";
    EXPECT_NE(loaded(load_files(files))->hash, hash);
}

TEST(Loader, AStoredReleaseLoadsToTheSameHash)
{
    const auto release = loaded(load_files(good()));
    ASSERT_TRUE(release);
    EXPECT_EQ(loaded(load_files(release->files))->hash, release->hash);
}

TEST(Loader, ReadsFoldersAndShowsTheirRealPaths)
{
    LoadOptions options;
    options.folders = {(testdata / "good/systems").string()};
    const auto release = loaded(load(options));
    ASSERT_TRUE(release);
    EXPECT_EQ(release->hash, loaded(load_files(good()))->hash);

    options.folders = {(testdata / "nowhere").string()};
    const auto result = load(options);
    ASSERT_TRUE(std::holds_alternative<std::vector<base::Problem>>(result));
    EXPECT_EQ(std::get<1>(result).front().message, "there is no such folder of definitions");
}

TEST(Describe, GivesTheBrowserWhatItDraws)
{
    const auto release = loaded(load_files(good()));
    ASSERT_TRUE(release);
    const auto all = describe(*release);
    EXPECT_EQ(all.at("release").as_string(), release->hash);
    const auto& record = all.at("records").at("sample").as_object();
    EXPECT_EQ(record.at("label").as_string(), "name");
    const auto& name = record.at("fields").at(0).as_object();
    EXPECT_EQ(json::serialize(name), R"({"name":"name","title":{"zh":"名称","en":"Name"},"help":{"zh":"全称","en":"In full"},)"
                                     R"("type":"text","max":50,"pattern":"[\\p{Han}]+","required":true})");
    EXPECT_EQ(record.at("form").at(0).at("lines").at(2).as_array().size(), 3U);
    EXPECT_EQ(record.at("list").at("order").as_string(), "-made_on");
}

}  // namespace
}  // namespace definitions
