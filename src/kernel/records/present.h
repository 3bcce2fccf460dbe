#pragma once

// Records as the browser sees them: labels beside ids, masks instead of protected values, and what
// the user may do.

#include <map>
#include <mutex>
#include <set>

#include "kernel/records/scope.h"
#include "kernel/records/store.h"

namespace records {

// Names of organisations and users change seldom and are asked for in every row; kept for seconds.
class NameCache {
public:
    std::optional<std::string> find(std::string_view kind, base::Id, base::Timestamp now);
    void put(std::string_view kind, base::Id, const std::string& name, base::Timestamp now);

private:
    struct Entry {
        std::string name;
        base::Timestamp until;
    };
    std::mutex mutex_;
    std::map<std::pair<std::string, base::Id>, Entry, std::less<>> entries_;
};

// Ids whose labels an answer needs, asked for together: one query per kind, whatever the number of rows.
class Labels {
public:
    Labels(const Store&, const Plan&, const Context&, NameCache&);
    void need(const RecordPlan&, const Image&, bool with_rows);
    void need(std::string_view kind, base::Id);  // "organisation", "user" or a record
    bool complete() const { return wanted_.empty(); }
    Status load(storage::Transaction&);
    json::object of(std::string_view kind, base::Id, const json::storage_ptr& = {}) const;  // {id, label}

private:
    void need_fields(const FieldSet&, const std::vector<rules::Value>&);
    Status load_names(storage::Transaction&, const std::string& kind, const std::set<base::Id>&);
    Status load_records(storage::Transaction&, const RecordPlan&, const std::set<base::Id>&);

    const Store& store_;
    const Plan& plans_;
    const Context& context_;
    NameCache& cache_;
    std::map<std::string, std::set<base::Id>, std::less<>> wanted_;
    std::map<std::pair<std::string, base::Id>, std::string> known_;
};

struct Presentation {
    const RecordPlan& plan;
    const Labels& labels;
    bool unmasked = false;
    const std::set<std::string, std::less<>>* columns = nullptr;  // null: all, with rows
};
// A list gives the memory that all its rows stand in.
json::object present(const Presentation&, const Image&, const json::storage_ptr& = {});
// One value as it is shown; adds its name to `masked` when it is hidden.
json::value present_value(const FieldPlan&, const rules::Value&, const Labels&, bool unmasked, json::array& masked,
    const json::storage_ptr& = {});
json::value plain_value(const FieldPlan&, const rules::Value&, const Labels&, const json::storage_ptr& = {});

}  // namespace records
