import { request } from './request.ts';
import type { QueryParams } from './request.ts';

interface Page<T> {
  items: T[];
  next: string | null;
}

/** Every item of a list, page after page, up to `maxItems`. Throws ApiProblem. */
export async function fetchAll<T>(
  path: string,
  params: QueryParams,
  signal: AbortSignal,
  maxItems = 50_000,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await request<Page<T>>('GET', path, { params: { ...params, cursor }, signal });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < maxItems);
  return items;
}
