#pragma once

// Kinds of documents: what a system declares in documents/<name>.yaml and documents/<name>.html.
//
// A template is the markup subset with Mustache tags. Values may stand only in the text of elements
// and in alt, title and data- attributes; everything else is refused when definitions are checked,
// with file and line, so no value ever becomes markup.

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "kernel/definitions/model.h"
#include "kernel/markup/markup.h"

namespace documents {

struct SignaturePlace {
    std::string name;
    definitions::Title title;
};

struct Definition {
    std::string name, system, record;
    definitions::Title title;
    std::string number;                     // pattern as of records; empty: none
    std::string blank = "/";                // what an unfilled field prints
    std::vector<std::string> required;      // fields that must be filled before it is produced
    std::vector<SignaturePlace> signatures;
    bool seal = false;
    int copies = 1;
    std::string text;                       // the template
    std::string hash;                       // SM3 of both files, hex: the template's version
    std::string file;
};

using Definitions = std::map<std::string, Definition, std::less<>>;
using Loaded = std::variant<Definitions, std::vector<base::Problem>>;
// Every document of the release, or every problem of their files.
Loaded load(const definitions::Release&);

// A tag of a template: {{name}}, {{#name}}, {{^name}}, {{/name}}.
struct Tag {
    char kind = ' ';  // ' ' a value, '#', '^', '/', '!' a comment
    std::string name;
    int line = 0;
};
std::vector<Tag> tags_of(std::string_view text, std::vector<markup::Fault>&);

}  // namespace documents
