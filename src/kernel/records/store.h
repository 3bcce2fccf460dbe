#pragma once

// Records: create, change, read, find, and everything that belongs to one record.
//
// Every function decides access through identity::decide and answers as api.md "Records" describes.
// A row outside the caller's scope is RECORD_UNKNOWN (NotFound), like one that does not exist.
// Writes are validated whole before the database is asked to write; one change is one transaction
// with its row in the change log.

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "kernel/changes/generation.h"
#include "kernel/records/image.h"
#include "storage/blobs.h"

namespace records {

// On whose behalf, when, and from where.
struct Context {
    const identity::Subject* subject = nullptr;  // null: the system itself, which may do everything
    base::Timestamp at;
    std::string language = "zh";
    std::string source = "MANUAL";  // MANUAL MOBILE IMPORT EXCHANGE DERIVED PUBLIC
    std::string request_id = {}, remote = {};
    // Optional `Idempotency-Key` of a POST: the same key and body answers the same.
    std::string route = {}, idempotency_key = {}, body_hash = {};
    base::Id upload_owner = 0;  // whose uploads the record may take; 0: the subject's
};

struct Options {
    bool second_factor_enforced = true;
    std::shared_ptr<const base::WorkCalendar> calendar = {};
};

struct Form;
class NameCache;

// What a record's workflow does in the transaction that makes, removes or brings back a row.
// `workflow` implements it; without one, records have no life of their own.
class Life {
public:
    virtual ~Life() = default;
    // The row is written; `due_at` of the image is what the row then holds.
    virtual Status begin(storage::Transaction&, const Plan&, const RecordPlan&, Image&, const Context&) = 0;
    virtual Status end(storage::Transaction&, const RecordPlan&, base::Id, const Context&) = 0;
};

// What was written, ready to answer with.
struct Saved {
    base::Id id = 0;
    std::int64_t version = 0;
    json::object record;
    bool created = false;
    bool changed = false;  // false: nothing differed, nothing was written
};

struct Draft {
    json::value values;
    std::optional<std::int64_t> version;
    base::Timestamp saved_at;
    std::string record, key;
};
struct View {
    std::string name, title, query;
    json::array columns;
};

class Store {
public:
    struct Parts {
        storage::Database& database;
        storage::Blobs* blobs = nullptr;  // null where files play no part (tests)
        const base::Clock& clock;
        base::IdGenerator& ids;
        const identity::FieldCipher& cipher;
    };
    Store(Parts, std::shared_ptr<const Plan>, Options = {});
    ~Store();

    // The release in use. `use` swaps at once; requests that began with the old one end with it.
    std::shared_ptr<const Plan> plan() const;
    void use(std::shared_ptr<const Plan>);
    void use_life(Life* life) { life_ = life; }  // before the first request
    Life* life() const { return life_; }
    void use_calendar(std::shared_ptr<const base::WorkCalendar>);
    std::shared_ptr<const base::WorkCalendar> calendar() const;
    const Parts& parts() const { return parts_; }
    // What a write by this plan, begun now, must still find in force. Ask before anything is encrypted
    // and give it to changes::require at the start of the transaction.
    changes::Generation known(const Plan&) const;
    const Options& options() const { return options_; }

    // VALIDATION (Invalid) with all faults; UNIQUE (Conflict; parameters existing, label when the
    // caller may see it); PERMISSION, SCOPE; IDEMPOTENCY_MISMATCH.
    Result<Saved> create(std::string_view record, const json::object& body, const Context&);
    // STALE (Conflict) when `version` is not the present one; read the record for `current`.
    Result<Saved> update(std::string_view record, base::Id, const json::object& body, std::optional<std::int64_t> version,
        const Context&);
    Result<Saved> remove(std::string_view record, base::Id, std::optional<std::int64_t> version, const std::string& reason,
        const Context&);
    Result<Saved> restore(std::string_view record, base::Id, std::optional<std::int64_t> version, const Context&);
    // What a save would say: {faults, warnings, duplicates, filled}; `messages` gives sentences at the edge.
    struct Checked {
        std::vector<base::Fault> faults, warnings;
        json::array duplicates;  // [{id, label, reason}]
        json::object filled;     // defaults, look-ups and computed values
    };
    Result<Checked> check(std::string_view record, std::optional<base::Id>, const json::object& body, const Context&);

    Result<json::object> read(std::string_view record, base::Id, const Context&);
    Result<json::object> history(std::string_view record, base::Id, std::optional<std::int64_t> before, const Context&);
    // One row in the audit log; REASON_MISSING.
    Result<json::value> unmask(std::string_view record, base::Id, const std::string& field, const std::string& reason,
        const Context&);
    Result<json::object> related(std::string_view record, base::Id, const Context&);
    // The path of a file that this record holds in this field. FILE_UNKNOWN.
    struct HeldFile {
        std::string path, name, media_type;
    };
    Result<HeldFile> file(std::string_view record, base::Id, const std::string& field, const std::string& hash,
        const Context&);

    // Filters, order and paging as in api.md; see query.h. {items, next, total?, undecided?}
    Result<json::object> list(std::string_view record, const std::vector<std::pair<std::string, std::string>>& query,
        const Context&);
    // Calls `each` with every row of the list (labels resolved, masked) while it returns true; for exports.
    // One row in the audit log with the count.
    Status export_rows(std::string_view record, const std::vector<std::pair<std::string, std::string>>& query,
        const Context&, const std::function<bool(const json::object&)>& each);

    Result<std::optional<Draft>> draft(std::string_view record, const std::string& key, const Context&);
    Result<std::vector<Draft>> drafts(const Context&);
    Status save_draft(std::string_view record, const std::string& key, const json::object& body, const Context&);
    Status remove_draft(std::string_view record, const std::string& key, const Context&);

    Result<std::vector<View>> views(std::string_view record, const Context&);
    Status save_view(std::string_view record, const View&, const Context&);
    Status remove_view(std::string_view record, const std::string& name, const Context&);

    // Decides about a record or one of its rows; the system may do everything.
    identity::Decision decide(const Plan&, const RecordPlan&, std::string_view action, const identity::Row*,
        const Context&) const;

    struct Kept {
        Image image;
        bool unmasked = false;
    };
    // A row that the caller may read, deleted ones too; else RECORD_UNKNOWN.
    Result<Kept> find_row(storage::Transaction&, const Plan&, const RecordPlan&, base::Id, const Context&) const;
    // May the caller see this row? For the event stream.
    bool sees(storage::Transaction&, const Plan&, const RecordPlan&, base::Id, const Context&) const;
    // A row of the log that says who saw what.
    Status log_access(const RecordPlan&, const Image&, std::string_view action, json::object diff, const Context&);
    NameCache& names() const { return *names_; }

private:
    Result<json::object> present_image(const Plan&, const RecordPlan&, const Image&, bool unmasked, const Context&);
    Status complete(Form&, const json::object& body);
    Error unique_error(const Form&);
    Result<json::array> duplicates_of(storage::Transaction&, const Form&) const;
    Status refuse_collision(storage::Transaction&, const Form&) const;
    Result<Saved> answer(const Form&, const identity::Decision&, bool created);
    Result<Saved> mark(std::string_view record, base::Id, std::optional<std::int64_t> version, bool deleted,
        const std::string& reason, const Context&);

    Parts parts_;
    Options options_;
    std::shared_ptr<const Plan> plan_;                    // through std::atomic_load and store
    std::shared_ptr<const base::WorkCalendar> calendar_;  // likewise
    std::unique_ptr<NameCache> names_;
    Life* life_ = nullptr;
};

}  // namespace records
