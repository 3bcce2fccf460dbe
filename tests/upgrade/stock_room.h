#pragma once

// An installation with a large table of an earlier release, and what must be so before, during and
// after an upgrade.

#include <map>

#include "support/made_region.h"

namespace upgrade {

class StockRoom {
public:
    StockRoom(const support::MadeRegion&, int rows);

    void fill();                                  // installs the earlier release and imports the rows
    support::Outcome apply(std::vector<std::string> further = {}) const;
    std::vector<std::string> command(std::vector<std::string> further = {}) const;  // arguments of `apply`
    static std::vector<std::string> confirmations();

    // Every row as one line, in the order of ids; equal in both releases when nothing is lost.
    std::vector<std::string> rows() const;
    std::vector<std::string> history() const;     // the log's entries of these rows
    bool upgraded() const;                        // which columns stand there
    bool migrating() const;                       // whether a migration was begun and not finished
    std::vector<std::string> invalid_indexes() const;  // of PostgreSQL
    // Begins `apply`, lets its indexes wait for an old reader, kills it there; -1 when it never came so far.
    pid_t kill_while_indexes_are_built() const;
    bool execute(const std::string& sql) const;
    std::string id_of(int row) const;
    http::Client clerk(const support::ServerProcess&) const;

    // The database as it is now, to begin again from.
    void keep();
    void put_back() const;

private:
    std::vector<std::string> read(const std::string& sql) const;
    std::filesystem::path systems(const std::string& version) const;

    const support::MadeRegion& region_;
    int count_;
    std::filesystem::path kept_;
};

}  // namespace upgrade
