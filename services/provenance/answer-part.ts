import type { Zone } from '../../domain/zone.ts';
import type { ProvenancePart, ProvenanceTerm } from '../api/schemas/provenance.ts';
import type { MeterAccount } from './account.ts';
import { answerAccount } from './answer-account.ts';
import { correctionsOf } from './corrections.ts';
import { explainDayChange, type DayChangeSources } from './day-changes.ts';
import type { MeterInScope } from './meters-in-scope.ts';
import { sharesOf } from './open-figure.ts';
import type { FigurePart, FigureTerm } from './provenance-reader.ts';
import type { SeriesStore } from '../../storage/series/port.ts';

/** What {@link answerPart} looks at beside the part. */
export interface AnswerSources extends DayChangeSources {
  series: Pick<SeriesStore, 'readings' | 'dayChanges'>;
}

/** Ledger entries told with a term; the list has all. */
const DAY_CHANGES = 5;

/** A part of a figure as the API tells it: of a meter out of scope only the amount. */
export async function answerPart(
  sources: AnswerSources,
  part: FigurePart,
  visible: ReadonlyMap<string, MeterInScope>,
): Promise<ProvenancePart> {
  const { zone } = sources;
  const terms: ProvenanceTerm[] = [];
  for (const term of part.terms) terms.push(await answerTerm(sources, part, term, visible.get(term.meter)));
  return {
    meter: part.meter,
    name: visible.get(part.meter)?.name ?? null,
    start: zone.iso(part.fromMs),
    end: zone.iso(part.toMs),
    share: part.share,
    ownMicro: String(part.ownMicro),
    roundingMicro: String(part.roundingMicro),
    amountMicro: String(part.amountMicro),
    quality: sharesOf(part.quality),
    terms,
  };
}

async function answerTerm(
  sources: AnswerSources,
  { fromMs, toMs }: FigurePart,
  term: FigureTerm,
  meter: MeterInScope | undefined,
): Promise<ProvenanceTerm> {
  const { zone } = sources;
  const head = { meter: term.meter, factor: term.factor, micro: String(term.micro) };
  const notTakenOffMicro = String(term.notTakenOffMicro);
  if (meter === undefined)
    return { ...head, notTakenOffMicro, name: null, account: null, corrections: [], dayChanges: [], links: null };
  const range = term.account === null ? { fromMs, toMs } : boundsOf(term.account);
  const changes = await sources.series.dayChanges([term.meter], zone.dayStart(fromMs), toMs);
  const newest = changes.toSorted((a, b) => b.dayMs - a.dayMs || b.changedAtMs - a.changedAtMs).slice(0, DAY_CHANGES);
  const dayChanges = [];
  for (const change of newest) dayChanges.push(await explainDayChange(sources, change, meter));
  return {
    ...head,
    notTakenOffMicro,
    name: meter.name,
    account: term.account === null ? null : answerAccount(term.account, zone),
    corrections: await correctionsOf(sources.db, zone, term.meter, range),
    dayChanges,
    links: linksOf(term, { fromMs, toMs }, range, zone),
  };
}

/** From the first to the last reading that bounds something of an account: a little wider than its range. */
function boundsOf({ fromMs, toMs, runs }: MeterAccount): { fromMs: number; toMs: number } {
  const firsts = runs.map(({ first }) => first.atMs);
  const lasts = runs.map(({ last }) => last.atMs);
  return { fromMs: Math.min(fromMs, ...firsts), toMs: Math.max(toMs, ...lasts) };
}

const METRIC_OF = { register: 'total', deltas: 'delta', rate: 'rate' } as const;

function linksOf(
  { meter, account }: FigureTerm,
  range: { fromMs: number; toMs: number },
  bounds: { fromMs: number; toMs: number },
  zone: Zone,
): ProvenanceTerm['links'] {
  const within = ({ fromMs, toMs }: { fromMs: number; toMs: number }): string =>
    new URLSearchParams({ from: zone.iso(fromMs), to: zone.iso(toMs) }).toString();
  // The reading at the very end of a range bounds it.
  const upToLast = within({ ...bounds, toMs: bounds.toMs + 1 });
  const metric = METRIC_OF[account?.runs[0]?.kind ?? 'register'];
  const days = new URLSearchParams({ from: zone.date(range.fromMs), to: zone.date(range.toMs - 1) }).toString();
  return {
    usage: `/api/meters/${meter}/usage?${within(range)}&step=1h`,
    readings: `/api/provenance/readings?meter=${meter}&metric=${metric}&${upToLast}`,
    dayChanges: `/api/day-changes?meter=${meter}&${days}`,
    provenance: `/api/provenance?meter=${meter}&${within(range)}`,
  };
}
