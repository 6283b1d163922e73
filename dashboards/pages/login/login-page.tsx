import { Alert, Button, Form, Input } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../../api-client/api-problem.ts';
import { useLogin } from '../../api-client/use-session.ts';
import { Brand } from '../../layout/brand.tsx';
import { LanguageSwitch } from '../../layout/language-switch.tsx';
import './login.css';

/** Asks for user name and password; the page that was asked for opens afterwards. */
export function LoginPage(): JSX.Element {
  const { t } = useTranslation();
  const login = useLogin();
  return (
    <div className="login" data-testid="page-login">
      <header className="login-bar">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="login-main">
        <div className="login-about">
          <h1>{t('app.title')}</h1>
          <p>{t('login.purpose')}</p>
          <p className="login-basis">{t('login.basis')}</p>
        </div>
        <div className="login-box">
          <h2>{t('login.heading')}</h2>
          <Form
            layout="vertical"
            requiredMark={false}
            onFinish={(values: { username: string; password: string }) => login.mutate(values)}
          >
            <Form.Item
              label={t('login.username')}
              name="username"
              rules={[{ required: true, whitespace: true, message: t('login.usernameRequired') }]}
            >
              <Input autoComplete="username" autoFocus maxLength={64} size="large" data-testid="login-username" />
            </Form.Item>
            <Form.Item
              label={t('login.password')}
              name="password"
              rules={[{ required: true, message: t('login.passwordRequired') }]}
            >
              <Input.Password
                autoComplete="current-password"
                maxLength={256}
                size="large"
                data-testid="login-password"
              />
            </Form.Item>
            {login.error !== null && (
              <Alert type="error" showIcon title={t(`login.${reasonOf(login.error)}`)} data-testid="login-error" />
            )}
            <Button
              type="primary"
              htmlType="submit"
              size="large"
              block
              loading={login.isPending}
              data-testid="login-submit"
            >
              {t('login.submit')}
            </Button>
          </Form>
        </div>
      </main>
    </div>
  );
}

function reasonOf(error: Error): 'wrong' | 'lockedOut' | 'tooMany' | 'unreachable' | 'failed' {
  if (!(error instanceof ApiProblem)) return 'failed';
  if (error.code === 'locked-out') return 'lockedOut';
  if (error.status === 401) return 'wrong';
  if (error.status === 429) return 'tooMany';
  return error.status === 0 ? 'unreachable' : 'failed';
}
