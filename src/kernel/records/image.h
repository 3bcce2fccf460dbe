#pragma once

// One record as typed values: what is validated, shown to rules, written and read.

#include <optional>
#include <string>
#include <vector>

#include "kernel/identity/access.h"
#include "kernel/records/values.h"

namespace records {

struct ChildRow {
    base::Id id = 0;
    std::vector<rules::Value> values;
    std::vector<std::string> blobs = {};  // ciphertext by field, where there is one
};

struct Image {
    base::Id id = 0;
    std::string number;
    base::Id organisation = 0;
    std::string organisation_path, region;
    std::string state;
    std::optional<base::Timestamp> state_since, due_at;
    std::optional<std::int64_t> overdue_days;
    base::Id created_by = 0, updated_by = 0;
    base::Timestamp created_at, updated_at;
    std::int64_t version = 0;
    std::string source;
    std::optional<base::Timestamp> deleted_at;
    std::vector<base::Id> assigned = {};     // who holds or held a task of it; only where there is a workflow
    std::vector<rules::Value> values;        // as RecordPlan::set.fields
    std::vector<std::string> blobs = {};     // ciphertext by field, where there is one
    std::vector<std::vector<ChildRow>> rows; // as RecordPlan::rows
};

Image empty_image(const RecordPlan&);
// A row of RecordPlan::select; child rows are read apart.
Image image_of(const RecordPlan&, const storage::Row&, const identity::FieldCipher&);
Status load_rows(storage::Transaction&, const RecordPlan&, Image&, const identity::FieldCipher&);
// By id, deleted ones too; empty when there is none.
Result<std::optional<Image>> load_image(storage::Transaction&, const RecordPlan&, base::Id, const identity::FieldCipher&);

identity::Row access_row(const Image&);
std::string search_text(const RecordPlan&, const Image&);
rules::Value standard_value(const Image&, std::string_view name);  // Null for a name that is none
std::string label_of(const RecordPlan&, const Image&);              // protected labels are masked

// The names of a rule on a record: fields, standard fields, rows and `user`. Both must outlive it.
class RecordActivation final : public rules::Activation {
public:
    RecordActivation(const RecordPlan&, const Image&, const identity::Subject*);
    std::optional<rules::Value> find(std::string_view name) const override;
    const rules::Value* held(std::string_view name) const override;

private:
    const RecordPlan& plan_;
    const Image& image_;
    const identity::Subject* subject_;
    mutable rules::Value user_ = {};  // made when first asked for
};
// The names of a rule on one child row: its fields, `parent` and `user`.
class RowActivation final : public rules::Activation {
public:
    RowActivation(const RowsPlan&, const ChildRow&, const RecordActivation& parent, const RecordPlan&);
    std::optional<rules::Value> find(std::string_view name) const override;
    const rules::Value* held(std::string_view name) const override;

private:
    const RowsPlan& plan_;
    const ChildRow& row_;
    const RecordActivation& parent_;
    const RecordPlan& record_;
};

}  // namespace records
