/** Something that can fail for good and be opened anew in place. */
export interface Renewable<T> {
  /** Runs on the one that is open; where it turns out broken, the failure is thrown and the next call finds a new one. */
  readonly use: <R>(task: (current: T) => Promise<R>) => Promise<R>;
  readonly close: () => Promise<void>;
}

/** How it is opened and closed, and what failure means that it is broken. */
export interface RenewableParts<T> {
  open(): Promise<T>;
  /** Lets go of all that it holds, broken or not. */
  close(current: T): Promise<void>;
  isBroken(thrown: unknown): boolean;
}

/** Opens it; never is a second one open before the first is closed. Throws what opening throws. */
export async function openRenewable<T>(parts: RenewableParts<T>): Promise<Renewable<T>> {
  let opened: { it: Promise<T> } | undefined = { it: parts.open() };
  let released: Promise<void> = Promise.resolve();
  await opened.it;

  return {
    use: async (task) => {
      const mine = (opened ??= { it: released.then(() => parts.open()) });
      let current: T | undefined;
      try {
        current = await mine.it;
        return await task(current);
      } catch (thrown) {
        const isUnopened = current === undefined;
        if (opened === mine && (isUnopened || parts.isBroken(thrown))) {
          opened = undefined;
          if (current !== undefined) released = parts.close(current).catch(() => undefined);
        }
        throw thrown;
      }
    },
    close: async () => {
      const last = opened;
      await released;
      if (last !== undefined) await parts.close(await last.it);
    },
  };
}
