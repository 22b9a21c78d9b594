import type { SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Ask, AskOptions } from '../ask.ts';
import type { RequestFamily } from '../family.ts';
import { HINTS_CODEC, type HintsTaken } from './codec.ts';
import { HINTS_BYTES, HINTS_PROTOCOL } from './constants.ts';

export const HINTS_FAMILY: RequestFamily<SignedEnvelope, HintsTaken> = {
  name: 'hints',
  protocol: HINTS_PROTOCOL,
  maximumBytes: HINTS_BYTES,
  codec: HINTS_CODEC,
};

/** Pushes hints to the one peer that they are for. */
export type HintsClient = {
  /** Resolves when the peer has the envelope durably. */
  deliver(peerId: PeerIdText, envelope: SignedEnvelope, options?: AskOptions): Promise<void>;
};

/** Throws as Asker.ask does. */
export function hintsClient(ask: Ask): HintsClient {
  return {
    async deliver(peerId, envelope, options) {
      await ask(HINTS_FAMILY, peerId, envelope, options);
    },
  };
}
