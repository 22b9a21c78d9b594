import type { SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Answer } from '../serve.ts';
import type { HintsTaken } from './codec.ts';

/** The receiving end of hints; resolves when the batch is durable. The envelope is checked in form only. */
export type HintAnswers = {
  deliver(sender: PeerIdText, envelope: SignedEnvelope): Promise<void>;
};

export function hintsHandler(answers: HintAnswers): Answer<SignedEnvelope, HintsTaken> {
  return async (sender, envelope) => {
    await answers.deliver(sender, envelope);
    return {};
  };
}
