// `?` shows every key.
import { Modal } from 'antd';
import type { JSX } from 'react';
import { useText } from '../kit/language';
import { Theme } from '../kit/Theme';
import { appTexts } from './texts';
import { useMenu } from './useMenu';

export interface KeyHelpProps {
  readonly onClose: () => void;
}

export function KeyHelp({ onClose }: KeyHelpProps): JSX.Element {
  const t = useText(appTexts);
  const groups = useMenu();
  const go = groups
    .flatMap(({ items }) => items)
    .filter(({ letter }) => letter)
    .map(({ letter, title }) => [`g ${letter}`, title] as const);
  const sections: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      t('keysGeneral'),
      [
        ['/', t('keySearch')],
        ['Ctrl K', t('keyPalette')],
        ['?', t('keyHelp')],
      ],
    ],
    [
      t('keysList'),
      [
        ['j', t('keyNext')],
        ['k', t('keyPrevious')],
        ['Enter', t('keyOpen')],
        ['x', t('keySelect')],
        ['n', t('keyNew')],
        ['Esc', t('keyClear')],
      ],
    ],
    [
      t('keysForm'),
      [
        ['e', t('keyEdit')],
        ['Ctrl Enter / Ctrl S', t('keySubmit')],
        ['Esc', t('keyBack')],
      ],
    ],
    [t('keysGo'), [...go, ['g m', t('account')]]],
  ];
  return (
    <Theme>
      <Modal open title={t('help')} footer={null} onCancel={onClose} width={620}>
        <div style={{ columns: '250px 2', columnGap: 32 }}>
          {sections.map(([title, keys]) => (
            <section key={title} style={{ breakInside: 'avoid', marginBottom: 16 }}>
              <h2 style={{ marginBottom: 6 }}>{title}</h2>
              <dl>
                {keys.map(([key, meaning]) => (
                  <div
                    key={key}
                    style={{ display: 'flex', justifyContent: 'space-between', padding: '3px 0' }}
                  >
                    <dt>{meaning}</dt>
                    <dd>
                      {key.split(' ').map((part, at) =>
                        part === '/' && at > 0 ? (
                          <span key={part} className="quiet" style={{ marginLeft: 4 }}>
                            /
                          </span>
                        ) : (
                          <kbd key={part + at} translate="no" style={{ marginLeft: 4 }}>
                            {part}
                          </kbd>
                        ),
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </Modal>
    </Theme>
  );
}
