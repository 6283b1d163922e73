import { PlatformError } from '../../domain/errors.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { jointSums, periodsOfStep, widestPeriods, type JointSum } from '../usage/joint-sums.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import { metersOfTerms, sumTerms } from '../usage/sum-terms.ts';
import type { UsageSettings } from '../usage/usage-settings.ts';
import type { AccountedQuality, MeterAccount } from './account.ts';
import { daysAndHours } from './days-and-hours.ts';
import { addQuality, shareAmounts, sharePartsOf, type SharePart } from './figure-parts.ts';
import type { FigurePart, FigureTerm, ProvenanceReader } from './provenance-reader.ts';
import { readAccount } from './read-account.ts';

/** Terms of a part whose accounts are read with it. */
const ACCOUNTS_OF_A_PART = 20;

/**
 * Opens figures by what is stored and what the registry says of the meters now. `settings` are those that usage was made
 * with: how gaps are filled.
 */
export function createProvenanceReader(
  store: SeriesStore,
  zone: Zone,
  meters: () => ReadonlyMap<string, UsageMeter>,
  settings?: UsageSettings,
): ProvenanceReader {
  interface Term {
    id: string;
    factor: number;
    micro: bigint;
  }

  // A meter below another one is asked for twice: as a part, and as what is taken off.
  async function termsOf(
    terms: readonly Term[],
    range: { fromMs: number; toMs: number },
    known: Map<string, MeterAccount>,
  ): Promise<FigureTerm[]> {
    const read: FigureTerm[] = [];
    for (const [index, { id, factor, micro }] of terms.entries()) {
      const meter = meters().get(id);
      const key = `${id} ${range.fromMs} ${range.toMs}`;
      let account = known.get(key) ?? null;
      if (account === null && meter !== undefined && index < ACCOUNTS_OF_A_PART) {
        account = await readAccount(store, zone, meter, range, settings);
        known.set(key, account);
      }
      const notTakenOffMicro = account === null ? 0n : account.amountMicro - micro;
      read.push({ meter: id, factor, micro, notTakenOffMicro, account });
    }
    return read;
  }

  async function partOf(part: SharePart, known: Map<string, MeterAccount>): Promise<FigurePart> {
    const { meter, fromMs, toMs } = part;
    const { share, subItem, validFrom, validTo } = part.share;
    const below = [...meters().values()].filter(({ parentId }) => parentId === meter.id);
    const { amountMicro, registerMicro, takenOffMicro, quality } = await shareAmounts(store, zone, part, below);
    const ownMicro = [...takenOffMicro.values()].reduce((own, micro) => own - micro, registerMicro);
    const terms = [
      { id: meter.id, factor: 1, micro: registerMicro },
      ...below.map(({ id }) => ({ id, factor: -1, micro: takenOffMicro.get(id) ?? 0n })),
    ];
    return {
      meter: meter.id,
      fromMs,
      toMs,
      share: { share, subItem, validFrom, validTo },
      ownMicro,
      roundingMicro: amountMicro - sumTerms([{ micro: ownMicro, factor: share }]).micro,
      amountMicro,
      quality,
      terms: await termsOf(terms, { fromMs, toMs }, known),
    };
  }

  async function wholeMeter(meter: UsageMeter, fromMs: number, toMs: number): Promise<FigurePart> {
    const quality: AccountedQuality = { measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 };
    let micro = 0n;
    for (const stretch of daysAndHours(zone, fromMs, toMs)) {
      for (const row of await store.meterUsage(stretch.level, [meter.id], stretch.fromMs, stretch.toMs)) {
        micro += row.micro;
        addQuality(quality, row);
      }
    }
    quality.missingMs = toMs - fromMs - quality.measuredMs - quality.estimatedMs - quality.manualMs;
    const terms = await termsOf([{ id: meter.id, factor: 1, micro }], { fromMs, toMs }, new Map());
    return { ...wholePart(meter.id, fromMs, toMs), ownMicro: micro, amountMicro: micro, quality, terms };
  }

  async function virtualMeter(meter: UsageMeter, fromMs: number, asked: number): Promise<FigurePart> {
    const endMs = meter.endedOn === undefined ? asked : startOfDate(meter.endedOn, zone);
    const toMs = Math.max(fromMs, Math.min(asked, endMs));
    const factors = metersOfTerms(meter, meters()) ?? new Map<string, number>();
    const members = [...factors.keys()].map((id) => ({ id }));
    const isOfDays = zone.dayStart(fromMs) === fromMs && zone.dayStart(toMs) === toMs;
    const periods = isOfDays ? widestPeriods(zone, fromMs, toMs) : periodsOfStep(zone, 'hour', fromMs, toMs);
    const joint = jointOf(await jointSums(store, zone, members, periods));
    const terms = [...factors].map(([id, factor]) => ({ id, factor, micro: joint.micro.get(id) ?? 0n }));
    const { micro } = sumTerms(terms);
    const quality = { ...joint.quality, missingMs: asked - fromMs - joint.knownMs };
    const read = await termsOf(terms, { fromMs, toMs }, new Map());
    return { ...wholePart(meter.id, fromMs, toMs), ownMicro: micro, amountMicro: micro, quality, terms: read };
  }

  return {
    ofMeter: async (id, fromMs, toMs) => {
      const meter = meters().get(id);
      if (meter === undefined) throw new PlatformError('not-found', `Meter ${id} has no register that makes usage`);
      return meter.terms === undefined ? wholeMeter(meter, fromMs, toMs) : virtualMeter(meter, fromMs, toMs);
    },
    ofInstitution: async (figure, skip, limit) => {
      const all = sharePartsOf(meters().values(), figure, zone);
      const parts: FigurePart[] = [];
      const known = new Map<string, MeterAccount>();
      for (const part of all.slice(skip, skip + limit)) parts.push(await partOf(part, known));
      return { parts, more: all.length > skip + limit };
    },
  };
}

function wholePart(
  meter: string,
  fromMs: number,
  toMs: number,
): Pick<FigurePart, 'meter' | 'fromMs' | 'toMs' | 'share' | 'roundingMicro'> {
  return { meter, fromMs, toMs, share: null, roundingMicro: 0n };
}

function jointOf(sums: readonly JointSum[]): {
  micro: Map<string, bigint>;
  quality: AccountedQuality;
  knownMs: number;
} {
  const micro = new Map<string, bigint>();
  const quality: AccountedQuality = { measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 };
  let knownMs = 0;
  for (const sum of sums) {
    knownMs += sum.knownMs;
    for (const [id, one] of sum.joint) micro.set(id, (micro.get(id) ?? 0n) + one.micro);
    const parts = [...sum.joint.values()];
    // As bad as the worst of them.
    if (parts.some(({ estimatedMs }) => estimatedMs > 0)) quality.estimatedMs += sum.knownMs;
    else if (parts.some(({ manualMs }) => manualMs > 0)) quality.manualMs += sum.knownMs;
    else quality.measuredMs += sum.knownMs;
  }
  return { micro, quality, knownMs };
}
