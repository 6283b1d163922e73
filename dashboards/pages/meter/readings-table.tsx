import { Table } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { apiUrl } from '../../api-client/request.ts';
import type { MeterReading } from '../../api-client/use-meters.ts';
import { rateUnit, unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import type { Awaited } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { MessageDrawer } from '../provenance/message-drawer.tsx';
import { BehindLink } from '../provenance/point-view.tsx';
import type { ReadingBehind } from '../provenance/reading-behind.ts';

const SHOWN = 50;
/** Units of what every meter gives in the same one. */
const UNITS: Record<string, string> = {
  volume: 'm³',
  temperature: '°C',
  setpoint: '°C',
  supply: '°C',
  return: '°C',
  voltage: 'V',
  current: 'A',
  powerFactor: '',
  reactive1: 'kvarh',
  reactive2: 'kvarh',
  demand: 'kW',
  flow: 'm³/h',
  hours: 'h',
  frequency: 'Hz',
  reactivePower: 'kvar',
  apparentPower: 'kVA',
  voltageA: 'V',
  voltageB: 'V',
  voltageC: 'V',
  currentA: 'A',
  currentB: 'A',
  currentC: 'A',
  powerA: 'kW',
  powerB: 'kW',
  powerC: 'kW',
  powerFactorA: '',
  powerFactorB: '',
  powerFactorC: '',
  temperatureDifference: 'K',
};
const FIXED = new Set(['ts', 'receivedAt', 'flags', 'position']);

/** The newest readings with all their quantities, when they came in, and their flags. */
export function ReadingsTable(props: { query: Awaited<MeterReading[]>; meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const [behind, setBehind] = useState<ReadingBehind>();
  return (
    <Panel title={t('meter.readings')} className="span-12" flush>
      {props.meter.multiplier !== 1 && (
        <p className="panel-note">{t('meter.beforeMultiplier', { multiplier: props.meter.multiplier })}</p>
      )}
      <Await query={props.query} height={240}>
        {(items) => <Readings items={items.slice(-SHOWN).toReversed()} meter={props.meter} onBehind={setBehind} />}
      </Await>
      <MessageDrawer reading={behind} onClose={() => setBehind(undefined)} />
    </Panel>
  );
}

function Readings(props: {
  items: MeterReading[];
  meter: Meter;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { items, meter, onBehind } = props;
  const metrics = [...new Set(items.flatMap((item) => Object.keys(item)))].filter(
    (name) => !FIXED.has(name) && items.some((item) => typeof item[name] === 'number'),
  );
  return (
    <ScrollRegion label={t('meter.readings')}>
      <Table<MeterReading>
        size="small"
        rowKey={({ ts, source }) => `${ts} ${String(source)}`}
        dataSource={items}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <EmptyState text={t('meter.noReadings')} /> }}
        onRow={() => rowProps('reading-row')}
        columns={[
          { title: t('meter.readAt'), key: 'ts', render: (_, item) => format.dateTimeSeconds(item.ts) },
          ...metrics.map((name) => ({
            title: titleOf(labels.of('metric', name), unitOf(name, meter.registerUnit)),
            key: name,
            align: 'right' as const,
            render: (_: unknown, item: MeterReading) => {
              const value = item[name];
              return typeof value === 'number' ? format.number(value, 3) : t('common.none');
            },
          })),
          {
            title: t('meter.receivedAt'),
            key: 'receivedAt',
            render: (_, item) => format.dateTimeSeconds(item.receivedAt),
          },
          {
            title: t('meter.delay'),
            key: 'delay',
            align: 'right',
            render: (_, item) => format.number((Date.parse(item.receivedAt) - Date.parse(item.ts)) / 1000, 0),
          },
          {
            title: t('meter.flags'),
            key: 'flags',
            render: (_, item) => (
              <span className="tags">
                {item.flags.map((flag) => (
                  <span key={flag}>{labels.of('readingFlag', flag)}</span>
                ))}
                {item['source'] !== 'telemetry' && typeof item['source'] === 'string' && (
                  <span className="tag">{labels.of('readingSource', item['source'])}</span>
                )}
                {typeof item['decision'] === 'string' && (
                  <Link to={`/review/decisions/${encodeURIComponent(item['decision'])}`} className="tag warning">
                    {labels.of('decisionKind', String(item['decisionKind']))}
                  </Link>
                )}
              </span>
            ),
          },
          {
            title: t('provenance.bytes'),
            key: 'bytes',
            render: (_, item) =>
              typeof item['position'] === 'number' && (
                <BehindLink
                  link={apiUrl(`/messages/${item['position']}`, { meter: meter.id, ts: item.ts })}
                  isPhoto={false}
                  ts={item.ts}
                  register={typeof item['total'] === 'number' ? item['total'] : undefined}
                  unit={meter.registerUnit}
                  onBehind={onBehind}
                />
              ),
          },
        ]}
      />
    </ScrollRegion>
  );
}

function unitOf(metric: string, registerUnit: string): string {
  return UNITS[metric] ?? (metric === 'rate' ? rateUnit(registerUnit) : unitSign(registerUnit));
}

function titleOf(name: string, unit: string): string {
  return unit === '' ? name : `${name} (${unit})`;
}
