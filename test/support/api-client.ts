/** A session at the API of a running platform. Every call rejects with status and problem unless it is answered 2xx. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  /** All pages of a list. */
  items<T>(path: string): Promise<T[]>;
  /** A file's bytes, and the type it is said to have. */
  file(path: string): Promise<{ bytes: Buffer; type: string }>;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

/** Logs in at `url` and keeps the session's cookie. */
export async function logIn(url: string, username: string, password: string): Promise<ApiClient> {
  let cookie = '';

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

  const session = await call('POST', '/session', { username, password });
  cookie = session.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');

  return {
    get: (path) => json(call('GET', path)),
    post: (path, body) => json(call('POST', path, body)),
    put: (path, body) => json(call('PUT', path, body)),
    items: async <T>(path: string) => {
      const items: T[] = [];
      const separator = path.includes('?') ? '&' : '?';
      let cursor = '';
      for (;;) {
        const page = await json<Page<T>>(call('GET', `${path}${separator}limit=5000${cursor}`));
        items.push(...page.items);
        if (page.next === null) return items;
        cursor = `&cursor=${encodeURIComponent(page.next)}`;
      }
    },
    file: async (path) => {
      const response = await call('GET', path);
      const type = response.headers.get('content-type') ?? '';
      return { bytes: Buffer.from(await response.arrayBuffer()), type };
    },
  };
}
