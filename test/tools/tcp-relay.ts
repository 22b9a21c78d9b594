import { connect, createServer, type Socket } from 'node:net';

/** Passes a TCP port on and counts what goes through; it reads nothing, since all of it is encrypted. */
export type TcpRelay = {
  readonly port: number;
  /** Bytes that clients have sent, over all connections. */
  sentBytes(): number;
  close(): Promise<void>;
};

export async function startRelay(target: { readonly host: string; readonly port: number }): Promise<TcpRelay> {
  let sent = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    keep(client);
    keep(upstream);
    client.on('data', (chunk) => {
      sent += chunk.length;
    });
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return {
    port: address.port,
    sentBytes: () => sent,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
