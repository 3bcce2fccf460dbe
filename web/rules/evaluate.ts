import { functions, type Clock } from './functions';
import {
  Budget,
  add,
  contained,
  divide,
  equal,
  index,
  modulo,
  multiply,
  negate,
  noOverload,
  noValue,
  order,
  subtract,
  sum,
  type Truth,
} from './operations';
import { RuleSyntaxError, rootPrefix, type Syntax } from './syntax';
import {
  Uint,
  Unknown,
  fieldOf,
  intMax,
  intMin,
  isList,
  isMap,
  isMissing,
  type RuleMap,
  type RuleValue,
} from './values';

// Evaluates what cel-js has read. cel-js's own evaluation stops at the first error and knows neither
// null as "no value" nor exact decimals, so the meaning is ours and the same as on the server.

// The names of the record, then the variables of the macros around.
export interface Scope {
  readonly root: RuleMap;
  readonly clock: Clock;
  readonly budget: Budget;
  readonly locals: RuleMap;
}
type Evaluate = (scope: Scope) => RuleValue;
type Decide = (scope: Scope) => Truth;

const unknown = new Unknown('');
const unfit = (value: RuleValue) => (isMissing(value) ? noValue : noOverload);

function decided(evaluate: Evaluate): Decide {
  return (scope) => {
    const value = evaluate(scope);
    return typeof value === 'boolean' ? value : undefined;
  };
}

function valued(decide: Decide): Evaluate {
  return (scope) => decide(scope) ?? unknown;
}

function compileAll(nodes: readonly Syntax[]): Evaluate[] {
  return nodes.map(compile);
}

export function compile(node: Syntax): Evaluate {
  switch (node.op) {
    case 'value':
      return literal(node.args, node.start);
    case 'id':
      return name(node.args);
    case '.':
      return selection(compile(node.args[0]), node.args[1]);
    case '[]': {
      const [container, key] = compileAll(node.args);
      return (scope) => index(container!(scope), key!(scope));
    }
    case 'list':
      return list(compileAll(node.args));
    case 'map':
      return map(node.args.map(([key, value]) => [compile(key), compile(value)]));
    case '!_': {
      const operand = decided(compile(node.args));
      return valued((scope) => {
        const truth = operand(scope);
        return truth === undefined ? undefined : !truth;
      });
    }
    case '-_':
      return negation(node.args);
    case '&&':
    case '||':
      return valued(logical(node.op === '||', node.args.map(compile).map(decided)));
    case '?:': {
      const [condition, yes, no] = compileAll(node.args);
      const decide = decided(condition!);
      return (scope) => {
        const truth = decide(scope);
        return truth === undefined ? unknown : truth ? yes!(scope) : no!(scope);
      };
    }
    case 'call':
      return node.args[0] === 'has'
        ? presence(node.args[1], node.start)
        : call(node.args[0], compileAll(node.args[1]), false);
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2], node.start);
    case '.?':
    case '[?]':
      throw new RuleSyntaxError('optional selection is not part of the rule language', node.start);
    case 'in':
      if (node.args[1].op === 'list')
        return among(compile(node.args[0]), compileAll(node.args[1].args));
      return binary('in', [compile(node.args[0]), compile(node.args[1])]);
    default:
      return binary(node.op, node.args.map(compile) as [Evaluate, Evaluate]);
  }
}

function literal(value: unknown, position: number): Evaluate {
  let constant = value as RuleValue;
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    constant = new Uint((value as { value: bigint }).value);
  if (typeof constant === 'bigint' && constant > intMax)
    throw new RuleSyntaxError('the number is out of range', position);
  return () => constant;
}

function name(text: string): Evaluate {
  const own = text.startsWith(rootPrefix) ? text.slice(rootPrefix.length) : undefined;
  const missing = new Unknown('NO_SUCH_NAME');
  return ({ locals, root }) => {
    const found = own === undefined ? fieldOf(locals, text) : undefined;
    if (found !== undefined) return found;
    const value = fieldOf(root, own ?? text);
    return value === undefined ? missing : value;
  };
}

function selection(container: Evaluate, field: string): Evaluate {
  return (scope) => {
    const holder = container(scope);
    const found = fieldOf(holder, field);
    if (found !== undefined) return found;
    return isMissing(holder) ? noValue : new Unknown('NO_SUCH_KEY');
  };
}

// has(e.f): the field is there and not null.
function presence(args: readonly Syntax[], position: number): Evaluate {
  const [of] = args;
  if (args.length !== 1 || of?.op !== '.')
    throw new RuleSyntaxError('has() takes one field selection', position);
  const container = compile(of.args[0]);
  const field = of.args[1];
  return (scope) => {
    const holder = container(scope);
    return isMap(holder) ? !isMissing(fieldOf(holder, field) ?? null) : unfit(holder);
  };
}

function list(items: Evaluate[]): Evaluate {
  return (scope) => {
    const values = items.map((item) => item(scope));
    return values.find((value) => value instanceof Unknown) ?? values;
  };
}

function map(entries: [Evaluate, Evaluate][]): Evaluate {
  return (scope) => {
    const values = entries.map(([key, value]) => [key(scope), value(scope)] as const);
    const result: Record<string, RuleValue> = {};
    for (const [key, value] of values) {
      if (key instanceof Unknown) return key;
      if (value instanceof Unknown) return value;
      if (typeof key !== 'string') return new Unknown('MAP_KEY');
      if (Object.hasOwn(result, key)) return new Unknown('DUPLICATE_KEY');
      result[key] = value;
    }
    return result;
  };
}

function negation(operand: Syntax): Evaluate {
  if (operand.op === 'value' && operand.args === intMax + 1n) return () => intMin;
  const value = compile(operand);
  return (scope) => negate(value(scope));
}

function logical(decisive: boolean, operands: Decide[]): Decide {
  return (scope) => {
    let result: Truth = !decisive;
    for (const operand of operands) {
      const truth = operand(scope);
      if (truth === decisive) return decisive;
      if (truth === undefined) result = undefined;
    }
    return result;
  };
}

// x in [a, b] is x == a || x == b, so an item that cannot be computed is no value.
function among(element: Evaluate, items: Evaluate[]): Evaluate {
  return valued((scope) => {
    const value = element(scope);
    const truths = items.map((item) => equal(value, item(scope), scope.budget));
    return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
  });
}

function binary(op: string, [left, right]: [Evaluate, Evaluate]): Evaluate {
  const compared = (test: (found: number) => boolean): Evaluate =>
    valued((scope) => {
      const found = order(left(scope), right(scope));
      return found === undefined ? undefined : test(found);
    });
  switch (op) {
    case '==':
      return valued((scope) => equal(left(scope), right(scope), scope.budget));
    case '!=':
      return valued((scope) => {
        const same = equal(left(scope), right(scope), scope.budget);
        return same === undefined ? undefined : !same;
      });
    case '<':
      return compared((found) => found < 0);
    case '<=':
      return compared((found) => found <= 0);
    case '>':
      return compared((found) => found > 0);
    case '>=':
      return compared((found) => found >= 0);
    case 'in':
      return valued((scope) => contained(left(scope), right(scope), scope.budget));
    case '+':
      return (scope) => add(left(scope), right(scope), scope.budget);
    case '-':
      return (scope) => subtract(left(scope), right(scope));
    case '*':
      return (scope) => multiply(left(scope), right(scope));
    case '/':
      return (scope) => divide(left(scope), right(scope));
    default:
      return (scope) => modulo(left(scope), right(scope));
  }
}

function call(name: string, args: Evaluate[], receiver: boolean): Evaluate {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known) return () => new Unknown('NO_SUCH_FUNCTION');
  const styleFits = known.style === 'both' || (known.style === 'receiver') === receiver;
  if (!styleFits || !known.counts.includes(args.length)) return () => noOverload;
  return (scope) => {
    const values = args.map((arg) => arg(scope));
    const missing = values.some(
      (value) => value instanceof Unknown || (value === null && name !== 'dyn'),
    );
    return missing ? noValue : known.call(values, scope.clock, name);
  };
}

const macros: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  map: [2, 3],
  filter: [2],
  sum: [2],
};

function method(
  name: string,
  receiver: Syntax,
  args: readonly Syntax[],
  position: number,
): Evaluate {
  const range = compile(receiver);
  const counts = Object.hasOwn(macros, name) ? macros[name] : undefined;
  if (!counts) return call(name, [range, ...compileAll(args)], true);
  const variable = args[0];
  if (!counts.includes(args.length) || variable?.op !== 'id')
    throw new RuleSyntaxError(`${name}() takes a variable and an expression`, position);
  return macro(name, range, variable.args, compileAll(args.slice(1)));
}

function macro(name: string, range: Evaluate, variable: string, bodies: Evaluate[]): Evaluate {
  const overMaps = name === 'all' || name === 'exists' || name === 'exists_one';
  return (scope) => {
    const of = range(scope);
    if (!isList(of) && !(overMaps && isMap(of))) return unfit(of);
    const elements = isList(of) ? of : Object.keys(of);
    const each = (body: Evaluate) => (element: RuleValue) =>
      scope.budget.spend(10)
        ? body({ ...scope, locals: { ...scope.locals, [variable]: element } })
        : new Unknown('LIMIT');
    const bodiesOnElement = bodies.map(each);
    return overMaps
      ? quantified(name, elements, bodiesOnElement[0]!)
      : collected(name, elements, bodiesOnElement);
  };
}

type OnElement = (element: RuleValue) => RuleValue;

function quantified(name: string, elements: readonly RuleValue[], body: OnElement): RuleValue {
  const truths = elements
    .map(body)
    .map((value) => (typeof value === 'boolean' ? value : undefined));
  const unclear = truths.includes(undefined);
  if (name === 'exists_one') return unclear ? unknown : truths.filter(Boolean).length === 1;
  const decisive = name === 'exists';
  return truths.includes(decisive) ? decisive : unclear ? unknown : !decisive;
}

function collected(name: string, elements: readonly RuleValue[], bodies: OnElement[]): RuleValue {
  let kept = elements;
  if (name === 'filter' || bodies.length === 2) {
    const truths = elements.map((element) => bodies[0]!(element));
    if (truths.some((truth) => typeof truth !== 'boolean')) return unknown;
    kept = elements.filter((_, i) => truths[i] === true);
  }
  if (name === 'filter') return kept;
  const values = kept.map(bodies.at(-1)!);
  if (name === 'sum') return sum(values);
  return values.find((value) => value instanceof Unknown) ?? values;
}
