import { ApiProblem } from './api-problem.ts';

/** Values of a query string; what is undefined is left out. */
export type QueryParams = Record<string, string | number | undefined>;

/** The address of `path` below `/api` with its query string. */
export function apiUrl(path: string, params: QueryParams = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) search.set(name, String(value));
  const query = search.toString();
  return `/api${path}${query === '' ? '' : `?${query}`}`;
}

/** Sends a request with the session's cookie and resolves to the JSON of its answer. Throws ApiProblem. */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options: { params?: QueryParams; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers,
    signal: options.signal,
  };
  if (options.body instanceof FormData) {
    // The browser names the type itself, with the boundary between the parts.
    init.body = options.body;
  } else if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(apiUrl(path, options.params), init);
  } catch (thrown) {
    if (options.signal?.aborted === true) throw thrown;
    throw new ApiProblem(0, { title: 'no answer' });
  }
  const text = await response.text();
  if (!response.ok) throw new ApiProblem(response.status, parseJson(text) ?? {});
  // An answer without content, as of DELETE, has nothing to read.
  return (text === '' ? undefined : parseJson(text)) as T;
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
