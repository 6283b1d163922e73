import { LogoutOutlined, MenuOutlined } from '@ant-design/icons';
import { Button, Drawer, Layout } from 'antd';
import { Suspense, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';

import type { Session } from '../../services/api/schemas/session.ts';
import { useLogout } from '../api-client/use-session.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { Brand } from './brand.tsx';
import { CrashBoundary } from './crash-boundary.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { SideMenu } from './side-menu.tsx';
import { SystemState } from './system-state.tsx';

/** The frame of every page behind the login: menu, header, content. */
export function AppLayout(props: { session: Session }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const logout = useLogout();
  const { pathname } = useLocation();
  const [menuOpen, setMenuOpen] = useState(false);
  const { session } = props;

  return (
    <Layout className="app">
      <a className="skip-link" href="#content">
        {t('app.skip')}
      </a>
      <Layout.Sider width={208} className="app-sider">
        <Brand />
        <SideMenu session={session} />
        <SystemState />
      </Layout.Sider>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={232}
        closable={false}
        rootClassName="menu-drawer"
        aria-label={t('app.menu')}
      >
        <Brand />
        <SideMenu session={session} onChoose={() => setMenuOpen(false)} />
        <SystemState />
      </Drawer>
      <Layout>
        <Layout.Header className="app-header">
          <Button
            className="menu-button"
            type="text"
            icon={<MenuOutlined />}
            aria-label={t('app.openMenu')}
            onClick={() => setMenuOpen(true)}
          />
          <span className="header-title">{t('app.title')}</span>
          <span className="header-right">
            <span className="header-user" data-testid="header-user">
              <strong>{session.username}</strong>
              <span>
                {labels.of('role', session.role)} · {session.scopeName}
              </span>
            </span>
            <LanguageSwitch />
            <Button
              type="text"
              icon={<LogoutOutlined />}
              aria-label={t('app.logout')}
              title={t('app.logout')}
              data-testid="logout"
              onClick={() => logout.mutate()}
            />
          </span>
        </Layout.Header>
        <Layout.Content className="app-content" id="content" tabIndex={-1}>
          <CrashBoundary key={pathname}>
            <Suspense fallback={<PageSkeleton />}>
              <Outlet />
            </Suspense>
          </CrashBoundary>
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
