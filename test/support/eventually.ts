const LOOK_AGAIN_MS = 200;

/** Looks until what is seen is `wanted`, or the time is over; resolves with what was seen last. */
export async function eventually<T>(
  look: () => Promise<T>,
  wanted: (seen: T) => boolean,
  withinMs: number,
  againMs = LOOK_AGAIN_MS,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (wanted(seen) || performance.now() > deadline) return seen;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}
