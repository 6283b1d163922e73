/** Runs tasks one after another in the order they came; a failed task fails its own promise only. */
export type SerialQueue = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes a queue of its own. */
export function createSerialQueue(): SerialQueue {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = tail.then(task, task);
    tail = result.catch(() => undefined);
    return result;
  };
}
