/** Where a command tells how far it is. */
export interface Progress {
  /** At most one line a second, and one at the end. */
  count(phase: string, sent: number, of: number): void;
  phase(phase: string, text: string): void;
}

/** Progress on stdout: JSON lines for a program, sentences for a person. */
export function createProgress(json: boolean): Progress {
  let lastMs = -Infinity;
  const line = (object: object, text: string): void => {
    process.stdout.write(`${json ? JSON.stringify(object) : text}\n`);
  };
  return {
    count(phase, sent, of) {
      const nowMs = performance.now();
      if (sent < of && nowMs - lastMs < (json ? 250 : 1_000)) return;
      lastMs = nowMs;
      line(
        { phase, sent, of },
        `${phase}: ${sent} of ${of} readings (${Math.floor((100 * sent) / Math.max(1, of))} %)`,
      );
    },
    phase: (phase, text) => line({ phase }, text),
  };
}
