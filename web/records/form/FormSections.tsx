// The form as its definition lays it out: sections, lines of fields, rows.
import type { JSX } from 'react';
import { titleOf } from '../../kit/language';
import { FormField } from './FormField';
import { RowsEditor } from './RowsEditor';
import { sectionsOf } from './sections';
import type { RecordForm } from './useRecordForm';

export interface FormSectionsProps {
  readonly form: RecordForm;
}

export function FormSections({ form }: FormSectionsProps): JSX.Element {
  const { definition } = form;
  return (
    <>
      {sectionsOf(definition).map((section, at) => (
        <section
          key={titleOf(section.title) || at}
          className="form-section"
          aria-label={titleOf(section.title) || undefined}
        >
          {section.title && <h2>{titleOf(section.title)}</h2>}
          <div>
            {section.lines.map((line) => (
              <Line key={line.join()} form={form} names={line} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function Line({
  form,
  names,
}: {
  readonly form: RecordForm;
  readonly names: readonly string[];
}): JSX.Element | null {
  const { definition } = form;
  const rows = definition.rows.find(({ name }) => name === names[0]);
  if (rows) return <RowsEditor form={form} rows={rows} />;
  const fields = names
    .map((name) => definition.fields.find((field) => field.name === name))
    .filter((field) => field !== undefined);
  if (!fields.some((field) => form.rules.visible(field))) return null;
  return (
    <div className={fields.length === 3 ? 'form-line three' : 'form-line'}>
      {fields.map((field) => (
        <FormField
          key={field.name}
          form={form}
          field={field}
          path={field.name}
          value={form.values[field.name]}
          onChange={(value) => form.set(field.name, value)}
        />
      ))}
    </div>
  );
}
