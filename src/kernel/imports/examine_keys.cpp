// Which lines of the file are the same thing, and which record a line is about.

#include <algorithm>

#include "kernel/imports/examine.h"

namespace imports {

using records::Image;
using storage::Transaction;

// Fields of the business key that the line leaves empty.
std::vector<std::string> Examiner::missing_keys(const Line& line) const
{
    std::vector<std::string> missing;
    if (!plan_->record->unique.empty())
        for (const std::string& name : plan_->record->unique.front())
            if (const auto position = plan_->set.position(name))
                if (const auto& value = line.form.after.values[*position]; value.null() || value.unknown())
                    missing.push_back(name);
    return missing;
}

// What a record is known by without these parts of its key: its name and the rest, such as name and address.
std::vector<std::string> Examiner::stand_in(const std::vector<std::string>& missing) const
{
    std::vector<std::string> fields;
    if (plan_->record->unique.empty() || !plan_->label || plan_->label->encrypted)
        return fields;
    for (const std::string& name : plan_->record->unique.front())
        if (std::ranges::find(missing, name) == missing.end() && name != plan_->label->name())
            fields.push_back(name);
    if (!fields.empty())
        fields.insert(fields.begin(), plan_->label->name());
    return fields;
}

// By the values in these fields; none of them may be missing.
void Examiner::mark(Line& line, const std::vector<std::string>& fields, bool keyless, bool also_keyed) const
{
    if (fields.empty())  // a key of one field has nothing that could stand in for it
        return;
    std::string key;
    key.reserve(256);
    for (const std::string& name : fields) {
        const auto position = plan_->set.position(name);
        if (!position)
            return;
        const rules::Value& value = line.form.after.values[*position];
        if (value.null() || value.unknown())
            return;
        key += name;
        key += '\x1f';
        if (const auto* text = value.get<std::string>())
            key += *text;
        else
            key += records::text_form(plan_->set.fields[*position], value);
        key += '\x1e';
    }
    const std::size_t first = std::hash<std::string_view>{}(key);
    key += "again";
    line.marks.push_back({{first, std::hash<std::string_view>{}(key)}, plan_->set.find(fields.front())->name(), keyless, also_keyed});
}

void Examiner::mark(Line& line) const
{
    for (const auto& names : plan_->record->unique)
        mark(line, names, false, true);
    if (const auto missing = missing_keys(line); !missing.empty())
        mark(line, stand_in(missing), true, true);
    else
        for (const auto& names : stand_ins_)
            mark(line, names, false, false);
}

// The later of two lines is the fault; it names the earlier one.
void Examiner::refuse_duplicates(Line& line)
{
    for (const Mark& mark : line.marks) {
        const auto [first, fresh] = seen_.emplace(mark.print, Seen{line.row, mark.keyless});
        if (!fresh && first->second.row != line.row && (mark.also_keyed || mark.keyless || first->second.keyless))
            line.faults.push_back(fault_at(line, mark.field, "DUPLICATE_IN_FILE", {{"row", std::to_string(first->second.row)}}));
    }
}

// The child row of the line joins those of the record: the one with the same key changes, else it is new.
void Examiner::merge_rows(records::Members& body, const Image& image) const
{
    for (std::size_t r = 0; r < plan_->rows.size(); ++r) {
        const auto& rows = plan_->rows[r];
        const auto list = std::ranges::find(body, rows.rows->name, &records::Members::value_type::first);
        if (list == body.end())
            continue;
        const json::object given = list->second.as_array().front().as_object();
        std::vector<std::string> keys = rows.rows->unique.empty() ? std::vector<std::string>{} : rows.rows->unique.front();
        for (const auto& field : rows.set.fields)
            if (rows.rows->unique.empty() && field.field->required)
                keys.push_back(field.name());
        std::erase_if(keys, [&](const std::string& key) { return !given.contains(key); });
        json::array all;
        bool joined = false;
        for (const records::ChildRow& row : image.rows[r]) {
            json::object one{{"id", std::to_string(row.id)}};
            const bool same = keys.empty() ? image.rows[r].size() == 1 : std::ranges::all_of(keys, [&](const std::string& key) {
                const auto position = *rows.set.position(key);
                return records::to_json(rows.set.fields[position], row.values[position]) == given.at(key);
            });
            if (same && !joined) {
                joined = true;
                for (const auto& [name, value] : given)
                    one[name] = value;
            }
            all.push_back(std::move(one));
        }
        if (!joined)
            all.push_back(given);
        list->second = std::move(all);
    }
}

// Records with the same key; for lines without one, those of the same name and the rest of the key.
Status Examiner::find_existing(Lot& lot, Transaction& transaction) const
{
    if (plan_->record->unique.empty())
        return {};
    std::vector<const records::Form*> forms;
    for (const Line& line : lot.lines)
        forms.push_back(&line.form);
    TRY(records::set_scope(transaction, records::everything));
    TRY_ASSIGN(const auto collisions, records::find_collisions(transaction, forms, store_.parts().cipher));
    std::vector<std::vector<base::Id>> found(forms.size());
    std::map<std::vector<std::string>, std::vector<std::size_t>> keyless;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (collisions[i])
            found[i] = {collisions[i]->id};
        else if (const auto missing = missing_keys(lot.lines[i]); !missing.empty())
            keyless[stand_in(missing)].push_back(i);
    }
    for (const auto& [fields, lines] : keyless) {
        if (fields.empty())
            continue;
        std::vector<const records::Form*> some;
        for (const std::size_t i : lines)
            some.push_back(forms[i]);
        TRY_ASSIGN(auto equal, records::find_equal(transaction, some, fields, store_.parts().cipher));
        for (std::size_t n = 0; n < lines.size(); ++n)
            found[lines[n]] = std::move(equal[n]);
    }
    std::vector<base::Id> ids;
    for (const auto& each : found)
        if (each.size() == 1)
            ids.push_back(each.front());
    TRY_ASSIGN(auto images, records::find_rows(transaction, *plans_, *plan_, ids, lot.context, store_));
    for (std::size_t i = 0; i < forms.size(); ++i) {
        Line& line = lot.lines[i];
        if (found[i].empty())
            continue;
        const auto image = images.find(found[i].front());
        if (found[i].size() > 1)
            line.faults.push_back(fault_at(line, plan_->label->name(), "IMPORT_SEVERAL", {}));
        else if (image == images.end())
            refuse(line, {Kind::Conflict, "UNIQUE", {plan_->record->unique.front().front()}});
        else
            line.existing = image->second;
    }
    return {};
}

}  // namespace imports
