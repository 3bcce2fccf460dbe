#pragma once

// What the readers of a workflow share: people, fields, rules, terms, destinations.

#include "kernel/definitions/reader.h"

namespace definitions {

class FlowReader {
public:
    Loading& loading;
    const std::string& file;
    const std::string& record;

    // Actors may be anybody; Known are people who can be told; Assignable can hold a task.
    enum class People { Actors, Known, Assignable };
    std::vector<Party> parties(const YamlNode&, std::string_view key, People) const;

    // A field of the workflow's record, or of another one; judged once every record is known.
    void name_field(const YamlNode& name, FieldName::Want, const std::string& of = {}) const;
    std::string field(const MapReader&, std::string_view key, FieldName::Want, const std::string& of = {}) const;
    std::vector<std::string> fields(const MapReader&, std::string_view key, FieldName::Want) const;

    struct RulePlace {
        std::string record = {};  // whose names it uses; empty: the workflow's
        std::string field = {};   // whose value it gives; empty: true or false
        std::string target = {};  // the record of that field; empty: the workflow's
        bool officer = false;     // `officer` is a name as well
    };
    std::optional<Rule> rule(const YamlNode&, const RulePlace&) const;

    std::optional<Term> term(const YamlNode&, const std::vector<std::string_view>& keys) const;
    Term read_term(const MapReader&) const;
    std::vector<Destination> destinations(const YamlNode&) const;
    void check_name(const YamlNode&, std::string_view what) const;
};

void read_deadlines(const FlowReader&, const YamlNode&, Workflow&);

}  // namespace definitions
