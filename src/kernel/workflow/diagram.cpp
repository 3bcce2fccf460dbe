// A workflow as a picture. Layers follow the shortest way from the first state; arrows forward run
// straight, arrows back bend around the left.

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "base/html.h"
#include "kernel/workflow/routes.h"

namespace workflow {

using base::html::escaped;
using definitions::FlowState;
using definitions::Workflow;

namespace {

constexpr int width = 168, height = 44, gap_x = 48, gap_y = 64, margin = 90;

struct Spot {
    int layer = 0, column = 0;
};

std::string fill_of(const std::string& colour)
{
    static const std::map<std::string, std::string> fills{{"grey", "#f0f0f0"}, {"blue", "#e6f4ff"}, {"green", "#f6ffed"},
        {"gold", "#fffbe6"}, {"orange", "#fff7e6"}, {"red", "#fff1f0"}, {"purple", "#f9f0ff"}};
    const auto found = fills.find(colour);
    return found == fills.end() ? "#ffffff" : found->second;
}

// From state to state: the titles of the actions that lead there.
using Ways = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

Ways ways_of(const Workflow& flow, const std::string& language)
{
    Ways ways;
    for (const auto& action : flow.actions)
        for (const auto& state : flow.states)
            if (flow.applies(action, state.name))
                for (const auto& to : action.to) {
                    auto& titles = ways[{state.name, to.state}];
                    if (std::ranges::find(titles, action.title.in(language)) == titles.end())
                        titles.push_back(action.title.in(language));
                }
    return ways;
}

std::map<std::string, Spot> spots_of(const Workflow& flow, const Ways& ways)
{
    std::map<std::string, Spot> spots{{flow.initial, {}}};
    std::vector<std::string> front{flow.initial};
    for (int layer = 1; !front.empty(); ++layer) {
        std::vector<std::string> next;
        for (const auto& state : flow.states)  // in the order of the file, so that the picture is stable
            for (const auto& from : front)
                if (!spots.contains(state.name) && ways.contains({from, state.name})) {
                    spots[state.name] = {layer, static_cast<int>(next.size())};
                    next.push_back(state.name);
                }
        front = std::move(next);
    }
    return spots;
}

class Picture {
public:
    Picture(const Workflow& flow, const std::string& language) :
        flow_(flow), language_(language), ways_(ways_of(flow, language)), spots_(spots_of(flow, ways_))
    {
        for (const auto& [name, spot] : spots_) {
            layers_ = std::max(layers_, spot.layer + 1);
            columns_ = std::max(columns_, spot.column + 1);
        }
    }

    std::string text()
    {
        const int whole_width = 2 * margin + columns_ * (width + gap_x), whole_height = 40 + layers_ * (height + gap_y);
        out_ << R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 )" << whole_width << ' ' << whole_height
             << R"(" font-family="sans-serif" font-size="13"><title>)" << escaped(flow_.title.in(language_)) << "</title>"
             << R"(<defs><marker id="tip" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#8c8c8c"/></marker></defs>)";
        for (const auto& [way, titles] : ways_)
            arrow(way.first, way.second, titles);
        for (const auto& state : flow_.states)
            if (spots_.contains(state.name))
                box(state);
        out_ << "</svg>\n";
        return out_.str();
    }

private:
    int left(const std::string& state) { return margin + spots_[state].column * (width + gap_x); }
    int top(const std::string& state) { return 20 + spots_[state].layer * (height + gap_y); }

    void box(const FlowState& state)
    {
        const int x = left(state.name), y = top(state.name);
        out_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << width << "\" height=\"" << height << "\" rx=\"8\" fill=\""
             << fill_of(state.colour) << "\" stroke=\"#595959\" stroke-width=\"" << (state.kind == FlowState::Kind::Final ? 2.5 : 1.2) << '"'
             << (state.kind == FlowState::Kind::Waiting ? " stroke-dasharray=\"5 3\"" : "") << "/><text x=\"" << x + width / 2 << "\" y=\""
             << y + height / 2 + 5 << "\" text-anchor=\"middle\">" << escaped(state.title.in(language_)) << "</text>";
    }

    void arrow(const std::string& from, const std::string& to, const std::vector<std::string>& titles)
    {
        if (!spots_.contains(from) || !spots_.contains(to) || from == to)
            return;
        const int x1 = left(from) + width / 2, x2 = left(to) + width / 2;
        std::string label;
        for (const auto& title : titles)
            label += (label.empty() ? "" : " / ") + title;
        int label_x = 0, label_y = 0;
        out_ << "<path fill=\"none\" stroke=\"#8c8c8c\" marker-end=\"url(#tip)\" d=\"";
        if (spots_[to].layer > spots_[from].layer) {
            const int y1 = top(from) + height, y2 = top(to);
            out_ << 'M' << x1 << ',' << y1 << " C" << x1 << ',' << y1 + gap_y / 2 << ' ' << x2 << ',' << y2 - gap_y / 2 << ' ' << x2 << ',' << y2;
            label_x = (x1 + x2) / 2 + 6;
            label_y = (y1 + y2) / 2 + 4;
        } else {
            const int y1 = top(from) + height / 2, y2 = top(to) + height / 2, side = margin / 3 + 8 * (spots_[from].layer % 4);
            out_ << 'M' << left(from) << ',' << y1 << " C" << side << ',' << y1 << ' ' << side << ',' << y2 << ' ' << left(to) << ',' << y2;
            label_x = side + 8;
            label_y = (y1 + y2) / 2;
        }
        out_ << "\"/><text x=\"" << label_x << "\" y=\"" << label_y << "\" font-size=\"11\" fill=\"#595959\">" << escaped(label) << "</text>";
    }

    const Workflow& flow_;
    const std::string& language_;
    Ways ways_;
    std::map<std::string, Spot> spots_;
    int layers_ = 1, columns_ = 1;
    std::ostringstream out_;
};

}  // namespace

std::string diagram(const Workflow& flow, const std::string& language) { return Picture{flow, language}.text(); }

}  // namespace workflow
