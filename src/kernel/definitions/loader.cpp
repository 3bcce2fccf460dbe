#include "kernel/definitions/loader.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/crypto.h"
#include "base/files.h"
#include "base/text.h"
#include "kernel/definitions/checker.h"
#include "kernel/definitions/intake_reader.h"
#include "kernel/definitions/names.h"
#include "kernel/definitions/record_reader.h"
#include "kernel/definitions/system_reader.h"
#include "kernel/definitions/workflow_reader.h"

namespace definitions {

namespace {

using Files = std::map<std::string, std::string, std::less<>>;

// Folders of a system whose files other modules read; the loader only keeps them.
const std::vector<std::string_view> kept_folders = {"documents", "checklists", "indicators", "reports", "routes", "pages"};
const std::vector<std::string_view> known_folders = {"records", "dictionaries", "rules", "stories", "intake", "documents", "workflows",
                                                     "checklists", "indicators", "reports", "routes", "pages"};
constexpr std::size_t file_size_max = std::size_t{8} << 20;

// "systems/units/records/unit.yaml" in its parts.
struct Path {
    bool addition = false;
    std::string system;
    std::string folder;  // "records", or empty for files right in the system
    std::string stem;
    std::string extension;
    bool deeper = false;
};

std::optional<Path> split(std::string_view key)
{
    Path path;
    if (key.starts_with("systems/"))
        key.remove_prefix(8);
    else if (key.starts_with("overrides/")) {
        key.remove_prefix(10);
        path.addition = true;
    } else
        return std::nullopt;
    const std::filesystem::path rest{std::string(key)};
    std::vector<std::string> parts;
    for (const auto& part : rest)
        parts.push_back(part.string());
    if (parts.size() < 2)
        return std::nullopt;
    path.system = parts.front();
    path.folder = parts.size() > 2 ? parts[1] : "";
    path.deeper = parts.size() > 3;
    path.stem = rest.stem().string();
    path.extension = rest.extension().string();
    return path;
}

// Every file opens with a comment: one sentence of purpose.
void check_purpose(Loading& loading, const std::string& file, std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const auto line = text.substr(0, text.find('\n'));
    const bool comment = line.starts_with('#') && !base::text::trimmed(line.substr(1)).empty();
    if (!comment)
        loading.problems.add({file, 1, 1}, "the file does not say what it is for",
                             "begin with one sentence:  # What this is, and why it is kept.");
}

class Builder {
public:
    Builder(const Files& files, const Files& shown, bool release) : files_(files), shown_(shown)
    {
        loading_.release = release;
    }

    Loaded build()
    {
        sort_files();
        for (const auto& [system, keys] : systems_)
            read_system_files(system, keys);
        for (const auto& [system, keys] : additions_)
            read_additions(system, keys);
        arrange();
        join_workflows();
        check_release(loading_, known_, *release_);
        if (!loading_.problems.empty())
            return loading_.problems.sorted();
        seal();
        return std::shared_ptr<const Release>(std::move(release_));
    }

private:
    const std::string& shown(const std::string& key) const
    {
        const auto at = shown_.find(key);
        return at == shown_.end() ? key : at->second;
    }
    void report(const std::string& key, std::string message, std::string hint = {})
    {
        loading_.problems.add({shown(key), 1, 1}, std::move(message), std::move(hint));
    }

    // Which file is what; names of records and dictionaries are known from here on.
    void sort_files()
    {
        for (const auto& [key, text] : files_) {
            const auto path = split(key);
            if (!path) {
                report(key, "the file lies outside a system", "systems/<name>/… or overrides/<name>/…");
                continue;
            }
            if (path->folder == "stories" || path->stem == "README")
                continue;
            if (!judge(key, *path))
                continue;
            (path->addition ? additions_ : systems_)[path->system].emplace_back(key, *path);
            if (path->folder == "records")
                known_.records.insert(path->stem);
            if (path->folder == "dictionaries")
                known_.dictionaries.insert(path->stem);
        }
    }
    bool judge(const std::string& key, const Path& path)
    {
        if (std::find(kept_folders.begin(), kept_folders.end(), path.folder) != kept_folders.end())
            return true;
        if (path.deeper) {
            report(key, "a folder inside `" + path.folder + "` is not known", "put the file right into it");
            return false;
        }
        if (path.folder.empty()) {
            const bool named = path.extension == ".yaml" && (path.stem == "roles" || (path.stem == "system" && !path.addition));
            if (!named)
                report(key, "a file `" + path.stem + path.extension + "` is not known here",
                       path.extension == ".yml" ? "the ending is .yaml" : "known: system.yaml, roles.yaml, README.md");
            return named;
        }
        if (path.folder == "records" || path.folder == "rules" || path.folder == "intake" || path.folder == "dictionaries" || path.folder == "workflows") {
            const std::string ending = path.folder == "dictionaries" ? ".csv" : ".yaml";
            if (path.extension != ending)
                report(key, "files of `" + path.folder + "` end in " + ending);
            return path.extension == ending;
        }
        report(key, "there is no folder `" + path.folder + "` in a system", hint_for(path.folder, known_folders));
        return false;
    }

    using Keys = std::vector<std::pair<std::string, Path>>;

    std::optional<YamlNode> yaml(const std::string& key)
    {
        const auto& text = files_.find(key)->second;
        check_purpose(loading_, shown(key), text);
        return read_yaml(shown(key), text, loading_.problems);
    }

    void read_system_files(const std::string& name, const Keys& keys)
    {
        bool described = false;
        for (const auto& [key, path] : keys) {
            if (path.folder.empty() && path.stem == "system") {
                described = true;
                if (auto node = yaml(key))
                    if (auto system = read_system(loading_, shown(key), *node, name))
                        release_->systems.push_back(*std::move(system));
            } else {
                read_file(key, path);
            }
        }
        if (!described)
            loading_.problems.add({"systems/" + name, 1, 1}, "the system has no system.yaml",
                                  "write its name, title and purpose there");
    }
    void read_file(const std::string& key, const Path& path)
    {
        if (path.folder == "records")
            read_record_file(key, path);
        else if (path.folder == "dictionaries")
            read_dictionary_file(key, path);
        else if (path.folder == "rules")
            read_figure_file(key, path);
        else if (path.folder == "workflows")
            read_workflow_file(key, path);
        else if (path.folder == "intake")
            read_intake_file(key, path);
        else if (path.folder.empty())
            read_role_file(key, path);
    }
    void read_record_file(const std::string& key, const Path& path)
    {
        const auto node = yaml(key);
        if (!node)
            return void(loading_.doubtful.insert(path.stem));
        auto record = read_record(loading_, shown(key), *node, path.system);
        if (!record)
            return void(loading_.doubtful.insert(path.stem));
        if (record->name != path.stem)
            report(key, "the file is named `" + path.stem + "` but its record `" + record->name + "`",
                   "give both the same name");
        if (const auto* other = release_->record(record->name))
            return report(key, "the record `" + record->name + "` exists already in system " + other->system);
        release_->records.emplace(record->name, *std::move(record));
    }
    void read_dictionary_file(const std::string& key, const Path& path)
    {
        if (auto fault = fault_of_name(Naming::Dictionary, path.stem); !fault.empty())
            report(key, "the dictionary name " + fault);
        auto& dictionary = release_->dictionaries[path.stem];
        if (!dictionary.name.empty() && !path.addition)
            return report(key, "the dictionary `" + path.stem + "` exists already in system " + dictionary.system);
        if (dictionary.name.empty())
            dictionary = {path.stem, path.system, {}};
        read_dictionary(loading_, shown(key), files_.find(key)->second, path.addition, dictionary);
    }
    void read_figure_file(const std::string& key, const Path& path)
    {
        if (auto node = yaml(key))
            for (auto& figure : read_figures(loading_, shown(key), *node, path.system))
                release_->figures[figure.rule_code].push_back(std::move(figure));
    }
    void read_workflow_file(const std::string& key, const Path& path)
    {
        const auto node = yaml(key);
        if (!node)
            return;
        auto workflow = read_workflow(loading_, shown(key), *node, path.system);
        if (!workflow)
            return;
        if (workflow->name != path.stem)
            report(key, "the file is named `" + path.stem + "` but its workflow `" + workflow->name + "`", "give both the same name");
        if (release_->workflows.contains(workflow->name))
            return report(key, "the workflow `" + workflow->name + "` exists already");
        release_->workflows.emplace(workflow->name, *std::move(workflow));
    }
    // A record takes its states, and the roles that may act their rights, from its workflow.
    void join_workflows()
    {
        for (const auto& [name, workflow] : release_->workflows) {
            const auto at = release_->records.find(workflow.record);
            if (at == release_->records.end())
                continue;  // reported as a reference
            Record& record = at->second;
            if (!record.workflow.empty()) {
                loading_.problems.add({workflow.file, workflow.line, 1}, "the record `" + record.name + "` has the workflow `" +
                                                                            record.workflow + "` already");
                continue;
            }
            record.workflow = name;
            record.states = {workflow.initial};
            for (const auto& state : workflow.states) {
                if (state.name != workflow.initial)
                    record.states.push_back(state.name);
                if (state.locked)
                    record.locked_states.push_back(state.name);
            }
            for (const auto& action : workflow.actions)
                for (const auto& party : action.by)
                    if (party.kind == Party::Kind::Role)
                        record.access[party.name].push_back(action.name);
        }
    }
    void read_intake_file(const std::string& key, const Path& path)
    {
        const auto node = yaml(key);
        auto intake = node ? read_intake(loading_, shown(key), *node, path.system) : std::nullopt;
        if (!intake)
            return;
        if (intake->name != path.stem)
            report(key, "the file is named `" + path.stem + "` but its intake `" + intake->name + "`", "give both the same name");
        if (!release_->intakes.emplace(intake->name, *intake).second)
            report(key, "the intake `" + intake->name + "` exists already in system " + release_->intakes.at(intake->name).system);
    }
    void read_role_file(const std::string& key, const Path& path)
    {
        const auto node = yaml(key);
        if (!node)
            return void(loading_.roles_doubtful = true);
        for (auto& role : read_roles(loading_, shown(key), *node, path.system)) {
            const Position at{shown(key), role.line, 1};
            const auto [known, added] = release_->roles.emplace(role.name, role);
            if (!added)
                loading_.problems.add(at, "the role `" + role.name + "` exists already in system " + known->second.system);
        }
    }
    void read_additions(const std::string& name, const Keys& keys)
    {
        if (!systems_.contains(name))
            return report(keys.front().first, "there is no system `" + name + "` to add to");
        for (const auto& [key, path] : keys) {
            if (path.folder != "records") {
                read_file(key, path);
                continue;
            }
            const auto at = release_->records.find(path.stem);
            const auto node = yaml(key);
            if (!node)
                continue;
            if (at == release_->records.end())
                read_record_file(key, path);
            else
                add_to_record(loading_, shown(key), *node, at->second);
        }
    }

    // Menu order, and each system's records: those it names first, then the others by name.
    void arrange()
    {
        for (auto& system : release_->systems) {
            for (const auto& [name, record] : release_->records)
                if (record.system == system.name && std::find(system.records.begin(), system.records.end(), name) == system.records.end())
                    system.records.push_back(name);
        }
        std::stable_sort(release_->systems.begin(), release_->systems.end(),
                         [](const System& a, const System& b) { return a.menu_order < b.menu_order; });
    }
    void seal()
    {
        base::crypto::Hasher hasher(base::crypto::Hasher::Algorithm::Sm3);
        for (const auto& keys : {systems_, additions_})
            for (const auto& [system, list] : keys)
                for (const auto& [key, path] : list)
                    release_->files[key] = files_.find(key)->second;
        for (const auto& [key, text] : release_->files) {
            hasher.add(key + '\n' + std::to_string(text.size()) + '\n');
            hasher.add(text);
        }
        release_->hash = base::crypto::hex(hasher.finish());
    }

    const Files& files_;
    const Files& shown_;
    Loading loading_;
    KnownNames known_;
    std::map<std::string, Keys> systems_, additions_;
    std::shared_ptr<Release> release_ = std::make_shared<Release>();
};

// Reads a folder of system folders into `files` under the prefix.
void gather(const std::string& folder, const std::string& prefix, Files& files, Files& shown, Problems& problems)
{
    namespace fs = std::filesystem;
    std::error_code fault;
    if (!fs::is_directory(folder, fault)) {
        problems.add({folder, 0, 0}, "there is no such folder of definitions");
        return;
    }
    for (fs::recursive_directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
        const auto name = at->path().filename().string();
        const bool hidden = name.starts_with('.') || name.ends_with('~');
        if (at->is_directory(fault)) {
            if (hidden || name == "stories")
                at.disable_recursion_pending();
            continue;
        }
        if (hidden || at.depth() == 0 || name == "README.md")
            continue;
        const auto key = prefix + fs::relative(at->path(), folder, fault).generic_string();
        auto text = base::files::read(at->path(), file_size_max);
        if (!text)
            problems.add({at->path().string(), 0, 0}, "the file cannot be read", text.error().detail);
        else if (!files.emplace(key, *std::move(text)).second)
            problems.add({at->path().string(), 0, 0}, "another folder brings the same file");
        shown[key] = at->path().generic_string();
    }
    if (fault)
        problems.add({folder, 0, 0}, "the folder cannot be read: " + fault.message());
}

}  // namespace

Loaded load(const LoadOptions& options)
{
    Files files, shown;
    Problems problems;
    for (const auto& folder : options.folders)
        gather(folder, "systems/", files, shown, problems);
    if (!options.overrides.empty() && std::filesystem::exists(options.overrides))
        gather(options.overrides, "overrides/", files, shown, problems);
    if (!problems.empty())
        return problems.sorted();
    return Builder(files, shown, options.release).build();
}

Loaded load_files(const Files& files, bool release) { return Builder(files, {}, release).build(); }

}  // namespace definitions
