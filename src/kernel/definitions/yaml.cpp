#include "kernel/definitions/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "base/text.h"

namespace definitions {

namespace {

constexpr std::size_t size_max = std::size_t{1} << 20;
constexpr std::size_t depth_max = 20;

bool all_digits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_sign(std::string_view text)
{
    if (!text.empty() && (text.front() == '-' || text.front() == '+'))
        text.remove_prefix(1);
    return text;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool core_float(std::string_view text)
{
    text = without_sign(text);
    if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
        if (!all_digits(without_sign(text.substr(e + 1))))
            return false;
        text = text.substr(0, e);
    }
    const auto dot = text.find('.');
    if (dot == std::string_view::npos)
        return all_digits(text);
    const auto whole = text.substr(0, dot), part = text.substr(dot + 1);
    if (whole.empty())
        return all_digits(part);
    return all_digits(whole) && (part.empty() || all_digits(part));
}

bool based_integer(std::string_view text)
{
    const auto digits = [&](std::string_view allowed) {
        return text.size() > 2 && text.substr(2).find_first_not_of(allowed) == std::string_view::npos;
    };
    return (text.starts_with("0o") && digits("01234567")) ||
           (text.starts_with("0x") && digits("0123456789abcdefABCDEF"));
}

bool leading_zero(std::string_view text)
{
    text = without_sign(text);
    return based_integer(text) ||
           (text.size() > 1 && text[0] == '0' && std::isdigit(static_cast<unsigned char>(text[1])) && core_float(text));
}

YamlNode::Kind resolve(std::string_view text)
{
    using Kind = YamlNode::Kind;
    for (auto word : {"", "~", "null", "Null", "NULL"})
        if (text == word)
            return Kind::Null;
    for (auto word : {"true", "True", "TRUE", "false", "False", "FALSE"})
        if (text == word)
            return Kind::Boolean;
    if (all_digits(without_sign(text)) || based_integer(text))
        return Kind::Integer;
    if (core_float(text))
        return Kind::Decimal;
    const auto word = without_sign(text);
    for (auto special : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})
        if (word == special)
            return Kind::Decimal;
    return Kind::Text;
}

struct Stop : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Builds the tree from the parser's events, which carry marks, tags and anchors.
class Builder final : public YAML::EventHandler {
public:
    Builder(const std::string& file, std::string_view text, Problems& problems)
        : file_(file), text_(text), problems_(problems)
    {
    }

    std::optional<YamlNode> root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(open(mark, anchor, {})); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        fault(mark, "aliases (*name) are not allowed here", "write the value out");
        put(open(mark, 0, {}));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        auto node = open(mark, anchor, tag);
        node.text = value;
        const char first = mark.pos >= 0 && static_cast<std::size_t>(mark.pos) < text_.size()
                               ? text_[static_cast<std::size_t>(mark.pos)] : ' ';
        if (tag == "!" && first == '|')
            node.block_indent = indent_below(static_cast<std::size_t>(mark.pos));
        node.quoted = tag == "!";
        node.kind = node.quoted ? YamlNode::Kind::Text : resolve(value);
        if (node.kind == YamlNode::Kind::Boolean)
            node.text = base::text::lower(value);
        if (!node.quoted && leading_zero(value))
            fault(mark, "a number with a leading zero: " + value, "a code is text, put it in quotes: \"" + value + "\"");
        if (node.kind == YamlNode::Kind::Decimal && !core_float(value))
            fault(mark, value + " is not a number here", "put text in quotes");
        put(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        push(mark, tag, anchor, YamlNode::Kind::List);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        push(mark, tag, anchor, YamlNode::Kind::Map);
    }
    void OnSequenceEnd() override { pop(); }
    void OnMapEnd() override { pop(); }

private:
    struct Level {
        YamlNode node;
        std::optional<YamlNode> key = {};
    };

    // The parser counts columns in bytes; people count characters.
    int column(const YAML::Mark& mark) const
    {
        const auto size = static_cast<int>(text_.size());
        if (mark.column < 0 || mark.pos < mark.column || mark.pos > size)
            return 1;
        const auto start = static_cast<std::size_t>(mark.pos - mark.column);
        return 1 + static_cast<int>(base::text::length(text_.substr(start, static_cast<std::size_t>(mark.column))));
    }
    int indent_below(std::size_t at) const
    {
        const auto line = text_.find('\n', at);
        const auto begin = line == std::string_view::npos ? line : text_.find_first_not_of(' ', line + 1);
        return begin == std::string_view::npos ? 0 : static_cast<int>(begin - line - 1);
    }
    void fault(const YAML::Mark& mark, std::string message, std::string hint)
    {
        problems_.add({file_, mark.line + 1, column(mark)}, std::move(message), std::move(hint));
    }
    YamlNode open(const YAML::Mark& mark, YAML::anchor_t anchor, std::string_view tag)
    {
        if (anchor)
            fault(mark, "anchors (&name) are not allowed here", "write the value out at each place");
        if (!tag.empty() && tag != "?" && tag != "!")
            fault(mark, "tags (" + std::string(tag) + ") are not allowed here", "take the tag away");
        YamlNode node;
        node.line = mark.line + 1;
        node.column = column(mark);
        return node;
    }
    void push(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind)
    {
        if (levels_.size() >= depth_max)
            throw Stop("nested more than " + std::to_string(depth_max) + " levels deep");
        auto node = open(mark, anchor, tag);
        node.kind = kind;
        levels_.push_back({std::move(node)});
    }
    void pop()
    {
        auto node = std::move(levels_.back().node);
        levels_.pop_back();
        put(std::move(node));
    }
    void put(YamlNode node)
    {
        if (levels_.empty()) {
            root_ = std::move(node);
            return;
        }
        auto& level = levels_.back();
        if (level.node.kind == YamlNode::Kind::List) {
            level.node.items.push_back(std::move(node));
        } else if (!level.key) {
            level.key = std::move(node);
        } else {
            add_member(level, std::move(node));
        }
    }
    void add_member(Level& level, YamlNode value)
    {
        YamlNode key = std::move(*level.key);
        level.key.reset();
        if (!key.scalar() || (key.kind == YamlNode::Kind::Null && key.text.empty())) {
            problems_.add(key.in(file_), "a key must be a name", {});
            return;
        }
        key.kind = YamlNode::Kind::Text;
        if (const auto* earlier = level.node.find(key.text)) {
            problems_.add(key.in(file_), "the key `" + key.text + "` stands twice",
                          "it stands first in line " + std::to_string(earlier->line));
            return;
        }
        level.node.members.emplace_back(std::move(key), std::move(value));
    }

    const std::string& file_;
    std::string_view text_;
    Problems& problems_;
    std::vector<Level> levels_;
    std::optional<YamlNode> root_;
};

std::optional<YamlNode> parse(const std::string& file, std::string_view text, Problems& problems)
{
    Builder builder(file, text, problems);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            problems.add({file, 1, 1}, "the file holds no definition", {});
            return std::nullopt;
        }
        auto root = builder.root();
        Problems ignored;
        Builder second(file, text, ignored);
        if (parser.HandleNextDocument(second))
            problems.add({file, root ? root->line : 1, 1}, "the file holds more than one document",
                         "one definition a file; take the `---` lines away");
        return root;
    } catch (const YAML::Exception& e) {
        problems.add({file, e.mark.line + 1, e.mark.column + 1}, "not valid YAML: " + e.msg,
                     "check indentation, quotes and brackets around this line");
    } catch (const std::exception& e) {
        problems.add({file, 1, 1}, std::string("not readable as YAML: ") + e.what(), {});
    }
    return std::nullopt;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const
{
    for (const auto& [name, value] : members)
        if (name.text == key)
            return &value;
    return nullptr;
}

std::string_view name_of(YamlNode::Kind kind)
{
    switch (kind) {
    case YamlNode::Kind::Null: return "nothing";
    case YamlNode::Kind::Boolean: return "true or false";
    case YamlNode::Kind::Integer: return "a whole number";
    case YamlNode::Kind::Decimal: return "a number";
    case YamlNode::Kind::Text: return "text";
    case YamlNode::Kind::List: return "a list";
    case YamlNode::Kind::Map: return "a group of keys";
    }
    return "";
}

std::optional<YamlNode> read_yaml(const std::string& file, std::string_view text, Problems& problems)
{
    if (text.size() > size_max) {
        problems.add({file, 1, 1}, "the file is larger than 1 MiB", "split the definition");
        return std::nullopt;
    }
    if (!base::text::valid_utf8(text)) {
        problems.add({file, 1, 1}, "the file is not UTF-8", "save it as UTF-8");
        return std::nullopt;
    }
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
        problems.add({file, static_cast<int>(line), 1}, "the file holds a NUL byte", "save it as plain UTF-8 text");
        return std::nullopt;
    }
    return parse(file, text, problems);
}

json::value to_json(const YamlNode& node)
{
    switch (node.kind) {
    case YamlNode::Kind::Null: return nullptr;
    case YamlNode::Kind::Boolean: return node.text == "true";
    case YamlNode::Kind::Integer: {
        std::int64_t number = 0;
        const auto digits = node.text.starts_with('+') ? std::string_view(node.text).substr(1) : std::string_view(node.text);
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return number;
    }
    case YamlNode::Kind::Decimal: return std::strtod(node.text.c_str(), nullptr);
    case YamlNode::Kind::Text: return json::string(node.text);
    case YamlNode::Kind::List: {
        json::array list;
        for (const auto& item : node.items)
            list.push_back(to_json(item));
        return list;
    }
    case YamlNode::Kind::Map: {
        json::object object;
        for (const auto& [key, value] : node.members)
            object[key.text] = to_json(value);
        return object;
    }
    }
    return nullptr;
}

}  // namespace definitions
