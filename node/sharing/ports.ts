import type {
  Agency,
  KeyAnnouncement,
  KeyErasure,
  KeyPurpose,
  NodeRecord,
  SignedStatement,
} from '../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Policy } from '../../proto/domain/policy.ts';

/** A member node in roster order (the order of the control log). */
export type MemberNode = { readonly peerId: PeerIdText; readonly record: NodeRecord; readonly position: number };

/** What is asked of the membership that the control log gives. Read-only; the control log alone changes it. */
export type Directory = {
  readonly federationId: Uint8Array;
  agency(agencyId: string): Agency | undefined;
  agencies(): readonly Agency[];
  node(peerId: string): NodeRecord | undefined;
  /** Every node ever recorded, in roster order. */
  nodes(): readonly MemberNode[];
  isSuspended(peerId: string): boolean;
  policy(): Policy | undefined;
  keyAnnouncements(purpose: KeyPurpose, epoch: number): readonly KeyAnnouncement[];
  /** The latest epoch and generation for which a member key was announced. */
  currentEpoch(): { readonly epoch: number; readonly generation: number } | undefined;
  /** Position of the statement with which an epoch began. */
  epochBegan(epoch: number): number | 'pending' | undefined;
  keyErasure(purpose: KeyPurpose, epoch: number): KeyErasure | undefined;
};

/** This node, as the sharing layer needs it. Secret keys stay in the process. */
export type Self = {
  readonly peerId: PeerIdText;
  readonly agencyId: string;
  readonly corporateGroup: string;
  readonly identitySecretKey: Uint8Array;
  readonly sealingSecretKey: Uint8Array;
};

/** The one clock of decisions: clock time in live work, time of the last row fed in a replay. */
export type BusinessTime = { nowMs(): number };

/** Where own objects go. Resolves when the other end has it for good; rejects to be tried again. */
export type EnvelopeSink = { send(envelope: SignedEnvelope): Promise<void> };

/** Where own statements go: to the coordinator's log when it can be reached, and to the mesh at once. */
export type StatementSink = { submit(statement: SignedStatement): Promise<void> };
