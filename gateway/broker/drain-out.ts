import type { Socket } from 'node:net';

import type { Connection } from './connections.ts';

/** How long a client may take to read its last acknowledgements. */
const LONGEST_MS = 1000;

/**
 * Ends connections so that what was acknowledged is known to be: nothing more is taken, `flush` puts on disk what was,
 * its acknowledgements are written out, then the connection is ended (FIN, not reset). Takes about a second at most;
 * a client that does not read by then loses acknowledgements, and sends again what they were for.
 */
export async function drainOut(connections: Iterable<Connection>, flush: () => Promise<boolean>): Promise<void> {
  const all = [...connections];
  for (const { gate } of all) gate.shut();
  await within(LONGEST_MS, flush());
  // An acknowledgement gets into the socket by way of some callbacks of its own.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  await within(LONGEST_MS, Promise.all(all.map(({ stream }) => endedByBoth(stream))));
}

function endedByBoth(stream: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    stream.once('close', () => resolve());
    stream.end();
  });
}

async function within(ms: number, wanted: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}
