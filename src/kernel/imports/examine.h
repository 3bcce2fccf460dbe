#pragma once

// What a line of a file would do to the records: create one, change one, nothing, or be refused.

#include <memory>
#include <mutex>
#include <unordered_map>

#include <boost/unordered/unordered_flat_map.hpp>

#include "kernel/imports/convert.h"
#include "kernel/records/batch.h"
#include "kernel/sheets/reader.h"

namespace imports {

// One thing wrong with one line of the file.
struct RowFault {
    std::size_t row = 0;      // as a spreadsheet counts
    std::string column = {};  // the heading; the field's title when no column holds it
    std::string value = {};   // as it stands in the cell; masked where the field is protected
    std::string code = {};
    base::Parameters parameters = {};
};

enum class Outcome { Create, Update, Unchanged, Refused };

// Stands for the values in some fields. Two hashes, so that a registry of a million lines is remembered in a few
// dozen megabytes.
struct Fingerprint {
    std::size_t first = 0, second = 0;
    bool operator==(const Fingerprint&) const = default;
};
inline std::size_t hash_value(const Fingerprint& print) { return print.first; }

// What no other line of the file may have.
struct Mark {
    Fingerprint print;
    std::string_view field = {};  // where the fault stands
    bool keyless = false;         // made without a part of the business key
    bool also_keyed = false;      // collides with lines that have the whole key, too
};

// One line, with the change it makes.
struct Line {
    std::size_t row;
    std::vector<std::string> cells;
    std::vector<sheets::CellFault> cell_faults;
    records::Form form;
    Outcome outcome = Outcome::Refused;
    records::Members body = {};
    records::Faults converted = {};               // cells that are no value of their field
    bool pending = false;                         // names other rows that are to be looked up
    std::size_t read_faults = 0;                  // of the form, before anything was looked up
    std::vector<Mark> marks = {};
    std::optional<records::Image> existing = {};  // the record that matches the line
    std::vector<RowFault> faults = {};
    std::optional<records::BatchChange> change = {};  // when it creates or updates
};

// Some hundred lines that go through the steps together. Forms point at the context, changes at forms.
struct Lot {
    records::Context context;
    std::vector<Line> lines = {};
};

// Keeps the keys of the lines seen, so each line is given once and in order.
class Examiner {
public:
    Examiner(records::Store&, const records::Context&, std::string record, std::vector<Target>);

    // All lines with one read of the database and on all processors. A line updates the record with the same
    // `unique` values; one that lacks them that with the same name and the rest of them. Empty cells
    // leave what is there, child rows are added to those there are. Only with Then::Write are the changes made ready.
    enum class Then { Forget, Write };
    Result<std::unique_ptr<Lot>> examine(std::vector<sheets::Row>, Then);
    // Only remembers the keys: lines dealt with before a restart.
    void remember(const sheets::Row&);
    // What the database said after all, by column.
    std::vector<RowFault> faults_of(const Line&, const Error&) const;

private:
    // Where a key stood first.
    struct Seen {
        std::size_t row = 0;
        bool keyless = false;
    };
    Line new_line(sheets::Row, const records::Context&) const;
    void convert(Line&) const;
    void put(Line&, const Target&, Converted) const;
    Converted point_of(const Line&, std::size_t lng, std::size_t lat) const;
    void read(Line&) const;
    void mark(Line&) const;
    void mark(Line&, const std::vector<std::string>& fields, bool keyless, bool also_keyed) const;
    void refuse_duplicates(Line&);
    std::vector<std::string> missing_keys(const Line&) const;
    std::vector<std::string> stand_in(const std::vector<std::string>& missing) const;
    Status look_up(Lot&, bool existing);
    Status find_existing(Lot&, storage::Transaction&) const;
    void join(Line&) const;
    void settle(Line&, Then) const;
    void refuse(Line&, const Error&) const;
    void merge_rows(records::Members& body, const records::Image&) const;
    RowFault fault_at(const Line&, std::string_view path, std::string code, base::Parameters) const;
    std::vector<base::Id> ids_of(std::string_view sql, std::string_view text);
    std::vector<base::Id> referred(std::string_view record, std::string_view text);
    std::vector<base::Id> known(const std::string& key, const std::function<std::vector<base::Id>()>& find);

    records::Store& store_;
    const records::Context& context_;
    std::shared_ptr<const records::Plan> plans_;
    const records::RecordPlan* plan_;
    std::vector<Target> targets_;
    LookUp look_up_;
    std::vector<std::optional<Converter>> converters_;
    std::vector<std::pair<std::size_t, std::size_t>> points_;  // columns of the halves
    std::mutex known_mutex_;
    std::unordered_map<std::string, std::vector<base::Id>> known_;  // of the look-ups
    std::vector<std::vector<std::string>> stand_ins_;  // without each field of the business key
    boost::unordered_flat_map<Fingerprint, Seen> seen_;
};

}  // namespace imports
