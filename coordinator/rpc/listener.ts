import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Server } from '@grpc/grpc-js';
import { LIMITS } from '../../config/settings/limits.ts';
import type { ListenerCredentials } from './listener-credentials.ts';

/**
 * How long the last words of calls may take to be read before their connection is ended: a client that sees the end of
 * it first tells its caller of a lost connection instead of the reason.
 */
const FLUSH_MS = 500;
/** When what is left of it is destroyed, whether the other end has gone or not. */
const DESTROY_MS = 1_200;

export type ListenerAddress = { readonly host: string; readonly port: number };

/**
 * A gRPC server behind sockets of our own: so many in all and of one host, and each can be ended by its address, which
 * the server itself cannot do.
 */
export class Listener {
  readonly #server: Server;
  readonly #tcp: TcpServer;
  readonly #sockets = new Map<string, Socket>();
  readonly #perHost = new Map<string, number>();

  private constructor(server: Server, credentials: ListenerCredentials) {
    this.#server = server;
    const injector = server.createConnectionInjector(credentials);
    this.#tcp = createServer({ noDelay: true }, (socket) => {
      if (this.#admit(socket)) injector.injectConnection(socket);
      else socket.destroy();
    });
  }

  static async start(server: Server, credentials: ListenerCredentials, at: ListenerAddress): Promise<Listener> {
    const listener = new Listener(server, credentials);
    await new Promise<void>((resolve, reject) => {
      listener.#tcp.once('error', reject);
      listener.#tcp.listen(at.port, at.host, () => {
        listener.#tcp.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  get port(): number {
    const address = this.#tcp.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Ends a connection, once what is being written has gone out; for good within a second. */
  cut(remote: string): void {
    const socket = this.#sockets.get(remote);
    if (socket === undefined) return;
    // In a busy process the timer can fire before HTTP/2 had its turn to write: two more turns give it one.
    const end = (): void => void setImmediate(() => setImmediate(() => socket.end()));
    const timers = [setTimeout(end, FLUSH_MS), setTimeout(() => socket.destroy(), DESTROY_MS)];
    socket.once('close', () => timers.forEach(clearTimeout));
  }

  /** Takes no more connections, lets calls under way finish for a while, then ends what is left. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#tcp.close(() => resolve());
    });
    const force = setTimeout(() => this.#server.forceShutdown(), graceMs);
    await new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
    clearTimeout(force);
    for (const socket of this.#sockets.values()) socket.destroy();
    await closed;
  }

  #admit(socket: Socket): boolean {
    const host = socket.remoteAddress ?? '';
    const ofHost = this.#perHost.get(host) ?? 0;
    if (this.#sockets.size >= LIMITS.coordinatorConnections || ofHost >= LIMITS.coordinatorConnectionsPerHost) {
      return false;
    }
    const remote = `${host}:${socket.remotePort}`;
    this.#sockets.set(remote, socket);
    this.#perHost.set(host, ofHost + 1);
    socket.on('error', () => undefined); // Told by 'close', which follows.
    socket.once('close', () => {
      this.#sockets.delete(remote);
      const left = (this.#perHost.get(host) ?? 1) - 1;
      if (left === 0) this.#perHost.delete(host);
      else this.#perHost.set(host, left);
    });
    return true;
  }
}
