import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { evaluateRule, parseRule } from './rules';
import { canonical, clock, readRow } from './sheet';

// Generated rules on generated rows, with what the C++ evaluator made of them. tests/rules writes the
// file (rules_agree_test); the databases have been compared there.

const path =
  process.env['WEIJIAN_PAIRS_FILE'] ??
  resolve(import.meta.dirname, '../../build/dev/tests/rules/pairs.jsonl');

it('agrees with the server on every generated pair', { timeout: 120_000 }, () => {
  if (!existsSync(path))
    throw new Error(`${path} is missing: build and run rules_agree_test first`);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const rows = (JSON.parse(lines[0]!) as Record<string, unknown>[]).map(readRow);
  const differences: string[] = [];
  let pairs = 0;
  for (const line of lines.slice(1)) {
    const { rule, results } = JSON.parse(line) as { rule: string; results: string[] };
    const parsed = parseRule(rule);
    rows.forEach((row, at) => {
      const found = canonical(evaluateRule(parsed, row, clock));
      if (found !== results[at])
        differences.push(`${rule}  row ${at}: server ${results[at]}, browser ${found}`);
      ++pairs;
    });
  }
  expect(differences.slice(0, 20)).toEqual([]);
  expect(pairs).toBeGreaterThanOrEqual(50_000);
});
