import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child that runs a script of this folder from its source, and what it tells. */
export interface BenchChild<News extends { kind: string }> {
  pid: number;
  tell(message: object): void;
  /** Resolves with the next news of that kind; rejects when the process ends before. */
  next<Kind extends News['kind']>(kind: Kind): Promise<Extract<News, { kind: Kind }>>;
  onNews(listen: (news: News) => void): void;
  /** Lets it go, upon which it ends itself, and waits until it is gone. */
  end(): Promise<void>;
}

/** Starts `script` with `order` as its first message; its CPU profile is written to `profileFolder` where given. */
export function startBenchChild<News extends { kind: string }>(
  script: URL,
  order: object,
  profileFolder?: string,
): BenchChild<News> {
  const child = fork(fileURLToPath(script), {
    execArgv: [
      '--import',
      'tsx',
      ...(profileFolder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileFolder]),
    ],
    // As app/main.cts sets it for the product.
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const exited = once(child, 'exit');
  child.send(order);
  return {
    pid: child.pid!,
    tell: (message) => void child.send(message),
    next: (kind) =>
      new Promise((resolve, reject) => {
        const listen = (news: unknown): void => {
          if ((news as News).kind !== kind) return;
          child.off('message', listen);
          resolve(news as never);
        };
        child.on('message', listen);
        void exited.then(([code]) => reject(new Error(`the process ended (${String(code)}) before '${kind}'`)));
      }),
    onNews: (listen) => void child.on('message', (news) => listen(news as News)),
    end: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
