#include "kernel/rules/evaluate.h"

#include <array>

#include "kernel/rules/functions.h"
#include "kernel/rules/operations.h"

namespace rules {
namespace {

// Conditions are evaluated as `Truth` and values by reference where they already exist (constants,
// slots, macro variables), so that a rule on scalars allocates nothing.
class Evaluator {
public:
    explicit Evaluator(const Activation& activation) : activation_(activation) {}

    Value run(const Node& root)
    {
        Value result = value(root);
        if (const auto* decimal = result.get<base::Decimal>(); decimal && too_long(*decimal))
            return Value::Held{Unknown{"OVERFLOW"}};
        if (!result.unknown())
            return result;
        if (const auto* own = result.get<Unknown>(); own && !own->reason.empty())
            return result;
        return Value::Held{Unknown{trouble_.reason}};
    }

private:
    using Values = std::shared_ptr<const List>;
    using Entries = std::shared_ptr<const rules::Map>;

    // Steps may use 64 bits; what leaves the rule has 18 digits, as every decimal column.
    static bool too_long(base::Decimal decimal)
    {
        constexpr std::int64_t limit = power_of_ten(base::Decimal::digits_max);
        return decimal.unscaled() >= limit || decimal.unscaled() <= -limit;
    }

    Value fail(const char* reason) { return unknown(trouble_, reason); }

    Truth unclear(const char* reason)
    {
        trouble_.reason = reason;
        return Truth::Unknown;
    }

    bool spend(std::int64_t steps)
    {
        trouble_.budget -= steps;
        return trouble_.budget > 0;
    }

    // The value of a node, in `scratch` when it has to be made.
    const Value& reference(const Node& node, Value& scratch)
    {
        switch (node.op) {
        case Op::Constant:
            return node.constant;
        case Op::Local:
            return *locals_[static_cast<std::size_t>(node.local)];
        case Op::Name:
            if (node.slot >= 0 && static_cast<std::size_t>(node.slot) < activation_.slots.size())
                return activation_.slots[static_cast<std::size_t>(node.slot)];
            if (const Value* there = activation_.held(node.text))
                return *there;
            break;
        case Op::Select: {
            Value holder;
            const Value& container = reference(node.children[0], holder);
            if (const Value* found = field(container, node.text)) {
                if (&container != &holder)
                    return *found;
                scratch = *found;
                return scratch;
            }
            scratch = fail(missing(container) ? "NO_VALUE" : "NO_SUCH_KEY");
            return scratch;
        }
        default:
            break;
        }
        scratch = value(node);
        return scratch;
    }

    Truth truth(const Node& node)
    {
        switch (node.op) {
        case Op::And:
        case Op::Or:
            return logical(node);
        case Op::Not:
            return negated(truth(node.children[0]));
        case Op::Equal:
        case Op::NotEqual:
            return equality(node);
        case Op::Less:
        case Op::LessEqual:
        case Op::Greater:
        case Op::GreaterEqual:
            return ordering(node);
        case Op::In: {
            Value left, right;
            const Value& element = reference(node.children[0], left);
            if (node.children[1].op == Op::MakeList)
                return among(element, node.children[1]);
            return contained(element, reference(node.children[1], right), trouble_);
        }
        case Op::Has: {
            Value holder;
            const Value& container = reference(node.children[0], holder);
            if (!container.get<Entries>())
                return unclear(missing(container) ? "NO_VALUE" : "NO_OVERLOAD");
            const Value* found = field(container, node.text);
            return truth_of(found && !missing(*found));
        }
        case Op::All:
        case Op::Exists:
        case Op::ExistsOne:
            return quantifier(node);
        default: {
            Value scratch;
            const Value& result = reference(node, scratch);
            if (const bool* decided = result.get<bool>())
                return truth_of(*decided);
            return unclear(missing(result) ? "NO_VALUE" : "NO_OVERLOAD");
        }
        }
    }

    Truth logical(const Node& node)
    {
        Truth decisive = truth_of(node.op == Op::Or);
        Truth result = negated(decisive);
        for (const Node& child : node.children) {
            Truth operand = truth(child);
            if (operand == decisive)
                return decisive;
            if (operand == Truth::Unknown)
                result = Truth::Unknown;
        }
        return result;
    }

    // x in [a, b] is x == a || x == b, so an item that cannot be computed is no value.
    Truth among(const Value& element, const Node& list)
    {
        Truth result = Truth::False;
        for (const Node& child : list.children) {
            Value scratch;
            Truth same = equal(element, reference(child, scratch), trouble_);
            if (same == Truth::True)
                return same;
            if (same == Truth::Unknown)
                result = same;
        }
        return result;
    }

    Truth equality(const Node& node)
    {
        Value left, right;
        const Value& a = reference(node.children[0], left);
        const Value& b = reference(node.children[1], right);
        Truth same = equal(a, b, trouble_);
        return node.op == Op::Equal ? same : negated(same);
    }

    Truth ordering(const Node& node)
    {
        Value left, right;
        const Value& a = reference(node.children[0], left);
        const Value& b = reference(node.children[1], right);
        Order found = order(a, b);
        if (found == Order::None)
            return unclear(missing(a) || missing(b) ? "NO_VALUE" : "NO_OVERLOAD");
        switch (node.op) {
        case Op::Less:
            return truth_of(found == Order::Less);
        case Op::LessEqual:
            return truth_of(found != Order::Greater);
        case Op::Greater:
            return truth_of(found == Order::Greater);
        default:
            return truth_of(found != Order::Less);
        }
    }

    Value value(const Node& node)
    {
        switch (node.op) {
        case Op::Constant:
            return node.constant;
        case Op::Local:
            return *locals_[static_cast<std::size_t>(node.local)];
        case Op::Name:
            return name(node);
        case Op::Select: {
            Value scratch;
            const Value& found = reference(node, scratch);
            return found;
        }
        case Op::Index: {
            Value left, right;
            const Value& container = reference(node.children[0], left);
            return index(container, reference(node.children[1], right), trouble_);
        }
        case Op::MakeList:
        case Op::MakeMap:
            return aggregate(node);
        case Op::Negate: {
            Value scratch;
            return negate(reference(node.children[0], scratch), trouble_);
        }
        case Op::Add:
        case Op::Subtract:
        case Op::Multiply:
        case Op::Divide:
        case Op::Modulo:
            return arithmetic(node);
        case Op::Conditional:
            switch (truth(node.children[0])) {
            case Truth::True:
                return value(node.children[1]);
            case Truth::False:
                return value(node.children[2]);
            default:
                return Value::Held{Unknown{}};
            }
        case Op::Call:
            return call(node);
        case Op::Map:
        case Op::Filter:
        case Op::Sum:
            return collect(node);
        default:
            return value_of(truth(node));
        }
    }

    Value name(const Node& node)
    {
        if (node.slot >= 0) {
            if (static_cast<std::size_t>(node.slot) < activation_.slots.size())
                return activation_.slots[static_cast<std::size_t>(node.slot)];
            return fail("NO_SUCH_NAME");
        }
        if (auto found = activation_.find(node.text))
            return *std::move(found);
        return fail("NO_SUCH_NAME");
    }

    Value arithmetic(const Node& node)
    {
        Value left, right;
        const Value& a = reference(node.children[0], left);
        const Value& b = reference(node.children[1], right);
        switch (node.op) {
        case Op::Add:
            return add(a, b, trouble_);
        case Op::Subtract:
            return subtract(a, b, trouble_);
        case Op::Multiply:
            return multiply(a, b, trouble_);
        case Op::Divide:
            return divide(a, b, trouble_);
        default:
            return modulo(a, b, trouble_);
        }
    }

    Value aggregate(const Node& node)
    {
        List items;
        items.reserve(node.children.size());
        for (const Node& child : node.children) {
            items.push_back(value(child));
            if (items.back().unknown())
                return std::move(items.back());
        }
        if (node.op == Op::MakeList)
            return Value::list(std::move(items));
        rules::Map entries;
        for (std::size_t i = 0; i < items.size(); i += 2) {
            const auto* key = items[i].get<std::string>();
            if (!key)
                return fail("MAP_KEY");
            if (!entries.emplace(*key, std::move(items[i + 1])).second)
                return fail("DUPLICATE_KEY");
        }
        return Value::map(std::move(entries));
    }

    Value call(const Node& node)
    {
        if (!node.function)
            return fail("NO_SUCH_FUNCTION");
        constexpr std::size_t most = 2;  // no function takes more
        std::array<Value, most> scratch;
        std::array<const Value*, most> arguments{};
        if (node.children.size() > most)
            return fail("NO_OVERLOAD");
        bool style_fits = node.receiver ? node.function->style != Function::Style::Global
                                        : node.function->style != Function::Style::Receiver;
        bool count_fits = false;
        for (const Overload& overload : node.function->overloads)
            count_fits = count_fits || overload.arguments.size() == node.children.size();
        if (!style_fits || !count_fits)
            return fail("NO_OVERLOAD");
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            arguments[i] = &reference(node.children[i], scratch[i]);
            if (arguments[i]->unknown() || (arguments[i]->null() && node.text != "dyn"))
                return fail("NO_VALUE");
        }
        CallContext context{&activation_, trouble_, node};
        return node.function->call({arguments.data(), node.children.size()}, context);
    }

    // Calls `each` with the macro variable bound to every element (or map key); false when the range
    // is not a list or map, or the budget is spent.
    template <class Each>
    bool iterate(const Node& node, Each each)
    {
        Value holder;
        const Value& range = reference(node.children[0], holder);
        auto slot = static_cast<std::size_t>(node.local);
        if (slot >= locals_.size()) {
            trouble_.reason = "LIMIT";
            return false;
        }
        auto step = [&](const Value& element) {
            if (!spend(node.size)) {
                trouble_.reason = "LIMIT";
                return false;
            }
            locals_[slot] = &element;
            return true;
        };
        if (const auto* list = range.get<Values>()) {
            Values keep = *list;
            for (const Value& element : *keep) {
                if (!step(element))
                    return false;
                if (!each(element))
                    return true;
            }
            return true;
        }
        bool over_keys = node.op == Op::All || node.op == Op::Exists || node.op == Op::ExistsOne;
        if (const auto* map = range.get<Entries>(); map && over_keys) {
            Entries keep = *map;
            for (const auto& [key, entry] : *keep) {
                Value element = Value::Held{key};
                if (!step(element))
                    return false;
                if (!each(element))
                    return true;
            }
            return true;
        }
        trouble_.reason = missing(range) ? "NO_VALUE" : "NO_OVERLOAD";
        return false;
    }

    Truth quantifier(const Node& node)
    {
        Truth decisive = truth_of(node.op == Op::Exists);
        Truth result = negated(decisive);
        int found = 0;
        bool complete = iterate(node, [&](const Value&) {
            Truth element = truth(node.children[1]);
            found += element == Truth::True ? 1 : 0;
            if (element == Truth::Unknown)
                result = Truth::Unknown;
            else if (element == decisive && node.op != Op::ExistsOne)
                result = decisive;
            return node.op == Op::ExistsOne ? element != Truth::Unknown : element != decisive;
        });
        if (!complete)
            return Truth::Unknown;
        if (node.op == Op::ExistsOne)
            return result == Truth::Unknown ? result : truth_of(found == 1);
        return result;
    }

    Value collect(const Node& node)
    {
        List items;
        Sum sum;
        bool known = true;
        bool filtered = node.children.size() == 3;
        bool complete = iterate(node, [&](const Value& element) {
            if (node.op == Op::Filter || filtered) {
                Truth keep = truth(node.children[1]);
                known = keep != Truth::Unknown;
                if (keep != Truth::True)
                    return known;
                if (node.op == Op::Filter) {
                    items.push_back(element);
                    return true;
                }
            }
            Value item = value(node.children.back());
            if (node.op == Op::Map)
                known = !item.unknown();
            else if (!(known = sum.add(item)))
                trouble_.reason = missing(item) ? "NO_VALUE" : "NO_OVERLOAD";
            if (known && node.op == Op::Map)
                items.push_back(std::move(item));
            return known;
        });
        if (!complete || !known)
            return Value::Held{Unknown{}};
        return node.op == Op::Sum ? sum.result(trouble_) : Value::list(std::move(items));
    }

    const Activation& activation_;
    Trouble trouble_;
    std::array<const Value*, Expression::nesting_max + 1> locals_{};
};

}  // namespace

Value evaluate_tree(const Node& root, const Activation& activation)
{
    return Evaluator{activation}.run(root);
}

}  // namespace rules
