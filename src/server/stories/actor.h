#pragma once

// Performs statements on a world and says what did not hold.

#include <filesystem>
#include <optional>
#include <string>

#include "server/stories/story.h"
#include "server/stories/values.h"
#include "server/stories/world.h"

namespace stories {

class Actor {
public:
    Actor(World&, std::filesystem::path stories_folder);

    // Empty when the statement could be performed and held; else what was seen.
    std::optional<std::string> perform(const Statement&);
    // A `do` that was refused and is not followed by `then refused`.
    std::optional<std::string> unexpected_refusal() const;

private:
    using Fault = std::optional<std::string>;
    using Words = std::vector<std::string>;
    struct Answer {
        int status = 0;
        json::value body;
        std::string text;      // of a file
        std::string record;    // record the `do` was about
        std::string id;        // of the record it answered with
    };

    Fault on(const Words&);
    Fault given(const Words&);
    Fault as(const Words&);
    Fault after(const Words&);
    Fault act(Words);
    Fault expect(const Words&);

    Fault create(const Words&, bool only_check);
    Fault update(const Words&);
    Fault list(const Words&, bool export_file);
    Fault import(const Words&);
    Fault unmask(const Words&);
    Fault on_record(http::Method, const Words&, const std::string& suffix);
    Fault workflow_action(const std::string& action, const Words&);

    Fault expect_refused(const Words&);
    Fault expect_rows(const Words&);
    Fault expect_change(const Words&);
    Fault expect_imported(const Words&);
    Fault expect_field(const Words&);
    Fault expect_warned(const Words&);
    Fault expect_duplicate(const Words&);

    Fault send(http::Method, const std::string& target, const json::value& body, http::Pairs headers = {});
    Fault body_of(const std::string& record, const Words&, std::size_t first, json::object& body);
    Fault filters_of(const Words&, std::size_t first, const std::string& record, std::string& query);
    Fault find(const std::string& reference, std::string& record, std::string& id);
    base::Result<json::object> upload(const std::string& file);
    base::Result<json::object> present();  // the record of the last answer, as it is now
    std::int64_t written() const;          // changes of records so far
    std::string seen() const;              // the last answer, short
    void remember();

    World& world_;
    std::filesystem::path folder_;
    http::Client* client_ = nullptr;
    std::string who_, organisation_;
    Names names_;
    Answer answer_;
    bool refused_ = false;  // the last `do` was refused and nobody has expected it yet
    std::int64_t written_before_ = 0;
};

}  // namespace stories
