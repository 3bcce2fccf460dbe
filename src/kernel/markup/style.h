#pragma once

// The subset of CSS of documents: rules by tag, .class or tag.class, and style attributes. All
// lengths are kept in points.

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace markup {

struct Length {
    enum class Unit { Points, Percent };
    double value = 0;
    Unit unit = Unit::Points;
    double of(double whole) const { return unit == Unit::Points ? value : whole * value / 100; }
};
struct Sides {
    double top = 0, right = 0, bottom = 0, left = 0;
};
struct Colour {
    double red = 0, green = 0, blue = 0;
    bool operator==(const Colour&) const = default;
};
enum class Align { Left, Center, Right, Justify };
enum class VerticalAlign { Top, Middle, Bottom };
enum class Position { Static, Relative, Absolute };

struct Style {
    // Handed down to children.
    bool serif = false;
    double size = 10.5;  // 五号
    bool bold = false, italic = false, underline = false, strike = false;
    double line_height = 1.5;
    Align align = Align::Justify;
    double indent = 0;
    double letter_spacing = 0;
    Colour colour = {};
    bool pre_line = false;
    std::string marker = "disc";  // of list items: disc, decimal, none

    // Of the element alone.
    Sides margin, padding, border;
    Colour border_colour = {};
    std::optional<Colour> background = {};
    std::optional<Length> width = {}, height = {};
    VerticalAlign vertical_align = VerticalAlign::Middle;
    Position position = Position::Static;
    std::optional<Length> left = {}, top = {}, right = {}, bottom = {};
    bool break_before = false, keep_together = false, keep_with_next = false;
};

using Declaration = std::pair<std::string, std::string>;
struct StyleRule {
    std::string tag, class_name;
    std::vector<Declaration> declarations;
};
struct Paper {
    double width = 595.276, height = 841.890;  // A4
    Sides margin{56.7, 56.7, 56.7, 56.7};       // 20 mm
};
struct Stylesheet {
    std::vector<StyleRule> rules;
    Paper paper;
    std::string text;  // as written, for the browser
};

using Report = std::function<void(int line, std::string message, std::string hint)>;
Stylesheet read_stylesheet(std::string_view text, int line, const Report&);
std::vector<Declaration> read_declarations(std::string_view text, int line, const Report&);

// The style of an element inside one with the style `parent`.
Style style_of(const Stylesheet&, const Style& parent, std::string_view tag, std::string_view classes, std::string_view inline_style);

// What the elements look like before any rule; for browsers.
std::string_view base_css();

}  // namespace markup
