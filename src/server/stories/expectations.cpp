// What stories expect: the `then` lines.

#include <algorithm>
#include <regex>
#include <thread>

#include "server/stories/actor.h"

namespace stories {

using http::Method;

namespace {

std::string text_in(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

const json::array* array_in(const json::value& body, std::string_view name)
{
    const json::value* value = body.is_object() ? body.as_object().if_contains(name) : nullptr;
    return value != nullptr && value->is_array() ? &value->as_array() : nullptr;
}

// "professions[0].permit_to" of an answer is "professions[1].permit_to" of a story.
std::string story_path(std::string path)
{
    static const std::regex index{R"(\[(\d+)\])"};
    std::smatch found;
    std::string out;
    while (std::regex_search(path, found, index)) {
        out += found.prefix().str() + "[" + std::to_string(std::stoi(found[1].str()) + 1) + "]";
        path = found.suffix().str();
    }
    return out + path;
}

bool fault_matches(const json::value& fault, const std::string& code, const std::string& field)
{
    if (!fault.is_object())
        return false;
    const json::object& object = fault.as_object();
    return text_in(object, "code") == code && (field.empty() || story_path(text_in(object, "field")) == field ||
        text_in(object, "field") == field);
}

// Field name behind "at", or empty.
std::string at_of(const std::vector<std::string>& words)
{
    for (std::size_t index = 1; index + 1 < words.size(); ++index)
        if (words[index] == "at")
            return words[index + 1];
    return {};
}

std::int64_t number_in(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    if (value == nullptr)
        return 0;
    return value->is_string() ? std::atoll(value->as_string().c_str()) : value->is_int64() ? value->as_int64() : 0;
}

}  // namespace

Actor::Fault Actor::expect(const Words& words)
{
    const std::string& first = words[0];
    const auto word = [&](std::size_t index) { return index < words.size() ? words[index] : std::string{}; };
    if (first == "ok")
        return answer_.status < 400 ? Fault{} : Fault{seen()};
    if (first == "refused")
        return expect_refused(words);
    if (first == "warned" || (first == "no" && word(1).starts_with("warning")))
        return expect_warned(words);
    if (first == "duplicate" || (first == "no" && word(1) == "duplicate"))
        return expect_duplicate(words);
    if (first == "masked" || first == "clear") {
        const json::array* masked = array_in(answer_.body, "masked");
        const bool is_masked = masked != nullptr && std::any_of(masked->begin(), masked->end(), [&](const json::value& name) {
            return name.is_string() && story_path(std::string{name.as_string()}) == word(1);
        });
        return is_masked == (first == "masked") ? Fault{} : Fault{seen()};
    }
    if (word(1).starts_with("row") && first != "row")
        return expect_rows(words);
    if (first == "row")
        return expect_rows(words);
    if (first == "change" || (first == "no" && word(1) == "change"))
        return expect_change(words);
    if (first == "imported")
        return expect_imported(words);
    return expect_field(words);
}

Actor::Fault Actor::expect_refused(const Words& words)
{
    if (words.size() < 2)
        return "expected: then refused CODE [at FIELD]";
    if (answer_.status < 400)
        return "it was not refused: " + seen();
    const std::string field = at_of(words);
    const std::string& code = words[1];
    bool found = std::to_string(answer_.status) == code;
    if (answer_.body.is_object()) {
        const json::object& problem = answer_.body.as_object();
        if (text_in(problem, "code") == code) {
            const json::array* fields = array_in(answer_.body, "fields");
            found = field.empty() || (fields != nullptr && std::any_of(fields->begin(), fields->end(),
                [&](const json::value& one) { return one.is_string() && story_path(std::string{one.as_string()}) == field; }));
        }
        if (const json::array* faults = array_in(answer_.body, "faults"))
            found = found || std::any_of(faults->begin(), faults->end(),
                [&](const json::value& fault) { return fault_matches(fault, code, field); });
    }
    if (!found)
        return seen();
    refused_ = false;
    return {};
}

Actor::Fault Actor::expect_warned(const Words& words)
{
    const json::array* warnings = array_in(answer_.body, "warnings");
    if (words[0] == "no")
        return warnings == nullptr || warnings->empty() ? Fault{} : Fault{seen()};
    const std::string field = at_of(words);
    const bool found = warnings != nullptr && words.size() > 1 && std::any_of(warnings->begin(), warnings->end(),
        [&](const json::value& warning) { return fault_matches(warning, words[1], field); });
    return found ? Fault{} : Fault{seen()};
}

Actor::Fault Actor::expect_duplicate(const Words& words)
{
    const json::array* duplicates = array_in(answer_.body, "duplicates");
    if (words[0] == "no")
        return duplicates == nullptr || duplicates->empty() ? Fault{} : Fault{seen()};
    std::string record, id;
    if (const Fault fault = find(words.size() > 1 ? words[1] : "it", record, id))
        return fault;
    const bool found = duplicates != nullptr && std::any_of(duplicates->begin(), duplicates->end(),
        [&](const json::value& one) { return one.is_object() && text_in(one.as_object(), "id") == id; });
    return found ? Fault{} : Fault{seen()};
}

Actor::Fault Actor::expect_rows(const Words& words)
{
    if (answer_.status >= 400)
        return seen();
    const json::array* items = array_in(answer_.body, "items");
    if (words[0] == "row") {
        const std::size_t number = words.size() > 3 ? static_cast<std::size_t>(std::atoi(words[1].c_str())) : 0;
        if (items == nullptr || number == 0 || number > items->size())
            return seen();
        const json::object row = (*items)[number - 1].as_object();
        if (words[2] == "is") {
            std::string record, id;
            if (const Fault fault = find(words[3], record, id))
                return fault;
            return text_in(row, "id") == id ? Fault{} : Fault{"row " + words[1] + " is " + shown(row)};
        }
        const json::value value = at_path(row, words[2]);
        return words.size() > 4 && equal(value, words[4], names_) ? Fault{} : Fault{"it is " + shown(value)};
    }
    const std::int64_t expected = words[0] == "no" ? 0 : std::atoll(words[0].c_str());
    std::int64_t count = 0;
    if (items != nullptr) {
        count = static_cast<std::int64_t>(items->size());
    } else {  // a table file: lines behind the headings
        count = std::count(answer_.text.begin(), answer_.text.end(), '\n') - 1;
    }
    return count == expected ? Fault{} : Fault{std::to_string(count) + " rows; " + seen()};
}

Actor::Fault Actor::expect_change(const Words& words)
{
    if (words[0] == "no") {
        const std::int64_t now = written();
        return now == written_before_ ? Fault{} : Fault{std::to_string(now - written_before_) + " changes were written"};
    }
    std::string of, from, to, by;
    for (std::size_t index = 2; index + 1 < words.size(); index += 2) {
        const std::string& word = words[index];
        (word == "of" ? of : word == "from" ? from : word == "to" ? to : by) = words[index + 1];
    }
    Answer before = answer_;
    if (const Fault fault = send(Method::Get, "/api/records/" + before.record + "/" + before.id + "/history", {}))
        return fault;
    const Answer history = std::exchange(answer_, std::move(before));
    const json::array* items = array_in(history.body, "items");
    if (items == nullptr)
        return history.text.substr(0, 600);
    const bool found = std::any_of(items->begin(), items->end(), [&](const json::value& one) {
        const json::object& entry = one.as_object();
        if (words.size() < 2 || text_in(entry, "action") != words[1])
            return false;
        if (!by.empty() && shown(at_path(entry, "actor.name")) != "\"" + World::display_name(by) + "\"")
            return false;
        if (of.empty())
            return true;
        const json::array* changes = array_in(one, "changes");
        return changes != nullptr && std::any_of(changes->begin(), changes->end(), [&](const json::value& change) {
            const json::object& field = change.as_object();
            return text_in(field, "field") == of && (from.empty() || equal(field.at("before"), from, names_)) &&
                (to.empty() || equal(field.at("after"), to, names_));
        });
    });
    return found ? Fault{} : Fault{"the history is " + history.text.substr(0, 1500)};
}

Actor::Fault Actor::expect_imported(const Words& words)
{
    if (!answer_.body.is_object())
        return seen();
    for (std::size_t index = 1; index + 1 < words.size(); index += 2) {
        const std::int64_t expected = std::atoll(words[index].c_str());
        if (number_in(answer_.body.as_object(), words[index + 1]) != expected)
            return words[index + 1] + " differ: " + seen();
    }
    return {};
}

Actor::Fault Actor::expect_field(const Words& words)
{
    const bool negated = words.size() > 2 && words[2] == "not";
    const std::size_t at = negated ? 3 : 2;
    if (words.size() < 3 || (words[1] != "is" && words[1] != "contains" && words[1] != "matches") || words.size() <= at)
        return "unknown line; the nearest forms are `then FIELD is VALUE`, `then FIELD contains TEXT`, `then N rows`, `then refused CODE`";
    json::object record;
    if (answer_.body.is_object())
        record = answer_.body.as_object();
    if (!answer_.id.empty() && !record.contains("value") && !record.contains("filled") && !record.contains("items")) {
        auto now = present();
        if (!now.ok())
            return now.error().detail;
        record = *std::move(now);
    }
    const json::value value = at_path(record, words[0]);
    bool holds = false;
    if (words[1] == "contains")
        holds = shown(value).find(plain(words[2])) != std::string::npos;
    else if (words[1] == "matches")
        holds = value.is_string() && std::regex_match(std::string{value.as_string()}, std::regex{plain(words[2])});
    else if (words[at] == "empty")
        holds = empty(value) != negated;
    else
        holds = equal(value, words[at], names_) != negated;
    return holds ? Fault{} : Fault{words[0] + " is " + shown(value)};
}

// Uploads, takes the suggested mapping, runs to the end.
Actor::Fault Actor::import(const Words& words)
{
    if (words.size() < 3 || !words[2].starts_with("@"))
        return "expected: do import RECORD @FILE [mode=good_rows|all_or_nothing]";
    const auto file = upload(words[2].substr(1));
    if (!file.ok())
        return file.error().detail;
    const std::string mode = words.size() > 3 && words[3].starts_with("mode=") ? words[3].substr(5) : "good_rows";
    if (const Fault fault = send(Method::Post, "/api/imports",
            json::object{{"record", words[1]}, {"hash", file->at("hash")}, {"name", file->at("name")}, {"mode", mode}}))
        return fault;
    if (answer_.status >= 400)
        return {};
    const std::string id{answer_.body.as_object().at("id").as_string()};
    bool started = false;
    for (int tries = 0; tries < 600; ++tries) {
        if (const Fault fault = send(Method::Get, "/api/imports/" + id, {}))
            return fault;
        if (answer_.status >= 400 || !answer_.body.is_object())
            return seen();
        const std::string state = text_in(answer_.body.as_object(), "state");
        if (state == "done" || state == "failed" || state == "cancelled") {
            answer_.record = words[1];
            answer_.id.clear();
            return {};
        }
        if (state == "mapping") {
            const json::value mapping = answer_.body.as_object().at("mapping");
            if (const Fault fault = send(Method::Put, "/api/imports/" + id + "/mapping", json::object{{"mapping", mapping}}))
                return fault;
        } else if (state == "checked" && !started) {
            started = true;
            if (const Fault fault = send(Method::Post, "/api/imports/" + id + "/actions/run", json::object{}))
                return fault;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return "the import does not come to an end: " + seen();
}

}  // namespace stories
