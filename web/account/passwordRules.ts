// The password policy as far as a browser can tell; the server has the last word.

export interface RuleState {
  readonly key: 'ruleLength' | 'ruleClasses' | 'ruleName' | 'ruleSame';
  readonly met: boolean;
}

const classes = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];

export function passwordRules(
  password: string,
  repeat: string,
  loginName: string,
  length: number,
): readonly RuleState[] {
  const kinds = classes.filter((kind) => kind.test(password)).length;
  return [
    { key: 'ruleLength', met: [...password].length >= length },
    { key: 'ruleClasses', met: kinds >= 3 },
    {
      key: 'ruleName',
      met: password !== '' && !password.toLowerCase().includes(loginName.toLowerCase()),
    },
    { key: 'ruleSame', met: password !== '' && password === repeat },
  ];
}
