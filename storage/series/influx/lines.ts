import { escape } from '@influxdata/influxdb-client';

import { PlatformError } from '../../../domain/errors.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import type { BaseUsage, MeterUsage } from '../port.ts';

/** A reading in line protocol, all fields of the point every time: InfluxDB merges fields of a point sent again. */
export function readingLine(row: ReadingRow): string {
  if (!Number.isFinite(row.value))
    throw new PlatformError('store-rejected', `a reading of ${row.meter} is not a finite number`);
  return `reading,meter=${escape.tag(row.meter)},metric=${row.metric} value=${row.value},received=${row.receivedAtMs}i,flags=${row.flags}i,position=${row.position}i ${row.observedAtMs}`;
}

/** The base intervals of a block in line protocol. */
export function baseUsageLines(block: BaseUsage): string[] {
  const head = `usage_base,meter=${escape.tag(block.meter)}`;
  return Array.from(
    block.starts,
    (startMs, row) =>
      `${head} micro=${block.values[row]!}i,quality=${block.qualities[row]!}i,state=${escape.quoted(block.states[row]!)} ${startMs}`,
  );
}

/** A sum in line protocol; empty tags are left out, as the protocol wants it. */
export function sumLine(measurement: string, tags: Record<string, string>, sum: Omit<MeterUsage, 'meter'>): string {
  const series = Object.entries(tags)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `,${name}=${escape.tag(value)}`)
    .join('');
  return `${measurement}${series} end=${sum.endMs}i,micro=${sum.micro}i,measured=${sum.measuredMs}i,estimated=${sum.estimatedMs}i,manual=${sum.manualMs}i,missing=${sum.missingMs}i ${sum.startMs}`;
}
