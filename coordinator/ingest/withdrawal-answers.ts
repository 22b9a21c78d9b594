import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { decodeWithdrawalAnswer } from '../../proto/codec/payload.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import type { Receiver } from './reception.ts';

/**
 * Keeps a holder's signed word that it has erased an indicator which was taken back: the authors of its parts are
 * unnamed, so that the word comes here.
 */
export function withdrawalAnswerReceiver({ clock }: { readonly clock: Clock }): Receiver {
  return async ({ envelope }, sender) => {
    const { withdrawalId } = decodeWithdrawalAnswer(envelope.payload, LIMITS.envelopePayloadBytes);
    const entry = auditEntry({
      atMs: clock.nowMs(),
      actor: sender.peerId,
      action: 'withdrawal.answered',
      object: `indicator:${toHex(withdrawalId)}`,
    });
    return { writes: [], audit: [entry], keepsPayload: true, after: () => undefined };
  };
}
