// The report as one page: figures, the weight of every level, the effect of the threshold, and how
// single pairs came to their decision. Drawn as SVG here, so the page needs no script and no network.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/html.h"
#include "engines/persons/output.h"

namespace persons {

using base::html::escaped;

namespace {

template <class... Values>
std::string formatted(const char* format, Values... values)
{
    std::array<char, 700> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

std::string grouped(std::uint64_t value)
{
    std::string text = std::to_string(value);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, " ");
    }
    return text;
}

constexpr std::string_view style = R"css(
:root{--ink:#1c2b39;--soft:#5d7081;--line:#dfe6ec;--for:#1f8a70;--against:#c8553d;--accent:#2f6fb3;--paper:#fff;--ground:#f4f7f9}
@media (prefers-color-scheme:dark){:root{--ink:#e4ebf1;--soft:#93a5b5;--line:#2c3a47;--paper:#16202a;--ground:#0f161d;--accent:#6ea8e5;--for:#3cb894;--against:#e8806a}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 20px 64px}h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:0 0 4px}
p{margin:0 0 14px;color:var(--soft)}section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:18px 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px;margin:18px 0}
.tile{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:14px 16px}.tile b{display:block;font-size:22px}
.tile span{color:var(--soft);font-size:13px}table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:500}
svg{width:100%;height:auto;display:block}text{fill:var(--ink);font:12px system-ui,"Noto Sans CJK SC",sans-serif}.soft{fill:var(--soft)}
.for{fill:var(--for)}.against{fill:var(--against)}.rule{stroke:var(--line)}.wrap{overflow-x:auto}.wrap svg{min-width:620px}
details{border-top:1px solid var(--line);padding:10px 0}summary{cursor:pointer}
)css";

std::string tile(std::string_view value, std::string_view name)
{
    return "<div class=tile><b>" + std::string{value} + "</b><span>" + std::string{name} + "</span></div>";
}

std::string tiles(const Linked& linked)
{
    double seconds = 0;
    for (const auto& [stage, taken] : linked.seconds)
        seconds += taken;
    std::string out = "<div class=tiles>";
    out += tile(grouped(linked.table.rows), "records · 记录");
    out += tile(grouped(linked.clusters.count), "persons · 个人");
    out += tile(grouped(linked.pairs_compared), "pairs compared · 比较的对");
    if (linked.quality) {
        out += tile(formatted("%.5f", linked.quality->f1), "F1");
        out += tile(formatted("%.5f", linked.quality->precision), "precision · 精确率");
        out += tile(formatted("%.5f", linked.quality->recall), "recall · 召回率");
    }
    out += tile(formatted("%.2f s", seconds), "time · 用时");
    out += tile(formatted("%.0f MiB", static_cast<double>(peak_memory_kib()) / 1024), "peak memory · 内存峰值");
    return out + "</div>";
}

// A bar to the right speaks for one person, to the left against.
std::string bar(double weight, double scale, double middle, double y, double height)
{
    const double length = std::min(std::abs(weight) * scale, middle - 8);
    return formatted("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>",
        weight >= 0 ? "for" : "against", weight >= 0 ? middle : middle - length, y, std::max(length, 1.0), height);
}

std::string weight_chart(const Model& model)
{
    double y = 24;
    std::string out;
    constexpr double middle = 560, scale = 14;
    for (const Field& field : model.fields) {
        out += formatted("<text x=\"0\" y=\"%.1f\" font-weight=\"600\">%s</text>", y + 11, field.name.c_str());
        for (const Level& level : field.levels) {
            const double weight = std::log2(level.m / level.u);
            out += formatted("<text class=soft x=\"130\" y=\"%.1f\">%s</text><text class=soft x=\"215\" y=\"%.1f\">m %.4f   u %.2g</text>", y + 11, level.name.c_str(), y + 11, level.m, level.u);
            out += bar(weight, scale, middle, y, 14);
            out += formatted("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%+.2f</text>", middle + (weight >= 0 ? 1 : -1) * (std::min(std::abs(weight) * scale, 400.0) + 6), y + 11, weight >= 0 ? "start" : "end", weight);
            y += 19;
        }
        out += formatted("<line class=rule x1=\"0\" x2=\"1000\" y1=\"%.1f\" y2=\"%.1f\"/>", y + 2, y + 2);
        y += 10;
    }
    return formatted("<div class=wrap><svg viewBox=\"0 0 1000 %.0f\" role=img aria-label=\"Weights by level\">", y) + out
        + formatted("<line class=rule x1=\"%.0f\" x2=\"%.0f\" y1=\"10\" y2=\"%.0f\"/></svg></div>", middle, middle, y);
}

// Share right and share found when everything from a weight on were linked. With truth counted,
// otherwise expected by the model.
std::string threshold_curve(const Linked& linked)
{
    std::vector<std::pair<double, double>> pairs;  // weight, chance or truth of being one person
    double all = 0;
    for (const ScoredPair& pair : linked.pairs) {
        const double weight = static_cast<double>(pair.weight);
        double same = probability(weight);
        if (linked.quality)
            same = linked.table.truth[pair.a] != 0 && linked.table.truth[pair.a] == linked.table.truth[pair.b] ? 1 : 0;
        pairs.emplace_back(weight, same);
        all += same;
    }
    if (linked.quality)
        all = static_cast<double>(linked.quality->true_pairs);
    std::sort(pairs.begin(), pairs.end(), std::greater<>{});
    std::string precision, recall;
    const auto x = [](double weight) { return 60 + (std::clamp(weight, -10.0, 30.0) + 10) * 22.5; };
    double right = 0;
    std::size_t at = 0;
    for (double weight = 30; weight >= -10; weight -= 0.5) {
        for (; at < pairs.size() && pairs[at].first >= weight; ++at)
            right += pairs[at].second;
        if (at == 0)
            continue;
        precision += formatted("%.1f,%.1f ", x(weight), 230 - 200 * right / static_cast<double>(at));
        recall += formatted("%.1f,%.1f ", x(weight), 230 - 200 * std::min(1.0, right / std::max(all, 1.0)));
    }
    std::string out = "<div class=wrap><svg viewBox=\"0 0 1000 270\" role=img aria-label=\"Precision and recall by threshold\">";
    for (int share = 0; share <= 100; share += 25)
        out += formatted("<line class=rule x1=\"60\" x2=\"960\" y1=\"%d\" y2=\"%d\"/><text class=soft x=\"50\" y=\"%d\" text-anchor=\"end\">%d %%</text>", 230 - 2 * share, 230 - 2 * share, 234 - 2 * share, share);
    for (int weight = -10; weight <= 30; weight += 5)
        out += formatted("<text class=soft x=\"%.0f\" y=\"250\" text-anchor=\"middle\">%d</text>", x(weight), weight);
    const auto line = [&](double weight, const char* name) {
        out += formatted("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"20\" y2=\"230\" stroke=\"var(--soft)\" stroke-dasharray=\"4 4\"/><text x=\"%.1f\" y=\"16\" text-anchor=\"middle\">%s</text>", x(weight), x(weight), x(weight), name);
    };
    line(weight_of_probability(linked.table.model.link_at), "link 关联");
    line(weight_of_probability(linked.table.model.review_at), "review 复核");
    out += "<polyline points=\"" + precision + "\" fill=none stroke=\"var(--accent)\" stroke-width=2.5 />";
    out += "<polyline points=\"" + recall + "\" fill=none stroke=\"var(--for)\" stroke-width=2.5 />";
    out += "<text x=\"780\" y=\"266\" fill=\"var(--accent)\" style=\"fill:var(--accent)\">precision 精确率</text><text x=\"880\" y=\"266\" style=\"fill:var(--for)\">recall 召回率</text><text class=soft x=\"60\" y=\"266\">weight 权重</text>";
    return out + "</svg></div>";
}

std::string waterfall(const Linked& linked, const Scorer& scorer, const ScoredPair& pair)
{
    const auto weights = scorer.weights(pair.a, pair.b, pair.pattern);
    const double origin = 640, scale = 5;
    double sum = scorer.prior(), y = 22;
    const auto x = [&](double weight) { return origin + std::clamp(weight, -42.0, 62.0) * scale; };
    std::string out = formatted("<text x=\"0\" y=\"%.0f\" class=soft>prior 先验</text>", y) + formatted("<rect class=against x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=12 rx=2 /><text x=\"990\" y=\"%.1f\" text-anchor=\"end\">%+.2f</text>", x(sum), y - 10, x(0) - x(sum), y, sum);
    for (std::size_t field = 0; field < weights.size(); ++field) {
        const unsigned level = level_at(pair.pattern, field);
        if (level == level_missing)
            continue;
        y += 20;
        const Field& described = linked.table.model.fields[field];
        const std::string left = linked.table.value_text(pair.a, field), right = linked.table.value_text(pair.b, field);
        out += "<text x=\"0\" y=\"" + formatted("%.0f", y) + "\">" + described.name + "</text><text class=soft x=\"105\" y=\"" + formatted("%.0f", y) + "\">" + escaped(left == right ? left : left + "  ≠  " + right) + "</text>";
        const double from = std::min(sum, sum + weights[field]), to = std::max(sum, sum + weights[field]);
        out += formatted("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=12 rx=2 /><text x=\"990\" y=\"%.1f\" text-anchor=\"end\">%+.2f</text>", weights[field] >= 0 ? "for" : "against", x(from), y - 10, std::max(1.0, x(to) - x(from)), y, weights[field]);
        sum += weights[field];
    }
    y += 24;
    out += formatted("<text x=\"0\" y=\"%.0f\" font-weight=\"600\">sum 合计</text><text x=\"990\" y=\"%.0f\" text-anchor=\"end\" font-weight=\"600\">%+.2f   p = %.6f</text>", y, y, sum, probability(sum));
    out += formatted("<line class=rule x1=\"%.0f\" x2=\"%.0f\" y1=\"8\" y2=\"%.0f\"/>", origin, origin, y);
    return formatted("<div class=wrap><svg viewBox=\"0 0 1000 %.0f\" role=img aria-label=\"Weights of one pair\">", y + 10) + out + "</svg></div>";
}

// Links near the line, reviews and vetoed pairs: where a reader learns most.
std::vector<std::size_t> examples(const Linked& linked)
{
    std::vector<std::size_t> out;
    const double link_at = weight_of_probability(linked.table.model.link_at);
    std::array<double, 4> nearest{1e9, 1e9, 1e9, 1e9};
    std::array<std::size_t, 4> found{};
    for (std::size_t at = 0; at < linked.pairs.size(); ++at) {
        const ScoredPair& pair = linked.pairs[at];
        const double distance = static_cast<double>(pair.weight) - link_at;
        const std::size_t kind = pair.veto != Veto::None ? 3 : distance >= 8 ? 0 : distance >= 0 ? 1 : 2;
        if (std::abs(distance) < nearest[kind]) {
            nearest[kind] = std::abs(distance);
            found[kind] = at;
        }
    }
    for (std::size_t kind = 0; kind < 4; ++kind) {
        if (nearest[kind] < 1e9)
            out.push_back(found[kind]);
    }
    return out;
}

std::string block_table(const Linked& linked)
{
    std::string out = "<div class=wrap><table><tr><th>key 分块键<th>records 记录<th>blocks 块<th>largest 最大<th>limit 上限<th>over limit 超限记录<th>pairs 对</tr>";
    for (const BlockStatistics& block : linked.blocks)
        out += "<tr><td>" + block.name + "<td>" + grouped(block.records) + "<td>" + grouped(block.blocks) + "<td>" + grouped(block.largest) + "<td>" + grouped(block.size_max) + "<td>" + grouped(block.capped_records) + "<td>" + grouped(block.pairs) + "</tr>";
    return out + "</table></div>";
}

}  // namespace

std::string report_page(const Linked& linked)
{
    std::string out = "<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\"><title>Linkage report 关联报告</title><style>";
    out += style;
    out += "</style><main><h1>Linkage report · 关联报告</h1><p>Model 模型 " + linked.table.model.name + "</p>" + tiles(linked);
    out += "<section><h2>What each level tells · 各层级的权重</h2><p>Bits for (right) or against (left) one person: log₂(m/u). 向右支持同一人，向左反对。</p>" + weight_chart(linked.table.model) + "</section>";
    out += std::string{"<section><h2>Where to draw the line · 阈值</h2><p>"} + (linked.quality ? "Counted against the truth column. 按真值列统计。" : "Expected by the model; there is no truth column. 按模型估计，无真值列。") + "</p>" + threshold_curve(linked) + "</section>";
    const Scorer scorer(linked.table);
    out += "<section><h2>How single pairs were decided · 样例</h2><p>A clear link, one just over the line, one below it, one under a veto. 明确关联、刚过线、未过线、被否决各一例。</p>";
    for (const std::size_t at : examples(linked)) {
        const ScoredPair& pair = linked.pairs[at];
        const Decision decided = decision(linked.table.model, pair);
        out += "<details open><summary>" + escaped(linked.table.record_id(pair.a)) + " — " + escaped(linked.table.record_id(pair.b)) + " · "
            + (decided == Decision::Link ? "link 关联" : decided == Decision::Review ? "review 复核" : "apart 分开") + (pair.veto == Veto::None ? "" : " · veto " + std::string{veto_name(pair.veto)}) + "</summary>" + waterfall(linked, scorer, pair) + "</details>";
    }
    out += "</section><section><h2>Blocking · 分块</h2><p>Only records that share a key are compared. 只比较共享某个键的记录。</p>" + block_table(linked) + "</section>";
    return out + "</main></html>\n";
}

}  // namespace persons
