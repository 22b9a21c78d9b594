import type { ExecutionContext } from 'ava';
import { systemClock } from '../../../config/runtime/clock.ts';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { systemRandom } from '../../../config/runtime/random.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { identityKeyFromSeed } from '../../../crypto/keys.ts';
import { peerIdText } from '../../../crypto/peer-id.ts';
import type { MemberDirectory } from '../../../node/mesh/member-directory.ts';
import { createMesh, type Mesh, type MeshDeps } from '../../../node/mesh/mesh.ts';
import type { MeshSettings } from '../../../node/mesh/mesh-settings.ts';
import type { MeshCount } from '../../../node/mesh/metrics.ts';
import type { HelloPort } from '../../../node/mesh/protocols/hello/exchange.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { waitUntil } from '../../tools/wait-until.ts';

export const FEDERATION = sha256(utf8('a federation'));

export const seedOf = (name: string): Uint8Array => sha256(utf8(name));
export const peerIdOf = (name: string): PeerIdText => peerIdText(identityKeyFromSeed(seedOf(name)).publicKey);

/** A directory that the test changes; one object may serve several nodes, or each has its own view. */
export class FakeDirectory implements MemberDirectory {
  readonly #addresses = new Map<PeerIdText, readonly string[]>();
  readonly #listeners = new Set<() => void>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#addresses.set(peerIdOf(name), []);
  }

  isAdmitted(peerId: string): boolean {
    return [...this.#addresses.keys()].some((member) => member === peerId);
  }

  members() {
    return [...this.#addresses].map(([peerId, addresses]) => ({ peerId, addresses }));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setAddresses(peerId: PeerIdText, addresses: readonly string[]): void {
    this.#addresses.set(peerId, addresses);
    this.#changed();
  }

  suspend(peerId: PeerIdText): void {
    this.#addresses.delete(peerId);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

export class Counts {
  readonly events: MeshCount[] = [];

  count(event: MeshCount): void {
    this.events.push(event);
  }

  of(fields: Partial<Record<string, string>>): number {
    const wanted = Object.entries(fields);
    return this.events.filter((event) =>
      wanted.every(([field, value]) => (event as Record<string, string>)[field] === value),
    ).length;
  }
}

export type TestNode = {
  readonly name: string;
  readonly peerId: PeerIdText;
  readonly mesh: Mesh;
  readonly directory: FakeDirectory;
  readonly counts: Counts;
};

export type NodeOptions = {
  readonly clock?: Clock;
  readonly hello?: Partial<HelloPort>;
  /** Any free port of loopback unless given; none when false. */
  readonly listen?: boolean | string;
  readonly federationId?: Uint8Array;
};

/** Builds a node on loopback that is stopped with the test. Not yet started. */
export async function buildNode(
  t: ExecutionContext,
  name: string,
  directory: FakeDirectory,
  options: NodeOptions = {},
): Promise<TestNode> {
  const counts = new Counts();
  const federationId = options.federationId ?? FEDERATION;
  const clock = options.clock ?? systemClock;
  const settings: MeshSettings = {
    identitySeed: seedOf(name),
    federationId,
    version: '0.0.0-test',
    listenAddresses: listenAddresses(options.listen),
    announceAddresses: [],
    inboundConnectionsPerSecondPerHost: 100,
  };
  const own = () => ({
    federationId,
    peerId: peerIdOf(name),
    certificateChain: [utf8(`certificate of ${name}`)],
    controlLogSize: 7,
    version: settings.version,
    clockMs: clock.nowMs(),
    checkpoint: utf8('checkpoint'),
  });
  const deps: MeshDeps = {
    clock,
    random: systemRandom,
    log: SILENT_LOG,
    metrics: counts,
    directory,
    hello: { own, verify: async () => {}, ...options.hello },
  };
  const mesh = await createMesh(settings, deps);
  t.teardown(() => mesh.stop());
  return { name, peerId: mesh.peerId, mesh, directory, counts };
}

function listenAddresses(listen: boolean | string = true): readonly string[] {
  if (listen === false) return [];
  return [listen === true ? '/ip4/127.0.0.1/tcp/0' : listen];
}

/** Starts nodes and tells each the addresses of all. */
export async function startTogether(nodes: readonly TestNode[]): Promise<void> {
  await Promise.all(nodes.map(({ mesh }) => mesh.start()));
  for (const { directory } of nodes) {
    for (const { peerId, mesh } of nodes) {
      if (directory.isAdmitted(peerId)) directory.setAddresses(peerId, mesh.addresses());
    }
  }
}

/** A mesh of nodes that all have greeted one another. */
export async function startMesh(t: ExecutionContext, names: readonly string[], options: NodeOptions = {}) {
  const nodes = await Promise.all(names.map((name) => buildNode(t, name, new FakeDirectory(names), options)));
  await startTogether(nodes);
  await waitUntil('all nodes greet one another', () =>
    nodes.every(({ mesh }) => mesh.peers().length === nodes.length - 1),
  );
  return nodes;
}

/** The node of a list that must be there. */
export function nodeAt(nodes: readonly TestNode[], index: number): TestNode {
  const node = nodes[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  return node;
}
