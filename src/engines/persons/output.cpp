#include "engines/persons/output.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "base/files.h"

namespace persons {

namespace {

// A file written in pieces that threads prepare; pieces go out in order.
class Sink {
public:
    explicit Sink(const std::filesystem::path& path) : file_(std::fopen(path.c_str(), "wb"), &std::fclose), path_(path) {}

    bool open() const { return file_ != nullptr; }
    void put(std::string_view text) { good_ = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size() && good_; }
    Status finish()
    {
        good_ = std::fclose(file_.release()) == 0 && good_;
        if (!good_)
            return Error{Kind::Unavailable, "FILE_UNWRITABLE", {}, {{"path", path_.string()}}};
        return {};
    }

private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::filesystem::path path_;
    bool good_ = true;
};

// make(begin, end, text) for every piece; written in order, a few pieces at a time.
template <class Make>
Status write_pieces(const std::filesystem::path& path, std::string_view head, std::size_t count, unsigned threads, const Make& make)
{
    Sink sink(path);
    if (!sink.open())
        return Error{Kind::Unavailable, "FILE_UNWRITABLE", {}, {{"path", path.string()}}};
    sink.put(head);
    constexpr std::size_t piece = 1 << 15;
    std::vector<std::string> texts(threads * 2);
    for (std::size_t at = 0; at < count;) {
        const std::size_t pieces = std::min(texts.size(), (count - at + piece - 1) / piece);
        each_task(threads, pieces, [&](std::size_t index) {
            texts[index].clear();
            const std::size_t begin = at + index * piece;
            make(begin, std::min(count, begin + piece), texts[index]);
        });
        for (std::size_t index = 0; index < pieces; ++index)
            sink.put(texts[index]);
        at = std::min(count, at + pieces * piece);
    }
    return sink.finish();
}

void append_number(std::string& out, std::uint64_t value)
{
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

// "-12.34"
void append_weight(std::string& out, double weight)
{
    auto hundredths = static_cast<std::int64_t>(std::lround(weight * 100));
    if (hundredths < 0) {
        out += '-';
        hundredths = -hundredths;
    }
    append_number(out, static_cast<std::uint64_t>(hundredths / 100));
    out += '.';
    out += static_cast<char>('0' + hundredths / 10 % 10);
    out += static_cast<char>('0' + hundredths % 10);
}

void append_probability(std::string& out, double weight)
{
    const auto millionths = static_cast<std::uint64_t>(std::lround(probability(weight) * 1e6));
    if (millionths >= 1'000'000) {
        out += "1.000000";
        return;
    }
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0.%06u", static_cast<unsigned>(millionths));
    out += text.data();
}

constexpr std::string_view decision_name(Decision decision)
{
    return decision == Decision::Link ? "link" : decision == Decision::Review ? "review" : "apart";
}

Status write_pairs(const Linked& linked, const std::filesystem::path& path, unsigned threads)
{
    const Scorer scorer(linked.table);
    std::string head = "record_a,record_b,probability,weight,decision,rule,veto";
    for (const Field& field : linked.table.model.fields)
        head += "," + field.name + "_level," + field.name + "_weight";
    return write_pieces(path, head + "\n", linked.pairs.size(), threads, [&](std::size_t begin, std::size_t end, std::string& out) {
        for (std::size_t at = begin; at < end; ++at) {
            const ScoredPair& pair = linked.pairs[at];
            append_cell(out, linked.table.record_id(pair.a));
            out += ',';
            append_cell(out, linked.table.record_id(pair.b));
            out += ',';
            append_probability(out, static_cast<double>(pair.weight));
            out += ',';
            append_weight(out, static_cast<double>(pair.weight));
            out += ',';
            out += decision_name(decision(linked.table.model, pair));
            out += pair.same_card_and_name ? ",D1," : ",,";
            out += veto_name(pair.veto);
            for (std::size_t field = 0; field < linked.table.model.fields.size(); ++field) {
                const unsigned level = level_at(pair.pattern, field);
                out += ',';
                if (level != level_missing)
                    out += linked.table.model.fields[field].levels[level].name;
                out += ',';
                append_weight(out, scorer.one_weight(field, pair.a, pair.pattern));
            }
            out += '\n';
        }
    });
}

Status write_clusters(const Linked& linked, const std::filesystem::path& path, unsigned threads)
{
    return write_pieces(path, "record_id,cluster\n", linked.table.rows, threads, [&](std::size_t begin, std::size_t end, std::string& out) {
        for (std::size_t row = begin; row < end; ++row) {
            append_cell(out, linked.table.record_id(row));
            out += ',';
            append_number(out, linked.clusters.of_row[row] + 1);
            out += '\n';
        }
    });
}

Status write_rejects(const Linked& linked, const std::filesystem::path& path)
{
    const auto& rejects = linked.table.rejects;
    return write_pieces(path, "line,column,fault,row\n", rejects.size(), 1, [&](std::size_t begin, std::size_t end, std::string& out) {
        for (std::size_t at = begin; at < end; ++at) {
            append_number(out, rejects[at].line);
            out += ',';
            append_number(out, rejects[at].column);
            out += ',' + rejects[at].code + ',';
            append_cell(out, rejects[at].row);
            out += '\n';
        }
    });
}

json::array blocks_of(const Linked& linked)
{
    json::array out;
    for (const BlockStatistics& block : linked.blocks) {
        out.push_back(json::object{{"name", block.name}, {"records", block.records}, {"blocks", block.blocks},
            {"largest", block.largest}, {"size_max", block.size_max}, {"capped_blocks", block.capped_blocks},
            {"capped_records", block.capped_records}, {"pairs", block.pairs}});
    }
    return out;
}

}  // namespace

std::uint64_t peak_memory_kib()
{
    struct ::rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss);
}

json::object report_of(const Linked& linked)
{
    json::object report;
    if (linked.quality) {
        report["precision"] = linked.quality->precision;
        report["recall"] = linked.quality->recall;
        report["f1"] = linked.quality->f1;
        report["truth"] = json::object{{"true_pairs", linked.quality->true_pairs},
            {"linked_pairs", linked.quality->linked_pairs}, {"right_pairs", linked.quality->right_pairs}};
    }
    std::uint64_t links = 0, reviews = 0, vetoed = 0;
    for (const ScoredPair& pair : linked.pairs) {
        const Decision decided = decision(linked.table.model, pair);
        links += decided == Decision::Link;
        reviews += decided == Decision::Review;
        vetoed += pair.veto != Veto::None;
    }
    report["model"] = linked.table.model.name;
    report["counts"] = json::object{{"records", linked.table.rows}, {"rejected_rows", linked.table.reject_count},
        {"pairs_compared", linked.pairs_compared}, {"pairs_kept", linked.pairs.size()}, {"links", links},
        {"reviews", reviews}, {"vetoed", vetoed}, {"held_back", linked.clusters.held.size()},
        {"clusters", linked.clusters.count}, {"largest_cluster", linked.clusters.largest},
        {"clusters_over_size_max", linked.clusters.over_size_max},
        {"random_pairs", linked.training.random_pairs}, {"expected_matches", linked.training.matches}};
    json::object seconds;
    double total = 0;
    for (const auto& [stage, taken] : linked.seconds) {
        seconds[stage] = std::round(taken * 10000) / 10000;
        total += taken;
    }
    seconds["total"] = std::round(total * 10000) / 10000;
    report["seconds"] = std::move(seconds);
    report["peak_memory_mib"] = static_cast<double>(peak_memory_kib()) / 1024;
    report["blocking"] = blocks_of(linked);
    json::object columns;
    for (const auto& [field, header] : linked.table.columns)
        columns[field] = header;
    json::array missing, encodings, warnings, shared, runs;
    for (const std::string& field : linked.table.columns_missing)
        missing.push_back(json::value(field));
    for (const std::string& encoding : linked.table.encodings)
        encodings.push_back(json::value(encoding));
    for (const std::string& field : linked.training.warnings)
        warnings.push_back(json::value(field));
    for (const auto& card : linked.prepared.shared)
        shared.push_back(json::object{{"alert", "ID_SHARED"}, {"record_id", linked.table.record_id(card.row)}, {"records", card.records}, {"names", card.names}});
    for (const Training::Run& run : linked.training.runs)
        runs.push_back(json::object{{"block", run.block}, {"iterations", run.iterations}, {"lambda", run.lambda}});
    report["columns"] = std::move(columns);
    report["columns_missing"] = std::move(missing);
    report["encodings"] = std::move(encodings);
    report["training"] = json::object{{"runs", std::move(runs)}, {"warnings", std::move(warnings)}, {"prior", linked.table.model.prior}};
    report["alerts"] = std::move(shared);
    report["cards_of_others"] = linked.prepared.cards_foreign;
    report["thresholds"] = json::object{{"link_at", linked.table.model.link_at}, {"review_at", linked.table.model.review_at}};
    return report;
}

json::object explained(const Linked& linked, const ScoredPair& pair)
{
    const Scorer scorer(linked.table);
    json::array fields;
    const std::vector<double> weights = scorer.weights(pair.a, pair.b, pair.pattern);
    for (std::size_t field = 0; field < weights.size(); ++field) {
        const unsigned level = level_at(pair.pattern, field);
        fields.push_back(json::object{{"field", linked.table.model.fields[field].name},
            {"level", level == level_missing ? "null" : linked.table.model.fields[field].levels[level].name},
            {"weight", std::round(weights[field] * 100) / 100},
            {"a", linked.table.value_text(pair.a, field)}, {"b", linked.table.value_text(pair.b, field)}});
    }
    fields.push_back(json::object{{"field", "prior"}, {"weight", std::round(scorer.prior() * 100) / 100}});
    json::array vetoes;
    if (pair.veto != Veto::None)
        vetoes.push_back(json::value(veto_name(pair.veto)));
    return {{"record_a", linked.table.record_id(pair.a)}, {"record_b", linked.table.record_id(pair.b)},
        {"decision", decision_name(decision(linked.table.model, pair))},
        {"probability", std::round(probability(static_cast<double>(pair.weight)) * 1e6) / 1e6},
        {"weight", std::round(static_cast<double>(pair.weight) * 100) / 100}, {"model", linked.table.model.name},
        {"fields", std::move(fields)}, {"vetoes", std::move(vetoes)}};
}

Status write_results(Linked& linked, const OutputOptions& options)
{
    std::error_code fault;
    std::filesystem::create_directories(options.folder, fault);
    if (fault)
        return Error{Kind::Unavailable, "FOLDER_UNWRITABLE", {}, {{"folder", options.folder.string()}}};
    const auto timed = [&](std::string stage, const auto& work) -> Status {
        const auto begun = std::chrono::steady_clock::now();
        TRY(work());
        linked.seconds.emplace_back(std::move(stage), std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
        return {};
    };
    TRY(timed("write_clusters", [&] { return write_clusters(linked, options.folder / "clusters.csv", options.threads); }));
    if (options.pairs)
        TRY(timed("write_pairs", [&] { return write_pairs(linked, options.folder / "pairs.csv", options.threads); }));
    if (linked.table.reject_count > 0)
        TRY(write_rejects(linked, options.folder / "rejects.csv"));
    TRY(base::files::write_durably(options.folder / "model.yaml", print_model(linked.table.model)));
    TRY(base::files::write_durably(options.folder / "report.json", json::serialize(report_of(linked)) + "\n"));
    if (options.html)
        TRY(base::files::write_durably(options.folder / "report.html", report_page(linked)));
    return {};
}

}  // namespace persons
