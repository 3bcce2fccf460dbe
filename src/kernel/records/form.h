#pragma once

// A record on its way to be written: what it was, what the body makes of it, and every fault.
// The steps: read_body, look_up (the database), validate; then the writer.

#include "kernel/records/scope.h"
#include "kernel/records/store.h"

namespace records {

struct Form {
    const Plan& plans;
    const RecordPlan& plan;
    const Context& context;
    std::shared_ptr<const base::WorkCalendar> calendar;
    std::optional<Image> before = {};
    Image after = {};
    std::vector<bool> given = {};  // fields that the body names
    std::vector<std::string> fresh_hashes = {};  // files that were not in the record
    Faults faults = {}, warnings = {};
    bool by_action = false;  // of a workflow, which also fills what people cannot
    bool creating() const { return !before; }
    base::Date today() const { return context.at.date(); }
};

// A record that does not exist yet: in its first state, of the caller's organisation and region.
Image new_image(const RecordPlan&, const Context&, base::Id);

// Members of the body into form.after. Faults: UNKNOWN_FIELD, FIELD_READ_ONLY, ROW_*, and those of
// parse_value. A value sent back as its mask stays as it is.
void read_body(Form&, const json::object& body, base::IdGenerator&);
// The same for who knows the fields; their names must outlive the call.
using Members = std::vector<std::pair<std::string_view, json::value>>;
void read_body(Form&, const Members&, base::IdGenerator&);

// Does anything in the form need the database before it is valid?
bool needs_look_up(const Form&);
// References exist and are in scope (REFERENCE_UNKNOWN), users and organisations exist, files were
// uploaded by this user (FILE_UNKNOWN); fills `fill_from`.
Status look_up(Form&, storage::Transaction&, const Store&);

// Defaults, computed fields, the record's region; then required, checks, uniqueness inside the record.
void fill_in(Form&);
void validate(Form&);

// Positions of fields and child-row members that differ between before and after.
std::vector<std::size_t> changed_fields(const Form&);
bool rows_changed(const Form&, std::size_t rows);
bool same_rows(const std::vector<ChildRow>&, const std::vector<ChildRow>&);

std::vector<std::string> hashes_of(const RecordPlan&, const Image&);  // files the record holds
// The result of a rule as a value of a field; Null when it does not fit.
rules::Value fitted(const FieldPlan&, const rules::Value&, base::Date today);

}  // namespace records
