import { createMembership, type Membership, statementHash } from '../../../../config/policy/membership.ts';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { toHex } from '../../../../crypto/bytes.ts';
import { signCheckpoint } from '../../../../crypto/checkpoint.ts';
import { headerHash, payloadHash, verifyHeader } from '../../../../crypto/envelope.ts';
import { leafHash } from '../../../../crypto/merkle.ts';
import { MerkleTree } from '../../../../crypto/merkle-tree.ts';
import { equalBytes } from '../../../../crypto/bytes.ts';
import type { Inbound } from '../../../../node/sharing/inbound.ts';
import type { SharingLink } from '../../../../node/sharing/mesh-port.ts';
import { decodeHeader } from '../../../../proto/codec/envelope.ts';
import { decodeFlagBatch, decodeWithdrawal } from '../../../../proto/codec/payload.ts';
import { encodeStatement } from '../../../../proto/codec/statement.ts';
import type { SignedStatement } from '../../../../proto/domain/control.ts';
import { audienceKey, type EnvelopeHeader, type SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import { ConcordatError } from '../../../../proto/domain/errors.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Clock, RandomBytes } from '../../../../proto/domain/runtime.ts';
import type { TestFederation } from '../../../fixtures/federation.ts';
import { Background } from './background.ts';
import { SimIndicators } from './sim-indicators.ts';

/** What a node handed in, in order. */
export type Received = {
  readonly from: PeerIdText;
  readonly envelope: SignedEnvelope;
  readonly header: EnvelopeHeader;
};

/** A node at the other end, and where its streams begin. */
export type Followed = {
  readonly inbound: Inbound;
  readonly controlSize: () => number;
  readonly cursor: () => number;
};

/**
 * A coordinator in memory: a real control log and indicator log under the federation's log key, objects taken in their
 * author's sequence, flags joined by the shares alone. Streams to nodes that it is connected with.
 */
export class SimCoordinator {
  readonly membership: Membership;
  readonly entries: Uint8Array[] = [];
  readonly received: Received[] = [];
  readonly submitted: SignedStatement[] = [];
  readonly indicators: SimIndicators;
  readonly background = new Background();
  readonly #federation: TestFederation;
  readonly #tree = new MerkleTree();
  readonly #indexes = new Map<string, number>();
  readonly #heads = new Map<string, { readonly sequence: number; readonly hash: Uint8Array }>();
  readonly #nodes = new Map<PeerIdText, Followed>();
  readonly #cut = new Set<PeerIdText>();
  #away = false;
  /** True for a statement whose answer is lost on its way back, though it was logged. */
  loses: (statement: SignedStatement) => boolean = () => false;
  /** Refuses an object for good, with a code. */
  refuses: (header: EnvelopeHeader) => string | undefined = () => undefined;

  constructor(federation: TestFederation, clock: Clock, random: RandomBytes) {
    this.#federation = federation;
    this.membership = createMembership(federation.genesisBytes);
    this.indicators = new SimIndicators({
      membership: this.membership,
      logKey: federation.logKey,
      origin: originOf(federation, 'indicators'),
      clock,
      random,
    });
  }

  attach(peerId: PeerIdText, node: Followed): void {
    this.#nodes.set(peerId, node);
  }

  /** Kills the coordinator, or brings it back; what it had is still there. */
  setAway(away: boolean): void {
    this.#away = away;
  }

  /** Cuts one node off from the coordinator alone. */
  setCut(peerId: PeerIdText, cut: boolean): void {
    if (cut) this.#cut.add(peerId);
    else this.#cut.delete(peerId);
  }

  connected(peerId: PeerIdText): boolean {
    return !this.#away && !this.#cut.has(peerId);
  }

  linkOf(peerId: PeerIdText): SharingLink {
    return {
      connected: () => this.connected(peerId),
      publish: async (envelope) => {
        this.#assertReached(peerId);
        this.#take(peerId, envelope);
        await this.streamIndicators();
      },
      submit: async (statement) => {
        this.#assertReached(peerId);
        this.append(statement);
        if (this.loses(statement)) throw new ConcordatError('LINK_AWAY', 'the answer was lost');
      },
    };
  }

  /** Judges a statement by the rules and logs it; the same one again changes nothing. @throws MEMBERSHIP_* */
  append(statement: SignedStatement): void {
    if (this.#indexes.has(statementHash(statement))) return;
    this.membership.apply(statement, this.entries.length);
    this.appendRaw(statement);
    this.submitted.push(statement);
  }

  /** Logs a statement that the rules would refuse, as a coordinator that has gone over to somebody else might. */
  appendRaw(statement: SignedStatement): void {
    this.#indexes.set(statementHash(statement), this.entries.length);
    this.appendBytes(encodeStatement(statement));
  }

  appendBytes(entry: Uint8Array): void {
    this.entries.push(entry);
    this.#tree.append(leafHash(entry));
    for (const peerId of this.#nodes.keys()) this.streamControl(peerId);
  }

  /** The signed head of the control log, or of its first entries. */
  checkpoint(size = this.entries.length): Uint8Array {
    return this.signed(size, this.#tree.root(size));
  }

  /** A checkpoint under the log key over whatever one likes. */
  signed(size: number, root: Uint8Array): Uint8Array {
    const origin = originOf(this.#federation, 'control');
    return signCheckpoint({ origin, size, root }, origin, this.#federation.logKey.secretKey);
  }

  /** Tells a node what it lacks of the control log. */
  streamControl(peerId: PeerIdText): void {
    const node = this.#nodes.get(peerId);
    if (node === undefined || !this.connected(peerId)) return;
    const start = node.controlSize();
    this.background.run(node.inbound.control(start, this.entries.slice(start), this.checkpoint()));
  }

  /** Tells every node that it reaches the indicators that it lacks. */
  async streamIndicators(): Promise<void> {
    for (const [peerId, node] of this.#nodes) {
      if (!this.connected(peerId)) continue;
      for (const signed of this.indicators.from(node.cursor())) await node.inbound.indicator(signed);
    }
  }

  /** Objects of a kind, as received. */
  objects(kind: EnvelopeHeader['kind']): readonly Received[] {
    return this.received.filter(({ header }) => header.kind === kind);
  }

  #assertReached(peerId: PeerIdText): void {
    if (!this.connected(peerId)) throw new ConcordatError('LINK_AWAY', 'the coordinator is away');
  }

  /** As coordinator/ingest: whose, in sequence, complete, then what the kind does. */
  #take(from: PeerIdText, envelope: SignedEnvelope): void {
    const record = this.membership.node(from);
    const header = decodeHeader(envelope.header);
    if (record === undefined || envelope.authorPeerId !== from || header.authorPeerId !== from)
      throw refused('INGEST_AUTHOR');
    if (!verifyHeader(record.identityKey, envelope.header, envelope.signature)) throw refused('INGEST_SIGNATURE');
    const chain = `${from}/${header.incarnation}/${audienceKey(header.audience)}`;
    const head = this.#heads.get(chain) ?? { sequence: 0, hash: new Uint8Array(32) };
    if (header.sequence <= head.sequence) return;
    if (header.sequence > head.sequence + 1) throw new Error('INGEST_GAP: out of turn');
    if (!equalBytes(header.previousHeaderHash, head.hash)) throw refused('INGEST_CHAIN');
    if (!equalBytes(payloadHash(envelope.salt, envelope.payload), header.payloadHash)) throw refused('INGEST_PAYLOAD');
    this.#heads.set(chain, { sequence: header.sequence, hash: headerHash(envelope.header) });
    const refusal = header.epoch > this.membership.currentEpoch() ? 'INGEST_EPOCH' : this.refuses(header);
    if (refusal !== undefined) throw refused(refusal);
    this.received.push({ from, envelope, header });
    if (header.kind === 'flag_batch')
      this.indicators.takeFlags(record, header.epoch, decodeFlagBatch(envelope.payload, LIMITS.envelopePayloadBytes));
    if (header.kind === 'withdrawal') {
      const { flagHandles } = decodeWithdrawal(envelope.payload, LIMITS.envelopePayloadBytes);
      this.indicators.withdraw(record, flagHandles.map(toHex));
    }
  }
}

export function originOf(federation: Pick<TestFederation, 'federationId'>, log: 'control' | 'indicators'): string {
  return `concordat/${toHex(federation.federationId)}/${log}`;
}

function refused(code: string): ConcordatError {
  return new ConcordatError(code, 'the coordinator refused');
}
