import type { Finding } from '../../domain/finding.ts';

/** What was found in a meter's readings: it replaces all findings that end at `fromMs` or later. */
export interface MeterFindings {
  fromMs: number;
  findings: readonly Finding[];
}

/** Tells findings once: live data, of which nearly none has any, finds the same again with each run. */
export interface ToldFindings {
  /** Notes what was found; live, where it is known what the run before found. */
  note(meter: string, found: MeterFindings, isLive: boolean): void;
  /** What is to be told, by meter. */
  untold(): ReadonlyMap<string, MeterFindings>;
  /** It was told. */
  settle(): void;
}

/** Knows nothing of what was told before. */
export function createToldFindings(): ToldFindings {
  /** What stands of a meter from an instant on, where that is known. */
  const standing = new Map<string, MeterFindings>();
  let untold = new Map<string, MeterFindings>();
  return {
    note: (meter, found, isLive) => {
      const known = isLive ? standing.get(meter) : undefined;
      standing.set(meter, found);
      const waiting = untold.get(meter);
      if (waiting === undefined && known !== undefined && known.fromMs <= found.fromMs && isSame(known, found)) return;
      untold.set(meter, waiting === undefined ? found : joined(waiting, found));
    },
    untold: () => untold,
    settle: () => {
      untold = new Map();
    },
  };
}

function joined(before: MeterFindings, after: MeterFindings): MeterFindings {
  const kept = before.findings.filter(({ toMs }) => toMs < after.fromMs);
  return { fromMs: Math.min(before.fromMs, after.fromMs), findings: [...kept, ...after.findings] };
}

/** Whether what stands from the later instant on is what was found. */
function isSame(known: MeterFindings, { fromMs, findings }: MeterFindings): boolean {
  const before = known.findings.filter(({ toMs }) => toMs >= fromMs);
  return before.length === findings.length && JSON.stringify(before) === JSON.stringify(findings);
}
