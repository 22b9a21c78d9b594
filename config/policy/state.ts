import type {
  Agency,
  CrlUpdate,
  Genesis,
  Incarnation,
  KeyAnnouncement,
  KeyErasure,
  NodeRecord,
  Suspension,
} from '../../proto/domain/control.ts';
import type { AgencyId, PeerIdText } from '../../proto/domain/ids.ts';
import type { Policy } from '../../proto/domain/policy.ts';

/** Index in the control log; `pending` for a statement that came by gossip and is not in the log yet. */
export type Position = number | 'pending';

/** A node as the log records it; `position` is that of its first record, so when it joined. */
export type Member = NodeRecord & { readonly peerId: PeerIdText; readonly position: number };

/** By whose authority a suspension stands: what a lift has to answer. */
export type SuspensionAuthority = {
  readonly coordinator: boolean;
  /** The agency's own officer, where one signed for his own node. */
  readonly officer: { readonly agencyId: AgencyId; readonly publicKey: Uint8Array } | null;
  readonly agencies: boolean;
};

/** A suspension, in force until it is lifted. */
export type SuspensionEntry = {
  readonly suspension: Suspension;
  readonly position: Position;
  readonly authority: SuspensionAuthority;
  readonly liftedAt: Position | null;
};

/** What was announced under the number of an epoch, in the order in which it came. */
export type EpochKeys = {
  readonly announcements: Placed<KeyAnnouncement>[];
  readonly erasures: Placed<KeyErasure>[];
};

/** A value and the place of the statement that brought it. */
export type Placed<Value> = { readonly value: Value; readonly position: Position };

/** What follows from the genesis and the statements so far. Changed by the rules alone. */
export type MembershipState = {
  readonly genesis: Genesis;
  readonly federationId: Uint8Array;
  readonly agencies: Map<AgencyId, Agency>;
  /** In the order of their first records, which is the roster's. */
  readonly nodes: Map<PeerIdText, Member>;
  /** In order of version. */
  readonly policies: (Placed<Policy> & { readonly hash: Uint8Array })[];
  /** By hexadecimal id. */
  readonly suspensions: Map<string, SuspensionEntry>;
  readonly epochs: Map<number, EpochKeys>;
  /** The epoch that has begun last: the highest with a member key. 0 before the first. */
  currentEpoch: number;
  /** All of a node, in order of incarnation. */
  readonly incarnations: Map<PeerIdText, Placed<Incarnation>[]>;
  crl: CrlUpdate | null;
  /** Statements applied, by hash of kind and body. */
  readonly applied: Map<string, Position>;
};

/** What a rule is handed beside the statement's meaning: its exact bytes, who signed it, where it stands. */
export type StatementContext = {
  readonly body: Uint8Array;
  readonly position: Position;
  readonly signers: Signers;
};

/** Signers whose signatures have been verified. */
export type Signers = {
  /** Officers' keys by agency; agencies count, not keys. */
  readonly officers: ReadonlyMap<AgencyId, readonly Uint8Array[]>;
  readonly nodes: ReadonlySet<PeerIdText>;
  readonly coordinator: boolean;
};

/** What a statement that has been judged changes; to be called before anything else is judged. */
export type Effect = () => void;
