const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/** True for an error of the disk that ends when there is room again. */
export function isDiskFull(error: unknown): boolean {
  return DISK_FULL.has((error as NodeJS.ErrnoException).code ?? '');
}
