#pragma once

// A release made ready for work: per record the SQL texts, the place of every field in a row, and
// the look-ups that validation needs. Immutable and shared, so a new release swaps in at once and
// requests that began with the old one end with it.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/changes/generation.h"
#include "kernel/definitions/model.h"
#include "kernel/records/layout.h"

namespace records {

class Pattern;  // a compiled regular expression, see patterns.h

struct FieldPlan {
    const definitions::Field* field = nullptr;
    definitions::FieldType type = definitions::FieldType::Text;  // of a computed field: its result
    bool encrypted = false;
    bool masked = false;            // on screens; encrypted ones too
    bool sorted = false;            // has a sort key beside it
    bool searched = false;          // part of search_text
    std::size_t column = 0;         // its first column in RecordPlan::select
    std::size_t columns = 1;        // read columns: 3 for a point
    std::string cipher_column = {}; // "unit.phone", bound into every blob
    const definitions::Dictionary* dictionary = nullptr;
    std::unordered_map<std::string_view, const definitions::DictionaryEntry*> codes = {};
    std::shared_ptr<const Pattern> pattern = {};
    const std::string& name() const { return field->name; }
};

struct FieldSet {
    std::vector<FieldPlan> fields;
    std::unordered_map<std::string_view, std::size_t> by_name;
    const FieldPlan* find(std::string_view name) const;
    std::optional<std::size_t> position(std::string_view name) const;
};

struct RowsPlan {
    const definitions::Rows* rows = nullptr;
    std::string table;
    FieldSet set;
    std::string select;  // by parent, in position order
    std::string insert;
    std::string remove;  // by id
    std::string move;    // position of an id
};

// A field somewhere that points at a record.
struct Reference {
    std::string record;
    const definitions::Field* field = nullptr;
    std::string count;  // SQL: live rows pointing at ?1; "{scope}" stands where the scope goes
};

struct RecordPlan {
    const definitions::Record* record = nullptr;
    std::string table;
    FieldSet set;
    std::vector<RowsPlan> rows;
    std::string columns;  // select list: the standard columns, then the fields
    std::string select;   // "SELECT <columns> FROM <table>"
    std::string insert;
    std::vector<Reference> referenced_by = {};
    const FieldPlan* label = nullptr;  // null: the number
    bool encrypted_unique = false;     // `unique` over an encrypted field: rows under older keys count too
    std::vector<std::size_t> computed = {};  // positions, in the order they depend on each other
    const std::string& name() const { return record->name; }
    const RowsPlan* child(std::string_view name) const;
};

// The standard columns in the order of every select.
namespace standard {
enum Column : std::size_t {
    id, number, organisation, organisation_path, region, state, state_since, due_at, overdue_days, created_by, created_at,
    updated_by, updated_at, version, source, deleted_at, count
};
extern const std::vector<std::string> names;
}  // namespace standard

struct Plan {
    std::shared_ptr<const definitions::Release> release;
    std::map<std::string, RecordPlan, std::less<>> records;
    Layout layout;
    // Of the release in the database when this plan was made; writes by an older one are refused.
    std::int64_t generation = changes::Generation::any;
    const RecordPlan* find(std::string_view record) const;
};

// RULE_PATTERN when a field's regular expression is none. Without a generation nobody asks whether the
// release is still in force.
Result<std::shared_ptr<const Plan>> make_plan(
    std::shared_ptr<const definitions::Release>, std::int64_t generation = changes::Generation::any);

}  // namespace records
