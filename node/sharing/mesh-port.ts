import type { NodeHeads, SignedStatement } from '../../proto/domain/control.ts';
import type { Audience, SignedEnvelope } from '../../proto/domain/envelope.ts';
import type { SignedIndicator } from '../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { MatchPeer } from './match/messages.ts';
import type { KeyGrant, KeyName } from './member-keys.ts';

export type TopicName = 'summaries' | 'indicators' | 'control';

export type StatementsAnswer = {
  readonly start: number;
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
  readonly pending: readonly Uint8Array[];
};

export type RangeRequest = {
  readonly authorPeerId: PeerIdText;
  readonly incarnation: number;
  readonly audience: Audience;
  readonly firstSequence: number;
  readonly lastSequence: number;
};

/** The mesh as the sharing layer asks for it: greeted members, bounded requests. Each call rejects with a code. */
export type SharingMesh = {
  online(): readonly PeerIdText[];
  publish(topic: TopicName, bytes: Uint8Array): Promise<number>;
  deliver(peerId: PeerIdText, envelope: SignedEnvelope): Promise<void>;
  grant(peerId: PeerIdText, name: KeyName): Promise<KeyGrant>;
  evaluate(
    peerId: PeerIdText,
    epoch: number,
    blinded: readonly Uint8Array[],
    done: boolean,
  ): Promise<{ readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array }>;
  heads(peerId: PeerIdText): Promise<readonly NodeHeads[]>;
  range(peerId: PeerIdText, range: RangeRequest): Promise<readonly SignedEnvelope[]>;
  statements(peerId: PeerIdText, start: number): Promise<StatementsAnswer>;
  indicators(peerId: PeerIdText, cursor: number): Promise<readonly SignedIndicator[]>;
  readonly match: MatchPeer;
};

/** The coordinator as the sharing layer asks for it. */
export type SharingLink = {
  connected(): boolean;
  /** Resolves when the coordinator has it durably; rejects with a refusal that is final, or a fault to be tried again. */
  publish(envelope: SignedEnvelope): Promise<void>;
  submit(statement: SignedStatement): Promise<void>;
};
