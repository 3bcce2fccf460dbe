#include "kernel/definitions/field_reader.h"

#include <unicode/regex.h>

#include <algorithm>
#include <charconv>

#include "base/decimal.h"
#include "base/text.h"

namespace definitions {

namespace {

using Kind = YamlNode::Kind;
using Types = std::vector<FieldType>;

const std::vector<FieldType> every_type = {
    FieldType::Text, FieldType::Integer, FieldType::Decimal, FieldType::Money, FieldType::Boolean,
    FieldType::Date, FieldType::DateTime, FieldType::Code, FieldType::Codes, FieldType::Ref, FieldType::Refs,
    FieldType::Organisation, FieldType::User, FieldType::Person, FieldType::Region, FieldType::IdCard,
    FieldType::CreditCode, FieldType::Phone, FieldType::Files, FieldType::Signature, FieldType::Point,
    FieldType::Polygon, FieldType::Computed};

constexpr int text_max_default = 200;
constexpr int multiline_max_default = 4000;
constexpr int text_max = 100'000;

bool among(FieldType type, const Types& types) { return std::find(types.begin(), types.end(), type) != types.end(); }

// Keys that only some types have.
struct SpecialKey {
    std::string_view key;
    Types types;
};
const std::vector<SpecialKey>& special_keys()
{
    using T = FieldType;
    static const std::vector<SpecialKey> keys = {
        {"max", {T::Text, T::Integer, T::Decimal, T::Money, T::Date, T::DateTime}},
        {"min", {T::Integer, T::Decimal, T::Money, T::Date, T::DateTime}},
        {"pattern", {T::Text}},
        {"multiline", {T::Text}},
        {"dictionary", {T::Code, T::Codes}},
        {"record", {T::Ref, T::Refs}},
        {"value", {T::Computed}},
        {"accept", {T::Files}},
        {"max_mb", {T::Files}},
        {"max_files", {T::Files}},
        {"unit", {T::Integer, T::Decimal, T::Money, T::Computed}},
        {"protect", {T::Text, T::Region, T::IdCard, T::CreditCode, T::Phone, T::Date}},
    };
    return keys;
}

class FieldReader {
public:
    FieldReader(const MapReader& parent, const YamlNode& name, const YamlNode& node, const FieldOwner& owner)
        : reader_(parent.loading(), parent.file(), node, "a field",
                  {"title", "help", "type", "max", "min", "pattern", "dictionary", "record", "unit", "required",
                   "required_if", "visible_if", "default", "value", "protect", "accept", "max_mb", "max_files",
                   "multiline", "track", "read_only", "fill_from", "was", "import_names"}),
          owner_(owner)
    {
        field_.name = name.text;
        field_.line = name.line;
    }

    Field read()
    {
        if (reader_.node().kind != Kind::Map) {
            reader_.loading().doubtful.insert(owner_.record);
            return field_;
        }
        field_.title = reader_.title("title", true);
        field_.help = reader_.title("help", false);
        if (!read_type()) {
            reader_.loading().doubtful.insert(owner_.record);
            return field_;
        }
        refuse_foreign_keys();
        read_limits();
        read_references();
        read_conditions();
        read_rest();
        return field_;
    }

private:
    bool read_type()
    {
        const auto* node = reader_.need("type");
        if (!node)
            return false;
        std::string text = node->text;
        text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
        if (text.starts_with("decimal"))
            return read_decimal(*node, text);
        for (auto type : every_type) {
            if (node->is_text() && name_of(type) == text) {
                field_.type = type;
                if (type == FieldType::Money)
                    field_.scale = 2;
                return true;
            }
        }
        std::vector<std::string_view> names;
        for (auto type : every_type)
            names.push_back(name_of(type));
        reader_.report(*node, "there is no field type `" + node->text + "`", hint_for(node->text, names));
        return false;
    }
    bool read_decimal(const YamlNode& node, std::string_view text)
    {
        int precision = 0, scale = -1;
        const auto comma = text.find(',');
        if (text.starts_with("decimal(") && text.ends_with(')') && comma != std::string_view::npos) {
            std::from_chars(text.data() + 8, text.data() + comma, precision);
            std::from_chars(text.data() + comma + 1, text.data() + text.size() - 1, scale);
        }
        if (precision < 1 || precision > 18 || scale < 0 || scale > precision) {
            reader_.report(node, "a decimal is written decimal(p,s) with 1 ≤ p ≤ 18 and 0 ≤ s ≤ p",
                           "for example decimal(10,2)");
            return false;
        }
        field_.type = FieldType::Decimal;
        field_.precision = precision;
        field_.scale = scale;
        return true;
    }
    void refuse_foreign_keys()
    {
        for (const auto& [key, types] : special_keys()) {
            const auto* node = reader_.find(key);
            if (node && !among(field_.type, types))
                reader_.report(*node, "`" + std::string(key) + "` has no meaning for type " + std::string(name_of(field_.type)));
        }
    }
    void read_limits()
    {
        field_.multiline = field_.type == FieldType::Text && reader_.boolean("multiline", false);
        if (field_.type == FieldType::Text) {
            field_.max = reader_.integer("max", 1, text_max, field_.multiline ? multiline_max_default : text_max_default);
            read_pattern();
        } else if (among(field_.type, {FieldType::Integer, FieldType::Decimal, FieldType::Money, FieldType::Date,
                                       FieldType::DateTime})) {
            field_.minimum = read_bound("min");
            field_.maximum = read_bound("max");
            refuse_empty_range();
        } else if (field_.type == FieldType::Files) {
            field_.accept = reader_.names("accept");
            read_accept();
            field_.max_mb = reader_.integer("max_mb", 1, 2048, field_.max_mb);
            field_.max_files = reader_.integer("max_files", 1, 200, field_.max_files);
        }
    }
    void read_pattern()
    {
        field_.pattern = reader_.text("pattern");
        if (field_.pattern.empty())
            return;
        UErrorCode status = U_ZERO_ERROR;
        UParseError place{};
        const auto text = icu::UnicodeString::fromUTF8(field_.pattern);
        std::unique_ptr<icu::RegexPattern> compiled(icu::RegexPattern::compile(text, 0, place, status));
        if (U_FAILURE(status))
            reader_.report(*reader_.find("pattern"), "the regular expression cannot be read near its character " +
                                                         std::to_string(place.offset), "check brackets and backslashes");
    }
    std::optional<std::string> read_bound(std::string_view key)
    {
        const auto* node = reader_.find(key);
        if (!node)
            return std::nullopt;
        const bool day = field_.type == FieldType::Date || field_.type == FieldType::DateTime;
        if (day) {
            if (node->is_text() && (node->text == "today" || base::Date::parse(node->text)))
                return node->text;
            reader_.report(*node, "`" + std::string(key) + "` of a " + std::string(name_of(field_.type)) +
                                      " must be a day such as 1949-10-01, or the word today");
            return std::nullopt;
        }
        const bool whole = field_.type == FieldType::Integer;
        const bool number = node->kind == Kind::Integer || (!whole && node->kind == Kind::Decimal);
        if (number && base::Decimal::parse(node->text))
            return node->text;
        reader_.report(*node, "`" + std::string(key) + "` must be " + (whole ? "a whole number" : "a number"));
        return std::nullopt;
    }
    void refuse_empty_range()
    {
        if (!field_.minimum || !field_.maximum)
            return;
        bool empty = false;
        if (field_.type == FieldType::Date || field_.type == FieldType::DateTime) {
            empty = *field_.maximum != "today" && *field_.minimum != "today" && *field_.minimum > *field_.maximum;
        } else {
            const auto low = base::Decimal::parse(*field_.minimum), high = base::Decimal::parse(*field_.maximum);
            empty = low && high && *high < *low;
        }
        if (empty)
            reader_.report(*reader_.find("max"), "`max` is less than `min`");
    }
    void read_accept()
    {
        const std::vector<std::string_view> kinds = {"image", "video", "audio", "pdf", "sheet", "document"};
        for (const auto& kind : field_.accept)
            if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
                reader_.report(*reader_.find("accept"), "there is no kind of file `" + kind + "`", hint_for(kind, kinds));
    }
    void read_references()
    {
        if (among(field_.type, {FieldType::Code, FieldType::Codes}))
            field_.dictionary = reference("dictionary", Reference::Kind::Dictionary);
        if (among(field_.type, {FieldType::Ref, FieldType::Refs}))
            field_.record = reference("record", Reference::Kind::Record);
        field_.fill_from = reader_.text("fill_from");
    }
    std::string reference(std::string_view key, Reference::Kind kind)
    {
        const auto name = reader_.needed_text(key);
        if (!name.empty())
            reader_.loading().references.push_back({kind, name, reader_.find(key)->in(reader_.file())});
        return name;
    }
    void read_conditions()
    {
        field_.required = reader_.boolean("required", false);
        field_.required_if = rule("required_if");
        field_.visible_if = rule("visible_if");
        if (field_.required && field_.required_if)
            reader_.report(*reader_.find("required_if"), "`required_if` beside `required: true` says nothing",
                           "take one of them away");
        if (field_.type == FieldType::Computed) {
            if (reader_.need("value"))
                field_.computed = rule("value");
            if (!field_.computed)
                reader_.loading().doubtful.insert(owner_.record);
            for (auto key : {"required", "required_if", "default"})
                if (const auto* node = reader_.find(key))
                    reader_.report(*node, "a computed field cannot have `" + std::string(key) + "`");
        } else if (reader_.has("default")) {
            read_default();
        }
    }
    std::optional<Rule> rule(std::string_view key)
    {
        const auto* node = reader_.find(key);
        if (!node)
            return std::nullopt;
        auto read = read_rule(reader_.loading(), reader_.file(), *node);
        if (read)
            use(*read, *node, key == "value" ? RuleUse::Result::FieldValue : RuleUse::Result::Truth);
        return read;
    }
    void use(const Rule& rule, const YamlNode& node, RuleUse::Result result)
    {
        reader_.loading().rules.push_back({owner_.record, owner_.rows, field_.name, result, false, rule.expression,
                                           node, reader_.file()});
    }
    // A literal becomes the expression of its value, so that there is one way to evaluate.
    std::string default_expression(const YamlNode& node)
    {
        const auto quoted = [](std::string_view text) { return json::serialize(json::string(text)); };
        const bool call = node.is_text() && (node.text.find('(') != std::string::npos || node.text.starts_with("user."));
        if (call)
            return node.text;
        switch (field_.type) {
        case FieldType::Boolean: return node.kind == Kind::Boolean ? node.text : "";
        case FieldType::Integer: return node.kind == Kind::Integer ? node.text : "";
        case FieldType::Decimal:
        case FieldType::Money: return node.kind == Kind::Integer || node.kind == Kind::Decimal
                                          ? "decimal(" + quoted(node.text) + ")" : "";
        case FieldType::Date: return base::Date::parse(node.text) ? "date(" + quoted(node.text) + ")" : "";
        case FieldType::DateTime: return base::Timestamp::parse(node.text) ? "timestamp(" + quoted(node.text) + ")" : "";
        case FieldType::Text:
        case FieldType::Code:
        case FieldType::Region:
        case FieldType::Phone: return node.is_text() ? quoted(node.text) : "";
        case FieldType::Codes: {
            json::array codes;
            for (const auto& item : node.items)
                codes.push_back(json::string(item.text));
            return node.kind == Kind::List ? json::serialize(codes) : "";
        }
        default: return "";
        }
    }
    void read_default()
    {
        const auto& node = *reader_.find("default");
        YamlNode shown = node;
        shown.text = default_expression(node);
        if (shown.text.empty()) {
            reader_.report(node, "`default` does not fit type " + std::string(name_of(field_.type)),
                           among(field_.type, {FieldType::Ref, FieldType::Organisation, FieldType::User})
                               ? "write an expression such as user.organisation" : "");
            return;
        }
        shown.kind = Kind::Text;
        field_.initial = read_rule(reader_.loading(), reader_.file(), shown);
        if (field_.initial)
            use(*field_.initial, node, RuleUse::Result::FieldValue);
    }
    void read_rest()
    {
        const auto protect = reader_.one_of("protect", {"none", "mask", "encrypt"}, "none");
        field_.protection = protect == "mask" ? Protection::Mask
                            : protect == "encrypt" ? Protection::Encrypt : Protection::None;
        if (field_.protection == Protection::Encrypt && reader_.has("track") && reader_.boolean("track", false))
            reader_.report(*reader_.find("track"), "an encrypted field cannot be tracked");
        field_.unit = reader_.text("unit", 20);
        field_.track = reader_.boolean("track", false);
        field_.read_only = reader_.boolean("read_only", field_.type == FieldType::Computed);
        field_.was = reader_.text("was");
        if (!field_.was.empty() && (!snake_case(field_.was) || field_.was == field_.name))
            reader_.report(*reader_.find("was"), "`was` must be the earlier name of the field");
        field_.import_names = reader_.names("import_names");
    }

    MapReader reader_;
    const FieldOwner& owner_;
    Field field_;
};

}  // namespace

void read_fields(const MapReader& parent, std::string_view key, const FieldOwner& owner, std::vector<Field>& into)
{
    const auto* node = parent.find(key);
    if (!node)
        return;
    if (node->kind != Kind::Map || node->members.empty()) {
        parent.report(*node, "`" + std::string(key) + "` must name the fields, each with its own keys",
                      "for example  name: {title: {zh: 名称}, type: text}");
        return;
    }
    const auto naming = owner.rows.empty() ? Naming::Field : Naming::RowField;
    for (const auto& [name, value] : node->members) {
        if (auto fault = fault_of_name(naming, name.text); !fault.empty())
            parent.report(name, "the field name " + fault, "choose another name");
        auto field = FieldReader(parent, name, value, owner).read();
        parent.loading().field_places.emplace(std::array{owner.record, owner.rows, name.text}, name.in(parent.file()));
        if (std::any_of(into.begin(), into.end(), [&](const Field& f) { return f.name == field.name; }))
            parent.report(name, "the field `" + field.name + "` exists already", "an addition cannot change it");
        else
            into.push_back(std::move(field));
    }
}

}  // namespace definitions
