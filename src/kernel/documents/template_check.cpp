#include "kernel/documents/template_check.h"

#include <algorithm>

#include "kernel/definitions/problems.h"

namespace documents {

using definitions::Field;
using definitions::FieldType;
using markup::Fault;

namespace {

FieldType shown_type(const Field& field) { return field.type == FieldType::Computed ? field.computed_type : field.type; }

// What may follow a field's name behind a point.
std::vector<std::string_view> suffixes_of(const Field& field)
{
    switch (shown_type(field)) {
    case FieldType::Money: return {"capital", "digits"};
    case FieldType::Date: return {"digits"};
    case FieldType::DateTime: return {"date", "time", "digits"};
    case FieldType::Code: return {"code"};
    default: return {};
    }
}

class Checker {
public:
    Checker(const definitions::Release& release, const definitions::Record& record, const Definition& definition) :
        release_(release), record_(record), definition_(definition) {}

    std::vector<Fault> run()
    {
        const auto tags = tags_of(definition_.text, faults_);
        for (const Tag& tag : tags)
            check(tag);
        for (const auto& open : open_)
            report(open.second, "the section `" + open.first + "` is not closed", "write {{/" + open.first + "}} behind it");
        if (definition_.text.find("<![CDATA[") != std::string::npos)
            report(1, "CDATA is not allowed", "write &lt; and &amp;");
        auto outcome = markup::read(definition_.text, {.a_template = true});
        if (auto* list = std::get_if<std::vector<Fault>>(&outcome)) {
            faults_.insert(faults_.end(), list->begin(), list->end());
        } else {
            const auto& document = std::get<markup::Document>(outcome);
            if (document.styles.text.find("{{") != std::string::npos)
                report(1, "a value stands in <style>", "values may stand in text and in alt, title and data- attributes");
            walk(document.root);
            for (const markup::Node* running : {&document.header, &document.footer})
                walk(*running);
        }
        return std::move(faults_);
    }

private:
    void report(int line, std::string message, std::string hint = {}) { faults_.push_back({line, std::move(message), std::move(hint)}); }

    const definitions::Rows* rows() const
    {
        for (auto at = open_.rbegin(); at != open_.rend(); ++at)
            if (const auto* rows = record_.child(at->first))
                return rows;
        return nullptr;
    }

    void check(const Tag& tag)
    {
        if (tag.kind == '!')
            return;
        if (tag.kind == '/') {
            if (open_.empty() || open_.back().first != tag.name)
                report(tag.line, "`{{/" + tag.name + "}}` closes nothing", open_.empty() ? "" : "open is `" + open_.back().first + "`");
            else
                open_.pop_back();
            return;
        }
        const bool section = tag.kind == '#' || tag.kind == '^';
        const bool names_rows = record_.child(tag.name) && !rows();
        if (names_rows && !section)
            report(tag.line, "`" + tag.name + "` are rows", "write {{#" + tag.name + "}} … {{/" + tag.name + "}}");
        else if (!names_rows && !find_name(release_, record_, rows(), tag.name))
            report(tag.line, "there is no value `" + tag.name + "`", hint(tag.name));
        if (section)
            open_.emplace_back(tag.name, tag.line);
    }

    std::string hint(const std::string& name) const
    {
        std::vector<std::string_view> names = general_names();
        if (const auto* inside = rows()) {
            for (const Field& field : inside->fields)
                names.push_back(field.name);
            names.push_back("position");
        }
        for (const Field& field : record_.fields)
            names.push_back(field.name);
        for (const auto& child : record_.rows)
            names.push_back(child.name);
        const std::string base = name.substr(0, name.find('.'));
        if (const Field* field = release_.field_of(record_, base); field && base != name) {
            std::string text = "`" + base + "` has";
            for (const auto suffix : suffixes_of(*field))
                text += " ." + std::string(suffix);
            return suffixes_of(*field).empty() ? "`" + base + "` is written without a point" : text;
        }
        return definitions::hint_for(name, names);
    }

    void walk(const markup::Node& node)
    {
        int depth = 0;
        for (const auto& [name, value] : node.attributes) {
            const bool safe = name == "alt" || name == "title" || name.starts_with("data-");
            if (!safe && value.find("{{") != std::string::npos)
                report(node.line, "a value stands in the attribute `" + name + "`", "values may stand in text and in alt, title and data- attributes");
            std::vector<Fault> ignored;
            for (const Tag& tag : tags_of(value, ignored))
                if (tag.kind != ' ')
                    report(node.line, "a section stands in the attribute `" + name + "`", "put it around the element");
        }
        if (node.name == "img")
            check_image(node);
        for (const markup::Node& child : node.children) {
            if (!child.is_text()) {
                walk(child);
                continue;
            }
            std::vector<Fault> ignored;
            for (const Tag& tag : tags_of(child.text, ignored)) {
                depth += tag.kind == '#' || tag.kind == '^' ? 1 : tag.kind == '/' ? -1 : 0;
                if (depth < 0)
                    break;
            }
            if (depth < 0)
                break;
        }
        if (depth != 0)
            report(node.line, "a section begins in <" + node.name + "> and ends outside, or the other way round", "open and close it inside the same element");
    }

    void check_image(const markup::Node& node)
    {
        if (node.attribute("data-qr") || (node.attribute("data-seal") && definition_.seal))
            return;
        const std::string* place = node.attribute("data-signature");
        if (node.attribute("data-seal"))
            report(node.line, "the document has a place for a seal but `seal` is not true");
        else if (!place)
            report(node.line, "the image is not named", "data-qr=\"verify\", data-seal=\"organisation\" or data-signature=\"<place>\"");
        else if (std::ranges::find(definition_.signatures, *place, &SignaturePlace::name) == definition_.signatures.end())
            report(node.line, "there is no signature place `" + *place + "`", "declare it under `signatures`");
    }

    const definitions::Release& release_;
    const definitions::Record& record_;
    const Definition& definition_;
    std::vector<Fault> faults_;
    std::vector<std::pair<std::string, int>> open_;
};

}  // namespace

std::vector<Tag> tags_of(std::string_view text, std::vector<Fault>& faults)
{
    std::vector<Tag> tags;
    int line = 1;
    std::size_t seen = 0;
    const auto line_at = [&](std::size_t at) {
        line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(seen), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        seen = at;
        return line;
    };
    for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", seen)) {
        const int here = line_at(at);
        const auto end = text.find("}}", at);
        if (end == std::string_view::npos) {
            faults.push_back({here, "a tag is not closed", "write }} behind it"});
            return tags;
        }
        std::string_view inner = text.substr(at + 2, end - at - 2);
        const char kind = inner.empty() ? ' ' : inner.front();
        if (kind == '{' || kind == '&')
            faults.push_back({here, "a value without protection is not allowed", "write {{name}}"});
        else if (kind == '>' || kind == '=')
            faults.push_back({here, std::string("the tag `{{") + kind + "` is not allowed", "known: {{name}} {{#section}} {{^section}} {{/section}} {{! comment}}"});
        Tag tag{kind == '#' || kind == '^' || kind == '/' || kind == '!' ? kind : ' ', "", here};
        if (tag.kind != ' ')
            inner.remove_prefix(1);
        const auto from = inner.find_first_not_of(" \t\r\n");
        if (from != std::string_view::npos)
            tag.name = inner.substr(from, inner.find_last_not_of(" \t\r\n") - from + 1);
        const bool named = !tag.name.empty()
            && tag.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == std::string::npos;
        if (kind != '{' && kind != '&' && kind != '>' && kind != '=') {
            if (!named && tag.kind != '!')
                faults.push_back({here, "`" + tag.name + "` is no name", "write {{field}}, {{#rows}} or {{#is.field.CODE}}"});
            else
                tags.push_back(std::move(tag));
        }
        (void)line_at(end + 2);
    }
    return tags;
}

const std::vector<std::string_view>& general_names()
{
    static const std::vector<std::string_view> names = {"document.title", "document.number", "document.date", "document.version",
        "document.code", "document.copies", "agency.name", "user.name"};
    return names;
}

std::optional<Name> find_name(const definitions::Release& release, const definitions::Record& record, const definitions::Rows* rows, std::string_view name)
{
    if (std::ranges::find(general_names(), name) != general_names().end() || (rows && name == "position"))
        return Name{};
    const auto field_named = [&](std::string_view wanted) -> const Field* {
        const Field* inner = rows ? rows->field(wanted) : nullptr;
        return inner ? inner : release.field_of(record, wanted);
    };
    if (name.starts_with("is.")) {
        name.remove_prefix(3);
        const auto point = name.find('.');
        const Field* field = field_named(name.substr(0, point));
        if (!field || point == std::string_view::npos || (field->type != FieldType::Code && field->type != FieldType::Codes))
            return {};
        const auto dictionary = release.dictionaries.find(field->dictionary);
        const std::string code{name.substr(point + 1)};
        if (dictionary == release.dictionaries.end() || !dictionary->second.find(code))
            return {};
        return Name{field, "is", code};
    }
    const auto point = name.find('.');
    const Field* field = field_named(name.substr(0, point));
    if (!field || field->type == FieldType::Files || field->type == FieldType::Polygon || field->type == FieldType::Signature)
        return {};
    if (point == std::string_view::npos)
        return Name{field, "", ""};
    const std::string_view suffix = name.substr(point + 1);
    const auto known = suffixes_of(*field);
    if (std::ranges::find(known, suffix) == known.end())
        return {};
    return Name{field, std::string(suffix), ""};
}

}  // namespace documents
