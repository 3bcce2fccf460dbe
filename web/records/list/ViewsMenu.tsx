// Saved views: filters, order and columns under a name.
import { App, Input, Modal, Popover } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { api } from '../../client/api';
import { asProblem } from '../../client/problem';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import { recordTexts } from '../texts';

interface View {
  readonly name: string;
  readonly title: string;
  readonly query: string;
}

export interface ViewsMenuProps {
  readonly record: string;
  readonly query: string;
  readonly columns: readonly string[];
  readonly onLoad: (query: string) => void;
}

export function ViewsMenu({ record, query, columns, onLoad }: ViewsMenuProps): JSX.Element {
  const t = useText(recordTexts);
  const { message } = App.useApp();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState<string>();
  const { data } = useQuery({
    queryKey: ['views', record],
    queryFn: () => api<{ items: readonly View[] }>(`views/${record}`),
    enabled: open,
  });
  const changed = {
    onSuccess: () => client.invalidateQueries({ queryKey: ['views', record] }),
    onError: (error: unknown) => void message.error(asProblem(error).message),
  };
  const save = useMutation({
    mutationFn: (named: string) =>
      api(`views/${record}/v${Date.now().toString(36)}`, {
        method: 'PUT',
        body: { title: named, query, columns },
      }),
    ...changed,
  });
  const remove = useMutation({
    mutationFn: (name: string) => api(`views/${record}/${name}`, { method: 'DELETE' }),
    ...changed,
  });
  const saveNamed = async (): Promise<void> => {
    if (!title?.trim()) return;
    await save.mutateAsync(title.trim());
    setTitle(undefined);
    void message.success(t('viewSaved'));
  };
  const content = (
    <div className="columns-menu">
      <ul>
        {data?.items.map((view) => (
          <li key={view.name}>
            <button
              type="button"
              className="view-name"
              onClick={() => {
                setOpen(false);
                onLoad(view.query);
              }}
            >
              {view.title}
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={t('viewDelete', { title: view.title })}
              onClick={() => remove.mutate(view.name)}
            >
              <Icon name="trash" size={14} />
            </button>
          </li>
        ))}
      </ul>
      {data?.items.length === 0 && <p className="quiet">{t('viewsNone')}</p>}
      <button
        type="button"
        className="link-button"
        onClick={() => {
          setOpen(false);
          setTitle('');
        }}
      >
        {t('viewSave')}
      </button>
    </div>
  );
  return (
    <>
      <Popover
        trigger="click"
        placement="bottomRight"
        open={open}
        onOpenChange={setOpen}
        content={content}
      >
        <button type="button" className="tool">
          <Icon name="bookmark" />
          {t('views')}
        </button>
      </Popover>
      <Modal
        open={title !== undefined}
        title={t('viewSave')}
        okText={t('save')}
        confirmLoading={save.isPending}
        okButtonProps={{ disabled: !title?.trim() }}
        onOk={() => void saveNamed()}
        onCancel={() => setTitle(undefined)}
      >
        <p className="quiet">{t('viewSaveHint')}</p>
        <label>
          {t('viewName')}
          <Input
            autoFocus
            maxLength={60}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            onPressEnter={() => void saveNamed()}
          />
        </label>
      </Modal>
    </>
  );
}
