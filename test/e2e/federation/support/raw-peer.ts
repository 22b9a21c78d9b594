import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import type { Connection, Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p, type Libp2p } from 'libp2p';
import type { AgencyNode } from '../../../tools/federation/agency-node.ts';
import { waitUntil } from '../../../tools/wait-until.ts';

/** A libp2p that keeps none of our rules. @param seed identity of a member; a stranger's where there is none */
export async function startRawPeer(seed?: Uint8Array): Promise<Libp2p> {
  return createLibp2p({
    privateKey: seed === undefined ? await generateKeyPair('Ed25519') : await generateKeyPairFromSeed('Ed25519', seed),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  });
}

/** Always a new connection; undefined where none comes about. */
export async function dial(peer: Libp2p, node: AgencyNode): Promise<Connection | undefined> {
  const [address = ''] = node.program.addresses['mesh'] ?? [];
  return peer.dial(multiaddr(address), { force: true }).catch(() => undefined);
}

/** How much a protocol answers to some bytes: 0 where it cannot be opened or the stream is reset. */
export async function answerOf(
  connection: Connection | undefined,
  protocol: string,
  bytes: Uint8Array,
): Promise<number> {
  let received = 0;
  let stream: Stream;
  try {
    if (connection === undefined) return 0;
    stream = await connection.newStream(protocol, { negotiateFully: true });
  } catch {
    return 0;
  }
  stream.addEventListener('message', (event) => {
    received += event.data.byteLength;
  });
  try {
    stream.send(bytes);
  } catch {
    return received; // already reset
  }
  await waitUntil('the stream ends', () => stream.status !== 'open' || stream.remoteWriteStatus === 'closed');
  return received;
}
