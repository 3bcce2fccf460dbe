// weijian persons: the linkage core from the console. Files in, files out; no installation needed.

#include <algorithm>
#include <cstdio>
#include <thread>

#include "base/files.h"
#include "engines/persons/generate.h"
#include "engines/persons/output.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"

namespace server {

namespace {

// A built-in name, a file, or by default the built-in model that knows most columns of the file.
base::Result<persons::Model> chosen_model(const PersonsOptions& options)
{
    if (options.model.empty())
        return persons::fitting_model(options.files.front());
    if (!std::filesystem::exists(options.model))
        return persons::built_in_model(options.model);
    TRY_ASSIGN(const std::string yaml, base::files::read(options.model));
    return persons::parse_model(yaml);
}

base::Result<persons::LinkOptions> link_options(const Common& common, const PersonsOptions& options)
{
    persons::LinkOptions out;
    out.read.files = options.files;
    out.read.truth = options.truth;
    out.read.record_id = options.record_id;
    out.read.threads = options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency());
    out.train = !options.as_given;
    out.pairs_from = options.pairs_from;
    for (const std::string& pair : options.mapped) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string::npos)
            return base::Error{base::Kind::Invalid, "PERSONS_MAP", {"map"}, {{"field", pair}, {"column", ""}}};
        out.read.mapped[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    if (!common.quiet && !common.json)
        out.progress = [](std::string_view stage) { std::fprintf(stderr, "persons: %.*s\n", static_cast<int>(stage.size()), stage.data()); };
    return out;
}

base::Result<persons::Linked> run(const Common& common, const PersonsOptions& options)
{
    TRY_ASSIGN(const persons::Model model, chosen_model(options));
    TRY_ASSIGN(const persons::LinkOptions how, link_options(common, options));
    return persons::link(model, how);
}

std::string summary(const persons::Linked& linked, const PersonsOptions& options)
{
    double seconds = 0;
    for (const auto& [stage, taken] : linked.seconds)
        seconds += taken;
    std::string text = std::to_string(linked.table.rows) + " records, " + std::to_string(linked.clusters.count) + " persons, "
        + std::to_string(seconds).substr(0, 5) + " s";
    if (linked.table.reject_count > 0)
        text += "\n" + std::to_string(linked.table.reject_count) + " rows set aside, see rejects.csv";
    if (linked.quality)
        text += "\nprecision " + std::to_string(linked.quality->precision) + ", recall " + std::to_string(linked.quality->recall) + ", F1 " + std::to_string(linked.quality->f1);
    return text + "\n" + (options.out / "report.html").string();
}

}  // namespace

int persons_link(const Common& common, const PersonsOptions& options)
{
    auto linked = run(common, options);
    if (!linked.ok())
        return refuse(common, linked.error());
    persons::OutputOptions output;
    output.folder = options.out;
    output.pairs = !options.no_pairs;
    output.threads = options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency());
    if (const auto written = persons::write_results(*linked, output); !written.ok())
        return refuse(common, written.error());
    tell(common, persons::report_of(*linked), summary(*linked, options));
    return 0;
}

int persons_train(const Common& common, const PersonsOptions& options)
{
    const auto linked = run(common, options);
    if (!linked.ok())
        return refuse(common, linked.error());
    const std::string yaml = persons::print_model(linked->table.model);
    if (options.out.empty()) {
        std::fputs(yaml.c_str(), stdout);
        return 0;
    }
    if (const auto written = base::files::write_durably(options.out, yaml); !written.ok())
        return refuse(common, written.error());
    return 0;
}

int persons_explain(const Common& common, const PersonsOptions& options)
{
    const auto linked = run(common, options);
    if (!linked.ok())
        return refuse(common, linked.error());
    std::vector<std::uint32_t> rows;
    for (const std::string& record : options.records) {
        std::uint32_t row = 0;
        while (row < linked->table.rows && linked->table.record_id(row) != record)
            ++row;
        if (row == linked->table.rows)
            return refuse(common, base::Error{base::Kind::NotFound, "PERSONS_RECORD", {}, {{"record", record}}});
        rows.push_back(row);
    }
    const persons::Comparer comparer(linked->table);
    const persons::Scorer scorer(linked->table);
    persons::ScoredPair pair{std::min(rows[0], rows[1]), std::max(rows[0], rows[1])};
    pair.pattern = comparer.pattern(pair.a, pair.b);
    pair.weight = static_cast<float>(scorer.weight(pair.a, pair.b, pair.pattern));
    pair.veto = comparer.veto(pair.a, pair.b);
    const json::object object = persons::explained(*linked, pair);
    std::string text;
    for (const auto& field : object.at("fields").as_array()) {
        const auto& named = field.as_object();
        const auto word = [&](const char* key) { return named.contains(key) ? std::string{named.at(key).as_string()} : std::string{}; };
        char line[400];
        std::snprintf(line, sizeof line, "%-16s %-10s %+8.2f   %s | %s\n", word("field").c_str(), word("level").c_str(), named.at("weight").to_number<double>(), word("a").c_str(), word("b").c_str());
        text += line;
    }
    char line[200];
    std::snprintf(line, sizeof line, "sum %+.2f, probability %.6f, %s %s", static_cast<double>(pair.weight), persons::probability(static_cast<double>(pair.weight)),
        std::string{object.at("decision").as_string()}.c_str(), std::string{persons::veto_name(pair.veto)}.c_str());
    tell(common, object, text + line);
    return 0;
}

int persons_model(const Common& common, const PersonsOptions& options)
{
    const auto model = persons::built_in_model(options.model);
    if (!model.ok())
        return refuse(common, model.error());
    std::fputs(persons::print_model(*model).c_str(), stdout);
    return 0;
}

int persons_evaluate(const Common& common, const PersonsOptions& options)
{
    const auto quality = persons::evaluate(options.files[0], options.files[1]);
    if (!quality.ok())
        return refuse(common, quality.error());
    const json::object object{{"precision", quality->precision}, {"recall", quality->recall}, {"f1", quality->f1},
        {"true_pairs", quality->true_pairs}, {"linked_pairs", quality->linked_pairs}, {"right_pairs", quality->right_pairs}};
    tell(common, object, json::serialize(object));
    return 0;
}

int persons_generate(const Common& common, const PersonsGenerateOptions& options)
{
    const auto made = persons::generate({.records = options.records, .seed = options.seed, .errors = options.errors,
        .file = options.file, .truth_file = options.truth_file});
    if (!made.ok())
        return refuse(common, made.error());
    tell(common, json::object{{"records", made->records}, {"persons", made->persons}, {"twins", made->twins}, {"seed", options.seed}},
        std::to_string(made->records) + " records of " + std::to_string(made->persons) + " made-up persons, seed " + std::to_string(options.seed));
    return 0;
}

}  // namespace server
