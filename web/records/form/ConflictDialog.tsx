// Somebody else saved in the meantime: both versions side by side, a choice for each field.
import { Button, Modal, Radio } from 'antd';
import { useState, type JSX } from 'react';
import type { RecordDefinition, RecordRow, Values } from '../../client/types';
import { instant } from '../../kit/format';
import { titleOf, useText } from '../../kit/language';
import { fieldOf } from '../fields';
import { referenceLabel } from '../labels';
import { RowsSummary } from '../values/RowsSummary';
import { FieldValue } from '../values/FieldValue';
import type { Difference } from './changes';
import './conflict.css';
import { formTexts } from './texts';

export interface ConflictDialogProps {
  readonly definition: RecordDefinition;
  readonly current: RecordRow;
  readonly differences: readonly Difference[];
  readonly onChoose: (values: Values) => void;
  readonly onCancel: () => void;
}

type Choice = 'mine' | 'theirs';

export function ConflictDialog({
  definition,
  current,
  differences,
  onChoose,
  onCancel,
}: ConflictDialogProps): JSX.Element {
  const t = useText(formTexts);
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({});
  const choose = (choice: Choice): void =>
    setChoices(Object.fromEntries(differences.map(({ name }) => [name, choice])));
  const complete = differences.every(({ name }) => choices[name]);
  const chosen = (): Values =>
    Object.fromEntries(
      differences.map(({ name, mine, theirs }) => [name, choices[name] === 'mine' ? mine : theirs]),
    );
  const by = t('conflictBy', {
    name: referenceLabel(current.updated_by),
    time: instant(current.updated_at),
  });
  return (
    <Modal
      open
      width={860}
      title={t('conflictTitle')}
      okText={t('conflictSave')}
      okButtonProps={{ disabled: !complete }}
      onOk={() => onChoose(chosen())}
      onCancel={onCancel}
    >
      <p>
        {t(differences.length ? 'conflictHint' : 'conflictNone')}{' '}
        <span className="quiet">{by}</span>
      </p>
      {differences.length > 0 && (
        <>
          <p className="conflict-all">
            <Button size="small" onClick={() => choose('mine')}>
              {t('conflictAllMine')}
            </Button>
            <Button size="small" onClick={() => choose('theirs')}>
              {t('conflictAllTheirs')}
            </Button>
          </p>
          <div className="conflict" role="group">
            {differences.map(({ name, before, mine, theirs }) => (
              <section key={name} aria-label={placeTitle(definition, name)}>
                <h3>
                  {placeTitle(definition, name)}
                  <small className="quiet">
                    {t('conflictBefore')}：
                    <Side definition={definition} name={name} value={before} />
                  </small>
                </h3>
                <Radio.Group
                  value={choices[name]}
                  onChange={(event) =>
                    setChoices({ ...choices, [name]: event.target.value as Choice })
                  }
                >
                  <Radio value="mine">
                    <small className="quiet">{t('conflictMine')}</small>
                    <Side definition={definition} name={name} value={mine} />
                  </Radio>
                  <Radio value="theirs">
                    <small className="quiet">{t('conflictTheirs')}</small>
                    <Side definition={definition} name={name} value={theirs} />
                  </Radio>
                </Radio.Group>
              </section>
            ))}
          </div>
        </>
      )}
    </Modal>
  );
}

function placeTitle(definition: RecordDefinition, name: string): string {
  return titleOf(
    fieldOf(definition, name)?.title ?? definition.rows.find((rows) => rows.name === name)?.title,
  );
}

function Side({
  definition,
  name,
  value,
}: {
  readonly definition: RecordDefinition;
  readonly name: string;
  readonly value: unknown;
}): JSX.Element {
  const rows = definition.rows.find((each) => each.name === name);
  if (rows) return <RowsSummary rows={rows} values={(value ?? []) as readonly Values[]} />;
  const field = fieldOf(definition, name);
  return field ? <FieldValue field={field} value={value} plain /> : <>{String(value)}</>;
}
