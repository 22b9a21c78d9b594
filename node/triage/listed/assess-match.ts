import type { EntityType } from '../../../proto/domain/alert.ts';
import { compareBirthDates, type DateAgreement } from './birth-date.ts';
import { countryIn } from './country.ts';

export type CountryAgreement = 'same' | 'other' | 'unknown';

/** confirmed: a second attribute agrees; ruled_out: date of birth and country both contradict. */
export const MATCH_VERDICTS = ['ruled_out', 'possible', 'probable', 'confirmed'] as const;
export type MatchVerdict = (typeof MATCH_VERDICTS)[number];

export type MatchAssessment = {
  /** 0 to 1. */
  readonly strength: number;
  readonly verdict: MatchVerdict;
  readonly date: DateAgreement;
  readonly country: CountryAgreement;
  /** The name is as good as the same and the attributes disagree with each other. */
  readonly conflicting: boolean;
};

export type MatchQuestion = {
  /** Agreement of the names, 0 to 1. */
  readonly nameScore: number;
  readonly entityType: EntityType;
  readonly dateOfBirth: string | null;
  readonly countries: readonly string[];
  readonly listedDates: readonly string[];
  readonly listedCountries: readonly string[];
};

/** Names that agree less than this are another name; from FULL_NAME on the name is taken as the same. Chosen. */
const OTHER_NAME = 0.8;
const FULL_NAME = 0.95;
const SAME_NAME = 0.98;

/** An organisation's full name is rarely another's; a person's often is. Chosen; see the tests for what follows. */
const NAME_ALONE: Readonly<Record<EntityType, number>> = { INDIVIDUAL: 0.55, BUSINESS: 0.7 };
const DATE_POINTS: Readonly<Record<DateAgreement, number>> = {
  same: 0.4,
  swapped: 0.35,
  partial: 0.25,
  unknown: 0,
  near: -0.15,
  other: -0.35,
};
const COUNTRY_POINTS: Readonly<Record<CountryAgreement, number>> = { same: 0.15, unknown: 0, other: -0.15 };

const CONFIRMED_FROM = 0.85;
const PROBABLE_FROM = 0.6;

/**
 * Judges whether a customer is the person or organisation of a list entry. A name alone never confirms: it needs the
 * date of birth, or for organisations the country, to agree. Monotone in the agreement of each attribute.
 */
export function assessMatch(question: MatchQuestion): MatchAssessment {
  const date = compareBirthDates(question.dateOfBirth, question.listedDates);
  const country = compareCountries(question.countries, question.listedCountries);
  const name = Math.min(1, Math.max(0, (question.nameScore - OTHER_NAME) / (FULL_NAME - OTHER_NAME)));
  const attributes = NAME_ALONE[question.entityType] + DATE_POINTS[date] + COUNTRY_POINTS[country];
  const strength = name * Math.min(1, Math.max(0, attributes));
  const conflicting = question.nameScore >= SAME_NAME && country === 'same' && (date === 'near' || date === 'other');
  const contradicted = country === 'other' && (date === 'other' || (date === 'near' && question.nameScore < SAME_NAME));
  return { strength, verdict: verdictOf(strength, contradicted), date, country, conflicting };
}

/** However weak, a match stays possible until two attributes contradict it: the floor under every listed person. */
function verdictOf(strength: number, contradicted: boolean): MatchVerdict {
  if (strength >= CONFIRMED_FROM) return 'confirmed';
  if (strength >= PROBABLE_FROM) return 'probable';
  return contradicted ? 'ruled_out' : 'possible';
}

/** What names no country contradicts nothing. */
function compareCountries(customer: readonly string[], listed: readonly string[]): CountryAgreement {
  const own = countriesIn(customer);
  const others = countriesIn(listed);
  if (own.length === 0 || others.length === 0) return 'unknown';
  return own.some((country) => others.includes(country)) ? 'same' : 'other';
}

function countriesIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => countryIn(text) ?? []);
}
