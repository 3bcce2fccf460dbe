#include "kernel/definitions/intake_reader.h"

#include <algorithm>

#include "kernel/definitions/names.h"

namespace definitions {

namespace {

using Kind = YamlNode::Kind;

void read_set(const MapReader& reader, Intake& intake)
{
    const auto* set = reader.find("set");
    if (!set)
        return;
    if (set->kind != Kind::Map)
        return reader.report(*set, "`set` must map fields to values", "for example  set: {channel: WEB}");
    for (const auto& [name, value] : set->members) {
        if (!value.scalar() || value.kind == Kind::Null)
            reader.report(value, "`" + name.text + "` must be set to text, a number, true or false");
        else if (value.kind == Kind::Boolean)
            intake.set[name.text] = value.text == "true";
        else
            intake.set[name.text] = value.text;
    }
}

void read_limits(const MapReader& reader, Intake& intake)
{
    const auto* limits = reader.find("limits");
    if (!limits)
        return;
    const MapReader one(reader.loading(), reader.file(), *limits, "the limits of an intake", {"per_hour", "files_per_hour", "look_ups_per_hour"});
    if (limits->kind != Kind::Map)
        return;
    intake.per_hour = one.integer("per_hour", 1, 10'000, intake.per_hour);
    intake.files_per_hour = one.integer("files_per_hour", 1, 100'000, intake.files_per_hour);
    intake.look_ups_per_hour = one.integer("look_ups_per_hour", 1, 10'000, intake.look_ups_per_hour);
}

class IntakeCheck {
public:
    IntakeCheck(Loading& loading, const Release& release, const Intake& intake, const Record& record)
        : loading_(loading), release_(release), intake_(intake), record_(record)
    {
    }

    void run()
    {
        for (const auto& name : intake_.fields)
            check_field(name);
        for (const auto& [name, value] : intake_.set)
            if (!record_.field(name))
                unknown("set." + name, name);
        for (const auto& name : intake_.progress)
            check_progress(name);
        check_required();
        if (const auto* from = record_.field(intake_.organisation_from); !intake_.organisation_from.empty() && (!from || from->type != FieldType::Region))
            report("organisation_from", "`organisation_from` must be a field of type region", "the agency in charge of that division gets the record");
    }

private:
    // At the place where the key or the list under the key names it.
    void report(const std::string& place, std::string message, std::string hint = {}) const
    {
        const auto at = intake_.places.find(place);
        const auto [line, column] = at == intake_.places.end() ? std::pair{1, 1} : at->second;
        loading_.problems.add({intake_.file, line, column}, std::move(message), std::move(hint));
    }
    void unknown(const std::string& place, const std::string& name) const
    {
        std::vector<std::string_view> names;
        for (const auto& field : record_.fields)
            names.push_back(field.name);
        report(place, record_.name + " has no field `" + name + "`", hint_for(name, names));
    }
    void check_field(const std::string& name) const
    {
        const auto* field = record_.field(name);
        if (!field)
            return unknown("fields." + name, name);
        // What the public fills must not tell it what the installation holds.
        for (const auto type : {FieldType::Ref, FieldType::Refs, FieldType::User, FieldType::Organisation, FieldType::Person, FieldType::Computed})
            if (field->type == type)
                report("fields." + name, "`" + name + "` is a " + std::string(name_of(type)) + ", which the public cannot fill");
        if (field->read_only)
            report("fields." + name, "`" + name + "` is read-only");
        if (intake_.set.contains(name))
            report("fields." + name, "`" + name + "` is both asked for and set");
    }
    void check_progress(const std::string& name) const
    {
        const auto* field = release_.field_of(record_, name);
        if (!field)
            return unknown("progress." + name, name);
        if (field->protection != Protection::None)
            report("progress." + name, "`" + name + "` is protected and cannot be shown to the public");
    }
    // A form that nobody can submit is no form.
    void check_required() const
    {
        for (const auto& field : record_.fields) {
            const bool given = intake_.set.contains(field.name) || std::ranges::find(intake_.fields, field.name) != intake_.fields.end();
            if (field.required && !field.initial && !given)
                report("intake", "`" + field.name + "` is required by " + record_.name + " and neither asked for nor set");
        }
    }

    Loading& loading_;
    const Release& release_;
    const Intake& intake_;
    const Record& record_;
};

}  // namespace

std::optional<Intake> read_intake(Loading& loading, const std::string& file, const YamlNode& node, const std::string& system)
{
    MapReader reader(loading, file, node, "an intake",
                     {"intake", "title", "purpose", "record", "fields", "set", "organisation_from", "progress", "consent", "done", "limits"});
    Intake intake;
    intake.system = system;
    intake.file = file;
    intake.name = reader.needed_text("intake", 40);
    if (intake.name.empty())
        return std::nullopt;
    if (!snake_case(intake.name))
        reader.report(*reader.find("intake"), "the intake name must be lower snake_case");
    intake.title = reader.title("title", true);
    intake.purpose = reader.title("purpose", true);
    intake.record = reader.needed_text("record", 40);
    if (const auto* record = reader.find("record"))
        loading.references.push_back({Reference::Kind::Record, record->text, record->in(file)});
    if (reader.need("fields"))
        intake.fields = reader.names("fields");
    intake.organisation_from = reader.text("organisation_from", 40);
    intake.progress = reader.names("progress");
    intake.consent = reader.title("consent", false);
    intake.done = reader.title("done", false);
    read_set(reader, intake);
    read_limits(reader, intake);
    for (const auto& [key, value] : node.members) {
        intake.places[key.text] = {key.text == "intake" ? key.line : value.line, key.text == "intake" ? key.column : value.column};
        for (const auto& item : value.items)
            intake.places[key.text + "." + item.text] = {item.line, item.column};
        for (const auto& [name, inner] : value.members)
            intake.places[key.text + "." + name.text] = {name.line, name.column};
    }
    return intake;
}

void check_intake(Loading& loading, const Release& release, const Intake& intake)
{
    if (const auto* record = release.record(intake.record); record && !loading.doubtful.contains(intake.record))
        IntakeCheck(loading, release, intake, *record).run();
}

}  // namespace definitions
