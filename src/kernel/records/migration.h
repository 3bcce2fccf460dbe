#pragma once

// What changes between two layouts: adding is automatic, a rename is declared with `was:`, and what
// can lose values (removing, narrowing, another type) must be named with `--confirm`.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/records/layout.h"

namespace records {

struct Step {
    enum class Kind {
        CreateTable, RemoveTable, AddColumn, RenameColumn, RemoveColumn, ChangeColumn, Refill, AddIndex, RemoveIndex,
        RemoveState,
    };
    Kind kind = Kind::CreateTable;
    std::string table;
    std::string subject;      // "unit.phone" or "unit": what a person calls it and `--confirm` takes
    std::string name = {};    // column, index or state
    std::string before = {};  // former name of a renamed column
    bool converts = false;    // ChangeColumn: every value is read and written in the new type
    bool loses = false;       // needs confirmation
};
std::string_view name_of(Step::Kind);

struct Migration {
    std::string from, to;  // hashes of the releases; `from` is empty for the first
    std::vector<Step> steps;
    std::vector<std::string> unconfirmed;  // subjects that must be named with --confirm
    bool empty() const { return steps.empty(); }
};

Migration compare(const Layout& before, const Layout& after, const std::set<std::string>& confirmed = {});
// Steps of one table, in the order they came.
bool needs_rebuild(const std::vector<Step>&);  // SQLite cannot do them in place
json::object to_json(const Migration&);

}  // namespace records
