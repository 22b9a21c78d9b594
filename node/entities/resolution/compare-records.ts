import { distance } from 'fastest-levenshtein';
import { type Agreement, compareBirth } from '../../screening/attributes.ts';
import { type NameScore, compareParsed } from '../../screening/compare-names.ts';
import { SCORING_WEIGHTS } from '../../screening/weights.ts';
import type { Similarity } from '../../screening/align.ts';
import type { Counted, Frequencies } from './frequencies.ts';
import type { ResolutionRecord } from './record.ts';

/** Version of the constants below; stands in each assertion. */
export const RESOLVER_VERSION = 'resolver/1';

/** What one attribute says for or against two records being of one person or organisation. */
export type ResolutionFeature = {
  readonly name: string;
  readonly agreement: Agreement;
  /** Log-odds that it adds. */
  readonly contribution: number;
};

export type Resemblance = {
  /** 0 to 1: the probability that both records are of one. */
  readonly score: number;
  /** With the prior they add up to the log-odds of the score, unless a ceiling holds it down. */
  readonly features: readonly ResolutionFeature[];
  /** Why the score is lower than the features make it; empty when nothing holds it down. */
  readonly ceilings: readonly string[];
};

/** From here on records are merged without a person; between here and the next one a person is asked. */
export const MERGE_FROM = 0.95;
export const REVIEW_FROM = 0.8;

/**
 * Log-odds as in Fellegi and Sunter, A Theory for Record Linkage (JASA 64, 1969): logarithms of how much more often
 * an agreement is seen in records of one person than in those of two. Chosen from public error rates of such records
 * and not fitted; the prior is one pair in some eight thousand.
 */
const PRIOR = -9;
const BIRTH: Readonly<Record<Agreement, number>> = {
  same: 7,
  near: 3,
  close: 1,
  unknown: 0,
  differs: -2.5,
  contradicts: -7,
};
const IDENTIFIER: Readonly<Record<Agreement, number>> = {
  same: 10,
  near: 5,
  close: 0,
  unknown: 0,
  differs: -3,
  contradicts: -3,
};
/** Most that a name can say, and what is left of it where it is not quite the same. */
const NAME_MOST = 8;
const NAME_STEPS: readonly (readonly [from: number, agreement: Agreement, share: number])[] = [
  [0.95, 'same', 1],
  [0.85, 'near', 0.75],
  [0.7, 'close', 0.4],
];
const NAME_DIFFERS = { agreement: 'differs', contribution: -3 } as const;
const NAME_CONTRADICTS = { agreement: 'contradicts', contribution: -7 } as const;
/** Below it the names are of two persons, whatever else they share: siblings and couples. */
const OTHER_NAME = 0.5;
/** What a shared value says that no third record has; less by the logarithm of how many have it. */
const SHARED = { phone: 3.5, email: 6, address: 2.5 } as const;
const SHARED_DIFFERS = { phone: -0.3, email: -0.2, address: -0.3 } as const;
const NATIONALITY_DIFFERS = -1;

/** Compares two records of one type; pure. `similarity` may remember what it has seen. */
export function compareRecords(
  one: ResolutionRecord,
  other: ResolutionRecord,
  frequencies: Frequencies,
  similarity: Similarity,
): Resemblance {
  const features = [
    nameFeature(one, other, frequencies, similarity),
    birthFeature(one, other),
    identifierFeature(one, other),
    ...(['phone', 'email', 'address'] as const).map((attribute) => sharedFeature(attribute, one, other, frequencies)),
    nationalityFeature(one, other),
  ].filter(({ agreement }) => agreement !== 'unknown');
  const logOdds = features.reduce((sum, { contribution }) => sum + contribution, PRIOR);
  const ceilings = ceilingsOf(features);
  const most = ceilings.reduce((least, { score }) => Math.min(least, score), 1);
  const score = Math.min(most, 1 / (1 + Math.exp(-logOdds)));
  return { score, features, ceilings: ceilings.map(({ reason }) => reason) };
}

function nameFeature(
  one: ResolutionRecord,
  other: ResolutionRecord,
  frequencies: Frequencies,
  similarity: Similarity,
): ResolutionFeature {
  const score = bestName(one, other, similarity);
  const step = NAME_STEPS.find(([from]) => score >= from);
  if (step === undefined) return { name: 'name', ...(score < OTHER_NAME ? NAME_CONTRADICTS : NAME_DIFFERS) };
  const [, agreement, share] = step;
  const holders = Math.max(...[one, other].map(({ nameKey }) => frequencies.of('nameKey', nameKey)), 1);
  const rarity = Math.min(NAME_MOST, Math.log(Math.max(RECORDS_LEAST, frequencies.records) / holders));
  return { name: 'name', agreement, contribution: share * rarity };
}

/** In a small set of records a common name looks rare, and in it there are few pairs to be wrong about. */
const RECORDS_LEAST = 3_000;

function bestName(one: ResolutionRecord, other: ResolutionRecord, similarity: Similarity): number {
  let best: NameScore | undefined;
  for (const query of one.names) {
    for (const entry of other.names) {
      const found = compareParsed(query, entry, SCORING_WEIGHTS, similarity);
      if (best === undefined || found.score > best.score) best = found;
      if (best.score === 1) return 1;
    }
  }
  return best?.score ?? 0;
}

function birthFeature(one: ResolutionRecord, other: ResolutionRecord): ResolutionFeature {
  const dates = ({ dateOfBirth }: ResolutionRecord): readonly string[] => (dateOfBirth === null ? [] : [dateOfBirth]);
  const agreement = compareBirth(dates(one), dates(other));
  return { name: 'date_of_birth', agreement, contribution: BIRTH[agreement] };
}

function identifierFeature(one: ResolutionRecord, other: ResolutionRecord): ResolutionFeature {
  const agreement = compareIdentifier(one.identifier, other.identifier);
  return { name: 'national_id', agreement, contribution: IDENTIFIER[agreement] };
}

/** One slip in a long number, or two digits swapped, is a slip; any other number is another paper or another person. */
function compareIdentifier(one: string | null, other: string | null): Agreement {
  if (one === null || other === null) return 'unknown';
  if (one === other) return 'same';
  if (Math.min(one.length, other.length) < LONG_IDENTIFIER) return 'differs';
  return distance(one, other) <= 1 || isSwap(one, other) ? 'near' : 'differs';
}

const LONG_IDENTIFIER = 7;

function isSwap(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const at = Array.from(one).findIndex((digit, place) => digit !== other[place]);
  const swapped = `${one.slice(0, at)}${one[at + 1] ?? ''}${one[at] ?? ''}${one.slice(at + 2)}`;
  return swapped === other;
}

function sharedFeature(
  attribute: Exclude<Counted, 'nameKey'>,
  one: ResolutionRecord,
  other: ResolutionRecord,
  frequencies: Frequencies,
): ResolutionFeature {
  const [first, second] = [one[attribute], other[attribute]];
  if (first === null || second === null) return { name: attribute, agreement: 'unknown', contribution: 0 };
  if (first !== second) return { name: attribute, agreement: 'differs', contribution: SHARED_DIFFERS[attribute] };
  const further = Math.max(1, frequencies.of(attribute, first) - 1);
  return { name: attribute, agreement: 'same', contribution: Math.max(0, SHARED[attribute] - Math.log(further)) };
}

function nationalityFeature({ nationality: one }: ResolutionRecord, other: ResolutionRecord): ResolutionFeature {
  const { nationality } = other;
  if (one === null || nationality === null) return { name: 'nationality', agreement: 'unknown', contribution: 0 };
  return one === nationality
    ? { name: 'nationality', agreement: 'same', contribution: 0 }
    : { name: 'nationality', agreement: 'differs', contribution: NATIONALITY_DIFFERS };
}

type Ceiling = { readonly reason: string; readonly score: number };

/** Just below the threshold that a ceiling keeps the score from. */
const NO_REVIEW: number = REVIEW_FROM - 0.01;
const NO_MERGE: number = MERGE_FROM - 0.01;

/** What no sum of other attributes may outweigh. */
function ceilingsOf(features: readonly ResolutionFeature[]): readonly Ceiling[] {
  const saying = (name: string): Agreement => features.find((feature) => feature.name === name)?.agreement ?? 'unknown';
  const [name, birth, identifier] = [saying('name'), saying('date_of_birth'), saying('national_id')];
  const agrees = (agreement: Agreement): boolean => agreement === 'same' || agreement === 'near';
  const ceilings: Ceiling[] = [];
  const own = [birth, identifier, saying('phone'), saying('email')];
  if (!own.some(agrees)) ceilings.push({ reason: 'nothing_but_name_and_address', score: NO_REVIEW });
  // A telephone or a mailbox is shared in a house, where father and son may bear one name.
  if (!agrees(birth) && !agrees(identifier)) ceilings.push({ reason: 'neither_birth_nor_identifier', score: NO_MERGE });
  if (birth === 'contradicts' || birth === 'differs')
    ceilings.push({ reason: 'another_date_of_birth', score: identifier === 'same' ? NO_MERGE : NO_REVIEW });
  if (identifier === 'differs') ceilings.push({ reason: 'another_identifier', score: NO_MERGE });
  if (name === 'contradicts' || name === 'differs') {
    const isSame = identifier === 'same' && agrees(birth);
    ceilings.push({ reason: 'another_name', score: isSame ? NO_MERGE : NO_REVIEW });
  }
  return ceilings;
}
