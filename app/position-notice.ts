/** Passes a position on that rises faster than the other side needs to know. */
export interface PositionNotice {
  /** Told at once after a pause, else with the next one. */
  rose(position: number): void;
  /** Tells what has not been told yet, now. */
  flush(): void;
}

/** Makes one that tells at most every `everyMs`: a message to another thread costs more than the batch it announces. */
export function createPositionNotice(tell: (position: number) => void, everyMs: number): PositionNotice {
  let untold: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    if (untold === undefined) return;
    const position = untold;
    untold = undefined;
    tell(position);
  }

  function rest(): void {
    timer = setTimeout(() => {
      timer = undefined;
      if (untold === undefined) return;
      flush();
      rest();
    }, everyMs);
    // Whoever ends the process asks something else first, and that flushes.
    timer.unref();
  }

  return {
    rose: (position) => {
      untold = position;
      if (timer !== undefined) return;
      flush();
      rest();
    },
    flush,
  };
}
