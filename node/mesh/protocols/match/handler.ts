import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Answer } from '../serve.ts';
import type {
  MatchEvaluation,
  MatchFilterChunk,
  MatchFilterRequest,
  MatchQuery,
  MatchReceipt,
  MatchRequest,
  MatchResponse,
} from './messages.ts';

/** The answering end of a match; counts elements per asking agency, and demands purpose and case handle. */
export type MatchAnswers = {
  filter(asker: PeerIdText, request: MatchFilterRequest): Promise<MatchFilterChunk>;
  evaluate(asker: PeerIdText, query: MatchQuery): Promise<MatchEvaluation>;
  /** Takes the receipt that the asker has signed too, and gives back what is now kept. */
  receipt(asker: PeerIdText, receipt: MatchReceipt): Promise<MatchReceipt>;
};

export function matchHandler(answers: MatchAnswers): Answer<MatchRequest, MatchResponse> {
  return async (asker, request) => {
    switch (request.kind) {
      case 'filter':
        return { kind: 'filter', filter: await answers.filter(asker, request.filter) };
      case 'query':
        return { kind: 'evaluation', evaluation: await answers.evaluate(asker, request.query) };
      case 'receipt':
        return { kind: 'receipt', receipt: await answers.receipt(asker, request.receipt) };
    }
  };
}
