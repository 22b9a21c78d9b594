import { toHex, uint32be } from '../../crypto/bytes.ts';
import { federationIdOf } from '../../crypto/genesis.ts';
import { sha256 } from '../../crypto/hash.ts';
import { decodeGenesis } from '../../proto/codec/membership.ts';
import { statementKindNumber } from '../../proto/codec/statement.ts';
import { decodeStatementBody } from '../../proto/codec/statement-body.ts';
import type {
  Agency,
  AudienceHead,
  CrlUpdate,
  Genesis,
  KeyAnnouncement,
  KeyErasure,
  KeyPurpose,
  SignedStatement,
  StatementBody,
} from '../../proto/domain/control.ts';
import type { Audience } from '../../proto/domain/envelope.ts';
import type { AgencyId, PeerIdText } from '../../proto/domain/ids.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import { LIMITS } from '../settings/limits.ts';
import { type CutOff, cutOffOf } from './cut-off.ts';
import { announced, preferred } from './epochs.ts';
import { judgeStatementBody } from './judge.ts';
import { membershipRefusal } from './refusal.ts';
import { assertOfficers } from './rules/agency.ts';
import { approvalsNeeded, verifySigners } from './signers.ts';
import type { Member, MembershipState, Position, SuspensionEntry } from './state.ts';
import { isAgencySuspended, suspensionsOf } from './suspended.ts';

/** A statement that has taken effect. */
export type AppliedStatement = {
  readonly statementHash: string;
  readonly body: StatementBody;
  readonly position: Position;
  /** False for one that gossip had already brought, or that came by gossip again. */
  readonly isNew: boolean;
};

/** A statement that the rules let pass; `apply` lets it take effect, before anything else is judged, and once. */
export type JudgedStatement = AppliedStatement & { apply(): void };

/**
 * Who belongs to the federation and what binds it: the fold of the control log over the genesis, plus the pending
 * statements that gossip has brought before the log. Coordinator and nodes judge by this one module. A refused
 * statement changes nothing.
 */
export interface Membership {
  readonly genesis: Genesis;
  readonly federationId: Uint8Array;
  /**
   * Judges a statement by its signatures and the state so far. Changes nothing, so that the statement can be made
   * durable before it takes effect.
   * @param position index in the control log, or `pending` when it came by gossip
   * @throws MEMBERSHIP_* (see errors.ts) and WIRE_*
   */
  judge(statement: SignedStatement, position: Position): JudgedStatement;
  /** Judges a statement and lets it take effect at once. @throws as judge does */
  apply(statement: SignedStatement, position: Position): AppliedStatement;
  /** Where a statement with this hash stands; undefined when it has not been applied. */
  positionOf(statementHash: string): Position | undefined;
  agency(agencyId: AgencyId): Agency | undefined;
  /** In the order of genesis, then log. */
  agencies(): readonly Agency[];
  officersOf(agencyId: AgencyId): readonly Uint8Array[];
  /** m as of now. */
  approvalsNeeded(): number;
  node(peerId: PeerIdText): Member | undefined;
  /** The roster's order: that of the nodes' first records in the log. */
  nodes(): readonly Member[];
  /** Whether the node or its agency is suspended now, or was at a place in the log. */
  isSuspended(peerId: PeerIdText, at?: number): boolean;
  isAgencySuspended(agencyId: AgencyId): boolean;
  /** All suspensions, lifted ones too. */
  suspensions(): readonly SuspensionEntry[];
  /** How far the author's objects in an audience count; see countsUnder. undefined: no end. */
  cutOff(peerId: PeerIdText, audience: Audience, incarnation?: number): CutOff | undefined;
  /** Present incarnation of a node (0 at first) and the heads that its headers follow. */
  incarnation(peerId: PeerIdText): { readonly incarnation: number; readonly heads: readonly AudienceHead[] };
  /** Heads that the first headers of an incarnation follow, none in incarnation 0; undefined when it is not announced. */
  incarnationHeads(peerId: PeerIdText, incarnation: number): readonly AudienceHead[] | undefined;
  policy(): Policy | undefined;
  /** Hash that the next policy has to name; 32 zero bytes before the first. */
  policyHash(): Uint8Array;
  /** 0 before the first member key. */
  currentEpoch(): number;
  /** Place of the member key that began an epoch; `pending` while the log has none of it. */
  epochBegan(epoch: number): Position | undefined;
  /** The announcement to use for a purpose and epoch; of the generation and node named, where they are. */
  keyAnnouncement(
    purpose: KeyPurpose,
    epoch: number,
    filter?: { readonly generation?: number; readonly peerId?: PeerIdText },
  ): KeyAnnouncement | undefined;
  keyAnnouncements(purpose: KeyPurpose, epoch: number): readonly KeyAnnouncement[];
  /** The erasure of an epoch's key; by the log alone when `logged`. */
  erasure(purpose: KeyPurpose, epoch: number, options?: { readonly logged?: boolean }): KeyErasure | undefined;
  crl(): CrlUpdate | undefined;
}

/** Name of a statement: hash of its kind and body. Signatures name nothing, as one body can carry many. */
export function statementHash({ kind, body }: Pick<SignedStatement, 'kind' | 'body'>): string {
  return toHex(sha256(uint32be(statementKindNumber(kind)), body));
}

/**
 * Membership as of the genesis, from its exact bytes.
 * @throws WIRE_*, MEMBERSHIP_KEY, MEMBERSHIP_LIMIT
 */
export function createMembership(genesisBytes: Uint8Array): Membership {
  const genesis = decodeGenesis(genesisBytes);
  const state: MembershipState = {
    genesis,
    federationId: federationIdOf(genesisBytes),
    agencies: new Map(),
    nodes: new Map(),
    policies: [],
    suspensions: new Map(),
    epochs: new Map(),
    currentEpoch: 0,
    incarnations: new Map(),
    crl: null,
    applied: new Map(),
  };
  for (const agency of genesis.agencies) {
    assertOfficers(state, agency);
    state.agencies.set(agency.agencyId, agency);
  }
  return membershipOf(state);
}

function membershipOf(state: MembershipState): Membership {
  return {
    genesis: state.genesis,
    federationId: state.federationId,
    judge: (statement, position) => judgeStatement(state, statement, position),
    apply: (statement, position) => {
      const judged = judgeStatement(state, statement, position);
      judged.apply();
      return judged;
    },
    positionOf: (hash) => state.applied.get(hash),
    agency: (agencyId) => state.agencies.get(agencyId),
    agencies: () => [...state.agencies.values()],
    officersOf: (agencyId) => state.agencies.get(agencyId)?.officerKeys ?? [],
    approvalsNeeded: () => approvalsNeeded(state),
    node: (peerId) => state.nodes.get(peerId),
    nodes: () => [...state.nodes.values()],
    isSuspended: (peerId, at) => suspensionsOf(state, peerId, at === undefined ? 'now' : { at }).length > 0,
    isAgencySuspended: (agencyId) => isAgencySuspended(state, agencyId, 'now'),
    suspensions: () => [...state.suspensions.values()],
    cutOff: (peerId, audience, incarnation) => cutOffOf(state, peerId, audience, incarnation),
    incarnation: (peerId) => state.incarnations.get(peerId)?.at(-1)?.value ?? { incarnation: 0, heads: [] },
    incarnationHeads: (peerId, incarnation) =>
      incarnation === 0
        ? []
        : state.incarnations.get(peerId)?.find(({ value }) => value.incarnation === incarnation)?.value.heads,
    policy: () => state.policies.at(-1)?.value,
    policyHash: () => state.policies.at(-1)?.hash ?? new Uint8Array(32),
    currentEpoch: () => state.currentEpoch,
    epochBegan: (epoch) => began(announced(state, 'member', epoch).map(({ position }) => position)),
    keyAnnouncement: (purpose, epoch, filter = {}) => preferred(announced(state, purpose, epoch), filter),
    keyAnnouncements: (purpose, epoch) => announced(state, purpose, epoch).map(({ value }) => value),
    erasure: (purpose, epoch, { logged = false } = {}) =>
      state.epochs
        .get(epoch)
        ?.erasures.find(({ value, position }) => value.purpose === purpose && !(logged && position === 'pending'))
        ?.value,
    crl: () => state.crl ?? undefined,
  };
}

/** What is logged counts, whatever gossip brought first. */
function began(positions: readonly Position[]): Position | undefined {
  const logged = positions.filter((position) => position !== 'pending');
  return logged.length > 0 ? Math.min(...logged) : positions.at(0);
}

function judgeStatement(state: MembershipState, statement: SignedStatement, position: Position): JudgedStatement {
  const hash = statementHash(statement);
  const before = state.applied.get(hash);
  if (typeof before === 'number') throw membershipRefusal('MEMBERSHIP_DUPLICATE', { position: before });
  const body = decodeStatementBody(statement, LIMITS.statementBytes);
  const signers = verifySigners(state, statement);
  // What gossip brought is judged again at its place in the log, by the signatures that stand there.
  const effect =
    before === position ? undefined : judgeStatementBody(state, body, { body: statement.body, position, signers });
  const apply = (): void => {
    effect?.();
    state.applied.set(hash, position);
  };
  return { statementHash: hash, body, position, isNew: before === undefined, apply };
}
