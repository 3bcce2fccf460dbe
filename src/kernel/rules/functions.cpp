#include "kernel/rules/functions.h"

#include <re2/re2.h>

#include "base/text.h"
#include "kernel/rules/fold.h"

namespace rules {
namespace {

using enum Type;
using Style = Function::Style;

Value mismatch(CallContext& context)
{
    return unknown(context.trouble, "NO_OVERLOAD");
}

Value size(Arguments arguments, CallContext& context)
{
    const Value& value = *arguments[0];
    std::size_t count = 0;
    if (const auto* text = value.get<std::string>())
        count = base::text::length(*text);
    else if (const auto* bytes = value.get<rules::Bytes>())
        count = bytes->data.size();
    else if (const auto* list = value.get<std::shared_ptr<const rules::List>>())
        count = (*list)->size();
    else if (const auto* map = value.get<std::shared_ptr<const rules::Map>>())
        count = (*map)->size();
    else
        return mismatch(context);
    return Value::Held{static_cast<std::int64_t>(count)};
}

struct Texts {
    const std::string* text = nullptr;
    const std::string* part = nullptr;
    explicit operator bool() const { return text && part; }
};
Texts texts(Arguments arguments)
{
    return {arguments[0]->get<std::string>(), arguments[1]->get<std::string>()};
}

Value contains(Arguments arguments, CallContext& context)
{
    Texts both = texts(arguments);
    return both ? Value{Value::Held{both.text->find(*both.part) != std::string::npos}} : mismatch(context);
}

Value starts_with(Arguments arguments, CallContext& context)
{
    Texts both = texts(arguments);
    return both ? Value{Value::Held{both.text->starts_with(*both.part)}} : mismatch(context);
}

Value ends_with(Arguments arguments, CallContext& context)
{
    Texts both = texts(arguments);
    return both ? Value{Value::Held{both.text->ends_with(*both.part)}} : mismatch(context);
}

std::shared_ptr<const re2::RE2> compile(const std::string& pattern)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto compiled = std::make_shared<const re2::RE2>(pattern, options);
    return compiled->ok() ? compiled : nullptr;
}

// RE2 runs in time linear in the text, so no pattern can hang the server.
Value matches(Arguments arguments, CallContext& context)
{
    Texts both = texts(arguments);
    if (!both)
        return mismatch(context);
    auto pattern = context.node.pattern ? context.node.pattern : compile(*both.part);
    if (!pattern)
        return unknown(context.trouble, "PATTERN");
    return Value::Held{re2::RE2::PartialMatch(*both.text, *pattern)};
}

template <char First, char Last, int Shift>
Value shift_letters(Arguments arguments, CallContext& context)
{
    const auto* text = arguments[0]->get<std::string>();
    if (!text)
        return mismatch(context);
    std::string result = *text;
    for (char& c : result)
        c = c >= First && c <= Last ? static_cast<char>(c + Shift) : c;
    return Value::Held{std::move(result)};
}

// Space, tab to carriage return, no-break space and the ideographic space.
Value trim(Arguments arguments, CallContext& context)
{
    const auto* text = arguments[0]->get<std::string>();
    if (!text)
        return mismatch(context);
    constexpr std::string_view blanks[] = {" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\u3000"};
    std::string_view rest = *text;
    for (bool again = true; again;) {
        again = false;
        for (std::string_view blank : blanks) {
            if (rest.starts_with(blank)) {
                rest.remove_prefix(blank.size());
                again = true;
            } else if (rest.ends_with(blank)) {
                rest.remove_suffix(blank.size());
                again = true;
            }
        }
    }
    return Value::Held{std::string{rest}};
}

Value dyn(Arguments arguments, CallContext&)
{
    return *arguments[0];
}

std::vector<Overload> one(std::initializer_list<Type> accepted, Type result)
{
    std::vector<Overload> overloads;
    for (Type type : accepted)
        overloads.push_back({{type}, result});
    return overloads;
}

std::vector<Overload> two_days(Type result)
{
    return {{{Date, Date}, result}, {{Date, Timestamp}, result}, {{Timestamp, Date}, result}, {{Timestamp, Timestamp}, result}};
}

void add_texts(std::vector<Function>& table)
{
    std::vector<Overload> test = {{{String, String}, Bool}};
    table.push_back({"size", Style::Both, one({String, Bytes, List, Map}, Int), size});
    table.push_back({"contains", Style::Receiver, test, contains});
    table.push_back({"startsWith", Style::Receiver, test, starts_with});
    table.push_back({"endsWith", Style::Receiver, test, ends_with});
    table.push_back({"matches", Style::Both, test, matches});
    table.push_back({"lower", Style::Both, one({String}, String), shift_letters<'A', 'Z', 'a' - 'A'>});
    table.push_back({"upper", Style::Both, one({String}, String), shift_letters<'a', 'z', 'A' - 'a'>});
    table.push_back({"trim", Style::Both, one({String}, String), trim});
}

void add_conversions(std::vector<Function>& table)
{
    using namespace conversions;
    auto add = [&](std::string_view name, std::initializer_list<Type> accepted, Type result, auto* call) {
        table.push_back({name, Style::Global, one(accepted, result), call, true});
    };
    add("int", {Int, Uint, Double, String, Decimal, Timestamp}, Int, to_int);
    add("uint", {Uint, Int, Double, String}, Uint, to_uint);
    add("double", {Double, Int, Uint, String, Decimal}, Double, to_double);
    add("string", {String, Int, Uint, Double, Bool, Decimal, Date, Timestamp, Duration, Bytes}, String, to_text);
    add("bytes", {Bytes, String}, Bytes, to_bytes);
    add("bool", {Bool, String}, Bool, to_bool);
    add("decimal", {Decimal, Int, String}, Decimal, to_decimal);
    add("date", {Date, Timestamp, String}, Date, to_date);
    add("timestamp", {Timestamp, Date, String}, Timestamp, to_timestamp);
    add("duration", {Duration, String}, Duration, to_duration);
    table.push_back({"dyn", Style::Global, one({Any}, Any), dyn});
}

void add_days(std::vector<Function>& table)
{
    for (std::string_view name : {"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"})
        table.push_back({name, Style::Receiver, {{{Date}, Int}, {{Timestamp}, Int}, {{Timestamp, String}, Int}}, days::part});
    for (std::string_view name : {"getHours", "getMinutes", "getSeconds", "getMilliseconds"})
        table.push_back({name, Style::Receiver, {{{Timestamp}, Int}, {{Timestamp, String}, Int}, {{Duration}, Int}}, days::part});
    table.push_back({"now", Style::Global, {{{}, Timestamp}}, days::now});
    table.push_back({"today", Style::Global, {{{}, Date}}, days::today});
    table.push_back({"workdays", Style::Global, two_days(Int), days::workdays});
    table.push_back({"days", Style::Global, two_days(Int), days::days});
    table.push_back({"months", Style::Global, two_days(Int), days::months});
    table.push_back({"years", Style::Global, two_days(Int), days::years});
    table.push_back({"addDays", Style::Global, {{{Date, Int}, Date}}, days::add_days});
    table.push_back({"addMonths", Style::Global, {{{Date, Int}, Date}}, days::add_months});
    table.push_back({"addYears", Style::Global, {{{Date, Int}, Date}}, days::add_years});
}

}  // namespace

const std::vector<Function>& all_functions()
{
    static const std::vector<Function> table = [] {
        std::vector<Function> functions;
        add_texts(functions);
        add_conversions(functions);
        add_days(functions);
        return functions;
    }();
    return table;
}

const Function* find_function(std::string_view name)
{
    for (const Function& function : all_functions()) {
        if (function.name == name)
            return &function;
    }
    return nullptr;
}

void fold(Node& node)
{
    if (node.op == Op::Negate && node.children[0].op == Op::Constant) {
        Trouble trouble;
        Value result = negate(node.children[0].constant, trouble);
        if (result.unknown())
            return;
        node.op = Op::Constant;
        node.constant = std::move(result);
        node.children.clear();
        return;
    }
    if (node.op != Op::Call || !node.function)
        return;
    if (node.text == "matches" && node.children.size() == 2 && node.children[1].op == Op::Constant) {
        if (const auto* pattern = node.children[1].constant.get<std::string>())
            node.pattern = compile(*pattern);
        return;
    }
    if (!node.function->foldable || node.receiver || node.children.size() != 1 || node.children[0].op != Op::Constant
        || missing(node.children[0].constant))
        return;
    Trouble trouble;
    CallContext context{nullptr, trouble, node};
    const Value* argument = &node.children[0].constant;
    Value result = node.function->call({&argument, 1}, context);
    if (result.unknown())
        return;
    node.op = Op::Constant;
    node.constant = std::move(result);
    node.children.clear();
}

}  // namespace rules
