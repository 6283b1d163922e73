import type { Zone } from '../../domain/zone.ts';
import { assignExamples } from '../../services/cost/assign-examples.ts';
import { proposeDecision } from '../../services/decisions/decide.ts';
import { enterManualReading } from '../../services/decisions/manual-readings.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { createVirtualMeter } from '../../services/registry/virtual-meter-edits.ts';
import { importWeather } from '../../services/weather/import-weather.ts';
import { outdoorMeans } from '../../simulators/load/outdoor-means.ts';
import type { Platform } from '../compose.ts';

const CITY = '150200';
const OFFICE = 'kundulun-office';
const GAS_METER = `${OFFICE}-gas`;
/** Cubic metres of gas that the canteen burns each month of a year. */
const GAS_OF_MONTH = [412, 287, 395, 371, 348, 322, 309, 301, 344, 338, 386, 418];
/** What the old water meter still counted behind its last message. */
const USED_UNSEEN_M3 = 1.284;
const DAY_MS = 86_400_000;
const RETENTION_MS = 3650 * DAY_MS;

/** Who says and decides what in the demonstration. */
export interface DemoPeople {
  /** The collector that nothing is simulated for. */
  collector: string;
  managerId: string;
}

/**
 * What people enter in the demonstration city beside its meters: tariffs and the weather, a gas meter that somebody
 * reads on the spot each month, and what a building uses beside its air conditioning. Once, into an empty registry.
 */
export async function seedUsage(platform: Platform, people: DemoPeople): Promise<void> {
  const { db, zone, now } = platform;
  const change = { userId: people.managerId, nowMs: now() };
  await assignExamples(db, change);
  await importWeather(db, weatherUpload(zone, now()), change);
  await db.transaction().execute((trx) =>
    createMeter(
      trx,
      {
        id: GAS_METER,
        name: '食堂燃气表（人工抄表）',
        institutionId: OFFICE,
        collectorId: people.collector,
        medium: 'gas',
        registerModulus: 100_000,
        ratedMaximum: 25,
      },
      change,
    ),
  );
  await createVirtualMeter(
    db,
    {
      id: `${OFFICE}-e-base`,
      name: '空调以外用电',
      institutionId: OFFICE,
      terms: [
        { meterId: `${OFFICE}-e-main`, factor: 1 },
        { meterId: `${OFFICE}-e-B2`, factor: -1 },
      ],
    },
    { ...change, scope: { kind: 'all' }, date: zone.date(now()) },
  );
  await readGasMeter(platform, people);
}

function weatherUpload(zone: Zone, nowMs: number): Parameters<typeof importWeather>[1] {
  const rows = outdoorMeans(zone.at(zone.local(nowMs).year - 1, 1, 1), nowMs - DAY_MS);
  const csv = ['date,mean', ...rows.map(({ date, meanC }) => `${date},${meanC.toFixed(1)}`)].join('\n');
  return { regionCode: CITY, bytes: Buffer.from(csv), source: '模拟天气', dryRun: false, today: zone.date(nowMs) };
}

/** On the morning of the first of each month; told by phone twice a year. */
async function readGasMeter({ db, series, zone, now }: Platform, { managerId }: DemoPeople): Promise<void> {
  let register = 18_204;
  const year = zone.local(now()).year - 1;
  for (let month = 0; zone.at(year, month + 1, 1, 9) < now(); month++) {
    const atMs = zone.at(year, month + 1, 1, 9);
    const input = { atMs, total: register, source: month % 6 === 3 ? ('phone' as const) : ('visit' as const) };
    const change = { userId: managerId, nowMs: now() };
    await enterManualReading({ db, series }, `demo-gas-${month + 1}`, GAS_METER, input, change, {
      zone,
      retentionMs: RETENTION_MS,
    });
    register += GAS_OF_MONTH[month % 12]!;
  }
}

/**
 * The water meter that was replaced without a word on the last 24 February: proposed once, from the slip that came later,
 * and not approved yet. Asks for the history to be there.
 */
export async function proposeReplacement({ db, series, zone, now }: Platform): Promise<void> {
  const meterId = `${OFFICE}-water`;
  const decided = await db.selectFrom('decision').select('id').where('meter_id', '=', meterId).executeTakeFirst();
  const manager = await db.selectFrom('app_user').select('id').where('username', '=', 'manager').executeTakeFirst();
  const { year } = zone.local(now());
  const fromMs = [year, year - 1].map((each) => zone.at(each, 2, 24, 10)).find((at) => at < now())!;
  const before = (await series.registerBeforeEach([{ meter: meterId, atMs: fromMs }])).get(meterId);
  if (decided !== undefined || manager === undefined || before === undefined) return;
  const input = {
    meterId,
    kind: 'replacement' as const,
    from: fromMs,
    closingRegister: Number((before.value + USED_UNSEEN_M3).toFixed(3)),
    openingRegister: 0,
    reason: '自来水公司换表，当时未通知；旧表止码见换表单，新表从零起走',
  };
  await proposeDecision(db, 'demo-water-replacement', input, {
    scope: { kind: 'institution', institutionId: OFFICE },
    decider: { userId: manager.id, role: 'institution' },
    change: { userId: manager.id, nowMs: now() },
    zone,
  });
}
