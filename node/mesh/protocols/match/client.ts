import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import { meshRefusal } from '../../errors.ts';
import type { Ask, AskOptions } from '../ask.ts';
import type { RequestFamily } from '../family.ts';
import { MATCH_CODEC } from './codec.ts';
import { MATCH_BYTES, MATCH_PROTOCOL } from './constants.ts';
import type {
  MatchEvaluation,
  MatchFilterChunk,
  MatchFilterRequest,
  MatchQuery,
  MatchReceipt,
  MatchRequest,
  MatchResponse,
} from './messages.ts';

export const MATCH_FAMILY: RequestFamily<MatchRequest, MatchResponse> = {
  name: 'match',
  protocol: MATCH_PROTOCOL,
  maximumBytes: MATCH_BYTES,
  codec: MATCH_CODEC,
};

/** Asks a member whether it knows an entity. Proofs and receipts are for the caller to check. */
export type MatchClient = {
  filter(peerId: PeerIdText, request: MatchFilterRequest, options?: AskOptions): Promise<MatchFilterChunk>;
  evaluate(peerId: PeerIdText, query: MatchQuery, options?: AskOptions): Promise<MatchEvaluation>;
  receipt(peerId: PeerIdText, receipt: MatchReceipt, options?: AskOptions): Promise<MatchReceipt>;
};

/** Each call throws as Asker.ask does; MESH_ANSWER also for another number of elements, epoch or offset. */
export function matchClient(ask: Ask): MatchClient {
  const of = async <Kind extends MatchResponse['kind']>(
    kind: Kind,
    peerId: PeerIdText,
    request: MatchRequest,
    options: AskOptions | undefined,
  ): Promise<Extract<MatchResponse, { kind: Kind }>> => {
    const response = await ask(MATCH_FAMILY, peerId, request, options);
    demand(response.kind === kind);
    return response as Extract<MatchResponse, { kind: Kind }>;
  };
  return {
    async filter(peerId, request, options) {
      const { filter } = await of('filter', peerId, { kind: 'filter', filter: request }, options);
      demand(filter.epoch === request.epoch && filter.offset === request.offset);
      return filter;
    },
    async evaluate(peerId, query, options) {
      const { evaluation } = await of('evaluation', peerId, { kind: 'query', query }, options);
      demand(evaluation.evaluated.length === query.blinded.length);
      return evaluation;
    },
    receipt: async (peerId, receipt, options) =>
      (await of('receipt', peerId, { kind: 'receipt', receipt }, options)).receipt,
  };
}

function demand(holds: boolean): void {
  if (!holds) throw meshRefusal('MESH_ANSWER', { verdict: 'reject' });
}
