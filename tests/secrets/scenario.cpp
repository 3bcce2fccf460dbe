#include "scenario.h"

#include <thread>

#include "base/crypto.h"
#include "demo/made_up.h"
#include "kernel/identity/totp.h"

namespace secrets {

using namespace std::chrono_literals;

namespace {

const std::string files_address = "/api/records/hidden_file";
const std::string password_of_demo = support::MadeRegion::password;

std::string text(const json::object& object, const char* name) { return std::string{object.at(name).as_string()}; }

}  // namespace

std::string Scenario::remember(const std::string& kind, std::string value)
{
    secrets_.push_back({kind, value});
    return value;
}

std::string Scenario::id_card(const std::string& kind)
{
    const auto birth = base::Date::of(static_cast<int>(random_.between(1950, 2005)), static_cast<int>(random_.between(1, 12)), 9);
    return remember(kind, demo::id_card(random_, birth, random_.chance(0.5)));
}

std::string Scenario::phone(const std::string& kind) { return remember(kind, demo::mobile_phone(random_)); }

std::string Scenario::words(const std::string& kind)
{
    return remember(kind, "既往史" + std::to_string(random_.between(100'000, 999'999)) + "密记" + std::to_string(random_.below(1'000'000'000)));
}

std::string Scenario::password(const std::string& kind) { return remember(kind, "Kx7#" + std::to_string(random_.next()) + "qZ"); }

// A new person's file. The subject is not protected and is the control of the search.
json::object Scenario::file()
{
    const std::string subject = "公开标题" + std::to_string(++made_) + "-" + std::to_string(random_.below(1'000'000'000));
    control_.push_back({"subject", subject});
    json::array relatives;
    for (int i = 0; i < 2; ++i)
        relatives.push_back(json::object{{"relative_name", "亲属"}, {"relative_phone", phone("phone in a row")},
            {"relative_id_card", id_card("card in a row")}});
    return {{"subject", subject}, {"id_card", id_card("card")}, {"phone", phone("phone")}, {"remark", words("remark")},
        {"relatives", std::move(relatives)}};
}

Scenario::Answer Scenario::ask(http::Client& client, http::Method method, const std::string& target, std::string body, http::Pairs headers)
{
    auto answer = client.send(method, target, std::move(body), std::move(headers));
    EXPECT_TRUE(answer.ok()) << target;
    return answer.ok() ? *std::move(answer) : Answer{};
}

Scenario::Answer Scenario::send(http::Client& client, http::Method method, const std::string& target, const json::object& body,
    int expected, http::Pairs headers)
{
    headers.emplace_back("content-type", "application/json");
    Answer answer = ask(client, method, target, json::serialize(body), std::move(headers));
    EXPECT_EQ(answer.status, expected) << target << " " << answer.body.substr(0, 600);
    return answer;
}

http::Client Scenario::as(const std::string& login_name)
{
    auto client = server_.client();
    EXPECT_TRUE(support::sign_in(client, login_name, password_of_demo).ok()) << login_name;
    return client;
}

void Scenario::keep_files()
{
    auto clerk = as("clerk.chaoyang");
    for (int i = 0; i < 130; ++i) {
        const json::object body = file();
        const http::Pairs key{{"idempotency-key", "file-" + std::to_string(i)}};
        const Answer first = send(clerk, http::Method::Post, files_address, body, 201, key);
        if (first.status != 201)
            return;
        const json::object made = first.json()->as_object();
        files_.push_back(text(made, "id"));
        const std::string target = files_address + "/" + files_.back();
        if (i % 10 == 0)
            send(clerk, http::Method::Post, files_address, body, 201, key);
        if (i % 4 == 0)
            send(clerk, http::Method::Patch, target, {{"phone", phone("changed phone")}, {"remark", words("changed remark")}}, 200, {{"if-match", "\"1\""}});
        if (i % 20 == 0) {
            const std::string card = text(body, "id_card");
            shown_ += ask(clerk, http::Method::Get, target).body + ask(clerk, http::Method::Get, target + "/history").body;
            shown_ += ask(clerk, http::Method::Get, files_address + "?id_card=eq." + card).body;
            const Answer clear = send(clerk, http::Method::Post, target + "/unmask", {{"field", "id_card"}, {"reason", "核对身份"}}, 200);
            EXPECT_EQ(clear.json()->at("value").as_string(), card);
            send(clerk, http::Method::Post, files_address + "/check", body, 200);
            send(clerk, http::Method::Post, files_address, body, 409);  // the card is taken
            send(clerk, http::Method::Delete, target, {{"reason", "重复登记"}}, 200, {{"if-match", i % 4 == 0 ? "\"2\"" : "\"1\""}});
        }
    }
    shown_ += ask(clerk, http::Method::Get, files_address + "?limit=500").body;
}

void Scenario::send_wrong_ones()
{
    auto clerk = as("clerk.chaoyang");
    for (int i = 0; i < 10; ++i) {
        json::object body = file();
        control_.pop_back();  // never stored
        body["phone"] = text(body, "phone") + "12";
        send(clerk, http::Method::Post, files_address, body, 422);
        body["unknown"] = id_card("card in an unknown member");
        send(clerk, http::Method::Post, files_address, body, 422);
        ask(clerk, http::Method::Post, files_address, R"({"id_card": ")" + id_card("card in broken JSON"), {{"content-type", "application/json"}});
        ask(clerk, http::Method::Post, files_address, id_card("card in another type"), {{"content-type", "text/plain"}});
        for (const char* address : {"/", "?id_card=like.", "?phone=gt.", "?rule=id_card%20==%20", "?q=", "?nothing=eq.", "/1/history?after="})
            ask(clerk, http::Method::Get, files_address + address + id_card("card in an address"));
        send(clerk, http::Method::Put, "/api/views/hidden_file/own",
            {{"title", "我的"}, {"query", "id_card=eq." + id_card("card in a saved view")}, {"columns", json::array{}}}, 422);
    }
}

void Scenario::save_drafts()
{
    auto clerk = as("clerk.chaoyang");
    for (const std::string& key : {std::string{"new"}, files_.at(1), files_.at(2)})
        for (int i = 0; i < 3; ++i) {
            const json::object body = file();
            control_.pop_back();  // drafts are sealed whole
            send(clerk, http::Method::Put, "/api/drafts/hidden_file/" + key, {{"values", body}}, 200);
        }
    ask(clerk, http::Method::Get, "/api/drafts");
}

std::string Scenario::registry(int good, int faulty)
{
    std::string content = "标题,身份证号,电话,备注\n";
    for (int i = 0; i < good + faulty; ++i) {
        const std::string subject = "导入标题" + std::to_string(++made_);
        std::string card = id_card("imported card"), number = phone("imported phone");
        if (i >= good) {  // one digit is missing: this is what stands in the file, so this must be found nowhere
            card = remember("faulty card", card.substr(0, 17));
            number = remember("faulty phone", number + "9");
        }
        content += subject + "," + card + "," + number + "," + words("imported remark") + "\n";
    }
    return content;
}

std::string Scenario::upload(http::Client& client, const std::string& content)
{
    const Answer begun = send(client, http::Method::Post, "/api/uploads",
        {{"size", content.size()}, {"name", "registry.csv"}, {"media_type", "text/csv"}}, 201);
    const std::string target = "/api/uploads/" + text(begun.json()->as_object(), "upload");
    const std::size_t half = content.size() / 2;
    ask(client, http::Method::Patch, target + "?offset=0", content.substr(0, half), {{"content-type", "application/octet-stream"}});
    const Answer done = ask(client, http::Method::Patch, target + "?offset=" + std::to_string(half), content.substr(half),
        {{"content-type", "application/octet-stream"}});
    EXPECT_TRUE(done.status == 200) << done.body;
    return text(done.json()->as_object(), "hash");
}

std::string Scenario::wait_for_import(http::Client& client, const std::string& id, const std::string& state)
{
    std::string seen;
    for (int look = 0; look < 1500; ++look) {
        const Answer answer = ask(client, http::Method::Get, "/api/imports/" + id);
        seen = text(answer.json()->as_object(), "state");
        if (seen == state || seen == "failed") {
            EXPECT_EQ(seen, state) << answer.body.substr(0, 600);
            return answer.body;
        }
        std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "the import stays " << seen;
    return {};
}

void Scenario::import_files()
{
    auto clerk = as("clerk.chaoyang");
    const std::string hash = upload(clerk, registry(20, 10));
    const Answer made = send(clerk, http::Method::Post, "/api/imports",
        {{"record", "hidden_file"}, {"hash", hash}, {"name", "registry.csv"}, {"mode", "good_rows"}}, 201);
    const std::string id = text(made.json()->as_object(), "id"), target = "/api/imports/" + id;
    const std::string mapping = wait_for_import(clerk, id, "mapping");
    send(clerk, http::Method::Put, target + "/mapping", {{"mapping", base::parse_json(mapping)->at("mapping")}}, 200);
    wait_for_import(clerk, id, "checked");
    send(clerk, http::Method::Post, target + "/actions/run", {}, 200);
    const std::string done = wait_for_import(clerk, id, "done");
    EXPECT_EQ(base::parse_json(done)->at("created").to_number<int>(), 20) << done.substr(0, 2000);
    EXPECT_EQ(base::parse_json(done)->at("rejected").to_number<int>(), 10);
    for (const char* format : {"csv", "xlsx"})
        EXPECT_EQ(ask(clerk, http::Method::Get, target + "/rejects?format=" + format).status, 200);
    // One that is left before it was run.
    send(clerk, http::Method::Post, "/api/imports",
        {{"record", "hidden_file"}, {"hash", upload(clerk, registry(5, 0))}, {"name", "left.csv"}, {"mode", "good_rows"}}, 201);
    upload(clerk, registry(5, 0));  // and one that was only uploaded
}

void Scenario::export_files()
{
    auto clerk = as("clerk.chaoyang");
    for (const char* format : {"csv", "xlsx"}) {
        const Answer answer = ask(clerk, http::Method::Get, files_address + "/export?format=" + format);
        EXPECT_TRUE(answer.status == 200);
        shown_ += answer.body;
    }
}

void Scenario::keep_sessions_of(const http::ClientResponse& answer, const std::string& kind)
{
    for (const auto& [name, value] : answer.headers)
        if (name == "set-cookie") {
            const std::size_t equals = value.find('=') + 1;
            if (const std::string token = value.substr(equals, value.find(';') - equals); token.size() > 20)
                remember(kind, token);
        }
}

void Scenario::keep_accounts()
{
    auto administrator = as("system.admin");
    const Answer list = ask(administrator, http::Method::Get, "/api/organisations?q=110105");
    const std::string place = text(list.json()->at("items").at(0).as_object(), "id");
    for (int i = 0; i < 12; ++i) {
        const std::string login_name = "person" + std::to_string(i);
        const Answer made = send(administrator, http::Method::Post, "/api/users",
            {{"login_name", login_name}, {"display_name", "某人"}, {"organisation", place}, {"phone", phone("phone of a user")},
                {"id_card", id_card("card of a user")}, {"kind", "staff"}, {"grants", json::array{}}}, 201);
        if (made.status != 201)
            return;
        const json::object user = made.json()->as_object();
        remember("temporary password", text(user, "temporary_password"));
        if (i < 4)
            use_account(administrator, login_name, user);
    }
    base::Date last_day = base::SystemClock{}.today();
    last_day.days += 300;
    for (int i = 0; i < 4; ++i) {
        const Answer made = send(administrator, http::Method::Post, "/api/users",
            {{"login_name", "machine" + std::to_string(i)}, {"display_name", "接口"}, {"organisation", place}, {"kind", "service"},
                {"grants", json::array{}}}, 201);
        const Answer token = send(administrator, http::Method::Post, "/api/users/" + text(made.json()->as_object(), "id") + "/tokens",
            {{"title", "接口"}, {"valid_to", last_day.text()}}, 201);
        auto machine = server_.client();
        machine.set_header("authorization", "Bearer " + remember("API key", text(token.json()->as_object(), "token")));
        ask(machine, http::Method::Get, files_address);
    }
}

void Scenario::use_account(http::Client& administrator, const std::string& login_name, const json::object& made)
{
    auto client = server_.client();
    const std::string temporary = text(made, "temporary_password"), chosen = password("password");
    send(client, http::Method::Post, "/api/session", {{"login_name", login_name}, {"password", password("wrong password")}}, 401);
    const Answer entered = send(client, http::Method::Post, "/api/session", {{"login_name", login_name}, {"password", temporary}}, 200);
    keep_sessions_of(entered, "session token");
    client.set_header("x-csrf-token", remember("CSRF token", text(entered.json()->as_object(), "csrf")));
    const Answer changed = send(client, http::Method::Post, "/api/account/password", {{"current", temporary}, {"new", chosen}}, 200);
    keep_sessions_of(changed, "session token");
    client.set_header("x-csrf-token", remember("CSRF token", text(changed.json()->as_object(), "csrf")));
    bind_second_factor(client, login_name, chosen);
    const std::string target = "/api/users/" + text(made, "id");
    const Answer user = ask(administrator, http::Method::Get, target);
    shown_ += user.body;
    send(administrator, http::Method::Patch, target, {{"phone", phone("changed phone of a user")}}, 200, {{"if-match", user.header("etag")}});
    const Answer reset = send(administrator, http::Method::Post, target + "/actions/reset_password", {{"reason", "忘记密码"}}, 200);
    remember("temporary password", text(reset.json()->as_object(), "temporary_password"));
}

void Scenario::bind_second_factor(http::Client& client, const std::string& login_name, const std::string& chosen)
{
    const Answer offered = send(client, http::Method::Post, "/api/account/totp", {{"password", chosen}}, 200);
    const std::string seed = remember("TOTP secret", text(offered.json()->as_object(), "secret"));
    const std::string bytes = *base::crypto::from_base32(seed);
    remember("TOTP secret, bytes", bytes);
    const auto now = base::SystemClock{}.now();
    const Answer confirmed = send(client, http::Method::Post, "/api/account/totp/confirm",
        {{"code", identity::totp::code(bytes, identity::totp::step_of(now))}}, 200);
    keep_sessions_of(confirmed, "session token");
    std::string recovery;
    const json::value codes = confirmed.json()->at("recovery_codes");
    for (const json::value& code : codes.as_array())
        recovery = remember("recovery code", std::string{code.as_string()});
    auto again = server_.client();
    const Answer first = send(again, http::Method::Post, "/api/session", {{"login_name", login_name}, {"password", chosen}}, 401);
    const json::object asked = first.json()->as_object();
    const std::string token = remember("token of the second step", text(asked.at("parameters").as_object(), "mfa_token"));
    const Answer entered = send(again, http::Method::Post, "/api/session/second-factor", {{"mfa_token", token}, {"recovery_code", recovery}}, 200);
    keep_sessions_of(entered, "session token");
}

}  // namespace secrets
