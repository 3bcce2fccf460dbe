import { Environment, type ASTNode } from '@marcbachmann/cel-js';

// Reads the text of a rule with cel-js. Three forms of the language definition that it lacks are
// rewritten before: a number that starts with a point, a name that starts with a point (the record's
// own name, past every macro variable), and a form feed as white space.

export type Syntax = ASTNode;

export class RuleSyntaxError extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

export const rootPrefix = '__root_';

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 4096, maxDepth: 250, maxListElements: 4096, maxMapEntries: 2048 },
});

const pieces =
  /(?<comment>\/\/[^\n\r]*)|(?<quoted>(?<prefix>[rRbB]{0,2})(?:"""|'''|"|'))|(?<word>[A-Za-z_0-9]+)|(?<space>[ \t\n\r\f]+)|(?<other>[^])/y;

function quotedEnd(text: string, start: number, quote: string): number {
  for (let at = start; at < text.length; ++at) {
    if (text.startsWith(quote, at)) return at + quote.length;
    if (text[at] === '\\') ++at;
  }
  return text.length;
}

// cel-js cuts characters of bytes literals to one byte and does not know raw bytes, so both are written
// out as UTF-8 escapes.
function escapedBytes(piece: string, prefix: string, quote: string): string {
  if (!/b/i.test(prefix)) return piece;
  const hex = (text: string) =>
    Array.from(
      new TextEncoder().encode(text),
      (byte) => '\\x' + byte.toString(16).padStart(2, '0'),
    ).join('');
  const inner = piece.slice(prefix.length + quote.length, piece.length - quote.length);
  const body = /r/i.test(prefix) ? hex(inner) : inner.replace(/[^\0-\x7f]+/g, hex);
  return 'b' + quote + body + quote;
}

// A point with nothing before it that a field could belong to.
function rewritten(text: string): string {
  let result = '';
  let before = '';
  for (let at = 0; at < text.length;) {
    pieces.lastIndex = at;
    const match = pieces.exec(text)!;
    let end = pieces.lastIndex;
    const { quoted, prefix = '', space, comment, other } = match.groups!;
    const quote = quoted?.slice(prefix.length) ?? '';
    if (quoted) end = quotedEnd(text, end, quote);
    let piece = text.slice(at, end);
    if (quoted) piece = escapedBytes(piece, prefix, quote);
    if (space) piece = piece.replace(/\f/g, ' ');
    if (other === '.' && !/[\w)\]}"']$/.test(before))
      piece = /[0-9]/.test(text[end] ?? '') ? '0.' : rootPrefix;
    if (other === ')' && before === ',') throw new RuleSyntaxError('expected an expression', at);
    if (!space && !comment) before = piece;
    result += piece;
    at = end;
  }
  return result;
}

export function parseSyntax(text: string): Syntax {
  try {
    return environment.parse(rewritten(text)).ast as Syntax;
  } catch (problem) {
    if (problem instanceof RuleSyntaxError) throw problem;
    const { message, node } = problem as Error & { node?: { pos?: number } };
    throw new RuleSyntaxError(message.split('\n')[0]!, node?.pos ?? 0);
  }
}
