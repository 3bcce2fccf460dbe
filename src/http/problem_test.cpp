#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "http/testing.h"

namespace http {
namespace {

class MessagesTest : public ::testing::Test {
protected:
    std::string folder = ::testing::TempDir() + "weijian_messages_" + std::to_string(getpid());

    void SetUp() override { std::filesystem::create_directories(folder); }
    void TearDown() override { std::filesystem::remove_all(folder); }

    Result<Messages> load(const std::string& zh, const std::string& en)
    {
        std::ofstream(folder + "/zh.yaml") << zh;
        std::ofstream(folder + "/en.yaml") << en;
        return Messages::load(folder);
    }
};

TEST_F(MessagesTest, FillsInTheParameters)
{
    const auto messages =
        load("# comment\n\nB: 还差 {n} 个{n}。\nA: \"他说 \\\"好\\\"\"\r\n", "B: {n} more: {m}\n");
    ASSERT_TRUE(messages);
    EXPECT_EQ(messages->sentence("zh", "B", {{"n", "3"}}), "还差 3 个3。");
    EXPECT_EQ(messages->sentence("en", "B", {{"n", "3"}}), "3 more: …");
    EXPECT_EQ(messages->sentence("zh", "A", {}), "他说 \"好\"");
    EXPECT_EQ(messages->sentence("en", "A", {}), "他说 \"好\"");
    EXPECT_EQ(messages->sentence("zh", "NOT_THERE", {}), "NOT_THERE");
    EXPECT_TRUE(messages->knows("zh", "A"));
    EXPECT_FALSE(messages->knows("en", "A"));
}

TEST_F(MessagesTest, RefusesBrokenFilesWithTheLine)
{
    const auto broken = load("A: x\nb: y\n", "");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, "MESSAGES_FILE");
    EXPECT_EQ(broken.error().parameters[1].second, "2");
    EXPECT_FALSE(load("A: x\nA: y\n", ""));
    EXPECT_FALSE(load("A x\n", ""));
    EXPECT_FALSE(Messages::load(folder + "/missing"));
}

std::set<std::string> placeholders(const std::string& sentence)
{
    std::set<std::string> names;
    for (auto open = sentence.find('{'); open != std::string::npos; open = sentence.find('{', open + 1))
        names.insert(sentence.substr(open, sentence.find('}', open) - open + 1));
    return names;
}

std::map<std::string, std::set<std::string>> placeholders_by_code(const std::string& file)
{
    const std::string content = base::files::read(file).value_or("");
    std::map<std::string, std::set<std::string>> codes;
    for (const auto line : base::text::split(content, '\n'))
        if (const auto colon = line.find(": "); colon != std::string_view::npos && !line.starts_with('#'))
            codes[std::string(line.substr(0, colon))] = placeholders(std::string(line.substr(colon)));
    return codes;
}

// The shipped files: each code has its sentence in both languages, with the same parameters.
TEST(ShippedMessages, AreThereInBothLanguages)
{
    const std::string folder = WEIJIAN_SOURCE_DIR "/messages";
    const auto messages = Messages::load(folder);
    ASSERT_TRUE(messages) << messages.error().detail << " " << messages.error().parameters[0].second;
    const auto chinese = placeholders_by_code(folder + "/zh.yaml");
    const auto english = placeholders_by_code(folder + "/en.yaml");
    ASSERT_GT(chinese.size(), 40u);
    for (const auto& [code, names] : chinese) {
        ASSERT_TRUE(english.contains(code)) << code << " has no English sentence";
        EXPECT_EQ(english.at(code), names) << code;
    }
    for (const auto& [code, names] : english)
        EXPECT_TRUE(chinese.contains(code)) << code << " has no Chinese sentence";
}

TEST(Problem, CarriesEveryFault)
{
    const auto messages = testing::messages();
    Request request;
    request.id = "r-1";
    request.language = "en";
    const Error error{.kind = Kind::Invalid,
        .code = "BODY_TOO_LARGE",
        .fields = {"a"},
        .parameters = {{"max", "7"}},
        .faults = {{"contacts[2].phone", "PHONE_FORMAT", {{"x", "y"}}}, {"", "NO_SUCH_CODE"}}};
    const auto response = problem(error, request, messages);
    EXPECT_EQ(response.status, 422);
    const auto body = json::parse(std::get<std::string>(response.body)).as_object();
    EXPECT_EQ(body.at("title"),
        "The request is larger than 7 bytes. Make it smaller; send files in pieces through an upload.");
    EXPECT_EQ(body.at("status"), 422);
    EXPECT_EQ(body.at("request_id"), "r-1");
    EXPECT_EQ(body.at("fields"), json::array({"a"}));
    EXPECT_EQ(body.at("parameters"), json::object({{"max", "7"}}));
    const auto& faults = body.at("faults").as_array();
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_EQ(faults[0].at("field"), "contacts[2].phone");
    EXPECT_EQ(faults[0].at("parameters"), json::object({{"x", "y"}}));
    EXPECT_NE(faults[0].at("message"), "PHONE_FORMAT");
    EXPECT_EQ(faults[1].at("message"), "NO_SUCH_CODE");
}

TEST(Problem, HidesWhatWentWrongInside)
{
    const auto messages = testing::messages();
    const auto response =
        problem({.kind = Kind::Internal, .code = "INTERNAL", .detail = "table person"}, {}, messages);
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(std::get<std::string>(response.body).find("table person"), std::string::npos);
}

TEST(Problem, GivesEachKindItsStatus)
{
    const std::vector<std::pair<Kind, int>> table = {{Kind::Malformed, 400}, {Kind::Invalid, 422},
        {Kind::Unauthenticated, 401}, {Kind::Forbidden, 403}, {Kind::NotFound, 404}, {Kind::Conflict, 409},
        {Kind::Precondition, 412}, {Kind::TooLarge, 413}, {Kind::Locked, 423}, {Kind::TooMany, 429},
        {Kind::Unavailable, 503}, {Kind::Internal, 500}};
    for (const auto& [kind, status] : table)
        EXPECT_EQ(status_of(kind), status);
}

TEST(Request, ReadsItsParts)
{
    Request request;
    request.headers = {
        {"cookie", "a=1; b=2"}, {"content-type", "application/merge-patch+json; charset=utf-8"}};
    request.query = {{"q", "1"}, {"q", "2"}};
    request.body = "{\"a\":1}";
    EXPECT_EQ(request.cookie("b"), "2");
    EXPECT_EQ(request.query_value("q"), "1");
    EXPECT_EQ(request.query_value("x"), std::nullopt);
    EXPECT_EQ(request.header("missing"), "");
    EXPECT_TRUE(request.json_object());
    request.headers[1].second = "text/json-no";
    EXPECT_EQ(request.json().error().code, "CONTENT_TYPE");
}

TEST(Response, NamesADownloadForOldAndNewPrograms)
{
    const auto response = Response::file({"/tmp/x"}, "text/csv", "单位\"1\".csv");
    EXPECT_EQ(response.headers[1].second,
        "attachment; filename=\"_______1_.csv\"; filename*=UTF-8''%E5%8D%95%E4%BD%8D%221%22.csv");
}

} // namespace
} // namespace http
