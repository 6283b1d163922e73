import { ReloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../api-client/api-problem.ts';

/** Says what failed and what to do, and offers to try again. */
export function ErrorState(props: { error: Error; height?: number; onRetry?: () => void }): JSX.Element {
  const { t } = useTranslation();
  const problem = props.error instanceof ApiProblem ? props.error : undefined;
  const advice = (): string => {
    if (problem === undefined) return t('state.unknown');
    if (problem.status === 0) return t('state.network');
    if (problem.status === 404) return t('state.notFound');
    if (problem.status === 403) return t('state.forbidden');
    return problem.status === 503 ? t('state.unavailable') : t('state.unknown');
  };
  return (
    <div className="state-box" role="alert" style={{ minHeight: props.height }}>
      <strong>{t('state.errorTitle')}</strong>
      <p>{advice()}</p>
      {problem !== undefined && problem.status !== 0 && (
        <p className="state-code">
          {t('state.code')} {problem.status} {problem.code}
          {problem.detail === '' ? '' : ` · ${problem.detail}`}
        </p>
      )}
      {props.onRetry !== undefined && (
        <Button size="small" icon={<ReloadOutlined />} onClick={props.onRetry}>
          {t('state.retry')}
        </Button>
      )}
    </div>
  );
}
