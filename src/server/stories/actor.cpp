#include "server/stories/actor.h"

#include <chrono>

#include "base/files.h"
#include "base/text.h"

namespace stories {

using http::Method;

namespace {

std::string encoded(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
            out.push_back(digits[static_cast<unsigned char>(c) & 15]);
        }
    }
    return out;
}

const definitions::Field* field_in(const definitions::Release& release, const std::string& record, const std::string& name)
{
    const definitions::Record* found = release.record(record);
    return found == nullptr ? nullptr : release.field_of(*found, name);
}

}  // namespace

Actor::Actor(World& world, std::filesystem::path stories_folder) : world_(world), folder_(std::move(stories_folder))
{
    names_.organisation = [this](const std::string& name) { return world_.organisation(name); };
    names_.upload = [this](const std::string& file) { return upload(file); };
}

std::optional<std::string> Actor::unexpected_refusal() const
{
    if (!refused_)
        return {};
    return "refused, and the story did not expect it: " + seen();
}

Actor::Fault Actor::perform(const Statement& statement)
{
    const bool expects_refusal = statement.verb == Verb::Then && statement.words.front() == "refused";
    if (refused_ && !expects_refusal)
        return unexpected_refusal();
    switch (statement.verb) {
    case Verb::On: return on(statement.words);
    case Verb::Given: return given(statement.words);
    case Verb::As: return as(statement.words);
    case Verb::After: return after(statement.words);
    case Verb::Do: return act(statement.words);
    case Verb::Then: return expect(statement.words);
    }
    return "unknown statement";
}

Actor::Fault Actor::on(const Words& words)
{
    const std::string time = words.size() > 1 ? words[1] : "09:00";
    const auto at = base::Timestamp::parse(words[0] + "T" + time + ":00+08:00");
    if (!at.ok())
        return "no such time: " + words[0] + " " + time;
    if (*at < world_.clock().now())
        return "the clock does not go back";
    world_.clock().set(*at);
    world_.forget_sessions();
    client_ = nullptr;
    return {};
}

Actor::Fault Actor::given(const Words& words)
{
    const auto read = read_story(folder_ / "given" / (words[0] + ".story"), Form::Given);
    if (const auto* problems = std::get_if<1>(&read))
        return problems->front().message;
    for (const Statement& statement : std::get<0>(read).statements) {
        if (const Fault fault = perform(statement))
            return "given " + words[0] + ", line " + std::to_string(statement.line) + ": " + *fault;
    }
    return {};
}

Actor::Fault Actor::as(const Words& words)
{
    if (words.size() != 3 || words[1] != "of")
        return "expected: as ROLE of ORGANISATION";
    who_ = words[0];
    organisation_ = words[2];
    client_ = nullptr;
    return {};
}

Actor::Fault Actor::after(const Words& words)
{
    if (words.size() != 2)
        return "expected: after N minutes|hours|days|workdays|months";
    const int count = std::atoi(words[0].c_str());
    const std::string& unit = words[1];
    const base::Timestamp now = world_.clock().now();
    const std::int64_t of_day = now.milliseconds - base::Timestamp::start_of(now.date()).milliseconds;
    const auto on_day = [&](base::Date day) { return base::Timestamp{base::Timestamp::start_of(day).milliseconds + of_day}; };
    base::Timestamp then = now;
    if (unit.starts_with("minute"))
        then = now.plus(std::chrono::minutes{count});
    else if (unit.starts_with("hour"))
        then = now.plus(std::chrono::hours{count});
    else if (unit.starts_with("day"))
        then = on_day(now.date().plus_days(count));
    else if (unit.starts_with("month"))
        then = on_day(now.date().plus_months(count));
    else if (unit.starts_with("workday")) {
        const auto day = world_.calendar().plus_workdays(now.date(), count);
        if (!day.ok())
            return day.error().code;
        then = on_day(*day);
    } else {
        return "unknown unit of time: " + unit;
    }
    world_.clock().set(then);
    world_.forget_sessions();
    client_ = nullptr;
    const Status done = world_.run_due_jobs();
    return done.ok() ? Fault{} : Fault{done.error().code};
}

Actor::Fault Actor::act(Words words)
{
    std::string keep;
    if (words.size() > 2 && words[words.size() - 2] == "as" && words.back().starts_with("$")) {
        keep = words.back();
        words.resize(words.size() - 2);
    }
    written_before_ = written();
    const std::string& action = words[0];
    Fault fault;
    if (words.size() < 2 && action != "list")
        fault = "`do " + action + "` of what?";
    else if (action == "create" || action == "check")
        fault = create(words, action == "check");
    else if (action == "update")
        fault = update(words);
    else if (action == "delete")
        fault = on_record(Method::Delete, words, "");
    else if (action == "restore")
        fault = on_record(Method::Post, words, "/restore");
    else if (action == "open")
        fault = on_record(Method::Get, words, "");
    else if (action == "history")
        fault = on_record(Method::Get, words, "/history");
    else if (action == "list" || action == "export")
        fault = list(words, action == "export");
    else if (action == "unmask")
        fault = unmask(words);
    else if (action == "import")
        fault = import(words);
    else
        fault = workflow_action(action, words);
    if (fault)
        return fault;
    refused_ = answer_.status >= 400;
    remember();
    if (!keep.empty() && !refused_)
        names_.kept[keep] = {answer_.record, answer_.id,
            answer_.body.is_object() ? answer_.body.as_object() : json::object{}};
    return {};
}

Actor::Fault Actor::create(const Words& words, bool only_check)
{
    const std::string& record = words[1];
    json::object body;
    if (const Fault fault = body_of(record, words, 2, body))
        return fault;
    answer_.record = record;
    return send(Method::Post, "/api/records/" + record + (only_check ? "/check" : ""), body);
}

Actor::Fault Actor::body_of(const std::string& record, const Words& words, std::size_t first, json::object& body)
{
    for (std::size_t index = first; index < words.size(); ++index) {
        if (words[index] == "from" && index + 1 < words.size()) {
            const auto text = base::files::read(folder_ / "samples" / (words[++index] + ".json"), 1 << 20);
            if (!text.ok())
                return "no such sample: " + words[index];
            const auto sample = base::parse_json(*text);
            if (!sample.ok() || !sample->is_object())
                return "the sample is no JSON object: " + words[index];
            for (const auto& member : sample->as_object())
                body[member.key()] = member.value();
            continue;
        }
        const std::size_t equals = words[index].find('=');
        if (equals == std::string::npos)
            return "expected FIELD=VALUE, not " + words[index];
        const std::string name = words[index].substr(0, equals);
        const auto value = value_of(words[index].substr(equals + 1), field_in(world_.release(), record, name), names_);
        if (!value.ok())
            return value.error().code + " in " + words[index];
        body[name] = *value;
    }
    return {};
}

Actor::Fault Actor::find(const std::string& reference, std::string& record, std::string& id)
{
    if (reference == "it") {
        record = answer_.record;
        id = answer_.id;
        return id.empty() ? Fault{"there is no record yet"} : Fault{};
    }
    const auto kept = names_.kept.find(reference);
    if (kept == names_.kept.end())
        return "unknown name: " + reference;
    record = kept->second.record;
    id = kept->second.id;
    return {};
}

Actor::Fault Actor::update(const Words& words)
{
    std::string record, id;
    if (const Fault fault = find(words[1], record, id))
        return fault;
    std::size_t first = 2;
    std::string version;
    for (const auto& [name, kept] : names_.kept)
        if (kept.id == id)
            if (const json::value* seen = kept.seen.if_contains("version"))
                version = shown(*seen);
    if (words[1] == "it" || version.empty())
        version = shown(at_path(answer_.body.is_object() ? answer_.body.as_object() : json::object{}, "version"));
    if (words.size() > 4 && words[2] == "at" && words[3] == "version") {
        version = words[4];
        first = 5;
    }
    json::object body;
    if (const Fault fault = body_of(record, words, first, body))
        return fault;
    answer_.record = record;
    answer_.id = id;
    std::erase(version, '"');
    return send(Method::Patch, "/api/records/" + record + "/" + id, body, {{"if-match", "\"" + version + "\""}});
}

Actor::Fault Actor::on_record(Method method, const Words& words, const std::string& suffix)
{
    std::string record, id;
    if (const Fault fault = find(words[1], record, id))
        return fault;
    json::object body;
    for (std::size_t index = 2; index < words.size(); ++index)
        if (words[index].starts_with("reason="))
            body["reason"] = plain(words[index].substr(7));
    http::Pairs headers;
    if (method != Method::Get) {
        answer_.record = record;
        answer_.id = id;
        // Who may not see the record sends the version that somebody else has seen.
        auto now = present();
        for (const auto& [name, kept] : names_.kept)
            if (!now.ok() && kept.id == id)
                now = kept.seen;
        if (now.ok() && now->contains("version"))
            headers.emplace_back("if-match", "\"" + shown(now->at("version")) + "\"");
    }
    answer_.record = record;
    answer_.id = id;
    return send(method, "/api/records/" + record + "/" + id + suffix, method == Method::Get ? json::value{} : json::value(body),
        headers);
}

Actor::Fault Actor::unmask(const Words& words)
{
    std::string record, id;
    if (words.size() < 3)
        return "expected: do unmask REF FIELD reason=TEXT";
    if (const Fault fault = find(words[1], record, id))
        return fault;
    json::object body{{"field", words[2]}};
    for (std::size_t index = 3; index < words.size(); ++index)
        if (words[index].starts_with("reason="))
            body["reason"] = plain(words[index].substr(7));
    answer_.record = record;
    answer_.id = id;
    return send(Method::Post, "/api/records/" + record + "/" + id + "/unmask", body);
}

Actor::Fault Actor::filters_of(const Words& words, std::size_t first, const std::string& record, std::string& query)
{
    for (std::size_t index = first; index < words.size(); ++index) {
        const std::string& word = words[index];
        if (word == "where")
            continue;
        if (word == "deleted") {
            query += "&deleted=only";
        } else if ((word == "search" || word == "order") && index + 1 < words.size()) {
            query += (word == "search" ? "&q=" : "&order=") + encoded(plain(words[++index]));
        } else if (const std::size_t equals = word.find('='); equals != std::string::npos) {
            const std::string name = word.substr(0, equals);
            std::string value = word.substr(equals + 1);
            static constexpr std::string_view operators[] = {
                "eq.", "ne.", "gt.", "gte.", "lt.", "lte.", "in.", "like.", "prefix.", "null", "notnull", "near."};
            const bool has_operator = std::any_of(std::begin(operators), std::end(operators),
                [&](std::string_view one) { return value.starts_with(one); });
            if (!has_operator) {
                const auto meant = value_of(value, field_in(world_.release(), record, name), names_);
                if (!meant.ok())
                    return meant.error().code + " in " + word;
                const json::value& one = meant->is_array() && meant->as_array().size() == 1 ? meant->as_array()[0] : *meant;
                value = "eq." + (one.is_string() ? std::string{one.as_string()} : shown(one));
            }
            query += "&" + encoded(name) + "=" + encoded(value);
        } else {
            return "expected FIELD=VALUE, search TEXT, order FIELD or deleted, not " + word;
        }
    }
    return {};
}

Actor::Fault Actor::list(const Words& words, bool export_file)
{
    if (words.size() < 2)
        return "`do list` of what?";
    std::string query = export_file ? "format=csv" : "limit=500";
    if (const Fault fault = filters_of(words, 2, words[1], query))
        return fault;
    answer_.record = words[1];
    answer_.id.clear();
    return send(Method::Get, "/api/records/" + words[1] + (export_file ? "/export?" : "?") + query, {});
}

Actor::Fault Actor::workflow_action(const std::string& action, const Words& words)
{
    std::string record, id;
    if (const Fault fault = find(words[1], record, id))
        return "unknown line `do " + action + "`, and no action on a record: " + *fault;
    json::object body;
    if (const Fault fault = body_of(record, words, 2, body))
        return fault;
    answer_.record = record;
    answer_.id = id;
    return send(Method::Post, "/api/records/" + record + "/" + id + "/actions/" + action, body);
}

Actor::Fault Actor::send(Method method, const std::string& target, const json::value& body, http::Pairs headers)
{
    if (client_ == nullptr) {
        if (who_.empty())
            return "nobody acts yet: `as ROLE of ORGANISATION` comes first";
        const auto client = world_.as(who_, organisation_);
        if (!client.ok())
            return client.error().code + " " + client.error().detail;
        client_ = *client;
    }
    std::string text;
    if (!body.is_null()) {
        text = json::serialize(body);
        headers.emplace_back("content-type", "application/json");
    }
    const auto answer = client_->send(method, target, text, headers);
    if (!answer.ok())
        return "the server did not answer: " + answer.error().code;
    answer_.status = answer->status;
    answer_.text = answer->body;
    answer_.body = nullptr;
    if (answer->header("content-type").find("json") != std::string::npos)
        if (const auto parsed = answer->json(); parsed.ok())
            answer_.body = *parsed;
    return {};
}

void Actor::remember()
{
    if (refused_ || !answer_.body.is_object())
        return;
    const json::object& body = answer_.body.as_object();
    if (!body.contains("version") || !body.contains("id"))
        return;
    answer_.id = std::string{body.at("id").as_string()};
    for (auto& [name, kept] : names_.kept)
        if (kept.id == answer_.id)
            kept.seen = body;
}

base::Result<json::object> Actor::present()
{
    Answer before = answer_;
    if (const Fault fault = send(Method::Get, "/api/records/" + before.record + "/" + before.id, {}))
        return Error{Kind::Internal, "STORY_READ", {}, {}, {}, *fault};
    Answer now = std::exchange(answer_, std::move(before));
    if (now.status != 200 || !now.body.is_object())
        return Error{Kind::NotFound, "STORY_READ", {}, {}, {}, now.text.substr(0, 300)};
    return now.body.as_object();
}

base::Result<json::object> Actor::upload(const std::string& file)
{
    TRY_ASSIGN(const std::string content, base::files::read(folder_ / "files" / file, std::size_t{1} << 28));
    Answer before = answer_;
    const std::string extension = file.substr(file.rfind('.') + 1);
    const std::string media_type = extension == "pdf" ? "application/pdf"
        : extension == "jpg"                          ? "image/jpeg"
        : extension == "png"                          ? "image/png"
        : extension == "csv"                          ? "text/csv"
                                                      : "application/octet-stream";
    const auto failed = [&](const std::string& what) {
        answer_ = std::move(before);
        return Error{Kind::Internal, "STORY_UPLOAD", {}, {}, {}, what};
    };
    if (const Fault fault = send(Method::Post, "/api/uploads",
            json::object{{"size", content.size()}, {"name", file}, {"media_type", media_type}}))
        return failed(*fault);
    if (answer_.status >= 400 || !answer_.body.is_object())
        return failed(answer_.text);
    const std::string upload{answer_.body.as_object().at("upload").as_string()};
    const auto sent = client_->send(Method::Patch, "/api/uploads/" + upload + "?offset=0", content,
        {{"content-type", "application/octet-stream"}});
    if (!sent.ok() || sent->status >= 400)
        return failed(sent.ok() ? sent->body : sent.error().code);
    TRY_ASSIGN(const json::value done, sent->json());
    answer_ = std::move(before);
    return json::object{{"hash", done.as_object().at("hash")}, {"name", file}, {"size", content.size()}, {"media_type", media_type}};
}

std::int64_t Actor::written() const
{
    const auto count = world_.database().read([](storage::Transaction& transaction) -> Result<std::int64_t> {
        TRY_ASSIGN(const auto row, transaction.first(
            "SELECT count(*) FROM change_log WHERE action IN ('create', 'update', 'delete', 'restore')"));
        return row->integer(0);
    });
    return count.ok() ? *count : -1;
}

std::string Actor::seen() const
{
    return "answer " + std::to_string(answer_.status) + ": " + answer_.text.substr(0, 1500);
}

}  // namespace stories
