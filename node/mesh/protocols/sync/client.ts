import type { NodeHeads } from '../../../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import type { SignedIndicator } from '../../../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import { meshRefusal } from '../../errors.ts';
import type { Ask, AskOptions } from '../ask.ts';
import type { RequestFamily } from '../family.ts';
import { SYNC_CODEC } from './codec.ts';
import { SYNC_BYTES, SYNC_PROTOCOL } from './constants.ts';
import type { SyncRange, SyncRequest, SyncResponse, SyncStatements } from './messages.ts';

export const SYNC_FAMILY: RequestFamily<SyncRequest, SyncResponse> = {
  name: 'sync',
  protocol: SYNC_PROTOCOL,
  maximumBytes: SYNC_BYTES,
  codec: SYNC_CODEC,
};

/** Asks a member for what this node missed. What comes is checked in form only; it may be less than asked for. */
export type SyncClient = {
  heads(peerId: PeerIdText, options?: AskOptions): Promise<readonly NodeHeads[]>;
  /** `range` spans at most LIMITS.syncRangeEnvelopes sequences. */
  range(peerId: PeerIdText, range: SyncRange, options?: AskOptions): Promise<readonly SignedEnvelope[]>;
  statements(peerId: PeerIdText, start: number, options?: AskOptions): Promise<SyncStatements>;
  indicators(peerId: PeerIdText, cursor: number, options?: AskOptions): Promise<readonly SignedIndicator[]>;
};

/** Each call throws as Asker.ask does. */
export function syncClient(ask: Ask): SyncClient {
  const of = async <Kind extends SyncResponse['kind']>(
    kind: Kind,
    peerId: PeerIdText,
    request: SyncRequest,
    options: AskOptions | undefined,
  ): Promise<Extract<SyncResponse, { kind: Kind }>> => {
    const response = await ask(SYNC_FAMILY, peerId, request, options);
    if (response.kind !== kind) throw meshRefusal('MESH_ANSWER', { verdict: 'reject' });
    return response as Extract<SyncResponse, { kind: Kind }>;
  };
  return {
    heads: async (peerId, options) => (await of('heads', peerId, { kind: 'heads' }, options)).nodes,
    range: async (peerId, range, options) => (await of('range', peerId, { kind: 'range', range }, options)).envelopes,
    statements: async (peerId, start, options) =>
      (await of('statements', peerId, { kind: 'statements', start }, options)).statements,
    indicators: async (peerId, cursor, options) =>
      (await of('indicators', peerId, { kind: 'indicators', cursor }, options)).indicators,
  };
}
