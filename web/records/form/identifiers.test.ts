import { expect, test } from 'vitest';
import { creditCodeFinding, idCardFinding, phoneFinding } from './identifiers';

test('credit codes of the standard pass, a wrong digit names the right one', () => {
  for (const code of ['91110105MA01ABCD26', '12110000400600018A', '92110108MA00XY7K35'])
    expect(creditCodeFinding(code)).toBeUndefined();
  expect(creditCodeFinding('91110105MA01ABCD27')).toEqual({
    key: 'faultCreditCheck',
    parameters: { expected: '6' },
  });
  expect(creditCodeFinding('91110105MA01ABCDI6')?.key).toBe('faultCreditCharacter');
  expect(creditCodeFinding('9111')?.key).toBe('faultCreditLength');
});

test('identity numbers need a real birth date and the right check character', () => {
  expect(idCardFinding('110105199001010010')).toBeUndefined();
  expect(idCardFinding('110105199001010011')).toEqual({
    key: 'faultIdCheck',
    parameters: { expected: '0' },
  });
  expect(idCardFinding('110105199002300010')?.key).toBe('faultIdDate');
});

test('mobile, landline and service numbers pass', () => {
  for (const phone of ['13800001234', '+86 138 0000 1234', '010-67791234', '4008001234', '12345'])
    expect(phoneFinding(phone)).toBeUndefined();
  expect(phoneFinding('1380000123')?.key).toBe('faultPhone');
});
