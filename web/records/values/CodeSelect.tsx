// Picks codes of a dictionary: a tree where codes have parents, a plain list otherwise. Codes that are
// no longer valid are offered only when they are the present value.
import { Select, TreeSelect } from 'antd';
import { useMemo, type JSX } from 'react';
import type { DictionaryItem } from '../../client/types';
import { useLanguage, useText, type Language } from '../../kit/language';
import { recordTexts } from '../texts';
import { codeTree, matchesText } from './codeTree';

export interface CodeSelectProps {
  readonly id?: string;
  readonly items: readonly DictionaryItem[];
  readonly value: unknown;
  readonly many?: boolean;
  readonly disabled?: boolean;
  readonly invalid?: boolean;
  readonly label: string;
  readonly onChange: (value: string | readonly string[] | null) => void;
  readonly onBlur?: () => void;
}

export function titleIn(item: DictionaryItem, language: Language): string {
  return (language === 'en' && item.en) || item.zh;
}

export function CodeSelect({
  id,
  items,
  value,
  many,
  disabled,
  invalid,
  label,
  onChange,
  onBlur,
}: CodeSelectProps): JSX.Element {
  const language = useLanguage();
  const t = useText(recordTexts);
  const chosen = useMemo(
    () => (Array.isArray(value) ? value.map(String) : value ? [String(value)] : []),
    [value],
  );
  const offered = useMemo(() => {
    const today = new Date().toISOString().slice(0, 10);
    return items.filter(
      (item) =>
        chosen.includes(item.code) ||
        ((!item.valid_to || item.valid_to >= today) &&
          (!item.valid_from || item.valid_from <= today)),
    );
  }, [items, chosen]);
  const nested = offered.some((item) => item.parent);
  const shared = {
    id,
    disabled,
    onBlur,
    'aria-label': label,
    allowClear: { label: t('clearValue') },
    status: invalid ? ('error' as const) : undefined,
    style: { width: '100%' },
  };
  const pick = (next: string | string[] | undefined): void =>
    onChange(next === undefined || next === null ? (many ? [] : null) : next);
  if (nested)
    return (
      <TreeSelect<string | string[]>
        {...shared}
        multiple={many}
        treeData={codeTree(offered, language)}
        showSearch={{
          filterTreeNode: (text, node) => matchesText(text, String(node.title), String(node.value)),
        }}
        treeDefaultExpandedKeys={chosen}
        value={many ? chosen : chosen[0]}
        onChange={pick}
      />
    );
  return (
    <Select<string | string[]>
      {...shared}
      mode={many ? 'multiple' : undefined}
      showSearch={{
        filterOption: (text, option) =>
          matchesText(text, String(option?.label), String(option?.value)),
      }}
      options={offered.map((item) => ({ value: item.code, label: titleIn(item, language) }))}
      value={many ? chosen : chosen[0]}
      onChange={pick}
    />
  );
}
