import type { NodeHeads } from '../../../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import type { SignedIndicator } from '../../../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Answer } from '../serve.ts';
import type { SyncRange, SyncRequest, SyncResponse, SyncStatements } from './messages.ts';

/**
 * What this node gives to a member that was away. Each may answer with less than was asked for, also to stay under
 * SYNC_BYTES; the asker comes again from where the answer ended.
 */
export type SyncAnswers = {
  /** The last headers held of every author, per audience that the asker may see. */
  heads(asker: PeerIdText): Promise<readonly NodeHeads[]>;
  /** At most LIMITS.syncRangeEnvelopes, in sequence, without gaps from the first. */
  range(asker: PeerIdText, range: SyncRange): Promise<readonly SignedEnvelope[]>;
  /** At most LIMITS.syncStatements entries of the control log from an index on. */
  statements(asker: PeerIdText, start: number): Promise<SyncStatements>;
  /** At most LIMITS.syncRangeEnvelopes indicators from a position on. */
  indicators(asker: PeerIdText, cursor: number): Promise<readonly SignedIndicator[]>;
};

export function syncHandler(answers: SyncAnswers): Answer<SyncRequest, SyncResponse> {
  return async (asker, request) => {
    switch (request.kind) {
      case 'heads':
        return { kind: 'heads', nodes: await answers.heads(asker) };
      case 'range':
        return { kind: 'range', envelopes: await answers.range(asker, request.range) };
      case 'statements':
        return { kind: 'statements', statements: await answers.statements(asker, request.start) };
      case 'indicators':
        return { kind: 'indicators', indicators: await answers.indicators(asker, request.cursor) };
    }
  };
}
