import { LIMITS } from '../../../config/settings/limits.ts';
import type { Alert, AlertType } from '../../../proto/domain/alert.ts';
import type { ListKind } from '../../../proto/domain/records.ts';
import type { ScreeningHit } from '../ports.ts';
import { assessMatch, MATCH_VERDICTS, type MatchAssessment } from './assess-match.ts';
import { countryIn } from './country.ts';

/** A list entry that the customer may be, judged. */
export type ListMatch = MatchAssessment & {
  readonly listKind: ListKind;
  readonly listName: string;
  /** Empty where the alert's source gives none. */
  readonly entryId: string;
  readonly nameScore: number;
  /** What the agency's own screening makes of the name; empty where it does not know the entry. */
  readonly nameFeatures: ScreeningHit['nameFeatures'];
  /** Set aside by two persons. */
  readonly whitelisted: boolean;
  /** The alert is about this entry; otherwise the agency's own screening found it. */
  readonly inAlert: boolean;
};

const KIND_OF_ALERT: Readonly<Partial<Record<AlertType, ListKind>>> = {
  SANCTIONS: 'SANCTIONS',
  PEP: 'PEP',
  ADVERSE_MEDIA: 'ADVERSE_MEDIA',
};

/** So many entries of the agency's own screening are judged; the best come first. Chosen. */
const MAXIMUM_HITS = 20;
/** Weaker than this, an entry that no alert names is somebody else with a like name, and only noise to a reader. */
const WORTH_NAMING = 0.3;

/** Countries of the customer, by code: nationality, then addresses. */
export function countriesOf({ customer }: Alert): readonly string[] {
  const texts = [customer.nationality, ...customer.addresses.map(({ country }) => country)];
  return [...new Set(texts.flatMap((text) => countryIn(text ?? '') ?? []))];
}

/**
 * Judges the entries that the alert names and those that the agency's own screening found: the gravest verdict first,
 * then the strongest; at most LIMITS.triageListMatches, so that what is left out is never graver than what is kept.
 */
export function listMatches(alert: Alert, hits: readonly ScreeningHit[]): readonly ListMatch[] {
  const named = new Set(alert.matches.map(({ listId }) => listId));
  const found = hits.slice(0, MAXIMUM_HITS).filter(({ entryId }) => !named.has(entryId));
  const own = found.map((hit) => fromHit(alert, hit)).filter(({ strength }) => strength >= WORTH_NAMING);
  const matches = [...alertMatches(alert, hits), ...own];
  return matches.sort(byGravity).slice(0, LIMITS.triageListMatches);
}

function byGravity(one: ListMatch, other: ListMatch): number {
  const verdicts = MATCH_VERDICTS.indexOf(other.verdict) - MATCH_VERDICTS.indexOf(one.verdict);
  return verdicts || other.strength - one.strength || (one.entryId < other.entryId ? -1 : 1);
}

/** The better of the source's name score and ours: a matcher's weakness must not hide a listed person. */
function alertMatches(alert: Alert, hits: readonly ScreeningHit[]): readonly ListMatch[] {
  const kind = KIND_OF_ALERT[alert.alertType] ?? 'ADVERSE_MEDIA';
  return alert.matches.map((match) => {
    const hit = hits.find(({ entryId }) => entryId === match.listId);
    const nameScore = Math.max(match.matchScore, hit?.nameScore ?? 0);
    const assessment = assessMatch({
      nameScore,
      entityType: alert.customer.entityType,
      dateOfBirth: alert.customer.dateOfBirth,
      countries: countriesOf(alert),
      listedDates: match.listDateOfBirth === null ? (hit?.datesOfBirth ?? []) : [match.listDateOfBirth],
      listedCountries: match.listCountry === null ? (hit?.countries ?? []) : [match.listCountry],
    });
    const entry = { listKind: hit?.listKind ?? kind, listName: match.listName, entryId: match.listId ?? '' };
    // Ids are a list's own: what was found of an entry says nothing of another list's entry of that number.
    const whitelisted = hit?.whitelisted === true && hit.listName === match.listName;
    const judged = whitelisted ? setAside(assessment) : assessment;
    const nameFeatures = hit?.nameFeatures ?? [];
    return { ...judged, ...entry, nameScore, nameFeatures, whitelisted, inAlert: true };
  });
}

function fromHit(alert: Alert, hit: ScreeningHit): ListMatch {
  const { listKind, listName, entryId, nameScore, nameFeatures } = hit;
  const assessment = assessMatch({
    nameScore,
    entityType: alert.customer.entityType,
    dateOfBirth: alert.customer.dateOfBirth,
    countries: countriesOf(alert),
    listedDates: hit.datesOfBirth,
    listedCountries: hit.countries,
  });
  const whitelisted = hit.whitelisted === true;
  const judged = whitelisted ? setAside(assessment) : assessment;
  return { ...judged, listKind, listName, entryId, nameScore, nameFeatures, whitelisted, inAlert: false };
}

/** Persons have looked at it, so what names and attributes say counts no more; the evidence says so. */
function setAside(assessment: MatchAssessment): MatchAssessment {
  return { ...assessment, strength: 0, verdict: 'ruled_out', conflicting: false };
}
