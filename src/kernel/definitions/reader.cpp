#include "kernel/definitions/reader.h"

#include <charconv>
#include <cstdlib>

#include "base/text.h"

namespace definitions {

using Kind = YamlNode::Kind;

MapReader::MapReader(Loading& loading, const std::string& file, const YamlNode& node, std::string what,
                     std::vector<std::string_view> keys)
    : loading_(loading), file_(file), node_(node), what_(std::move(what))
{
    if (node.kind != Kind::Map) {
        report(node, what_ + " must be a group of keys, not " + std::string(name_of(node.kind)));
        return;
    }
    for (const auto& [key, value] : node.members)
        if (std::find(keys.begin(), keys.end(), key.text) == keys.end())
            report(key, what_ + " has no key `" + key.text + "`", hint_for(key.text, keys));
}

void MapReader::report(const YamlNode& node, std::string message, std::string hint) const
{
    loading_.problems.add(node.in(file_), std::move(message), std::move(hint));
}

const YamlNode* MapReader::need(std::string_view key) const
{
    const auto* node = find(key);
    if (!node && node_.kind == Kind::Map)
        report(what_ + " needs the key `" + std::string(key) + "`");
    return node;
}

std::string MapReader::text(std::string_view key, std::size_t length_max) const
{
    const auto* node = find(key);
    if (!node)
        return {};
    if (!node->is_text()) {
        const bool quotable = node->scalar() && node->kind != Kind::Null;
        report(*node, "`" + std::string(key) + "` must be text, not " + std::string(name_of(node->kind)),
               quotable ? "put it in quotes: \"" + node->text + "\"" : "");
        return {};
    }
    if (base::text::trimmed(node->text).empty())
        report(*node, "`" + std::string(key) + "` is empty", "write it or take the key away");
    if (base::text::length(node->text) > length_max)
        report(*node, "`" + std::string(key) + "` is longer than " + std::to_string(length_max) + " characters");
    return node->text;
}

std::string MapReader::needed_text(std::string_view key, std::size_t length_max) const
{
    return need(key) ? text(key, length_max) : std::string{};
}

bool MapReader::boolean(std::string_view key, bool otherwise) const
{
    const auto* node = find(key);
    if (!node)
        return otherwise;
    if (node->kind == Kind::Boolean)
        return node->text == "true";
    const auto word = base::text::lower(node->text);
    const bool spoken = word == "no" || word == "off" || word == "yes" || word == "on";
    const std::string meant = word == "yes" || word == "on" ? "true" : "false";
    report(*node, "`" + std::string(key) + "` must be true or false, not " +
                      (node->scalar() ? "`" + node->text + "`" : std::string(name_of(node->kind))),
           spoken ? "write " + meant + "; `" + node->text + "` is text in YAML 1.2" : "");
    return otherwise;
}

int MapReader::integer(std::string_view key, int from, int to, int otherwise) const
{
    const auto* node = find(key);
    if (!node)
        return otherwise;
    int value = 0;
    if (node->kind == Kind::Integer) {
        const auto [end, fault] = std::from_chars(node->text.data(), node->text.data() + node->text.size(), value);
        if (fault == std::errc{} && end == node->text.data() + node->text.size() && from <= value && value <= to)
            return value;
    }
    report(*node, "`" + std::string(key) + "` must be a whole number from " + std::to_string(from) + " to " +
                      std::to_string(to));
    return otherwise;
}

std::optional<double> MapReader::number(std::string_view key) const
{
    const auto* node = find(key);
    if (!node)
        return std::nullopt;
    if (node->kind == Kind::Integer || node->kind == Kind::Decimal)
        return std::strtod(node->text.c_str(), nullptr);
    report(*node, "`" + std::string(key) + "` must be a number");
    return std::nullopt;
}

std::optional<base::Date> MapReader::date(std::string_view key) const
{
    const auto* node = find(key);
    if (!node)
        return std::nullopt;
    if (auto day = base::Date::parse(node->text); node->is_text() && day)
        return *day;
    report(*node, "`" + std::string(key) + "` must be an existing day such as 2026-01-31");
    return std::nullopt;
}

Title MapReader::title(std::string_view key, bool needed) const
{
    const auto* node = needed ? need(key) : find(key);
    if (!node)
        return {};
    if (node->kind == Kind::Text) {
        report(*node, "`" + std::string(key) + "` must be {zh: …, en: …}", "write {zh: " + node->text + "}");
        return {};
    }
    MapReader languages(loading_, file_, *node, "`" + std::string(key) + "`", {"zh", "en"});
    if (node->kind != Kind::Map)
        return {};
    Title title{languages.needed_text("zh"), languages.text("en")};
    if (loading_.release && title.en.empty() && !languages.has("en"))
        report(*node, "`" + std::string(key) + "` has no English text, which a release needs", "add en: …");
    return title;
}

std::vector<std::string> MapReader::names(std::string_view key) const
{
    const auto* node = find(key);
    if (!node)
        return {};
    if (node->kind != Kind::List) {
        report(*node, "`" + std::string(key) + "` must be a list", node->scalar() ? "write [" + node->text + "]" : "");
        return {};
    }
    std::vector<std::string> result;
    for (const auto& item : node->items) {
        if (item.is_text() && !item.text.empty())
            result.push_back(item.text);
        else
            report(item, "`" + std::string(key) + "` must list texts, not " + std::string(name_of(item.kind)));
    }
    return result;
}

std::vector<std::vector<std::string>> MapReader::name_lists(std::string_view key) const
{
    const auto* node = find(key);
    if (!node)
        return {};
    std::vector<std::vector<std::string>> result;
    if (node->kind != Kind::List)
        report(*node, "`" + std::string(key) + "` must be a list of lists", "write [[first, second], [third]]");
    for (const auto& inner : node->items) {
        if (inner.kind != Kind::List || inner.items.empty()) {
            report(inner, "`" + std::string(key) + "` must be a list of lists", "write [[first, second], [third]]");
            continue;
        }
        std::vector<std::string> names;
        for (const auto& item : inner.items) {
            if (item.is_text())
                names.push_back(item.text);
            else
                report(item, "a name is expected here, not " + std::string(name_of(item.kind)));
        }
        result.push_back(std::move(names));
    }
    return result;
}

std::string MapReader::one_of(std::string_view key, const std::vector<std::string_view>& allowed,
                              std::string_view otherwise) const
{
    const auto* node = find(key);
    if (!node)
        return std::string(otherwise);
    if (node->is_text() && std::find(allowed.begin(), allowed.end(), node->text) != allowed.end())
        return node->text;
    report(*node, "`" + std::string(key) + "` cannot be `" + node->text + "`", hint_for(node->text, allowed));
    return std::string(otherwise);
}

Position place_in_rule(const std::string& file, const YamlNode& node, const base::Error& error)
{
    int line = 0, column = 0;
    for (const auto& [name, value] : error.parameters) {
        if (name == "line")
            line = std::atoi(value.c_str());
        if (name == "column")
            column = std::atoi(value.c_str());
    }
    auto at = node.in(file);
    if (line < 1)
        return at;
    if (node.block_indent)
        return {file, at.line + line, node.block_indent + std::max(column, 1)};
    if (line > 1)
        return {file, at.line + line - 1, 1};
    return {file, at.line, at.column + (node.quoted ? 1 : 0) + (column > 0 ? column - 1 : 0)};
}

std::optional<Rule> read_rule(Loading& loading, const std::string& file, const YamlNode& node)
{
    // `required_if: true` is a rule as well.
    if (!node.scalar() || node.kind == Kind::Null) {
        loading.problems.add(node.in(file), "a rule must be text, not " + std::string(name_of(node.kind)));
        return std::nullopt;
    }
    auto expression = rules::Expression::parse(node.text);
    if (!expression) {
        const auto& error = expression.error();
        std::string message = "the rule cannot be read", hint;
        for (const auto& [name, value] : error.parameters)
            if (name == "message")
                message += ": " + value;
        if (const auto semicolon = message.find("; "); semicolon != std::string::npos) {
            hint = message.substr(semicolon + 2);
            message.erase(semicolon);
        }
        loading.problems.add(place_in_rule(file, node, error), message, hint);
        return std::nullopt;
    }
    return Rule{node.text, *std::move(expression), node.line};
}

}  // namespace definitions
