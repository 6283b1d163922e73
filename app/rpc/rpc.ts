import type { MessagePort, Worker } from 'node:worker_threads';

import { bug, messageOf, PlatformError, type ErrorCode } from '../../domain/errors.ts';

/** Objects whose methods the other thread may call, by name. */
export type Services = Record<string, object>;

type Call = { call: number; service: string; method: string; args: unknown[] };
type Answer = { answer: number; value?: unknown; error?: { message: string; code?: ErrorCode; retryable?: boolean } };
type Port = Pick<MessagePort | Worker, 'postMessage'> & {
  on(event: 'message', listener: (data: unknown) => void): void;
};

/** One end of a channel between two threads: calls go both ways, results and PlatformErrors come back. */
export interface Rpc {
  /** The other end's object `service`; every method is asynchronous. */
  // oxlint-disable-next-line no-unnecessary-type-parameters -- the caller says what the other end serves
  remote<T extends object>(service: string): T;
  /** Makes all calls under way, and all later ones, fail: the other end is gone. */
  fail(error: PlatformError): void;
}

/** Serves `services` to the other end of `port` and calls what it serves. */
export function createRpc(port: Port, services: Services): Rpc {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let next = 0;
  let dead: PlatformError | undefined;

  port.on('message', (data) => {
    const message = data as Call | Answer;
    if ('call' in message) {
      void answer(message);
      return;
    }
    const caller = waiting.get(message.answer);
    waiting.delete(message.answer);
    if (message.error === undefined) caller?.resolve(message.value);
    else caller?.reject(errorFrom(message.error));
  });

  async function answer({ call: id, service, method, args }: Call): Promise<void> {
    try {
      const target = services[service] as Record<string, (...args: unknown[]) => unknown> | undefined;
      const value = await (target?.[method] ?? bug(`no ${service}.${method} is served`))(...args);
      port.postMessage({ answer: id, value } satisfies Answer);
    } catch (error) {
      const known = error instanceof PlatformError ? { code: error.code, retryable: error.retryable } : {};
      port.postMessage({ answer: id, error: { message: messageOf(error), ...known } } satisfies Answer);
    }
  }

  function call(service: string, method: string, args: unknown[]): Promise<unknown> {
    if (dead !== undefined) return Promise.reject(dead);
    return new Promise((resolve, reject) => {
      next++;
      waiting.set(next, { resolve, reject });
      port.postMessage({ call: next, service, method, args } satisfies Call);
    });
  }

  return {
    // oxlint-disable-next-line no-unnecessary-type-parameters
    remote: <T extends object>(service: string) =>
      new Proxy({} as T, {
        get: (_, method) =>
          // A remote is no promise, or awaiting it would call its 'then'.
          typeof method === 'string' && method !== 'then'
            ? (...args: unknown[]) => call(service, method, args)
            : undefined,
      }),
    fail: (error) => {
      dead = error;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}

function errorFrom(error: { message: string; code?: ErrorCode; retryable?: boolean }): Error {
  if (error.code === undefined) return new Error(error.message);
  return new PlatformError(error.code, error.message, { retryable: error.retryable });
}
