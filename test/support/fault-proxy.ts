import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with a call. `stored`: the server has dealt with it before; otherwise it never hears of it. */
export type Fault =
  | { kind: 'status'; status: number; body?: string }
  /** Takes the call and never answers; lifted, it closes the connection. */
  | { kind: 'hang'; stored: boolean }
  /** Closes the connection without a word. */
  | { kind: 'cut'; stored: boolean }
  /** Begins the answer and closes the connection in the middle of it. */
  | { kind: 'cut-answer'; stored: boolean }
  /** Begins the server's answer and says no more. */
  | { kind: 'hang-answer' }
  | { kind: 'delay'; ms: number };

/** A call as it came in. */
export interface ProxiedCall {
  path: string;
  body: string;
}

/** An HTTP proxy in front of one server, faultless until told otherwise. */
export interface FaultProxy {
  url: string;
  /** Calls that met a fault since it was set. */
  readonly faults: number;
  /** Connections of clients that are open. */
  connections(): Promise<number>;
  /** From now on calls that `concerns` picks meet the fault; it replaces the one before. */
  set(fault: Fault, concerns: (call: ProxiedCall) => boolean): void;
  /** From now on nothing is wrong; what hangs is cut. */
  lift(): void;
  close(): Promise<void>;
}

/** Calls that write: readings, the log of what was written, usage. */
export const isWrite = ({ path }: ProxiedCall): boolean => path.startsWith('/write');
/** Calls that write readings. */
export const isReadingWrite = (call: ProxiedCall): boolean => isWrite(call) && call.body.startsWith('reading,');
/** Calls that query. */
export const isQuery = ({ path }: ProxiedCall): boolean => path.startsWith('/query');

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Starts a proxy on a free port of loopback in front of `target`, which may be down. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let current: { fault: Fault; concerns: (call: ProxiedCall) => boolean } | undefined;
  let faults = 0;
  const hanging = new Set<() => void>();

  async function serve(call: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(call);
    const path = call.url ?? '/';
    const isConcerned = current?.concerns({ path, body: body.toString() }) ?? false;
    const fault = isConcerned ? current!.fault : undefined;
    if (fault !== undefined) faults++;
    const forward = (): Promise<Answer> => forwarded(new URL(path, target), agent, call, body);
    const { socket } = call;
    const hang = (): void => {
      const cut = (): void => void socket.destroy();
      hanging.add(cut);
      socket.once('close', () => hanging.delete(cut));
    };
    switch (fault?.kind) {
      case 'status':
        response.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body ?? '{"error":"fault"}');
        return;
      case 'hang':
        if (fault.stored) await forward();
        hang();
        return;
      case 'cut':
        if (fault.stored) await forward();
        socket.destroy();
        return;
      case 'cut-answer':
      case 'hang-answer': {
        const stored = fault.kind === 'hang-answer' || fault.stored;
        const answer = stored ? await forward() : { status: 204, headers: {}, body: Buffer.from('') };
        socket.write(beginningOf(answer));
        if (fault.kind === 'hang-answer') hang();
        else socket.end();
        return;
      }
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        break;
      case undefined:
    }
    const answer = await forward();
    // The length is known here: the server's own way of sending it in pieces is not passed on.
    const { connection: _, 'transfer-encoding': __, ...headers } = answer.headers;
    response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length }).end(answer.body);
  }

  const server = createServer((call, response) => {
    // A server that is down looks to the client like one that hangs up.
    serve(call, response).catch(() => call.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lift = (): void => {
    current = undefined;
    for (const cut of hanging) cut();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get faults() {
      return faults;
    },
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    set: (fault, concerns) => {
      lift();
      faults = 0;
      current = { fault, concerns };
    },
    lift,
    close: async () => {
      lift();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      agent.destroy();
    },
  };
}

// As it goes over the wire, up to somewhere in the middle: of the status line where there is no body.
function beginningOf({ status, body }: Answer): Buffer {
  if (body.length === 0) return Buffer.from(`HTTP/1.1 ${status} No Con`);
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
  const half = body.subarray(0, Math.ceil(body.length / 2));
  return Buffer.concat([Buffer.from(`${head}${half.length.toString(16)}\r\n`), half, Buffer.from('\r\n')]);
}

async function forwarded(url: URL, agent: Agent, call: IncomingMessage, body: Buffer): Promise<Answer> {
  const { connection: _, ...headers } = call.headers;
  const onward = request(url, { method: call.method ?? 'GET', headers: { ...headers, host: url.host }, agent });
  onward.end(body);
  const [response] = (await once(onward, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await bytesOf(response) };
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
