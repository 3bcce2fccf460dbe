#pragma once

// The world of one story: an empty installation with the organisations of docs/stories.md, served by
// the real server in this process, with a clock of its own. Users are made when first named.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "http/client.h"
#include "server/service.h"

namespace stories {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

struct WorldOptions {
    std::shared_ptr<const definitions::Release> release;
    std::string database = {};  // empty: SQLite in a folder of its own; else a PostgreSQL URL, emptied first
};

class World {
public:
    static Result<std::unique_ptr<World>> open(const WorldOptions&);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    const definitions::Release& release() const;
    storage::Database& database();
    base::ManualClock& clock() { return clock_; }
    const base::WorkCalendar& calendar() const;
    Status run_due_jobs();

    // Signs in the user of `role` (or `role/name`) of the organisation, made when needed.
    Result<http::Client*> as(const std::string& role, const std::string& organisation);
    // After the clock has moved sessions may have ended; the next `as` signs in again.
    void forget_sessions() { clients_.clear(); }

    std::optional<base::Id> organisation(const std::string& name) const;
    // Display name of a story's user, "officer/li" as it stands in the history.
    static std::string display_name(const std::string& role) { return role; }

private:
    World() = default;
    Status found(const WorldOptions&);
    Result<std::string> make_user(const std::string& role, const std::string& organisation);

    base::ManualClock clock_{base::Timestamp{}};
    std::filesystem::path folder_;
    std::unique_ptr<server::Service> service_;
    std::map<std::string, base::Id, std::less<>> organisations_;
    std::map<std::string, std::string> logins_;  // "role of organisation" -> login name
    std::map<std::string, std::unique_ptr<http::Client>> clients_;
};

}  // namespace stories
