import { QueryClientProvider } from '@tanstack/react-query';
import { App as Messages, ConfigProvider } from 'antd';
import enUs from 'antd/locale/en_US';
import zhCn from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn.js';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter } from 'react-router';

import { queryClient } from '../api-client/query-client.ts';
import { AppRoutes } from './app-routes.tsx';
import { theme } from './theme.ts';

/** The whole application: theme, language, data, addresses. */
export function Root(): JSX.Element {
  const { i18n } = useTranslation();
  const chinese = i18n.language.startsWith('zh');
  dayjs.locale(chinese ? 'zh-cn' : 'en');
  return (
    <ConfigProvider
      theme={theme}
      locale={chinese ? zhCn : enUs}
      componentSize="middle"
      button={{ autoInsertSpace: false }}
    >
      <Messages>
        <QueryClientProvider client={queryClient}>
          <BrowserRouter>
            <AppRoutes />
          </BrowserRouter>
        </QueryClientProvider>
      </Messages>
    </ConfigProvider>
  );
}
