import { remembering } from '../../screening/remembering.ts';
import { SCORING_WEIGHTS } from '../../screening/weights.ts';
import { wordSimilarity } from '../../screening/word-similarity.ts';
import { compareRecords, MERGE_FROM, type Resemblance, REVIEW_FROM } from './compare-records.ts';
import { Clusters } from './clusters.ts';
import { findPairs, type ResolutionPair } from './find-pairs.ts';
import { countFrequencies } from './frequencies.ts';
import type { ResolutionRecord } from './record.ts';

/** What stands already: pairs that are one, and those of which somebody has said that they are not. */
export type Standing = {
  readonly merged: Iterable<readonly [one: string, other: string]>;
  readonly parted: (one: string, other: string) => boolean;
  /** Pairs that have been said something of and are left as they are. */
  readonly settled: (one: string, other: string) => boolean;
};

export type Verdict = ResolutionPair & { readonly state: 'merged' | 'proposed' };

/**
 * Judges all pairs of an agency's customers that stand open: merged from MERGE_FROM on, proposed from REVIEW_FROM on. A
 * pair that would join two entities of which some other members are not alike, or were parted by a person, is proposed.
 */
export function* resolvePairs(
  records: readonly ResolutionRecord[],
  standing: Standing,
): Generator<undefined, readonly Verdict[]> {
  const pairs = yield* findPairs(records);
  const compare = comparer(records);
  const clusters = new Clusters();
  for (const [one, other] of standing.merged) clusters.add(one, other);
  const verdicts: Verdict[] = [];
  for (const pair of pairs) {
    if (standing.settled(pair.one, pair.other)) continue;
    const held = heldBack(pair, clusters, compare, standing.parted);
    if (held === null) clusters.add(pair.one, pair.other);
    verdicts.push(
      held === null
        ? { ...pair, state: 'merged' }
        : { ...pair, state: 'proposed', ceilings: [...pair.ceilings, ...held] },
    );
    yield;
  }
  return verdicts;
}

type Compare = (one: string, other: string) => Resemblance | undefined;

/** Why a pair is not merged without a person; null where it is. */
function heldBack(
  pair: ResolutionPair,
  clusters: Clusters,
  compare: Compare,
  parted: Standing['parted'],
): readonly string[] | null {
  if (pair.score < MERGE_FROM) return [];
  const others = clusters.of(pair.other);
  for (const one of clusters.of(pair.one)) {
    for (const other of others) {
      if (one === pair.one && other === pair.other) continue;
      if (parted(one, other)) return ['members_were_parted'];
      if (!mayBeOne(compare(one, other))) return ['other_members_differ'];
    }
  }
  return null;
}

/** What a chain of pairs may bring together: not what a person would be asked about for what contradicts it. */
function mayBeOne(resemblance: Resemblance | undefined): boolean {
  if (resemblance === undefined || resemblance.score < REVIEW_FROM) return false;
  return !resemblance.ceilings.some((ceiling) => ceiling.startsWith('another_'));
}

function comparer(records: readonly ResolutionRecord[]): Compare {
  const byId = new Map(records.map((record) => [record.customerId, record]));
  const frequencies = countFrequencies(records);
  const similarity = remembering((one, other) => wordSimilarity(one, other, SCORING_WEIGHTS));
  return (one, other) => {
    const [first, second] = [byId.get(one), byId.get(other)];
    if (first === undefined || second === undefined || first.entityType !== second.entityType) return undefined;
    return compareRecords(first, second, frequencies, similarity);
  };
}
