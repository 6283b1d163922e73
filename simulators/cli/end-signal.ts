/** Aborts on the first SIGINT or SIGTERM (a second one ends the process by itself), or when standard input ends. */
export function endSignal(options: { untilStdinEnds?: boolean } = {}): AbortSignal {
  const ended = new AbortController();
  if (options.untilStdinEnds === true) process.stdin.once('end', () => ended.abort()).resume();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort());
  return ended.signal;
}

/** True for what `AbortSignal.throwIfAborted` throws. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
