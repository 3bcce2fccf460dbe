#pragma once

// One figure a line, as JSON: {"metric", "value", "unit", "floor", "ratio", "goal", "met"}.

#include <cstdio>
#include <optional>
#include <string>

namespace bench {

enum class Better { More, Less };

struct Figure {
    std::string metric;
    double value = 0;
    std::string unit;
    double goal = 0;
    Better better = Better::More;
    std::optional<double> floor = {};       // the same work without what is measured, in the same run
    std::optional<double> ratio_goal = {};  // of value to floor
};

inline void print(const Figure& figure)
{
    bool met = figure.better == Better::More ? figure.value >= figure.goal : figure.value <= figure.goal;
    std::string floor = "null", ratio = "null";
    char text[64];
    if (figure.floor) {
        std::snprintf(text, sizeof text, "%.4g", *figure.floor);
        floor = text;
        const double share = *figure.floor > 0 ? figure.value / *figure.floor : 0;
        std::snprintf(text, sizeof text, "%.3f", share);
        ratio = text;
        if (figure.ratio_goal)
            met = met && share >= *figure.ratio_goal;
    }
    std::printf("{\"metric\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", \"floor\": %s, \"ratio\": %s, \"goal\": %.6g, "
                "\"met\": %s}\n",
        figure.metric.c_str(), figure.value, figure.unit.c_str(), floor.c_str(), ratio.c_str(), figure.goal,
        met ? "true" : "false");
    std::fflush(stdout);
}

}  // namespace bench
