// Reading a model: every key is known, every figure is in range, and a fault names its line.

#include <algorithm>
#include <cmath>

#include <yaml-cpp/yaml.h>

#include "engines/persons/model.h"

namespace persons {

void place_levels(Field& field);

namespace {

// Caught at parse_model, so that the readers below stay plain.
struct Fault {
    int line;
    std::string message;
};

[[noreturn]] void fail(const YAML::Node& node, std::string message)
{
    throw Fault{node.Mark().line + 1, std::move(message)};
}

std::string text(const YAML::Node& node)
{
    if (!node.IsScalar())
        fail(node, "a single value is expected");
    return node.Scalar();
}

double number(const YAML::Node& node, double low, double high)
{
    double value = 0;
    if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !std::isfinite(value) || value < low || value > high)
        fail(node, "a number from " + std::to_string(low) + " to " + std::to_string(high) + " is expected");
    return value;
}

std::vector<std::string> texts(const YAML::Node& node)
{
    if (!node.IsSequence())
        fail(node, "a list is expected");
    std::vector<std::string> out;
    for (const YAML::Node& item : node)
        out.push_back(text(item));
    return out;
}

void each(const YAML::Node& node, const auto& take)
{
    if (!node.IsMap())
        fail(node, "a mapping is expected");
    std::vector<std::string> seen;
    for (const auto& entry : node) {
        const std::string key = text(entry.first);
        if (std::find(seen.begin(), seen.end(), key) != seen.end())
            fail(entry.first, "\"" + key + "\" stands twice");
        seen.push_back(key);
        take(key, entry.second, entry.first);
    }
}

FieldKind kind_of(const YAML::Node& node)
{
    const std::string name = text(node);
    for (int kind = 0; kind <= static_cast<int>(FieldKind::Category); ++kind) {
        if (kind_name(static_cast<FieldKind>(kind)) == name)
            return static_cast<FieldKind>(kind);
    }
    fail(node, "unknown kind \"" + name + "\"");
}

void read_levels(const YAML::Node& node, Field& field)
{
    each(node, [&](const std::string& key, const YAML::Node& value, const YAML::Node& place) {
        Level level{key};
        bool known = key == "partial";
        for (std::size_t index = 0; index + 1 < likeness_count; ++index)
            known = known || likeness_name(static_cast<Likeness>(index)) == key;
        if (!known)
            fail(place, "unknown level \"" + key + "\"");
        each(value, [&](const std::string& figure, const YAML::Node& content, const YAML::Node& at) {
            if (figure == "m")
                level.m = number(content, 1e-9, 1);
            else if (figure == "u")
                level.u = number(content, 1e-12, 1);
            else
                fail(at, "unknown key \"" + figure + "\"");
        });
        if (level.m == 0 || level.u == 0)
            fail(place, "a level needs m and u");
        field.levels.push_back(level);
    });
    if (field.levels.size() < 2 || field.levels.size() > levels_max)
        fail(node, "2 to 7 levels are expected");
    if (field.levels.back().name != "else")
        fail(node, "the last level is \"else\"");
    place_levels(field);
}

Field read_field(const std::string& name, const YAML::Node& node)
{
    Field field;
    field.name = name;
    each(node, [&](const std::string& key, const YAML::Node& value, const YAML::Node& place) {
        if (key == "kind")
            field.kind = kind_of(value);
        else if (key == "headers")
            field.headers = texts(value);
        else if (key == "term_frequency")
            field.term_frequency = text(value) == "true";
        else if (key == "crossed")
            field.crossed = text(value);
        else if (key == "implied_by")
            field.implied_by = texts(value);
        else if (key == "levels")
            read_levels(value, field);
        else
            fail(place, "unknown key \"" + key + "\"");
    });
    if (field.levels.empty())
        fail(node, "the field has no levels");
    return field;
}

bool part_fits(FieldKind kind, const std::string& part)
{
    if (part.empty())
        return true;
    switch (kind) {
    case FieldKind::Name: return part == "pinyin" || part == "initial" || part == "surname";
    case FieldKind::Text: return part == "sound" || part == "initial";
    case FieldKind::Date: return part == "year" || part == "month_day";
    case FieldKind::Address: return part == "village" || part == "town";
    default: return false;
    }
}

Block read_block(const std::string& name, const YAML::Node& node, const Model& model)
{
    Block block;
    block.name = name;
    each(node, [&](const std::string& key, const YAML::Node& value, const YAML::Node& place) {
        if (key == "train") {
            block.train = text(value) != "false";
        } else if (key == "by") {
            for (const std::string& item : texts(value)) {
                const std::size_t point = item.find('.');
                BlockPart part{model.position(item.substr(0, point)),
                    point == std::string::npos ? "" : item.substr(point + 1)};
                if (part.field == fields_max)
                    fail(value, "unknown field in \"" + item + "\"");
                if (!part_fits(model.fields[part.field].kind, part.part))
                    fail(value, "\"" + item + "\" has no such part");
                block.parts.push_back(part);
            }
        } else {
            fail(place, "unknown key \"" + key + "\"");
        }
    });
    if (block.parts.empty())
        fail(node, "a block needs parts");
    return block;
}

void read_vetoes(const YAML::Node& node, Vetoes& vetoes)
{
    for (const std::string& veto : texts(node)) {
        if (veto == "two_valid_cards") vetoes.two_valid_cards = true;
        else if (veto == "sex_and_birth_date") vetoes.sex_and_birth_date = true;
        else if (veto == "twin_guard") vetoes.twin_guard = true;
        else if (veto == "placeholder_name") vetoes.placeholder_name = true;
        else fail(node, "unknown veto \"" + veto + "\"");
    }
}

void read_member(Model& model, const std::string& key, const YAML::Node& value, const YAML::Node& place)
{
    if (key == "model") model.name = text(value);
    else if (key == "version") model.version = text(value);
    else if (key == "prior") model.prior = number(value, 1e-15, 0.5);
    else if (key == "link_at") model.link_at = number(value, 0.5, 1);
    else if (key == "review_at") model.review_at = number(value, 0, 1);
    else if (key == "cluster_mean_at") model.cluster_mean_at = number(value, 0, 1);
    else if (key == "block_size_max") model.block_size_max = static_cast<std::uint32_t>(number(value, 2, 100'000));
    else if (key == "cluster_size_max") model.cluster_size_max = static_cast<std::uint32_t>(number(value, 2, 1e6));
    else if (key == "card_names_max") model.card_names_max = static_cast<std::uint32_t>(number(value, 1, 1e6));
    else if (key == "record_id") model.record_id_headers = texts(value);
    else if (key == "recorded_at") model.recorded_at_headers = texts(value);
    else if (key == "vetoes") read_vetoes(value, model.vetoes);
    else if (key == "fields") each(value, [&](const std::string& name, const YAML::Node& field, const YAML::Node&) {
        model.fields.push_back(read_field(name, field));
    });
    else if (key != "blocks") fail(place, "unknown key \"" + key + "\"");
}

void check(const YAML::Node& root, const Model& model)
{
    if (model.name.empty() || model.fields.empty() || model.blocks.empty())
        fail(root, "model, fields and blocks are needed");
    if (model.fields.size() > fields_max || model.blocks.size() > blocks_max)
        fail(root, "at most 14 fields and 16 blocks");
    if (model.review_at > model.link_at)
        fail(root, "review_at lies above link_at");
    for (const Field& field : model.fields) {
        std::vector<std::string> named = field.implied_by;
        if (!field.crossed.empty())
            named.push_back(field.crossed);
        for (const std::string& other : named) {
            if (model.position(other) == fields_max)
                fail(root, "field \"" + field.name + "\" names the unknown field \"" + other + "\"");
        }
    }
}

std::string first_comment(std::string_view yaml)
{
    if (!yaml.starts_with("# "))
        return {};
    return std::string{yaml.substr(2, yaml.find('\n') - 2)};
}

}  // namespace

Result<Model> parse_model(std::string_view yaml)
{
    const auto refused = [](int line, std::string message) {
        return Error{Kind::Invalid, "PERSONS_MODEL", {"model"},
            {{"line", std::to_string(line)}, {"message", std::move(message)}}};
    };
    try {
        const YAML::Node root = YAML::Load(std::string{yaml});
        Model model;
        model.note = first_comment(yaml);
        each(root, [&](const std::string& key, const YAML::Node& value, const YAML::Node& place) {
            read_member(model, key, value, place);
        });
        if (const YAML::Node blocks = root["blocks"]) {
            each(blocks, [&](const std::string& name, const YAML::Node& block, const YAML::Node&) {
                model.blocks.push_back(read_block(name, block, model));
            });
        }
        check(root, model);
        return model;
    } catch (const Fault& fault) {
        return refused(fault.line, fault.message);
    } catch (const YAML::Exception& fault) {
        return refused(fault.mark.line + 1, fault.msg);
    }
}

}  // namespace persons
