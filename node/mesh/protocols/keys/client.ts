import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import { meshRefusal } from '../../errors.ts';
import type { Ask, AskOptions } from '../ask.ts';
import type { RequestFamily } from '../family.ts';
import { type KeyGrant, type KeyRequest, KEYS_CODEC } from './codec.ts';
import { KEYS_BYTES, KEYS_PROTOCOL } from './constants.ts';

export const KEYS_FAMILY: RequestFamily<KeyRequest, KeyGrant> = {
  name: 'keys',
  protocol: KEYS_PROTOCOL,
  maximumBytes: KEYS_BYTES,
  codec: KEYS_CODEC,
};

/** Asks any member for a member key that this node lacks. */
export type KeysClient = {
  grant(peerId: PeerIdText, request: KeyRequest, options?: AskOptions): Promise<KeyGrant>;
};

/** Throws as Asker.ask does; MESH_ANSWER also for the key of another epoch or generation. */
export function keysClient(ask: Ask): KeysClient {
  return {
    async grant(peerId, request, options) {
      const grant = await ask(KEYS_FAMILY, peerId, request, options);
      if (grant.epoch !== request.epoch || grant.generation !== request.generation)
        throw meshRefusal('MESH_ANSWER', { verdict: 'reject' });
      return grant;
    },
  };
}
