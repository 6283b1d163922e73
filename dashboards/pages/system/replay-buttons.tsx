import { RedoOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useRequestReplay, type QuarantineFilter } from '../../api-client/use-quarantine.ts';

/** Asks for the chosen items to be tried again, or for all that fit a filter; of one message alone with `single`. */
export function ReplayButtons(props: {
  filter?: QuarantineFilter;
  ids: number[];
  single?: boolean;
  onRequested: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const replay = useRequestReplay();
  const { filter, ids, single } = props;
  const isNarrowed = filter !== undefined && Object.values(filter).some((value) => value !== undefined);
  const request = (what: QuarantineFilter | { ids: number[] }): void =>
    replay.mutate(what, {
      onSuccess: () => {
        void message.success(t('system.replayRequested'));
        props.onRequested();
      },
      onError: () => void message.error(t('system.replayFailed')),
    });

  return (
    <>
      {(single === true || ids.length > 0) && (
        <Button
          type="primary"
          size={single === true ? 'middle' : 'small'}
          icon={<RedoOutlined />}
          loading={replay.isPending}
          data-testid={single === true ? 'replay-one' : 'replay-selected'}
          onClick={() => request({ ids: ids.slice(0, 1000) })}
        >
          {single === true ? t('system.replayOne') : t('system.replaySelected', { count: ids.length })}
        </Button>
      )}
      {filter !== undefined && (
        <Popconfirm
          title={t('system.replayAsk')}
          description={t('system.replayAskHint')}
          okText={t('system.replayYes')}
          cancelText={t('system.replayNo')}
          okButtonProps={{ 'data-testid': 'replay-confirm' }}
          disabled={!isNarrowed}
          onConfirm={() => request(filter)}
        >
          <Button
            size="small"
            icon={<RedoOutlined />}
            disabled={!isNarrowed}
            title={isNarrowed ? undefined : t('system.chooseFilter')}
            data-testid="replay-filtered"
          >
            {t('system.replayFiltered')}
          </Button>
        </Popconfirm>
      )}
    </>
  );
}
