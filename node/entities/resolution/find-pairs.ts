import { remembering } from '../../screening/remembering.ts';
import { SCORING_WEIGHTS } from '../../screening/weights.ts';
import { wordSimilarity } from '../../screening/word-similarity.ts';
import { candidatePairs } from './blocks.ts';
import { compareRecords, type Resemblance, REVIEW_FROM } from './compare-records.ts';
import { countFrequencies } from './frequencies.ts';
import type { ResolutionRecord } from './record.ts';

/** Two customers that may be one, the smaller id first. */
export type ResolutionPair = Resemblance & { readonly one: string; readonly other: string };

/** Pairs compared before others get their turn: some 5 ms (measured). */
const PAIRS_A_TURN = 200;

/**
 * Finds the pairs of an agency's customers that are worth a merge or a review, best first. Yields now and then, so that
 * the caller can let others have their turn. Equal records give equal pairs.
 */
export function* findPairs(records: readonly ResolutionRecord[]): Generator<undefined, readonly ResolutionPair[]> {
  const frequencies = countFrequencies(records);
  const similarity = remembering((one, other) => wordSimilarity(one, other, SCORING_WEIGHTS));
  const pairs: ResolutionPair[] = [];
  let compared = 0;
  for (const [one, other] of candidatePairs(records)) {
    compared += 1;
    if (compared % PAIRS_A_TURN === 0) yield;
    const resemblance = compareRecords(one, other, frequencies, similarity);
    if (resemblance.score >= REVIEW_FROM) pairs.push({ one: one.customerId, other: other.customerId, ...resemblance });
  }
  return pairs.sort(
    (one, other) => other.score - one.score || (`${one.one}/${one.other}` < `${other.one}/${other.other}` ? -1 : 1),
  );
}
