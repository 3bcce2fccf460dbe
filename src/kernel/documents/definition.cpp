#include "kernel/documents/definition.h"

#include <algorithm>

#include "base/crypto.h"
#include "kernel/definitions/names.h"
#include "kernel/definitions/reader.h"
#include "kernel/documents/template_check.h"

namespace documents {

namespace {

using definitions::MapReader;
using definitions::YamlNode;

class Loader {
public:
    explicit Loader(const definitions::Release& release) : release_(release) {}

    Loaded load()
    {
        for (const auto& [key, text] : release_.files) {
            const auto folder = key.find("/documents/");
            if (folder == std::string::npos)
                continue;
            const std::string system = key.substr(key.find('/') + 1, folder - key.find('/') - 1);
            const std::string name = key.substr(folder + 11);
            if (name.ends_with(".yaml"))
                read(key, text, system, name.substr(0, name.size() - 5));
            else if (!name.ends_with(".html"))
                report(key, 1, "a file `" + name + "` is not known here", "a document is one .yaml and one .html");
            else if (!release_.files.contains(key.substr(0, key.size() - 5) + ".yaml"))
                report(key, 1, "the template has no description", "write documents/" + name.substr(0, name.size() - 5) + ".yaml beside it");
        }
        if (!loading_.problems.empty())
            return loading_.problems.sorted();
        return std::move(definitions_);
    }

private:
    void report(const std::string& file, int line, std::string message, std::string hint = {})
    {
        loading_.problems.add({file, line, 1}, std::move(message), std::move(hint));
    }

    void read(const std::string& file, const std::string& text, const std::string& system, const std::string& stem)
    {
        if (!text.starts_with("# "))
            report(file, 1, "the file does not say what it is for", "begin with one sentence:  # What this is, and why it is kept.");
        const auto node = definitions::read_yaml(file, text, loading_.problems);
        if (!node)
            return;
        const MapReader reader(loading_, file, *node, "a document",
            {"document", "title", "record", "number", "blank", "required", "signatures", "seal", "copies"});
        Definition definition;
        definition.system = system;
        definition.file = file;
        definition.name = reader.needed_text("document", 40);
        definition.title = reader.title("title", true);
        definition.record = reader.needed_text("record", 40);
        definition.number = reader.text("number", 80);
        definition.blank = reader.has("blank") ? reader.text("blank", 10) : definition.blank;
        definition.seal = reader.boolean("seal", false);
        definition.copies = reader.integer("copies", 1, 20, 1);
        if (definition.name != stem)
            reader.report("the file is named `" + stem + "` but its document `" + definition.name + "`", "give both the same name");
        if (definitions_.contains(definition.name))
            reader.report("the document `" + definition.name + "` exists already in system " + definitions_.find(definition.name)->second.system);
        check_number(reader, definition.number);
        const definitions::Record* record = release_.record(definition.record);
        if (!record) {
            std::vector<std::string_view> names;
            for (const auto& [name, one] : release_.records)
                names.push_back(name);
            const YamlNode* place = reader.find("record");
            reader.report(place ? *place : *node, "there is no record `" + definition.record + "`", definitions::hint_for(definition.record, names));
            return;
        }
        read_required(reader, *record, definition);
        read_signatures(reader, definition);
        read_template(file, text, *record, definition);
        definitions_.emplace(definition.name, std::move(definition));
    }

    static void check_number(const MapReader& reader, const std::string& pattern)
    {
        const auto count = [&](std::string_view part) {
            std::size_t found = 0;
            for (auto at = pattern.find(part); at != std::string::npos; at = pattern.find(part, at + 1))
                ++found;
            return found;
        };
        if (!pattern.empty() && count("{seq:") != 1)
            reader.report(*reader.find("number"), "`number` needs {seq:N} once", "for example 京卫监基〔{yyyy}〕{seq:5}号");
        std::string_view rest = pattern;
        for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
            const auto end = rest.find('}', open);
            const std::string_view part = rest.substr(open + 1, std::min(end, rest.size()) - open - 1);
            const bool serial = part.size() == 5 && part.starts_with("seq:") && part[4] >= '1' && part[4] <= '9';
            const bool known = serial || part == "region" || part == "organisation" || part == "yyyy" || part == "yy" || part == "yyyyMM" || part == "yyyyMMdd" || part == "MM" || part == "dd";
            if (!known || end == std::string_view::npos) {
                reader.report(*reader.find("number"), "`{" + std::string(part) + "}` is no part of a number", "known: {yyyy} {yy} {MM} {dd} {yyyyMM} {yyyyMMdd} {region} {organisation} {seq:N}");
                break;
            }
            rest.remove_prefix(end + 1);
        }
    }

    void read_required(const MapReader& reader, const definitions::Record& record, Definition& definition)
    {
        definition.required = reader.names("required");
        std::vector<std::string_view> names;
        for (const auto& field : record.fields)
            names.push_back(field.name);
        for (const auto& name : definition.required)
            if (!release_.field_of(record, name))
                reader.report(*reader.find("required"), record.name + " has no field `" + name + "`", definitions::hint_for(name, names));
    }

    void read_signatures(const MapReader& reader, Definition& definition)
    {
        const YamlNode* node = reader.find("signatures");
        if (!node)
            return;
        if (node->kind != YamlNode::Kind::Map)
            return reader.report(*node, "`signatures` must name the places", "for example  party: {title: {zh: 当事人签名}}");
        for (const auto& [name, value] : node->members) {
            const MapReader place(loading_, reader.file(), value, "a signature place", {"title"});
            if (!definitions::snake_case(name.text))
                reader.report(name, "`" + name.text + "` must be lower snake_case");
            definition.signatures.push_back({name.text, place.title("title", true)});
        }
    }

    void read_template(const std::string& file, const std::string& text, const definitions::Record& record, Definition& definition)
    {
        const std::string key = file.substr(0, file.size() - 5) + ".html";
        const auto found = release_.files.find(key);
        if (found == release_.files.end())
            return report(file, 1, "the document has no template", "write it in " + key);
        definition.text = found->second;
        for (const markup::Fault& fault : check_template(release_, record, definition))
            report(key, fault.line, fault.message, fault.hint);
        definition.hash = base::crypto::hex(base::crypto::sm3(text + '\n' + found->second));
    }

    const definitions::Release& release_;
    definitions::Loading loading_;
    Definitions definitions_;
};

}  // namespace

Loaded load(const definitions::Release& release) { return Loader(release).load(); }

}  // namespace documents
