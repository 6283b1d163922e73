import { Alert } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useReplays } from '../../api-client/use-quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** Says that meters are registered, and how far the replay is of what was kept of them. */
export function AdoptedNotice(props: { ids: string[]; onClose: () => void }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const replay = useReplays().data?.find(({ automatic }) => automatic);
  return (
    <Alert
      type="success"
      showIcon
      closable={{ onClose: props.onClose, 'aria-label': t('discovery.close') }}
      className="adopted-notice"
      data-testid="adopted"
      title={t('discovery.adopted', { count: props.ids.length })}
      description={
        <>
          <p>
            {t('discovery.replaying')}{' '}
            {replay !== undefined && (
              <>
                {t('discovery.replayState', {
                  state: labels.of('replayState', replay.state),
                  count: format.number(replay.messages, 0),
                })}{' '}
              </>
            )}
            <Link to="/system">{t('discovery.seeReplays')}</Link>
          </p>
          <p>
            {props.ids.slice(0, 20).map((id) => (
              <Link key={id} className="code adopted-id" to={`/registry/meters/${encodeURIComponent(id)}`}>
                {id}
              </Link>
            ))}
          </p>
        </>
      }
    />
  );
}
