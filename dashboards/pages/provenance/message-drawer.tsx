import { Drawer } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { RawMessage } from '../../../services/api/schemas/message.ts';
import { ApiProblem } from '../../api-client/api-problem.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { bytesOf } from '../../payload/payload-text.ts';
import { PayloadView } from '../../payload/payload-view.tsx';
import type { ReadingBehind } from './reading-behind.ts';
import './provenance.css';

const GONE = new Set([404, 410]);

/** The bytes that a reading came in, or the photograph that was taken of the register. */
export function MessageDrawer(props: { reading: ReadingBehind | undefined; onClose: () => void }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { reading } = props;
  return (
    <Drawer
      open={reading !== undefined}
      onClose={props.onClose}
      size={640}
      destroyOnHidden
      rootClassName="form-drawer"
      title={t(reading?.source === 'photo' ? 'manual.photo' : 'provenance.message')}
      data-testid="raw-message-drawer"
    >
      {reading !== undefined && (
        <>
          <p className="form-hint">
            {reading.register === undefined
              ? format.dateTimeSeconds(reading.ts)
              : t('provenance.receivedFor', {
                  register: format.entered(reading.register, reading.unit),
                  time: format.dateTimeSeconds(reading.ts),
                })}
          </p>
          {reading.source === 'photo' ? (
            <img
              className="photo"
              src={reading.link}
              alt={t('provenance.photoOf', { time: format.dateTime(reading.ts) })}
            />
          ) : (
            <Message link={reading.link} ts={reading.ts} />
          )}
        </>
      )}
    </Drawer>
  );
}

function Message({ link, ts }: { link: string; ts: string }): JSX.Element {
  const { t } = useTranslation();
  const message = useOne<RawMessage>(link.replace(/^\/api/, ''));
  if (message.data === undefined && message.error instanceof ApiProblem && GONE.has(message.error.status)) {
    return <EmptyState text={t('provenance.gone')} />;
  }
  return <Await query={message}>{(data) => <Bytes message={data} ts={ts} />}</Await>;
}

function Bytes({ message, ts }: { message: RawMessage; ts: string }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { payload } = message;
  return (
    <>
      <FactList
        facts={[
          [
            t('provenance.topic'),
            <span key="topic" className="code" data-testid="message-topic">
              {message.topic}
            </span>,
          ],
          [t('provenance.collector'), message.collector],
          [t('provenance.receivedAt'), format.dateTimeSeconds(message.receivedAt)],
          [t('provenance.position'), String(message.position)],
          [t('provenance.size'), t('system.bytes', { count: message.bytes })],
          [t('provenance.held'), t(`provenance.in.${message.in}`)],
        ]}
      />
      {!message.whole && <p className="form-hint">{t(payload === null ? 'provenance.noPart' : 'provenance.part')}</p>}
      {payload !== null && <PayloadView bytes={bytesOf(payload)} />}
      {message.items.length > 0 && <Items items={message.items} ts={ts} />}
    </>
  );
}

/** What the gateway reads in the message: the reading that led here, and the others beside it. */
function Items({ items, ts }: { items: RawMessage['items']; ts: string }): JSX.Element {
  const { t } = useTranslation();
  const isAsked = (item: RawMessage['items'][number]): boolean =>
    item.ts !== null && Date.parse(item.ts) === Date.parse(ts);
  const asked = items.filter(isAsked);
  const others = items.filter((item) => !isAsked(item));
  return (
    <section aria-label={t('provenance.decoded')}>
      <h3 className="drawer-section">{t('provenance.decoded')}</h3>
      <ItemList items={asked} />
      {others.length > 0 && (
        <details open={asked.length === 0}>
          <summary>{t('provenance.otherItems', { count: others.length })}</summary>
          <ItemList items={others} />
        </details>
      )}
    </section>
  );
}

function ItemList({ items }: { items: RawMessage['items'] }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (
    <ul className="provenance-lines">
      {items.map(({ meter, address, index, ts, values }) => (
        <li key={`${meter ?? address ?? ''} ${index} ${ts ?? ''}`} data-testid="decoded-item">
          <span className="code">{meter ?? address ?? t('common.none')}</span>
          {ts !== null && ` · ${format.dateTimeSeconds(ts)}`}
          <span className="under">
            {Object.entries(values)
              .map(([metric, value]) => `${labels.of('metric', metric)} ${format.entered(value)}`)
              .join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
