import { App, Button, Popconfirm } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ApiProblem } from '../../api-client/api-problem.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { changesOf, type FormValues } from '../../forms/form-values.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Await } from '../../layout/await.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { useMayGiveTokens } from '../../layout/use-may-edit.ts';
import { TokenNotice } from './token-notice.tsx';

/** A collector as lists show it. */
export interface Collector {
  id: string;
  name: string;
  gateway: string | null;
  endedOn: string | null;
}

interface CollectorDetail extends Collector {
  meters: number;
  createdAt: string;
}

/** One collector: its meters, its name and gateway, a new token, its end. */
export function CollectorDrawer(props: { id: string | undefined; onClose: () => void }): JSX.Element {
  const { id } = props;
  const { t } = useTranslation();
  const collector = useOne<CollectorDetail>(id === undefined ? undefined : `/collectors/${encodeURIComponent(id)}`);
  return (
    <FormDrawer open={id !== undefined} title={t('collector.title')} onClose={props.onClose}>
      <Await query={collector}>{(data) => <Detail key={data.id} collector={data} />}</Await>
    </FormDrawer>
  );
}

function Detail({ collector }: { collector: CollectorDetail }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const mayGiveTokens = useMayGiveTokens();
  const change = useChange();
  const renew = useChange<{ id: string; token: string }>();
  const [token, setToken] = useState<string>();
  const path = `/collectors/${encodeURIComponent(collector.id)}`;
  const initial: FormValues = { ...collector };
  const save = async (values: FormValues): Promise<void> => {
    const body = changesOf(initial, values);
    if (Object.keys(body).length > 0) await change.mutateAsync({ method: 'PATCH', path, body });
    void message.success(t('form.saved'));
  };
  return (
    <>
      <FactList
        facts={[
          [
            t('collector.id'),
            <span key="id" className="code">
              {collector.id}
            </span>,
          ],
          [
            t('collector.meters'),
            <Link key="meters" to={`/registry/meters?collector=${encodeURIComponent(collector.id)}`}>
              {format.number(collector.meters, 0)}
            </Link>,
          ],
          [t('collector.createdAt'), format.dateTime(collector.createdAt)],
          [t('registry.endedOnField'), collector.endedOn],
        ]}
      />
      {token !== undefined && <TokenNotice tokens={[{ id: collector.id, token }]} />}
      {mayGiveTokens && (
        <>
          <EntryForm
            testId="collector-form"
            initial={initial}
            submit={t('form.save')}
            onSubmit={save}
            groups={[
              {
                fields: [
                  { name: 'name', label: t('registry.name'), kind: 'text', required: true },
                  { name: 'gateway', label: t('collector.gateway'), kind: 'text', hint: t('collector.gatewayHint') },
                  { name: 'endedOn', label: t('registry.endedOnField'), kind: 'date', hint: t('collector.endHint') },
                ],
              },
            ]}
          />
          <h3 className="drawer-section">{t('collector.renewTitle')}</h3>
          <p className="form-hint">{t('collector.renewHint')}</p>
          <Popconfirm
            title={t('collector.renewAsk')}
            description={t('collector.renewAskHint')}
            okText={t('form.yes')}
            cancelText={t('form.cancel')}
            onConfirm={() =>
              renew.mutate(
                { method: 'POST', path: `${path}/token` },
                {
                  onSuccess: (renewed) => setToken(renewed.token),
                  onError: (error) =>
                    void message.error(error instanceof ApiProblem ? error.detail : t('state.unknown'), 8),
                },
              )
            }
          >
            <Button loading={renew.isPending} data-testid="renew-token">
              {t('collector.renew')}
            </Button>
          </Popconfirm>
        </>
      )}
    </>
  );
}
