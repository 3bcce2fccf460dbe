#pragma once

// Typed reading of a YAML map: each getter reports what is wrong at its place and gives a harmless
// value, so that reading can go on.

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/definitions/model.h"
#include "kernel/definitions/yaml.h"

namespace definitions {

// A name used somewhere that must exist once every file is read.
struct Reference {
    enum class Kind { Record, Dictionary, Role, System };
    Kind kind;
    std::string name;
    Position at;
};

// An expression to type-check once every record is known.
struct RuleUse {
    enum class Result { Truth, FieldValue };
    std::string record;
    std::string rows;   // name of the rows the rule stands in, or empty
    std::string field;  // whose value it gives (FieldValue)
    Result result = Result::Truth;
    bool set = false;   // must also translate to SQL
    rules::Expression expression;
    YamlNode node;      // its place
    std::string file;
    std::string target = {};  // the record of `field` when it is another one (a workflow that creates it)
    bool officer = false;     // `officer` {id, organisation, region, roles} is a name as well
};

// A field that a workflow names; judged once every record is known.
struct FieldName {
    enum class Want { Any, AnyOrRows, Fillable, Settable, People, User, Organisation, Time };
    std::string record;
    std::string name;  // also rows.field for People
    Want want = Want::Any;
    Position at;
};

// What a load has gathered so far.
struct Loading {
    Problems problems = {};
    bool release = false;
    std::vector<Reference> references = {};
    std::vector<RuleUse> rules = {};
    std::vector<FieldName> field_names = {};
    std::vector<std::pair<std::string, Position>> figure_names = {};
    bool roles_doubtful = false;  // a roles.yaml could not be read
    std::set<std::string, std::less<>> doubtful = {};  // records whose rules cannot be judged
    // Where a field (record, rows or empty, field) and a code (dictionary, code) are declared.
    std::map<std::array<std::string, 3>, Position> field_places = {};
    std::map<std::pair<std::string, std::string>, Position> code_places = {};
};

class MapReader {
public:
    // `what` names the thing in messages ("a field"); other keys than `keys` are reported.
    MapReader(Loading&, const std::string& file, const YamlNode&, std::string what,
              std::vector<std::string_view> keys);

    const YamlNode* find(std::string_view key) const { return node_.find(key); }
    const YamlNode* need(std::string_view key) const;  // reported when missing
    bool has(std::string_view key) const { return find(key) != nullptr; }

    std::string text(std::string_view key, std::size_t length_max = 500) const;
    std::string needed_text(std::string_view key, std::size_t length_max = 500) const;
    bool boolean(std::string_view key, bool otherwise) const;
    int integer(std::string_view key, int from, int to, int otherwise) const;
    std::optional<double> number(std::string_view key) const;
    std::optional<base::Date> date(std::string_view key) const;
    Title title(std::string_view key, bool needed) const;
    std::vector<std::string> names(std::string_view key) const;  // a list of texts
    std::vector<std::vector<std::string>> name_lists(std::string_view key) const;  // a list of those
    std::string one_of(std::string_view key, const std::vector<std::string_view>& allowed,
                       std::string_view otherwise) const;

    void report(const YamlNode&, std::string message, std::string hint = {}) const;
    void report(std::string message, std::string hint = {}) const { report(node_, std::move(message), std::move(hint)); }
    const YamlNode& node() const { return node_; }
    const std::string& file() const { return file_; }
    Loading& loading() const { return loading_; }

private:
    Loading& loading_;
    const std::string& file_;
    const YamlNode& node_;
    std::string what_;
};

// The place inside an expression's text, for a position the rule parser gives.
Position place_in_rule(const std::string& file, const YamlNode&, const base::Error&);
// Parses an expression; syntax faults are reported at their place.
std::optional<Rule> read_rule(Loading&, const std::string& file, const YamlNode&);

}  // namespace definitions
