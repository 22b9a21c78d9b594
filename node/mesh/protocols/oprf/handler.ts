import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Answer } from '../serve.ts';
import type { OprfEvaluation, OprfRequest } from './codec.ts';

/** The key-holder; counts elements per asking agency and epoch. */
export type OprfAnswers = {
  evaluate(asker: PeerIdText, request: OprfRequest): Promise<OprfEvaluation>;
};

export function oprfHandler(answers: OprfAnswers): Answer<OprfRequest, OprfEvaluation> {
  return (asker, request) => answers.evaluate(asker, request);
}
