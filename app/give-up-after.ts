/** Resolves when the work has ended, in whatever way, or after `ms`: a database that hangs must not keep anybody. */
export async function giveUpAfter(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
