#pragma once

// What a line of a file would do to the records: create one, change one, nothing, or be refused.

#include <unordered_map>

#include "kernel/imports/convert.h"
#include "kernel/records/form.h"
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

struct Examined {
    std::size_t row = 0;
    Outcome outcome = Outcome::Refused;
    base::Id id = 0;         // of the record that matches the line
    json::object body = {};  // for Store::create or update
    std::vector<std::string> cells = {};
    std::vector<RowFault> faults = {};
};

// Keeps the keys of the lines seen, so each line is given once and in order.
class Examiner {
public:
    Examiner(records::Store&, const records::Context&, std::string record, std::vector<Target>);

    // All lines in one read of the database. A line whose `unique` values match a record updates it;
    // empty cells leave what is there, child rows are added to those there are.
    Result<std::vector<Examined>> examine(std::vector<sheets::Row>);
    // Only remembers the keys: lines dealt with before a restart.
    void remember(const sheets::Row&);
    // What the store said after all, by column.
    void add_faults(Examined&, const Error&) const;

    const records::RecordPlan& plan() const { return *plan_; }
    const records::Context& context() const { return context_; }

private:
    struct Line;
    void convert(Line&) const;
    void read(Line&);
    void refuse_duplicates(Line&);
    Status settle(Line&, storage::Transaction&);
    Status settle_existing(Line&, storage::Transaction&, base::Id);
    void conclude(Line&, records::Form&) const;
    json::object merged(const json::object& body, const records::Image&) const;
    RowFault fault_at(const Examined&, std::string_view path, std::string code, base::Parameters) const;
    std::vector<base::Id> ids_of(std::string_view sql, std::string_view text);
    std::vector<base::Id> referred(std::string_view record, std::string_view text);

    records::Store& store_;
    const records::Context& context_;
    std::shared_ptr<const records::Plan> plans_;
    const records::RecordPlan* plan_;
    std::vector<Target> targets_;
    LookUp look_up_;
    std::vector<std::optional<Converter>> converters_;
    std::unordered_map<std::string, std::vector<base::Id>> known_;  // of the look-ups
    std::unordered_map<std::string, std::size_t> keys_;             // to the line
};

}  // namespace imports
