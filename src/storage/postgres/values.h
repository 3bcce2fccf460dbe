#pragma once

// Between our values and libpq's.

#include <libpq-fe.h>

#include <memory>

#include "storage/database.h"

namespace storage::postgres {

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

// Bound values as libpq wants them. The values must outlive this.
class Arguments {
public:
    static Result<Arguments> of(std::span<const Value> values);

    int count() const { return static_cast<int>(pointers_.size()); }
    const Oid* types() const { return types_.data(); }
    const char* const* pointers() const { return pointers_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }
    // Whether a statement that was prepared for `types` takes these values too.
    bool fit(const std::vector<Oid>& types) const;
    std::vector<Oid> type_list() const { return types_; }

private:
    std::vector<std::string> texts_;
    std::vector<const char*> pointers_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<Oid> types_;
};

std::string text_of(const Value& value);  // as a text parameter; empty for null
Row row_of(const PGresult* result, int index);

// What went wrong, as far as it decides whether the work is run again.
enum class Trouble { None, Conflict, Lost, StalePlan };
struct Failure {
    Error error;
    Trouble trouble = Trouble::None;
    std::string constraint = {};  // of a UNIQUE whose columns the server would not say
};
Failure failure_of(const PGresult* result);
Failure lost(std::string detail);

}  // namespace storage::postgres
