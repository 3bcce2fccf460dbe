// Ant Design in our colours, language and density.
import { App, ConfigProvider, theme, type ThemeConfig } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useMemo, type JSX, type ReactNode } from 'react';
import { useLanguage } from './language';
import { useDark } from './look';
import { usePhone } from './usePhone';

function themeOf(dark: boolean, phone: boolean): ThemeConfig {
  const accent = dark ? '#5cc4bd' : '#0a6a6e';
  return {
    cssVar: { key: 'weijian' },
    hashed: false,
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: accent,
      colorLink: accent,
      colorInfo: accent,
      colorError: dark ? '#ff9c94' : '#b3261e',
      colorBgBase: dark ? '#14181b' : '#ffffff',
      colorTextBase: dark ? '#e8ebed' : '#1a2026',
      colorTextPlaceholder: dark ? '#98a3ac' : '#6b7580',
      colorTextDescription: dark ? '#98a3ac' : '#626d78',
      borderRadius: 7,
      fontFamily: 'var(--font)',
      fontSize: phone ? 16 : 14,
      controlHeight: phone ? 44 : 34,
      wireframe: false,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        primaryColor: dark ? '#0b1515' : '#ffffff',
      },
    },
  };
}

export interface ThemeProps {
  readonly children: ReactNode;
}

export function Theme({ children }: ThemeProps): JSX.Element {
  const language = useLanguage();
  const dark = useDark();
  const phone = usePhone();
  const config = useMemo(() => themeOf(dark, phone), [dark, phone]);
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  return (
    <ConfigProvider
      theme={config}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
