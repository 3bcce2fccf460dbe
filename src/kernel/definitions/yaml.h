#pragma once

// Strict YAML: one document, no anchors, aliases or tags, no duplicate keys, scalars resolved by the
// YAML 1.2 core schema (`no` is text) and no number with a leading zero. Every node knows its place.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "kernel/definitions/problems.h"

namespace definitions {

struct YamlNode {
    enum class Kind { Null, Boolean, Integer, Decimal, Text, List, Map };
    using Member = std::pair<YamlNode, YamlNode>;

    Kind kind = Kind::Null;
    std::string text = {};  // scalars, as written; Boolean is "true" or "false"
    bool quoted = false;    // '…', "…" or a block: certainly text
    int block_indent = 0;   // of text behind a | , which begins on the line below
    int line = 0;
    int column = 0;
    std::vector<YamlNode> items = {};
    std::vector<Member> members = {};  // keys are Text nodes

    bool scalar() const { return kind != Kind::List && kind != Kind::Map; }
    bool is_text() const { return kind == Kind::Text; }
    const YamlNode* find(std::string_view key) const;
    Position in(const std::string& file) const { return {file, line, column}; }
};

std::string_view name_of(YamlNode::Kind);

// Nothing when the text is not one YAML document; faults below that level (a duplicate key, a number
// with a leading zero) are reported and the rest of the tree is given all the same.
std::optional<YamlNode> read_yaml(const std::string& file, std::string_view text, Problems&);

// The same tree as JSON, for validation against the schemas.
json::value to_json(const YamlNode&);

}  // namespace definitions
