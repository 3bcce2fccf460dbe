#include "kernel/markup/style.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace markup {

namespace {

constexpr double points_per_mm = 72 / 25.4;

std::string_view trimmed(std::string_view text)
{
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    while (!(text = trimmed(text)).empty()) {
        const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::optional<double> number(std::string_view text, std::string_view& rest)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value) || std::abs(value) > 10'000)
        return {};
    rest = text.substr(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::optional<Length> length(std::string_view text, double em)
{
    std::string_view unit;
    const auto value = number(text, unit);
    if (!value)
        return {};
    if (unit == "pt")
        return Length{*value};
    if (unit == "mm")
        return Length{*value * points_per_mm};
    if (unit == "cm")
        return Length{*value * points_per_mm * 10};
    if (unit == "px")
        return Length{*value * 0.75};
    if (unit == "em")
        return Length{*value * em};
    if (unit == "%")
        return Length{*value, Length::Unit::Percent};
    if (unit.empty() && *value == 0)
        return Length{};
    return {};
}

std::optional<double> points(std::string_view text, double em)
{
    const auto value = length(text, em);
    return value && value->unit == Length::Unit::Points ? std::optional{value->value} : std::nullopt;
}

std::optional<Colour> colour(std::string_view text)
{
    if (text == "black")
        return Colour{};
    if (text == "white")
        return Colour{1, 1, 1};
    if (text == "red")
        return Colour{1, 0, 0};
    if (text.size() != 7 || text[0] != '#')
        return {};
    std::array<double, 3> parts{};
    for (std::size_t i = 0; i < 3; ++i) {
        int part = 0;
        const auto digits = text.substr(1 + 2 * i, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, part, 16);
        if (error != std::errc{} || end != digits.data() + 2)
            return {};
        parts[i] = part / 255.0;
    }
    return Colour{parts[0], parts[1], parts[2]};
}

bool read_sides(std::string_view text, double em, Sides& sides)
{
    std::vector<double> values;
    for (const auto word : words_of(text)) {
        const auto value = points(word, em);
        if (!value)
            return false;
        values.push_back(*value);
    }
    switch (values.size()) {
    case 1: sides = {values[0], values[0], values[0], values[0]}; return true;
    case 2: sides = {values[0], values[1], values[0], values[1]}; return true;
    case 3: sides = {values[0], values[1], values[2], values[1]}; return true;
    case 4: sides = {values[0], values[1], values[2], values[3]}; return true;
    default: return false;
    }
}

// "0.5pt solid #000000" or "none"; the width.
std::optional<double> border(std::string_view text, double em, Colour& to)
{
    if (text == "none" || text == "0")
        return 0;
    const auto words = words_of(text);
    if (words.size() < 2 || words.size() > 3 || words[1] != "solid")
        return {};
    if (words.size() == 3) {
        const auto read = colour(words[2]);
        if (!read)
            return {};
        to = *read;
    }
    return points(words[0], em);
}

double* side_of(Sides& sides, std::string_view name)
{
    return name == "top" ? &sides.top : name == "right" ? &sides.right : name == "bottom" ? &sides.bottom : name == "left" ? &sides.left : nullptr;
}

template <class T>
bool choose(std::string_view value, T& into, std::initializer_list<std::pair<std::string_view, T>> choices)
{
    for (const auto& [name, choice] : choices)
        if (name == value)
            return into = choice, true;
    return false;
}

bool put(const std::optional<double>& value, double& into)
{
    if (value)
        into = *value;
    return value.has_value();
}
bool put(const std::optional<Length>& value, std::optional<Length>& into)
{
    into = value;
    return value.has_value();
}

using Setter = bool (*)(Style&, std::string_view);
struct Property {
    std::string_view name, hint;
    Setter set;
};

constexpr std::string_view length_hint = "a length such as 10.5pt, 5mm or 2em";

bool set_family(Style& s, std::string_view v) { return choose(v, s.serif, {{"serif", true}, {"sans-serif", false}}); }
bool set_size(Style& s, std::string_view v) { return put(points(v, s.size), s.size) && s.size >= 4 && s.size <= 100; }
bool set_weight(Style& s, std::string_view v) { return choose(v, s.bold, {{"bold", true}, {"normal", false}}); }
bool set_slant(Style& s, std::string_view v) { return choose(v, s.italic, {{"italic", true}, {"normal", false}}); }
bool set_decoration(Style& s, std::string_view v)
{
    s.underline = v == "underline";
    s.strike = v == "line-through";
    return s.underline || s.strike || v == "none";
}
bool set_line_height(Style& s, std::string_view v)
{
    std::string_view rest;
    const auto value = number(v, rest);
    return rest.empty() && put(value, s.line_height) && s.line_height >= 0.8 && s.line_height <= 5;
}
bool set_align(Style& s, std::string_view v)
{
    return choose(v, s.align, {{"left", Align::Left}, {"center", Align::Center}, {"right", Align::Right}, {"justify", Align::Justify}});
}
bool set_indent(Style& s, std::string_view v) { return put(points(v, s.size), s.indent); }
bool set_spacing(Style& s, std::string_view v) { return put(points(v, s.size), s.letter_spacing); }
bool set_colour(Style& s, std::string_view v)
{
    const auto read = colour(v);
    s.colour = read.value_or(s.colour);
    return read.has_value();
}
bool set_background(Style& s, std::string_view v) { return (s.background = colour(v)).has_value(); }
bool set_white_space(Style& s, std::string_view v) { return choose(v, s.pre_line, {{"pre-line", true}, {"normal", false}}); }
bool set_marker(Style& s, std::string_view v)
{
    s.marker = v;
    return v == "disc" || v == "decimal" || v == "none";
}
bool set_margin(Style& s, std::string_view v) { return read_sides(v, s.size, s.margin); }
bool set_padding(Style& s, std::string_view v) { return read_sides(v, s.size, s.padding); }
bool set_border(Style& s, std::string_view v)
{
    const auto width = border(v, s.size, s.border_colour);
    if (width)
        s.border = {*width, *width, *width, *width};
    return width.has_value();
}
bool set_width(Style& s, std::string_view v) { return put(length(v, s.size), s.width); }
bool set_height(Style& s, std::string_view v) { return put(length(v, s.size), s.height); }
bool set_vertical(Style& s, std::string_view v)
{
    return choose(v, s.vertical_align, {{"top", VerticalAlign::Top}, {"middle", VerticalAlign::Middle}, {"bottom", VerticalAlign::Bottom}});
}
bool set_position(Style& s, std::string_view v)
{
    return choose(v, s.position, {{"static", Position::Static}, {"relative", Position::Relative}, {"absolute", Position::Absolute}});
}
bool set_left(Style& s, std::string_view v) { return put(length(v, s.size), s.left); }
bool set_top(Style& s, std::string_view v) { return put(length(v, s.size), s.top); }
bool set_right(Style& s, std::string_view v) { return put(length(v, s.size), s.right); }
bool set_bottom(Style& s, std::string_view v) { return put(length(v, s.size), s.bottom); }
bool set_break_before(Style& s, std::string_view v) { return choose(v, s.break_before, {{"page", true}, {"auto", false}}); }
bool set_break_inside(Style& s, std::string_view v) { return choose(v, s.keep_together, {{"avoid", true}, {"auto", false}}); }
bool set_break_after(Style& s, std::string_view v) { return choose(v, s.keep_with_next, {{"avoid", true}, {"auto", false}}); }

constexpr std::array properties{
    Property{"font-family", "serif or sans-serif", set_family},
    Property{"font-size", "4pt to 100pt", set_size},
    Property{"font-weight", "bold or normal", set_weight},
    Property{"font-style", "italic or normal", set_slant},
    Property{"text-decoration", "underline, line-through or none", set_decoration},
    Property{"line-height", "a number such as 1.5", set_line_height},
    Property{"text-align", "left, center, right or justify", set_align},
    Property{"text-indent", length_hint, set_indent},
    Property{"letter-spacing", length_hint, set_spacing},
    Property{"color", "#rrggbb, black, white or red", set_colour},
    Property{"background-color", "#rrggbb", set_background},
    Property{"white-space", "pre-line or normal", set_white_space},
    Property{"list-style-type", "disc, decimal or none", set_marker},
    Property{"margin", length_hint, set_margin},
    Property{"padding", length_hint, set_padding},
    Property{"border", "none, or such as 0.5pt solid #000000", set_border},
    Property{"width", "a length or a share such as 25%", set_width},
    Property{"height", length_hint, set_height},
    Property{"vertical-align", "top, middle or bottom", set_vertical},
    Property{"position", "static, relative or absolute", set_position},
    Property{"left", length_hint, set_left},
    Property{"top", length_hint, set_top},
    Property{"right", length_hint, set_right},
    Property{"bottom", length_hint, set_bottom},
    Property{"break-before", "page or auto", set_break_before},
    Property{"break-inside", "avoid or auto", set_break_inside},
    Property{"break-after", "avoid or auto", set_break_after},
};

// The hint when the property or its value is not of the subset.
std::optional<std::string> apply(Style& style, const std::string& name, std::string_view value)
{
    for (const auto& [shorthand, sides] : {std::pair<std::string_view, Sides*>{"margin-", &style.margin}, {"padding-", &style.padding}})
        if (std::string_view(name).starts_with(shorthand))
            if (double* side = side_of(*sides, std::string_view(name).substr(shorthand.size())))
                return put(points(value, style.size), *side) ? std::nullopt : std::optional{std::string(length_hint)};
    if (name.starts_with("border-"))
        if (double* side = side_of(style.border, std::string_view(name).substr(7)))
            return put(border(value, style.size, style.border_colour), *side) ? std::nullopt
                                                                              : std::optional<std::string>{"none, or such as 0.5pt solid #000000"};
    const auto known = std::ranges::find(properties, name, &Property::name);
    if (known != properties.end())
        return known->set(style, value) ? std::nullopt : std::optional{std::string(known->hint)};
    std::string list = "known:";
    for (const auto& property : properties)
        list += (list.size() > 6 ? ", " : " ") + std::string(property.name);
    return list;
}

int lines_in(std::string_view text) { return static_cast<int>(std::ranges::count(text, '\n')); }

void read_paper(std::string_view body, int line, Paper& paper, const Report& report)
{
    for (const auto& [name, value] : read_declarations(body, line, {})) {
        if (name == "margin" && read_sides(value, 10.5, paper.margin))
            continue;
        if (name == "size" && value == "A4")
            continue;
        if (name == "size" && value == "A4 landscape") {
            std::swap(paper.width, paper.height);
            continue;
        }
        report(line, "@page: `" + name + ": " + value + "` is not known", "known: size: A4 or A4 landscape; margin: lengths such as 20mm");
    }
    const bool narrow = paper.width - paper.margin.left - paper.margin.right < 100 || paper.height - paper.margin.top - paper.margin.bottom < 100;
    if (narrow || paper.margin.top < 0 || paper.margin.left < 0 || paper.margin.right < 0 || paper.margin.bottom < 0)
        report(line, "@page: the margins leave no room", "20mm is usual");
}

}  // namespace

std::vector<Declaration> read_declarations(std::string_view text, int line, const Report& report)
{
    std::vector<Declaration> declarations;
    Style trial;
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        const std::string_view part = text.substr(0, end);
        const auto colon = part.find(':');
        if (!trimmed(part).empty()) {
            const int at = line + lines_in(part.substr(0, part.find_first_not_of(" \t\r\n")));
            const std::string name{trimmed(part.substr(0, std::min(colon, part.size())))};
            const std::string value{colon == std::string_view::npos ? std::string_view{} : trimmed(part.substr(colon + 1))};
            if (!report)
                declarations.emplace_back(name, value);
            else if (const auto hint = apply(trial, name, value))
                report(at, "the style `" + name + ": " + value + "` is not of the subset", *hint);
            else
                declarations.emplace_back(name, value);
        }
        line += lines_in(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    // em counts in the element's own size, so that comes first.
    std::ranges::stable_partition(declarations, [](const Declaration& one) { return one.first == "font-size"; });
    return declarations;
}

Stylesheet read_stylesheet(std::string_view text, int line, const Report& report)
{
    Stylesheet sheet;
    sheet.text = text;
    while (!trimmed(text).empty()) {
        const auto open = text.find('{'), close = text.find('}');
        if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
            report(line, "the style sheet is not closed", "write selector { property: value; }");
            break;
        }
        std::string_view selectors = text.substr(0, open);
        const int at = line + lines_in(selectors.substr(0, selectors.find_first_not_of(" \t\r\n")));
        const std::string_view body = text.substr(open + 1, close - open - 1);
        const int body_line = line + lines_in(selectors);
        if (trimmed(selectors) == "@page") {
            read_paper(body, body_line, sheet.paper, report);
        } else {
            const auto declarations = read_declarations(body, body_line, report);
            while (!selectors.empty()) {
                const auto comma = std::min(selectors.find(','), selectors.size());
                const std::string_view selector = trimmed(selectors.substr(0, comma));
                const auto dot = std::min(selector.find('.'), selector.size());
                const bool plain = selector.find_first_of(" >+~:#[*@") == std::string_view::npos && !selector.empty();
                if (!plain)
                    report(at, "the selector `" + std::string(selector) + "` is not of the subset", "a tag, .class or tag.class");
                else
                    sheet.rules.push_back({std::string(selector.substr(0, dot)),
                        std::string(dot < selector.size() ? selector.substr(dot + 1) : std::string_view{}), declarations});
                selectors.remove_prefix(std::min(comma + 1, selectors.size()));
            }
        }
        line += lines_in(text.substr(0, close));
        text.remove_prefix(close + 1);
    }
    return sheet;
}

Style style_of(const Stylesheet& sheet, const Style& parent, std::string_view tag, std::string_view classes, std::string_view inline_style)
{
    Style style = parent;
    const Style fresh;
    style.margin = style.padding = style.border = {};
    style.border_colour = {};
    style.background.reset();
    style.width = style.height = style.left = style.top = style.right = style.bottom = std::nullopt;
    style.vertical_align = fresh.vertical_align;
    style.position = Position::Static;
    style.break_before = style.keep_together = style.keep_with_next = false;

    static const Stylesheet base = read_stylesheet(base_css(), 1, [](int, const std::string&, const std::string&) {});
    const auto names = words_of(classes);
    // Among rules that fit, those with a class win over those without, then the later one.
    for (const bool with_class : {false, true})
        for (const Stylesheet* from : {&base, &sheet})
            for (const StyleRule& rule : from->rules) {
                const bool fits = (rule.tag.empty() || rule.tag == tag) && rule.class_name.empty() != with_class
                    && (rule.class_name.empty() || std::ranges::find(names, rule.class_name) != names.end());
                if (fits)
                    for (const auto& [name, value] : rule.declarations)
                        (void)apply(style, name, value);
            }
    if (!inline_style.empty())
        for (const auto& [name, value] : read_declarations(inline_style, 0, {}))
            (void)apply(style, name, value);
    return style;
}

std::string_view base_css()
{
    return R"(h1 { font-size: 18pt; font-weight: bold; text-align: center; text-indent: 0; margin: 0 0 10pt 0; line-height: 1.4; break-after: avoid; }
h2 { font-size: 14pt; font-weight: bold; text-indent: 0; margin: 10pt 0 6pt 0; line-height: 1.4; break-after: avoid; }
h3 { font-size: 12pt; font-weight: bold; text-indent: 0; margin: 8pt 0 4pt 0; line-height: 1.4; break-after: avoid; }
p { margin: 0; }
ul { margin: 0 0 4pt 0; padding: 0 0 0 2em; text-indent: 0; }
ol { margin: 0 0 4pt 0; padding: 0 0 0 2em; text-indent: 0; list-style-type: decimal; }
table { margin: 0; text-indent: 0; }
th, td { border: 0.5pt solid #000000; padding: 3pt 4pt; vertical-align: middle; }
th { font-weight: bold; text-align: center; }
hr { border: none; border-top: 0.5pt solid #000000; margin: 4pt 0; }
b, strong { font-weight: bold; }
i, em { font-style: italic; }
u { text-decoration: underline; }
s { text-decoration: line-through; }
header, footer { font-size: 9pt; text-align: center; text-indent: 0; }
)";
}

}  // namespace markup
