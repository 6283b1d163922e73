import {
  AlertOutlined,
  AuditOutlined,
  BankOutlined,
  CalculatorOutlined,
  CalendarOutlined,
  ControlOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  FileTextOutlined,
  ImportOutlined,
  QuestionCircleOutlined,
} from '@ant-design/icons';
import { Menu } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

import type { Session } from '../../services/api/schemas/session.ts';
import { homeOf } from './home-of.ts';
import { seesSystem } from './sees-system.ts';
import { WaitingBadge } from './waiting-badge.tsx';

/** The pages that the session's role works with. */
export function SideMenu(props: { session: Session; onChoose?: () => void }): JSX.Element {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const single = props.session.role === 'institution';
  const entries: { key: string; icon: JSX.Element; text: string; badge?: JSX.Element }[] = [
    ...(single ? [] : [{ key: '/overview', icon: <DashboardOutlined />, text: t('nav.overview') }]),
    single
      ? { key: homeOf(props.session), icon: <BankOutlined />, text: t('nav.ownInstitution') }
      : { key: '/institutions', icon: <BankOutlined />, text: t('nav.institutions') },
    { key: '/alerts', icon: <AlertOutlined />, text: t('nav.alerts') },
    { key: '/review', icon: <AuditOutlined />, text: t('nav.review'), badge: <WaitingBadge /> },
    { key: '/reports', icon: <FileTextOutlined />, text: t('nav.reports') },
    { key: '/registry', icon: <DatabaseOutlined />, text: t('nav.registry') },
    ...(seesSystem(props.session)
      ? [
          { key: '/exchange', icon: <ImportOutlined />, text: t('nav.exchange') },
          { key: '/discovery', icon: <QuestionCircleOutlined />, text: t('nav.discovery') },
        ]
      : []),
    { key: '/calendar', icon: <CalendarOutlined />, text: t('nav.calendar') },
    { key: '/accounting', icon: <CalculatorOutlined />, text: t('nav.accounting') },
    ...(seesSystem(props.session) ? [{ key: '/system', icon: <ControlOutlined />, text: t('nav.system') }] : []),
  ];
  // A meter belongs to an institution's pages.
  const at = pathname.startsWith('/meters/') ? '/institutions' : pathname;
  const chosen = entries.find(({ key }) => at === key || at.startsWith(`${key}/`) || (single && key.startsWith(at)));
  return (
    <nav aria-label={t('app.menu')}>
      <Menu
        theme="dark"
        mode="inline"
        selectedKeys={chosen === undefined ? [] : [chosen.key]}
        onClick={props.onChoose}
        items={entries.map(({ key, icon, text, badge }) => ({
          key,
          icon,
          label: (
            <Link to={key}>
              {text}
              {badge}
            </Link>
          ),
        }))}
      />
    </nav>
  );
}
