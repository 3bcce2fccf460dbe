// The state of one form: values, what differs from the record, faults that may be shown already.
import { useCallback, useMemo, useState } from 'react';
import type { RecordDefinition, Session, Values } from '../../client/types';
import type { Translate } from '../../kit/language';
import { changesOf } from './changes';
import { FormRules } from './rules';
import type { FormKey } from './texts';
import { faultsOf, type FormFault } from './validate';

export interface RecordForm {
  readonly definition: RecordDefinition;
  readonly values: Values;
  readonly changes: Values;
  readonly dirty: boolean;
  readonly rules: FormRules;
  readonly masked: ReadonlySet<string>;
  readonly set: (name: string, value: unknown) => void;
  readonly fill: (values: Values) => void;
  readonly leave: (path: string) => void;
  readonly all: readonly FormFault[];
  readonly shown: (path: string) => FormFault | undefined;
  readonly reveal: (faults: readonly FormFault[]) => void;
}

export interface FormStart {
  readonly definition: RecordDefinition;
  readonly session: Session;
  readonly base: Values;
  readonly start: Values;
  readonly masked: readonly string[];
  readonly t: Translate<FormKey>;
}

export function useRecordForm({
  definition,
  session,
  base,
  start,
  masked: maskedNames,
  t,
}: FormStart): RecordForm {
  const [values, setValues] = useState<Values>(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [everything, setEverything] = useState(false);
  const [told, setTold] = useState<readonly FormFault[]>([]);

  const masked = useMemo(() => new Set(maskedNames), [maskedNames]);
  const rules = useMemo(
    () => new FormRules(definition, values, session),
    [definition, values, session],
  );
  const changes = useMemo(() => changesOf(definition, base, values), [definition, base, values]);
  const all = useMemo(
    () => faultsOf({ definition, values, rules, masked, t }),
    [definition, values, rules, masked, t],
  );

  const set = useCallback((name: string, value: unknown) => {
    setValues((now) => ({ ...now, [name]: value }));
    setTold((faults) => faults.filter(({ path }) => path !== name && !path.startsWith(`${name}[`)));
  }, []);
  return {
    definition,
    values,
    changes,
    dirty: Object.keys(changes).length > 0,
    rules,
    masked,
    set,
    fill: useCallback((more: Values) => setValues((now) => ({ ...now, ...more })), []),
    leave: useCallback(
      (path: string) => setLeft((now) => (now.has(path) ? now : new Set([...now, path]))),
      [],
    ),
    all,
    shown: (path) =>
      told.find((fault) => fault.path === path) ??
      all.find((fault) => fault.path === path && (everything || left.has(path))),
    reveal: (faults) => {
      setEverything(true);
      setTold(faults);
    },
  };
}
