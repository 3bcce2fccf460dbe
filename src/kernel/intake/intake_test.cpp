// What the public sends, on every database and through the routes.

#include <set>

#include "base/text.h"
#include "kernel/intake/desk.h"
#include "kernel/records/testing/fixture.h"

namespace intake {
namespace {

using http::Method;

constexpr const char* key = "0123456789abcdef0123456789abcdef";
constexpr const char* body = R"({"kind": "A", "region_code": "110105", "content": "后厨有老鼠", "sender": "张三"})";

class Intake : public records::testing::StoreTest {
protected:
    void SetUp() override
    {
        open(WEIJIAN_SOURCE_DIR "/src/kernel/intake/testdata/systems");
        blobs_ = *storage::Blobs::open(folder_.path() / "blobs");
        messages_ = *http::Messages::load(WEIJIAN_SOURCE_DIR "/messages");
        events_ = std::make_unique<records::Events>(database(), *store_);
        service_.reset(new records::Service{*store_, *blobs_, messages_, *events_, folder_.path().string()});
        auto desk = Desk::open(*service_);
        ASSERT_TRUE(desk.ok()) << desk.error().code << desk.error().detail;
        desk_ = *std::move(desk);
        add_routes(router_, *desk_);
    }

    struct Answer {
        int status = 0;
        std::string code;   // of the refusal
        json::object body;
        std::vector<base::Fault> faults;
    };
    Answer call(Method method, const std::string& path, const std::string& text, const std::string& secret = key,
        const std::string& query = {}, const std::string& remote = "203.0.113.7")
    {
        http::Request request;
        request.method = method;
        request.path = path;
        request.body = text;
        request.remote = remote;
        request.at = clock_.now();
        request.headers = {{"content-type", "application/json"}, {"idempotency-key", secret}};
        if (!query.empty())
            request.query = {{"offset", query}};
        const auto route = router_.match(method, path, request.parameters);
        EXPECT_TRUE(route.ok()) << path;
        EXPECT_EQ((*route)->access.level, http::Access::Level::Public);
        const auto response = (*route)->handler(request);
        if (!response.ok())
            return {http::status_of(response.error().kind), response.error().code, {}, response.error().faults};
        return {response->status, {}, object(std::get<std::string>(response->body)), {}};
    }
    Answer send(const std::string& text = body, const std::string& secret = key) { return call(Method::Post, "/api/intake/tell", text, secret); }
    Answer progress(const Answer& sent, const std::string& code)
    {
        return call(Method::Post, "/api/intake-progress",
            json::serialize(json::object{{"number", sent.body.at("number")}, {"code", code}}));
    }
    static std::string text_of(const Answer& answer, const char* name) { return std::string(answer.body.at(name).as_string()); }

    std::unique_ptr<storage::Blobs> blobs_;
    http::Messages messages_;
    std::unique_ptr<records::Events> events_;
    std::unique_ptr<records::Service> service_;
    std::unique_ptr<Desk> desk_;
    http::Router router_;
};

TEST_P(Intake, MakesARecordOfTheAgencyInCharge)
{
    const auto sent = send();
    ASSERT_EQ(sent.status, 201) << sent.code;
    EXPECT_EQ(text_of(sent, "number"), "FY2026092800001");
    EXPECT_EQ(text_of(sent, "code").size(), 8u);
    EXPECT_EQ(text_of(sent, "done"), "已收到");
    EXPECT_FALSE(sent.body.contains("id"));
    EXPECT_EQ(text("SELECT organisation FROM record_report"), "2");
    EXPECT_EQ(text("SELECT channel FROM record_report"), "WEB");
    EXPECT_EQ(text("SELECT source FROM record_report"), "PUBLIC");
    EXPECT_EQ(text("SELECT count(*) FROM change_log WHERE record = 'report' AND actor = 0"), "1");
}

TEST_P(Intake, GoesToTheHighestAgencyWhenNobodyLooksAfterTheDivision)
{
    ASSERT_EQ(send(R"({"kind": "A", "region_code": "110109", "content": "无人管辖"})").status, 201);
    EXPECT_EQ(text("SELECT organisation FROM record_report"), "1");
}

TEST_P(Intake, TakesNothingButTheFieldsItAsksFor)
{
    const auto sent = send(R"({"kind": "A", "region_code": "110105", "content": "x", "channel": "H12345", "organisation": "3", "reply": "已处理"})");
    EXPECT_EQ(sent.status, 422);
    std::set<std::string> fields;
    for (const auto& fault : sent.faults)
        fields.insert(fault.field);
    EXPECT_EQ(fields, (std::set<std::string>{"channel", "organisation", "reply"}));
    EXPECT_EQ(text("SELECT count(*) FROM record_report"), "0");
}

TEST_P(Intake, TellsAllFaultsOfAFormAndKeepsNothing)
{
    const auto sent = send(R"({"kind": "Z", "region_code": "999999"})");
    EXPECT_EQ(sent.code, "VALIDATION");
    EXPECT_EQ(sent.faults.size(), 3u);
    EXPECT_EQ(text("SELECT count(*) FROM record_report"), "0");
    EXPECT_EQ(text("SELECT count(*) FROM intake_receipt"), "0");
}

TEST_P(Intake, AnswersARetryTheSameAndDoublesNothing)
{
    const auto first = send(), second = send();
    EXPECT_EQ(second.status, 201) << second.code;
    EXPECT_EQ(first.body, second.body);
    EXPECT_EQ(text("SELECT count(*) FROM record_report"), "1");
    EXPECT_EQ(send(R"({"kind": "A", "region_code": "110105", "content": "另一件"})").code, "IDEMPOTENCY_MISMATCH");
}

TEST_P(Intake, NeedsAKeyThatCannotBeGuessed)
{
    EXPECT_EQ(send(body, "").code, "INTAKE_KEY");
    EXPECT_EQ(send(body, "short").code, "INTAKE_KEY");
}

TEST_P(Intake, DoesNotTellWhatIsThereAlready)
{
    ASSERT_EQ(send().status, 201);
    const auto again = send(body, "another-key-of-another-person");
    EXPECT_EQ(again.code, "INTAKE_KNOWN");
    EXPECT_TRUE(again.faults.empty());
}

TEST_P(Intake, ShowsProgressToWhoHasNumberAndCode)
{
    const auto sent = send();
    const std::string number = text_of(sent, "number"), code = text_of(sent, "code");
    const auto found = service_->store.list("report", {}, {.subject = nullptr, .at = clock_.now()});
    ASSERT_TRUE(found.ok());
    const auto id = *base::parse_id(found->at("items").as_array().at(0).as_object().at("id").as_string());
    ASSERT_TRUE(store_->update("report", id, object(R"({"reply": "已责令改正"})"), 1, {.subject = nullptr, .at = clock_.now()}).ok());

    const auto shown = progress(sent, code.substr(0, 4) + " " + base::text::lower(code.substr(4)));
    ASSERT_EQ(shown.status, 200) << shown.code;
    EXPECT_EQ(text_of(shown, "number"), number);
    const auto& fields = shown.body.at("fields").as_array();
    ASSERT_EQ(fields.size(), 1u);
    EXPECT_EQ(fields[0].as_object().at("value"), "已责令改正");
    const std::string all = json::serialize(shown.body);
    EXPECT_EQ(all.find("张三"), std::string::npos);
    EXPECT_EQ(all.find("老鼠"), std::string::npos);
}

TEST_P(Intake, ClosesANumberAfterFiveWrongCodesForAnHour)
{
    const auto sent = send();
    const std::string code = text_of(sent, "code");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(progress(sent, "AAAAAAA" + std::to_string(i)).code, "INTAKE_UNKNOWN");
    EXPECT_EQ(progress(sent, code).code, "INTAKE_THROTTLED");
    clock_.advance(std::chrono::minutes(61));
    EXPECT_EQ(progress(sent, code).status, 200);
}

TEST_P(Intake, CountsSubmissionsOfANetwork)
{
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(send(R"({"kind": "A", "region_code": "110105", "content": "第)" + std::to_string(i) + "件\"}",
                      "0123456789abcdef" + std::to_string(i)).status, 201);
    EXPECT_EQ(send().code, "INTAKE_THROTTLED");
    EXPECT_EQ(call(Method::Post, "/api/intake/tell", body, key, {}, "198.51.100.4").status, 201);
}

TEST_P(Intake, KeepsFilesUnderTheSendersOwnKey)
{
    const std::string photo = "\x89PNG\r\n\x1A\n" + std::string(40, 'x');
    const std::string wanted = json::serialize(json::object{{"name", "现场.png"}, {"media_type", "image/png"}, {"size", photo.size()}});
    const auto begun = call(Method::Post, "/api/intake/tell/uploads", wanted);
    ASSERT_EQ(begun.status, 201) << begun.code;
    const std::string place = "/api/intake/tell/uploads/" + text_of(begun, "upload");
    EXPECT_EQ(call(Method::Patch, place, photo, "somebody-elses-secret-key", "0").code, "UPLOAD_UNKNOWN");
    const auto kept = call(Method::Patch, place, photo, key, "0");
    ASSERT_EQ(kept.status, 200) << kept.code;
    json::object report = object(body);
    report["photos"] = json::array{json::object{{"hash", kept.body.at("hash")}, {"name", "现场.png"}, {"size", kept.body.at("size")}, {"media_type", "image/png"}}};
    const auto stolen = send(json::serialize(report), "somebody-elses-secret-key");
    EXPECT_EQ(stolen.code, "VALIDATION");
    const auto sent = send(json::serialize(report));
    EXPECT_EQ(sent.status, 201) << sent.code;
    EXPECT_EQ(call(Method::Post, "/api/intake/tell/uploads", wanted).status, 201);
    EXPECT_EQ(call(Method::Post, "/api/intake/tell/uploads", wanted).code, "INTAKE_THROTTLED");
}

TEST_P(Intake, DescribesTheFormWithItsCodes)
{
    const auto all = call(Method::Get, "/api/intake", "");
    EXPECT_EQ(all.body.at("items").as_array().size(), 1u);
    const auto form = call(Method::Get, "/api/intake/tell", "");
    const auto& fields = form.body.at("fields").as_array();
    ASSERT_EQ(fields.size(), 5u);
    EXPECT_EQ(fields[0].as_object().at("codes").as_array().size(), 2u);
    EXPECT_EQ(fields[1].as_object().at("codes").as_array().size(), 3u);  // the divisions of the agencies
    EXPECT_FALSE(fields[3].as_object().contains("protect"));
    EXPECT_EQ(call(Method::Get, "/api/intake/none", "").code, "INTAKE_FORM_UNKNOWN");
}

FOR_EACH_DATABASE(Intake);

TEST(IntakeLimits, ForgetAfterAnHourAndStayBounded)
{
    Limits limits;
    base::ManualClock clock{*base::Timestamp::parse("2026-09-28T09:00:00+08:00")};
    EXPECT_TRUE(limits.count("a", 1, clock.now()).ok());
    const auto refused = limits.count("a", 1, clock.now());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().parameters.at(0).second, "60");
    clock.advance(std::chrono::minutes(60));
    EXPECT_TRUE(limits.count("a", 1, clock.now()).ok());
}

}  // namespace
}  // namespace intake
