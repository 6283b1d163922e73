import { readFile } from 'node:fs/promises';

/** Milliseconds of CPU that a process has used: its main thread, and all threads. */
export interface CpuTime {
  mainMs: number;
  allMs: number;
}

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** The CPU time of a process by its pid; undefined where the system has no /proc. */
export async function cpuTimeOf(pid: number): Promise<CpuTime | undefined> {
  try {
    return { mainMs: await ticksIn(`/proc/${pid}/task/${pid}/stat`), allMs: await ticksIn(`/proc/${pid}/stat`) };
  } catch {
    return undefined;
  }
}

async function ticksIn(file: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  // The name, the second field, may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
