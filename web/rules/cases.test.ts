import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcome, readRow } from './sheet';

// The shared case file; tests/rules/case_file.cpp reads the same form.

const path = resolve(import.meta.dirname, '../../tests/rules/cases.txt');

interface Case {
  readonly line: number;
  readonly rule: string;
  readonly expected: string;
  readonly row: Record<string, unknown>;
}

function readCases(): Case[] {
  const cases: Case[] = [];
  for (const [at, text] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (text === '' || text.startsWith('#')) continue;
    const arrow = text.lastIndexOf('  =>  ');
    let rest = text.slice(arrow + 6);
    if (rest.endsWith('  server only')) continue;
    rest = rest.replace(/ {2}not in sql$/, '');
    const [expected, row] = rest.split('  with ', 2) as [string, string | undefined];
    const rule = text.slice(0, arrow).replaceAll('⏎', '\n');
    cases.push({ line: at + 1, rule, expected, row: row ? JSON.parse(row) : {} });
  }
  return cases;
}

describe('the shared rule cases', () => {
  const cases = readCases();

  it('are all there', () => {
    expect(cases.length).toBeGreaterThan(300);
  });

  // The browser does not check types: definitions reach it checked.
  const evaluated = cases.filter(
    ({ expected }) => !expected.startsWith('error') || expected === 'error RULE_SYNTAX',
  );
  it.each(evaluated)('line $line: $rule', ({ rule, row, expected }) => {
    expect(outcome(rule, readRow(row))).toBe(expected);
  });
});
