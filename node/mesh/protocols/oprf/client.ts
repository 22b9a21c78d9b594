import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import { meshRefusal } from '../../errors.ts';
import type { Ask, AskOptions } from '../ask.ts';
import type { RequestFamily } from '../family.ts';
import { OPRF_CODEC, type OprfEvaluation, type OprfRequest } from './codec.ts';
import { OPRF_BYTES, OPRF_PROTOCOL } from './constants.ts';

export const OPRF_FAMILY: RequestFamily<OprfRequest, OprfEvaluation> = {
  name: 'oprf',
  protocol: OPRF_PROTOCOL,
  maximumBytes: OPRF_BYTES,
  codec: OPRF_CODEC,
};

/** Has the key-holder of an epoch evaluate blinded elements. The proof is for the caller to check. */
export type OprfClient = {
  evaluate(peerId: PeerIdText, request: OprfRequest, options?: AskOptions): Promise<OprfEvaluation>;
};

/** Throws as Asker.ask does; MESH_ANSWER also for another number of elements. */
export function oprfClient(ask: Ask): OprfClient {
  return {
    async evaluate(peerId, request, options) {
      const evaluation = await ask(OPRF_FAMILY, peerId, request, options);
      if (evaluation.evaluated.length !== request.blinded.length)
        throw meshRefusal('MESH_ANSWER', { verdict: 'reject' });
      return evaluation;
    },
  };
}
