import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Policy } from '../../../proto/domain/policy.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import { ready } from '../../../crypto/oprf/voprf.ts';
import { createTestFederation, TEST_POLICY, type TestFederation } from '../../fixtures/federation.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { SimClock } from './sim/sim-clock.ts';
import { SimCoordinator } from './sim/sim-coordinator.ts';
import { SimMesh } from './sim/sim-mesh.ts';
import { SimNode } from './sim/sim-node.ts';

export type SimOptions = {
  readonly agencies?: number;
  readonly groups?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly collectMs?: number;
  /** Nodes stay in shadow mode. */
  readonly shadow?: boolean;
  /** In which incarnation all nodes believe themselves to be. */
  readonly incarnation?: number;
};

const START_MS = 1_750_000_000_000;
/** Windows close when a test says so. */
const EPOCH_LENGTH_MS = 31_536_000_000;

/**
 * A federation in one process: nodes' sharing layers on ledgers in memory, real cryptography, a membership from a real
 * genesis and officers (m of n), a mesh and a coordinator with switches. Clocks stand still unless a test moves them.
 */
export class FederationSim {
  readonly federation: TestFederation;
  readonly policy: Policy;
  readonly clock = new SimClock(START_MS);
  readonly businessTime = new SimClock(START_MS - 86_400_000);
  readonly mesh: SimMesh;
  readonly coordinator: SimCoordinator;
  readonly nodes: SimNode[] = [];
  readonly random: RandomBytes;
  readonly #collectMs: number;
  readonly #incarnation: number;

  private constructor(seed: string, options: SimOptions) {
    const { agencies, groups } = options;
    this.federation = createTestFederation(seed, { ...(agencies && { agencies }), ...(groups && { groups }) });
    this.random = seededRandom(`${seed}/sim`);
    this.policy = { ...TEST_POLICY, epochLengthMs: EPOCH_LENGTH_MS, ...options.policy };
    this.mesh = new SimMesh(this.random);
    this.coordinator = new SimCoordinator(this.federation, this.clock, this.random);
    this.#collectMs = options.collectMs ?? 5_000;
    this.#incarnation = options.incarnation ?? 0;
  }

  /** Founds the federation: one node an agency, recorded by its officer, and a policy signed by m agencies. */
  static async start(seed: string, options: SimOptions = {}): Promise<FederationSim> {
    await ready();
    const sim = new FederationSim(seed, options);
    const { coordinator, federation } = sim;
    for (const place of federation.agencyIds.keys()) await sim.addNode(place);
    const officers = federation.agencyIds.map((_, place) => federation.officer(place));
    coordinator.append(federation.sign({ kind: 'policy', value: sim.policy }, ...officers));
    await sim.settle();
    if (options.shadow !== true) for (const node of sim.nodes) await sim.activate(node);
    return sim;
  }

  node(place: number): SimNode {
    const node = this.nodes[place];
    if (node === undefined) throw new Error(`no node ${place}`);
    return node;
  }

  /** Enrols a node of an agency and opens it. */
  async addNode(agency: number, nodeId = 'node-1'): Promise<SimNode> {
    const { coordinator, federation, mesh } = this;
    const keys = federation.createNode(agency, nodeId);
    coordinator.append(federation.nodeStatement(keys));
    const node = this.#nodeOf(agency, keys, mesh, coordinator);
    this.nodes.push(node);
    await node.open();
    await this.settle();
    return node;
  }

  /** Two persons leave shadow mode. */
  async activate(node: SimNode): Promise<void> {
    await node.sharing.mode.approveLeaving('ann');
    await node.sharing.mode.approveLeaving('bob');
  }

  /** Lets every node do what is due and everything under way come to rest; repeats while it causes more. */
  async round(times = 3): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      for (const node of this.nodes) await node.sharing.tick();
      await this.settle();
      await this.coordinator.streamIndicators();
      await this.settle();
    }
  }

  /** Waits until nothing is under way. */
  async settle(): Promise<void> {
    for (;;) {
      await this.mesh.background.settled();
      await this.coordinator.background.settled();
      for (const node of this.nodes) await node.sharing.settled();
      // What settles last may have begun something again.
      if (this.mesh.background.idle() && this.coordinator.background.idle()) break;
    }
    this.#assertNoFaults();
  }

  /** Nothing that a peer or the coordinator does may end in a fault of ours. */
  #assertNoFaults(): void {
    const faults = [...this.mesh.background.faults, ...this.coordinator.background.faults];
    const [fault] = faults.filter((error) => !isRefusal(error));
    if (fault !== undefined) throw new Error('a fault where nobody waited for it', { cause: fault });
  }

  /** The next version of the policy, signed by m agencies. */
  async adoptPolicy(change: Partial<Policy>): Promise<void> {
    const { coordinator, federation } = this;
    const version = (coordinator.membership.policy()?.version ?? 0) + 1;
    const value = { ...this.policy, version, previousHash: coordinator.membership.policyHash(), ...change };
    const officers = federation.agencyIds.map((_, place) => federation.officer(place));
    coordinator.append(federation.sign({ kind: 'policy', value }, ...officers));
    await this.settle();
  }

  /** Closes the window of the current epoch at every node, and lets its flags be joined. */
  async closeWindows(nodes: readonly SimNode[] = this.nodes): Promise<number> {
    const epoch = this.epoch();
    for (const node of nodes) await node.sharing.windows.close(epoch);
    await this.round();
    return epoch;
  }

  epoch(): number {
    return this.node(0).sharing.membership.currentEpoch();
  }

  #nodeOf(agency: number, keys: SimNode['keys'], mesh: SimMesh, coordinator: SimCoordinator): SimNode {
    return new SimNode({
      federation: this.federation,
      keys,
      corporateGroup: this.federation.genesis.agencies[agency]?.corporateGroup ?? '',
      clock: this.clock,
      businessTime: this.businessTime,
      random: this.random,
      mesh: mesh.portOf(keys.peerId),
      link: coordinator.linkOf(keys.peerId),
      collectMs: this.#collectMs,
      incarnation: this.#incarnation,
      onOpened: (node) => {
        mesh.attach(node.peerId, { inbound: node.inbound, sharing: node.sharing });
        coordinator.attach(node.peerId, {
          inbound: node.inbound,
          controlSize: () => node.sharing.controlLog.size(),
          cursor: () => node.sharing.indicators.cursor(),
        });
        coordinator.streamControl(node.peerId);
      },
    });
  }
}
