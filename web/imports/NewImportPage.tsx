// The first step: which record, which file, what to do with rows that have faults.
import { Button, Progress, Radio, Select } from 'antd';
import { useRef, useState, type JSX } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api } from '../client/api';
import { useDefinitions } from '../client/queries';
import { size } from '../kit/format';
import { Icon } from '../kit/Icon';
import { titleOf, useText } from '../kit/language';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import { uploadFile } from '../records/form/upload';
import './imports.css';
import { Steps } from './Steps';
import { importTexts } from './texts';

export function NewImportPage(): JSX.Element {
  const t = useText(importTexts);
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const records = Object.values(useDefinitions().data?.records ?? {}).filter(({ rights }) =>
    rights.includes('import'),
  );
  const record = search.get('record') ?? records[0]?.name;
  const [file, setFile] = useState<File>();
  const [mode, setMode] = useState('good_rows');
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<unknown>();
  const chooser = useRef<HTMLInputElement>(null);

  const start = async (): Promise<void> => {
    if (!file || !record) return;
    setProblem(undefined);
    setShare(0);
    try {
      const { hash } = await uploadFile(file, setShare, new AbortController().signal);
      const { id } = await api<{ id: string }>('imports', {
        method: 'POST',
        body: { record, hash, name: file.name, mode },
      });
      void navigate(`/imports/${id}`, { replace: true });
    } catch (error) {
      setProblem(error);
      setShare(undefined);
    }
  };
  const title = titleOf(records.find(({ name }) => name === record)?.title);
  return (
    <Page
      narrow
      name={t('newOf', { title })}
      title={t('newOf', { title })}
      above={<Link to="/imports">{t('title')}</Link>}
    >
      <Steps at={0} />
      {problem !== undefined && <ProblemView problem={problem} />}
      <div className="import-form">
        {records.length > 1 && (
          <label>
            {t('record')}
            <Select
              aria-label={t('record')}
              value={record}
              options={records.map((each) => ({ value: each.name, label: titleOf(each.title) }))}
              onChange={(name) => setSearch({ record: name }, { replace: true })}
            />
          </label>
        )}
        <div
          className="import-drop"
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            setFile(event.dataTransfer.files[0]);
          }}
        >
          <Icon name="upload" size={26} />
          {file ? (
            <strong>
              {file.name} <span className="quiet">{size(file.size)}</span>
            </strong>
          ) : null}
          <Button onClick={() => chooser.current?.click()}>{t('choose')}</Button>
          {!file && <span className="import-drop-hint">{t('drop')}</span>}
          <p className="quiet">{t('fileHint')}</p>
          <input
            ref={chooser}
            type="file"
            hidden
            accept=".csv,.xlsx,.txt"
            aria-label={t('file')}
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </div>
        <fieldset>
          <legend>{t('mode')}</legend>
          <Radio.Group
            value={mode}
            onChange={(event) => setMode(String(event.target.value))}
            options={[
              { value: 'good_rows', label: t('modeGood') },
              { value: 'all_or_nothing', label: t('modeAll') },
            ]}
          />
        </fieldset>
        {share === undefined ? (
          <Button type="primary" disabled={!file || !record} onClick={() => void start()}>
            {t('start')}
          </Button>
        ) : (
          <div role="status">
            <Progress percent={Math.round(share * 100)} />
            {t('uploading', { percent: Math.round(share * 100) })}
          </div>
        )}
      </div>
    </Page>
  );
}
