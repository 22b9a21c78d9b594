import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Connection, Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import type { ExecutionContext } from 'ava';
import { createLibp2p, type Libp2p, type ServiceFactoryMap } from 'libp2p';
import { utf8 } from '../../../crypto/bytes.ts';
import { framesOn } from '../../../node/mesh/frames.ts';
import { greet } from '../../../node/mesh/protocols/hello/client.ts';
import type { Hello } from '../../../node/mesh/protocols/hello/codec.ts';
import { HELLO_BYTES, HELLO_PROTOCOL } from '../../../node/mesh/protocols/hello/constants.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { FEDERATION, peerIdOf, seedOf, type TestNode } from './mesh-harness.ts';

/** A libp2p that keeps none of our rules: what an outsider, or a member with other software, can do. */
export class RawPeer {
  readonly name: string;
  readonly libp2p: Libp2p;

  private constructor(name: string, libp2p: Libp2p) {
    this.name = name;
    this.libp2p = libp2p;
  }

  static async start(t: ExecutionContext, name: string, services: ServiceFactoryMap = {}): Promise<RawPeer> {
    const libp2p = await createLibp2p({
      privateKey: await generateKeyPairFromSeed('Ed25519', seedOf(name)),
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      // A node that cannot be identified after hello is cut, so even this one answers that.
      services: { identify: identify({ protocolPrefix: 'concordat', runOnConnectionOpen: false }), ...services },
    });
    t.teardown(() => libp2p.stop());
    return new RawPeer(name, libp2p);
  }

  /** Always a new connection. */
  async dial(node: TestNode): Promise<Connection> {
    const [address = ''] = node.mesh.addresses();
    return this.libp2p.dial(multiaddr(address), { force: true });
  }

  /** Dials and greets as a member would. */
  async greet(node: TestNode, hello: Partial<Hello> = {}): Promise<Connection> {
    const connection = await this.dial(node);
    const stream = await connection.newStream(HELLO_PROTOCOL);
    const own = (): Hello => ({
      federationId: FEDERATION,
      peerId: peerIdOf(this.name),
      certificateChain: [utf8('certificate')],
      controlLogSize: 1,
      version: 'raw',
      clockMs: Date.now(),
      checkpoint: utf8('checkpoint'),
      ...hello,
    });
    await greet({
      peerId: node.peerId,
      frames: framesOn(stream, HELLO_BYTES),
      port: { own, verify: async () => {} },
      signal: AbortSignal.timeout(5_000),
    });
    await waitUntil('the node counts the peer as greeted', () =>
      node.mesh.peers().some(({ peerId }) => peerId === peerIdOf(this.name)),
    );
    return connection;
  }
}

/** Sends bytes as they are; how much comes back until the stream ends, and whether it was reset. */
export async function sendRaw(
  stream: Stream,
  bytes: Uint8Array,
  withinMs = 8_000,
): Promise<{ bytes: number; reset: boolean }> {
  let received = 0;
  stream.addEventListener('message', (event) => {
    received += event.data.byteLength;
  });
  try {
    stream.send(bytes);
  } catch {
    // Already reset: the outcome below says so.
  }
  await waitUntil('the stream ends', () => stream.status !== 'open' || stream.remoteWriteStatus === 'closed', withinMs);
  return { bytes: received, reset: stream.status !== 'open' };
}
