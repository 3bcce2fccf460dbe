#include "engines/persons/model.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/embedded.h"
#include "base/text.h"

std::span<const base::EmbeddedFile> persons_models();

namespace persons {

namespace {

constexpr std::array<std::string_view, 9> kind_names{
    "name", "text", "date", "id_card", "phone", "sex", "address", "number", "category"};
constexpr std::array<std::string_view, likeness_count> likeness_names{"exact", "household", "homophone",
    "crossed", "one_edit", "close", "two_edits", "similar", "near", "village", "town", "else", "missing"};

// Where a likeness goes when the model has no level of its own for it.
std::vector<std::string_view> accepting_levels(Likeness likeness)
{
    switch (likeness) {
    case Likeness::Exact: return {"exact", "household", "village"};
    case Likeness::Household: return {"household", "village", "exact"};
    case Likeness::Homophone: return {"homophone", "similar"};
    case Likeness::Crossed: return {"crossed"};
    case Likeness::OneEdit: return {"one_edit", "partial", "close", "similar"};
    case Likeness::Close: return {"close", "similar"};
    case Likeness::TwoEdits: return {"two_edits"};
    case Likeness::Similar: return {"similar"};
    case Likeness::Near: return {"near", "partial"};
    case Likeness::Village: return {"village", "town"};
    case Likeness::Town: return {"town"};
    case Likeness::Else:
    case Likeness::Missing: break;
    }
    return {};
}

}  // namespace

void place_levels(Field& field)
{
    for (std::size_t likeness = 0; likeness < likeness_count; ++likeness) {
        std::size_t level = field.levels.size() - 1;
        for (const std::string_view wanted : accepting_levels(static_cast<Likeness>(likeness))) {
            const auto found = std::find_if(field.levels.begin(), field.levels.end(),
                [&](const Level& candidate) { return candidate.name == wanted; });
            if (found != field.levels.end()) {
                level = static_cast<std::size_t>(found - field.levels.begin());
                break;
            }
        }
        field.level_of[likeness] = static_cast<std::uint8_t>(level);
    }
    field.level_of[static_cast<std::size_t>(Likeness::Missing)] = level_missing;
}

const Field* Model::field(std::string_view wanted) const
{
    const std::size_t at = position(wanted);
    return at == fields_max ? nullptr : &fields[at];
}

std::size_t Model::position(std::string_view wanted) const
{
    for (std::size_t index = 0; index < fields.size(); ++index) {
        if (fields[index].name == wanted)
            return index;
    }
    return fields_max;
}

std::string_view kind_name(FieldKind kind)
{
    return kind_names[static_cast<std::size_t>(kind)];
}

std::string_view likeness_name(Likeness likeness)
{
    return likeness_names[static_cast<std::size_t>(likeness)];
}

std::string folded_header(std::string_view text)
{
    std::string out;
    for (const char c : base::text::lower(base::text::nfkc(text))) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
            out += c;
    }
    if (out.starts_with("\xEF\xBB\xBF"))
        out.erase(0, 3);
    return out;
}

Result<Model> built_in_model(std::string_view name)
{
    for (const base::EmbeddedFile& file : persons_models()) {
        if (file.name == std::string{name} + ".yaml")
            return parse_model(file.content);
    }
    return Error{Kind::NotFound, "PERSONS_MODEL_UNKNOWN", {"model"}, {{"name", std::string{name}}}};
}

std::vector<std::string> built_in_models()
{
    std::vector<std::string> names;
    for (const base::EmbeddedFile& file : persons_models())
        names.emplace_back(file.name.substr(0, file.name.find('.')));
    return names;
}

namespace {

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

std::string list(const std::vector<std::string>& items)
{
    std::string out = "[";
    for (const std::string& item : items)
        out += (out.size() > 1 ? ", " : "") + item;
    return out + "]";
}

std::string printed_field(const Field& field)
{
    std::string out = "  " + field.name + ":\n    kind: " + std::string{kind_name(field.kind)} + "\n";
    out += "    headers: " + list(field.headers) + "\n";
    if (field.term_frequency)
        out += "    term_frequency: true\n";
    if (!field.crossed.empty())
        out += "    crossed: " + field.crossed + "\n";
    if (!field.implied_by.empty())
        out += "    implied_by: " + list(field.implied_by) + "\n";
    out += "    levels:\n";
    for (const Level& level : field.levels)
        out += "      " + level.name + ": {m: " + number(level.m) + ", u: " + number(level.u) + "}\n";
    return out;
}

}  // namespace

std::string print_model(const Model& model)
{
    std::string out = "# " + (model.note.empty() ? std::string{"A matching model."} : model.note) + "\n";
    out += "model: " + model.name + "\nversion: " + model.version + "\n";
    out += "prior: " + number(model.prior) + "\n";
    out += "link_at: " + number(model.link_at) + "\nreview_at: " + number(model.review_at) + "\n";
    out += "cluster_mean_at: " + number(model.cluster_mean_at) + "\n";
    out += "block_size_max: " + std::to_string(model.block_size_max) + "\n";
    out += "cluster_size_max: " + std::to_string(model.cluster_size_max) + "\n";
    out += "card_names_max: " + std::to_string(model.card_names_max) + "\n";
    out += "record_id: " + list(model.record_id_headers) + "\n";
    out += "recorded_at: " + list(model.recorded_at_headers) + "\n";
    std::vector<std::string> vetoes;
    if (model.vetoes.two_valid_cards) vetoes.push_back("two_valid_cards");
    if (model.vetoes.sex_and_birth_date) vetoes.push_back("sex_and_birth_date");
    if (model.vetoes.twin_guard) vetoes.push_back("twin_guard");
    if (model.vetoes.placeholder_name) vetoes.push_back("placeholder_name");
    out += "vetoes: " + list(vetoes) + "\nfields:\n";
    for (const Field& field : model.fields)
        out += printed_field(field);
    out += "blocks:\n";
    for (const Block& block : model.blocks) {
        std::vector<std::string> parts;
        for (const BlockPart& part : block.parts)
            parts.push_back(model.fields[part.field].name + (part.part.empty() ? "" : "." + part.part));
        out += "  " + block.name + ": {by: " + list(parts) + (block.train ? "" : ", train: false") + "}\n";
    }
    return out;
}

}  // namespace persons
