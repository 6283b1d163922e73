import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { PlatformError } from '../../domain/errors.ts';

/** What {@link listen} needs. */
export interface ListenOptions {
  host: string;
  port: number;
  /** What stands in the message when the port is taken. */
  protocol: 'MQTT' | 'MQTT over TLS';
  setting: 'MQTT_PORT' | 'MQTT_TLS_PORT';
}

/** A port that is listened on. */
export interface Listener {
  port: number;
  /** Accepts nothing more; resolves when every socket that it accepted has closed. */
  close(): Promise<void>;
}

/** Connections that wait to be accepted. Beyond it a client of a storm tries again after seconds, each time twice as many. */
const BACKLOG = 4096;
/** A collector that vanished without a word is noticed even where it asked for no keep-alive. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** Listens; `onSocket` gets what connects. Throws PlatformError `port-busy`. */
export async function listen(options: ListenOptions, onSocket: (socket: Socket) => void): Promise<Listener> {
  const { host, port, protocol, setting } = options;
  const server: Server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS });
  server.on('connection', onSocket);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PlatformError('port-busy', `Port ${port} (${protocol}) is in use; set ${setting} to a free one`)
          : error,
      );
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
