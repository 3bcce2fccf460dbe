import { expect, test } from 'vitest';
import { passwordRules } from './passwordRules';

const open = (password: string, repeat = password): string[] =>
  passwordRules(password, repeat, 'officer', 10)
    .filter(({ met }) => !met)
    .map(({ key }) => key);

test('names what a password still lacks', () => {
  expect(open('')).toEqual(['ruleLength', 'ruleClasses', 'ruleName', 'ruleSame']);
  expect(open('short-A1')).toEqual(['ruleLength']);
  expect(open('onlylowercase')).toEqual(['ruleClasses']);
  expect(open('My-OFFICER-2026')).toEqual(['ruleName']);
  expect(open('Good-Password-1', 'Good-Password-2')).toEqual(['ruleSame']);
  expect(open('Good-Password-1')).toEqual([]);
});

test('counts characters, not code units', () => {
  expect(open('𠮷𠮷𠮷𠮷𠮷Aa1-')).toEqual(['ruleLength']);
});
