#pragma once

// A file from its first line to its last: examine, write, count. Used by the command line as it is
// and by the engine in the background.

#include <functional>

#include "kernel/imports/examine.h"

namespace imports {

enum class Mode { GoodRows, AllOrNothing };

struct Counts {
    std::size_t done = 0;  // lines dealt with
    std::size_t created = 0, updated = 0, unchanged = 0, rejected = 0;
};

// Some hundred lines that were dealt with.
struct Batch {
    std::size_t reached = 0;  // the last line
    Counts counts;            // of these lines
    std::vector<RowFault> faults = {};
};

struct Steps {
    bool write = false;
    std::size_t behind = 0;  // lines up to this one were dealt with before
    std::size_t batch = 1000;
    // Runs in the transaction that writes the batch, so that what it keeps is true after any crash. May
    // run twice.
    std::function<Status(storage::Transaction&, const Batch&)> within = {};
    std::function<Result<bool>(const Batch&)> after = {};  // false: stop here
};
// One batch is written while the next is examined. An error is the database's or the file's; what is
// wrong with a line is in the batches. False when `after` said to stop.
Result<bool> process(records::Store&, Examiner&, sheets::Reader&, const Steps&);

struct ImportOptions {
    std::optional<Mapping> mapping = {};  // default: what the headings suggest
    Mode mode = Mode::GoodRows;
    bool dry = false;  // only examine
    sheets::Options sheet = {};
};
struct Summary {
    Counts counts;
    sheets::Layout layout;
    Mapping mapping;
    std::vector<RowFault> faults;
    bool written = false;  // false for a dry run, and for all or nothing with faults
};
using Progress = std::function<void(const Counts&)>;
// Needs the action `import` on the record. A second run changes nothing, so an interrupted one is
// simply run again.
Result<Summary> import_file(records::Store&, const records::Context&, const std::string& record,
    const std::filesystem::path&, const ImportOptions&, const Progress& = {});

// PERMISSION, SCOPE, RECORD_KIND_UNKNOWN.
Status may_import(const records::Store&, const std::string& record, const records::Context&);

}  // namespace imports
