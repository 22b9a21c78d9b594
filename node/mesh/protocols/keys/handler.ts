import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Answer } from '../serve.ts';
import type { KeyGrant, KeyRequest } from './codec.ts';

/** Whoever holds member keys; checks the asker's record and suspensions before it gives one. */
export type KeyAnswers = {
  grant(asker: PeerIdText, request: KeyRequest): Promise<KeyGrant>;
};

export function keysHandler(answers: KeyAnswers): Answer<KeyRequest, KeyGrant> {
  return (asker, request) => answers.grant(asker, request);
}
