import { useMemo } from 'react';
import { useDefinitions, useMay, useSession } from '../client/queries';
import { useLanguage, useText } from '../kit/language';
import { menuOf, type MenuGroup } from './menu';
import { appTexts } from './texts';

const none: readonly MenuGroup[] = [];

export function useMenu(): readonly MenuGroup[] {
  const { data } = useDefinitions();
  const session = useSession();
  const may = useMay();
  const language = useLanguage();
  const t = useText(appTexts);
  return useMemo(
    () => (data ? menuOf(data, may, language, t) : none),
    [data, session, language, t],
  );
}
