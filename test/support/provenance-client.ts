import type { ProvenanceAccount, ProvenancePoint, ProvenanceRun } from '../../services/api/schemas/provenance.ts';

/** A register × a factor, rounded to whole millionths, half away from zero. */
export type ToMicro = (register: number, factor: number) => bigint;

/** What a client works an account out with. */
export interface ProvenanceClient {
  toMicro: ToMicro;
  /** The register of a stored reading as the bytes of its message say it; left out: the answer's word is taken. */
  registerOf?(point: ProvenancePoint): Promise<number>;
}

/**
 * The amount of a meter over a range as somebody works it out who has nothing but the answer (and the raw messages it
 * points to): register differences × multiplier, and by time what lies between two readings.
 */
export async function amountFromAccount(account: ProvenanceAccount, client: ProvenanceClient): Promise<bigint> {
  let sum = 0n;
  for (const run of account.runs) sum += await amountFromRun(run, client);
  return sum;
}

async function amountFromRun(run: ProvenanceRun, client: ProvenanceClient): Promise<bigint> {
  const { multiplier, rollovers, startCut, endCut } = run;
  const micro = async (point: ProvenancePoint): Promise<bigint> =>
    client.toMicro(await read(point, run, client), multiplier);
  let amount = (await micro(run.last)) - (await micro(run.first));
  for (const { modulus } of rollovers) amount += client.toMicro(modulus, multiplier);
  if (startCut !== null) amount -= (await upToCut(startCut, run, client)).before;
  if (endCut !== null) amount -= (await upToCut(endCut, run, client)).behind;
  return amount;
}

async function read(point: ProvenancePoint, run: ProvenanceRun, client: ProvenanceClient): Promise<number> {
  if (point.source === 'reading') return (await client.registerOf?.(point)) ?? point.register;
  const [before, after] = point.between ?? [];
  if (before === undefined || after === undefined) return point.register;
  // By time, in whole millionths.
  const start = client.toMicro(before.register, 1);
  let rise = client.toMicro(after.register, 1) - start;
  if (rise < 0n) rise += client.toMicro(run.rollovers[0]?.modulus ?? 0, 1);
  const [t0, t1, t] = [before.ts, after.ts, point.ts].map((ts) => BigInt(Date.parse(ts))) as [bigint, bigint, bigint];
  return Number(start + (rise * (t - t0)) / (t1 - t0)) / 1e6;
}

async function upToCut(
  cut: NonNullable<ProvenanceRun['startCut']>,
  run: ProvenanceRun,
  client: ProvenanceClient,
): Promise<{ before: bigint; behind: bigint }> {
  const { before, after, ts, shape } = cut;
  const start = client.toMicro(await read(before, run, client), run.multiplier);
  let usage = client.toMicro(await read(after, run, client), run.multiplier) - start;
  const rollover = run.rollovers.find((one) => one.after.ts === after.ts);
  if (rollover !== undefined) usage += client.toMicro(rollover.modulus, run.multiplier);
  if (usage !== BigInt(cut.usageMicro)) throw new Error(`cut of ${ts}: ${usage}, and not ${cut.usageMicro}`);
  if (shape === 'like-days') {
    const outside = BigInt(cut.outsideMicro);
    return { before: outside, behind: outside };
  }
  const [t0, t1, t] = [before.ts, after.ts, ts].map((one) => BigInt(Date.parse(one))) as [bigint, bigint, bigint];
  const upTo = (usage * (t - t0)) / (t1 - t0);
  return { before: upTo, behind: usage - upTo };
}
