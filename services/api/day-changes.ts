import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

import { startOfDate } from '../../domain/start-of-date.ts';
import type { DayChange } from '../../storage/series/port.ts';
import { explainDayChange } from '../provenance/day-changes.ts';
import { metersInScope, type MeterInScope } from '../provenance/meters-in-scope.ts';
import { getMeter } from '../registry/meters.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { listOf } from './schemas/common.ts';
import { dayChangeSchema, dayChangesQuery } from './schemas/day-change.ts';

/** Start of the day, meter, number of the entry among those of its meter and day. */
type Key = [dayMs: number, meter: string, number: number];
const isKey = (key: unknown): key is Key =>
  Array.isArray(key) && key.length === 3 && typeof key[0] === 'number' && typeof key[1] === 'string';

/** Days that the ledger is asked about at first; where there is little, twice as many each time. */
const FIRST_WINDOW_MS = 183 * 86_400_000;
const BEGINNING = '2000-01-01';

/** The late-data ledger: sealed days that changed. */
export function dayChangeRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  return async (api) => {
    api.get(
      '/day-changes',
      {
        schema: {
          tags: ['provenance'],
          summary: 'Days that were complete and changed afterwards (late-data ledger), the newest day first',
          querystring: dayChangesQuery,
          response: answers(listOf(dayChangeSchema)),
        },
      },
      async (request) => {
        const { cursor, limit, institution, meter, from = BEGINNING, to } = request.query;
        const scope = requestScope(request);
        const today = zone.date(context.now());
        if (institution !== undefined) await requireInstitution(db, scope, institution);
        const days = { first: from, last: to ?? today };
        const narrow = { institution, ...(meter === undefined ? {} : { meters: [meter] }) };
        const meters = await metersInScope(db, scope, days, narrow);
        // Says not-found alike for a meter that there is not and one out of scope.
        if (meter !== undefined && meters.size === 0) await getMeter(db, scope, meter, today);
        const after = decodeCursor(cursor, isKey);
        const range = { fromMs: startOfDate(days.first, zone), toMs: zone.nextDay(startOfDate(days.last, zone)) };
        const found = await newestChanges(context, meters, { ...range, after, limit: limit + 1 });
        const items = [];
        for (const { change } of found.slice(0, limit))
          items.push(await explainDayChange(context, change, meters.get(change.meter)!));
        const last = found[limit - 1];
        return { items, next: found.length > limit && last !== undefined ? encodeCursor(last.key) : null };
      },
    );
  };
}

interface Found {
  key: Key;
  change: DayChange;
}

/** The newest entries behind a place, a piece of the ledger after the other. */
async function newestChanges(
  { series, zone }: ApiContext,
  meters: ReadonlyMap<string, MeterInScope>,
  { fromMs, toMs, after, limit }: { fromMs: number; toMs: number; after: Key | undefined; limit: number },
): Promise<Found[]> {
  const found: Found[] = [];
  const ids = [...meters.keys()];
  const behindMs = after === undefined ? toMs : Math.min(toMs, zone.nextDay(after[0]));
  let windowMs = FIRST_WINDOW_MS;
  for (let untilMs = behindMs; untilMs > fromMs && found.length < limit && ids.length > 0; untilMs -= windowMs / 2) {
    const changes = await series.dayChanges(ids, Math.max(fromMs, untilMs - windowMs), untilMs);
    windowMs *= 2;
    const window = numbered(changes)
      .filter(({ key: [dayMs, meter] }) => meters.get(meter)?.isOn(zone.date(dayMs)) === true)
      .filter(({ key }) => isBehind(key, after))
      .toSorted((a, b) => compare(a.key, b.key));
    found.push(...window.slice(0, limit - found.length));
  }
  return found;
}

function numbered(changes: readonly DayChange[]): Found[] {
  let number = 0;
  return changes.map((change, index) => {
    const before = changes[index - 1];
    number = before?.meter === change.meter && before.dayMs === change.dayMs ? number + 1 : 0;
    return { key: [change.dayMs, change.meter, number], change };
  });
}

function isBehind(key: Key, after: Key | undefined): boolean {
  return after === undefined || compare(key, after) > 0;
}

// The newest day first; of a day by meter, and of those the newest entry first.
function compare([dayA, meterA, numberA]: Key, [dayB, meterB, numberB]: Key): number {
  if (dayA !== dayB) return dayB - dayA;
  if (meterA !== meterB) return meterA < meterB ? -1 : 1;
  return numberB - numberA;
}
