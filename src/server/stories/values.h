#pragma once

// Values as stories write them, turned into JSON of the field's type; and comparison with answers.

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/ids.h"
#include "base/json.h"
#include "kernel/definitions/model.h"

namespace stories {

struct Kept {
    std::string record;
    std::string id;
    json::object seen;  // as last read or written
};

struct Names {
    std::map<std::string, Kept> kept;  // by "$name"
    std::function<std::optional<base::Id>(const std::string&)> organisation;
    std::function<base::Result<json::object>(const std::string& file)> upload;  // "@permit.pdf" -> {hash, name, ...}
};

// "FIELD=VALUE" for a body. STORY_NAME (unknown $name), STORY_VALUE.
base::Result<json::value> value_of(const std::string& text, const definitions::Field*, Names&);

// The text of a word: JSON quotes taken off.
std::string plain(const std::string& word);

// The value at a path such as "professions[1].permit_status" or "net_officer.label"; null when missing.
json::value at_path(const json::object&, std::string_view path);

// As a person would compare: references by id or label, lists in any order, numbers by value.
bool equal(const json::value& seen, const std::string& expected, Names&);
bool empty(const json::value&);
std::string shown(const json::value&);

}  // namespace stories
