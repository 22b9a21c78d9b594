import type { Alert } from '../../../proto/domain/alert.ts';
import type { Evidence } from '../../../proto/domain/decision.ts';
import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import type { TypologyHit } from '../detectors/detect.ts';
import type { ListMatch } from '../listed/list-matches.ts';
import type { ActivityFacts } from './enrichment.ts';
import type { DataQuality } from './data-quality.ts';

/** Ids of the evidence that stands once in an alert; narrative and contributions cite by them. */
export const EVIDENCE = {
  alert: 'alert',
  customer: 'customer',
  history: 'history',
  activity: 'account:activity',
  counterparties: 'account:counterparties',
  geography: 'geography',
  quality: 'data-quality',
} as const;

export function typologyEvidenceId(typology: string): string {
  return `typology:${typology}`;
}

export function matchEvidenceId(place: number): string {
  return `list:${place + 1}`;
}

export type OwnFacts = {
  readonly alert: Alert;
  readonly customerKnown: boolean;
  readonly earlierAlerts: number;
  readonly activity: ActivityFacts | null;
  readonly countries: readonly string[];
  readonly listMatches: readonly ListMatch[];
  readonly typologyHits: readonly TypologyHit[];
  readonly quality: DataQuality;
};

/** Evidence from the agency's own view. Summaries hold no names: who it is about stands in the alert. */
export function ownEvidence(facts: OwnFacts): readonly Evidence[] {
  const { alert, activity, quality } = facts;
  const known = facts.customerKnown ? 'in the records' : 'not in the records';
  const rows: Evidence[] = [
    own(EVIDENCE.alert, 'alert', `${alert.alertType} alert, priority ${alert.priority}`, 'alert'),
    own(EVIDENCE.customer, 'customer', `${alert.customer.entityType.toLowerCase()}, ${known}`, 'records'),
    own(EVIDENCE.history, 'history', `${facts.earlierAlerts} earlier alerts on the customer`, 'ledger'),
    own(EVIDENCE.geography, 'geography', `countries: ${facts.countries.join(', ') || 'none known'}`, 'alert'),
    own(EVIDENCE.quality, 'data_quality', qualitySummary(quality), 'triage'),
  ];
  if (activity !== null) {
    const { incoming, outgoing, counterparties, oneOffCounterparties, otherAgencies } = activity;
    rows.push(
      own(EVIDENCE.activity, 'activity', `${incoming} transfers in and ${outgoing} out within four weeks`, 'graph'),
      own(
        EVIDENCE.counterparties,
        'counterparties',
        `${counterparties} counterparties, ${oneOffCounterparties} of them once, at ${otherAgencies} other agencies`,
        'graph',
      ),
    );
  }
  for (const hit of facts.typologyHits)
    rows.push(own(typologyEvidenceId(hit.typology), 'typology', hitSummary(hit), 'graph'));
  for (const [place, match] of facts.listMatches.entries())
    rows.push(own(matchEvidenceId(place), 'list_match', matchSummary(match), match.inAlert ? 'alert' : 'screening'));
  return rows;
}

function own(evidenceId: string, kind: string, summary: string, source: string): Evidence {
  return { evidenceId, kind, summary, source, fromPeers: false };
}

/** The path itself, so that it can be followed: ids of transfers in the agency's own records. */
function hitSummary({ typology, strength, edgeIds }: TypologyHit): string {
  const description = TYPOLOGIES.find(({ id }) => id === typology)?.description ?? typology;
  const shown = edgeIds.slice(0, SHOWN_TRANSFERS).join(', ');
  const more = edgeIds.length > SHOWN_TRANSFERS ? ` and ${edgeIds.length - SHOWN_TRANSFERS} more` : '';
  return `${description}, strength ${strength.toFixed(2)}: transfers ${shown}${more}`;
}

const SHOWN_TRANSFERS = 12;

function matchSummary(match: ListMatch): string {
  const { listName, entryId, nameScore, date, country, verdict, whitelisted } = match;
  const entry = entryId === '' ? listName : `${listName} ${entryId}`;
  const name = `name ${nameScore.toFixed(2)}${nameParts(match)}`;
  const judged = whitelisted ? 'whitelisted by two persons' : verdict.replace('_', ' ');
  return `${entry}: ${name}, date of birth ${date}, country ${country}: ${judged}`;
}

/** What our own comparison of the names is made of: ` (name +1.00, extra parts -0.12)`. */
function nameParts({ nameFeatures }: ListMatch): string {
  if (nameFeatures.length === 0) return '';
  const shown = nameFeatures.map(({ name, contribution }) => {
    const points = `${contribution < 0 ? '-' : '+'}${Math.abs(contribution).toFixed(2)}`;
    return `${name.replaceAll('_', ' ')} ${points}`;
  });
  return ` (${shown.join(', ')})`;
}

function qualitySummary({ completeness, freshness, reliability, missingCriticalFields }: DataQuality): string {
  const shares = [completeness, freshness, reliability].map((share) => share.toFixed(2));
  const missing = missingCriticalFields.length === 0 ? '' : `; missing ${missingCriticalFields.join(', ')}`;
  return `completeness ${shares[0]}, freshness ${shares[1]}, reliability ${shares[2]}${missing}`;
}
