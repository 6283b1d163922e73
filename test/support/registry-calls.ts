import type { ApiFixture, FixtureUser } from './api-fixture.ts';

/** An answer in short. */
export interface ShortAnswer {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  /** The problem's code and sentence. */
  code: string | undefined;
  detail: string;
}

/** Calls of the registry's API as one user, in short. */
export interface RegistryCalls {
  get(path: string): Promise<ShortAnswer>;
  post(path: string, payload: object): Promise<ShortAnswer>;
  patch(path: string, payload: object): Promise<ShortAnswer>;
  put(path: string, payload: object): Promise<ShortAnswer>;
  remove(path: string): Promise<ShortAnswer>;
}

/** Calls below /api as a user of the fixture, the administrator where none is named. */
export function registryCalls(fixture: () => ApiFixture, user: FixtureUser = 'admin'): RegistryCalls {
  const call = async (
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    payload?: object,
  ): Promise<ShortAnswer> => {
    const answer = await fixture().as(user, {
      method,
      url: `/api/${path}`,
      ...(payload === undefined ? {} : { payload }),
    });
    const body: unknown = answer.body === '' ? undefined : answer.json();
    const { code, detail } = (body ?? {}) as { code?: string; detail?: string };
    return { status: answer.statusCode, body, code, detail: detail ?? '' };
  };
  return {
    get: (path) => call('GET', path),
    post: (path, payload) => call('POST', path, payload),
    patch: (path, payload) => call('PATCH', path, payload),
    put: (path, payload) => call('PUT', path, payload),
    remove: (path) => call('DELETE', path),
  };
}
