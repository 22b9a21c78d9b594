import { alignNames } from './align.ts';
import { remembering } from './remembering.ts';
import type { NamePart, ParsedName } from './parsed-name.ts';
import { SCORING_WEIGHTS } from './weights.ts';
import { wordSimilarity } from './word-similarity.ts';

/** Why two parts of names were taken for the same. */
export const PAIRINGS = ['same', 'joined', 'initial', 'variant', 'nickname', 'sound', 'spelling'] as const;
export type Pairing = (typeof PAIRINGS)[number];

/** Parts of the query's name and parts of the entry's that were paired, in transliteration. */
export type ExplainedPair = {
  readonly query: string;
  readonly entry: string;
  /** 0 to 1. */
  readonly similarity: number;
  readonly because: Pairing;
};

/** Which parts of two names belong together, and which were left over. */
export type NameExplanation = {
  readonly pairs: readonly ExplainedPair[];
  readonly queryRest: readonly string[];
  readonly entryRest: readonly string[];
};

/** Says which parts of two names were paired and why: the pairing that the score of a hit is made of. */
export function explainNames({ query, entry }: { query: ParsedName; entry: ParsedName }): NameExplanation {
  const isPerson = query.isPerson && entry.isPerson;
  const similarity = remembering((one, other) => wordSimilarity(one, other, SCORING_WEIGHTS));
  const alignment = alignNames(query.parts, entry.parts, isPerson, SCORING_WEIGHTS, similarity);
  const text = (parts: readonly NamePart[], places: readonly number[]): string =>
    places.map((place) => parts[place]?.text ?? '').join(' ');
  const pairs = alignment.pairs.map((pair): ExplainedPair => {
    const [one, other] = [query.parts[pair.query[0] ?? 0], entry.parts[pair.entry[0] ?? 0]];
    const isJoined = pair.query.length > 1 || pair.entry.length > 1 || one === undefined || other === undefined;
    return {
      query: text(query.parts, pair.query),
      entry: text(entry.parts, pair.entry),
      similarity: pair.similarity,
      because: isJoined ? 'joined' : pairingOf(one, other),
    };
  });
  return {
    pairs,
    queryRest: alignment.queryRest.map((place) => text(query.parts, [place])),
    entryRest: alignment.entryRest.map((place) => text(entry.parts, [place])),
  };
}

/** In the order in which wordSimilarity looks. */
function pairingOf(one: NamePart, other: NamePart): Pairing {
  if (one.text === other.text) return 'same';
  if (Math.min(one.text.length, other.text.length) === 1) return 'initial';
  if (one.spellings.some((group) => other.spellings.includes(group))) return 'variant';
  if ((one.script === 'ideographic') !== (other.script === 'ideographic')) return 'variant';
  if (one.nicknames.some((group) => other.nicknames.includes(group))) return 'nickname';
  return one.skeleton.length >= 2 && one.skeleton === other.skeleton ? 'sound' : 'spelling';
}
