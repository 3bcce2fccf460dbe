#pragma once

// Reads the members of a request body, collects every fault, and refuses what it was not asked for.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "kernel/identity/cause.h"

namespace identity {

class Form {
public:
    enum class Need { Optional, Required };

    explicit Form(const json::object& object, std::string prefix = {}) : object_(object), prefix_(std::move(prefix)) {}

    bool has(std::string_view name) const { return object_.contains(name); }
    // NFC, trimmed, without control characters. Empty when absent or wrong.
    std::string text(std::string_view name, std::size_t max, Need = Need::Optional);
    std::string secret(std::string_view name, Need = Need::Required);  // as given
    std::optional<std::string> optional_text(std::string_view name, std::size_t max);
    Id id(std::string_view name, Need = Need::Optional);  // "123", 123 or {"id": "123"}
    std::vector<Id> ids(std::string_view name);
    std::vector<std::string> texts(std::string_view name, std::size_t max);
    std::optional<base::Date> date(std::string_view name, Need = Need::Optional);
    const json::object& object(std::string_view name, Need = Need::Required);
    const json::array& array(std::string_view name);
    void fault(std::string_view name, std::string code);
    void add(std::vector<base::Fault>);

    // Every fault of the form, UNKNOWN_FIELD for members nobody asked for.
    Status finish();

private:
    const json::value* take(std::string_view name, Need);
    std::string path(std::string_view name) const { return prefix_ + std::string{name}; }

    const json::object& object_;
    std::string prefix_;
    std::set<std::string, std::less<>> known_;
    std::vector<base::Fault> faults_;
};

}  // namespace identity
