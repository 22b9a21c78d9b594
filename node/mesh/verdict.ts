import { TopicValidatorResult } from '@libp2p/gossipsub';
import { ConcordatError, type Verdict } from '../../proto/domain/errors.ts';

/** The one place where a verdict of ours becomes gossipsub's: forwarded, dropped, or dropped and held against the sender. */
export function toGossipsub(verdict: Verdict): TopicValidatorResult {
  switch (verdict) {
    case 'accept':
      return TopicValidatorResult.Accept;
    case 'ignore':
      return TopicValidatorResult.Ignore;
    case 'reject':
      return TopicValidatorResult.Reject;
  }
}

/** Verdict of what a validator threw. Rule: what we do not understand is ignored; a bug of ours punishes nobody. */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof ConcordatError)) return 'ignore';
  return error.verdict === 'accept' ? 'ignore' : error.verdict;
}
