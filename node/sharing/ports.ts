import type { Membership } from '../../config/policy/membership.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../proto/domain/envelope.ts';
import type { AgencyId, PeerIdText } from '../../proto/domain/ids.ts';

/** What is asked of the membership that the control log gives. Read-only; the control log alone changes it. */
export type Directory = Pick<
  Membership,
  | 'federationId'
  | 'agency'
  | 'agencies'
  | 'node'
  | 'nodes'
  | 'isSuspended'
  | 'cutOff'
  | 'incarnationHeads'
  | 'policy'
  | 'currentEpoch'
  | 'epochBegan'
  | 'keyAnnouncement'
  | 'keyAnnouncements'
  | 'erasure'
>;

/** This node, as the sharing layer needs it. Secret keys stay in the process. */
export type Self = {
  readonly peerId: PeerIdText;
  readonly agencyId: AgencyId;
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
