import type { AlertType } from '../../../proto/domain/alert.ts';
import type { Disposition } from '../../../proto/domain/decision.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import type { ListMatch } from '../listed/list-matches.ts';
import type { RiskAssessment } from './risk.ts';

/** Reasons that stand in decisions, by code. Public, like error codes. */
export const REASONS = {
  RISK_LOW: 'the score is below 31',
  RISK_MEDIUM: 'the score is at least 31',
  RISK_HIGH: 'the score is at least the high threshold',
  RISK_SEVERE: 'the score is at least the severe threshold',
  SANCTIONS_MATCH: 'the customer is on a sanctions list: the name and a second attribute agree',
  SANCTIONS_PROBABLE: 'the customer may be on a sanctions list: the name agrees and nothing contradicts it',
  LISTED_PERSON_OPEN: 'a listed person of that name is not ruled out by date of birth and country',
  PEP_AND_ADVERSE_MEDIA: 'the customer is a politically exposed person with adverse media',
  LISTED_PERSON: 'the customer is on a list of exposed or reported persons',
  EVIDENCE_MISSING: 'the alert is about a listed person and names none',
  CUSTOMER_UNKNOWN: 'the customer is not in the records of the agency',
  DATA_INCOMPLETE: 'too much of what the type of alert needs is missing',
  EVIDENCE_CONFLICTING: 'attributes of a match contradict each other',
  PATTERN_NOVEL: 'the behaviour lies beyond what the scorer was trained on',
  PEER_INDICATOR: 'several agencies have flagged the account',
  PEER_MATCH: 'another agency knows the customer as higher-risk',
  PEERS_ALONE_DO_NOT_REPORT: 'without what peers gave it would not be reported or blocked, so it goes to L3',
  PEERS_DO_NOT_CLEAR: 'without what peers gave it would be graver, so it stays there',
  ADVISER_RAISED: 'a language model gave grounds, with evidence, for more care than the code takes',
  ADVISER_FAILED: 'a language model was to be asked and gave nothing that can be used',
  TEXT_SUSPICIOUS: 'a text that came with the alert looks as if it spoke to a machine',
  EMERGENCY: 'a stage of triage failed',
} as const;
export type Reason = keyof typeof REASONS;

/** A rule that held: the least grave disposition that it allows, and whether a person must look. */
export type Raise = { readonly reason: Reason; readonly atLeast: Disposition; readonly review: boolean };

const LISTED_TYPES: ReadonlySet<AlertType> = new Set<AlertType>(['SANCTIONS', 'PEP', 'ADVERSE_MEDIA']);
const INCOMPLETE_BELOW = 0.6;
/** One odd value may be a slip; so many together are another kind of customer. Chosen. */
const NOVEL_FROM = 3;

/** All rules that hold for an alert, in a fixed order. Rules only raise; none needs a score to be low or high. */
export function raises(
  enrichment: Enrichment,
  risk: RiskAssessment,
  { withPeers }: { readonly withPeers: boolean },
): readonly Raise[] {
  return [...listRaises(enrichment), ...factRaises(enrichment, risk), ...(withPeers ? peerRaises(enrichment) : [])];
}

function listRaises({ alert, listMatches }: Enrichment): readonly Raise[] {
  const sanctioned = listMatches.filter(({ listKind }) => listKind === 'SANCTIONS');
  const exposed = listMatches.filter(({ listKind }) => listKind === 'PEP');
  const reported = listMatches.filter(({ listKind }) => listKind === 'ADVERSE_MEDIA');
  const found: Raise[] = [];
  if (sanctioned.some(({ verdict }) => verdict === 'confirmed'))
    found.push({ reason: 'SANCTIONS_MATCH', atLeast: 'BLOCK_TRANSACTION', review: true });
  else if (sanctioned.some(({ verdict }) => verdict === 'probable')) {
    const isSubject = sanctioned.some(({ verdict, inAlert }) => verdict === 'probable' && inAlert);
    found.push({ reason: 'SANCTIONS_PROBABLE', atLeast: isSubject ? 'ESCALATE_L3' : 'ESCALATE_L2', review: true });
  }
  if (exposed.some(isLikely) && reported.some(isLikely))
    found.push({ reason: 'PEP_AND_ADVERSE_MEDIA', atLeast: 'ESCALATE_L3', review: true });
  if ([...exposed, ...reported].some(({ verdict }) => verdict === 'confirmed'))
    found.push({ reason: 'LISTED_PERSON', atLeast: 'ESCALATE_L2', review: false });
  if (listMatches.some(({ inAlert, verdict }) => inAlert && verdict !== 'ruled_out'))
    found.push({ reason: 'LISTED_PERSON_OPEN', atLeast: 'ESCALATE_L2', review: false });
  if (LISTED_TYPES.has(alert.alertType) && alert.matches.length === 0)
    found.push({ reason: 'EVIDENCE_MISSING', atLeast: 'ESCALATE_L2', review: true });
  return found;
}

function factRaises({ customerKnown, dataQuality, listMatches }: Enrichment, risk: RiskAssessment): readonly Raise[] {
  const found: Raise[] = [];
  if (!customerKnown) found.push({ reason: 'CUSTOMER_UNKNOWN', atLeast: 'ESCALATE_L2', review: true });
  if (dataQuality.completeness < INCOMPLETE_BELOW)
    found.push({ reason: 'DATA_INCOMPLETE', atLeast: 'ESCALATE_L2', review: true });
  if (listMatches.some(({ conflicting, inAlert }) => conflicting && inAlert))
    found.push({ reason: 'EVIDENCE_CONFLICTING', atLeast: 'ESCALATE_L2', review: true });
  if (risk.beyondTraining.length >= NOVEL_FROM)
    found.push({ reason: 'PATTERN_NOVEL', atLeast: 'ESCALATE_L2', review: true });
  return found;
}

function peerRaises({ peers }: Enrichment): readonly Raise[] {
  const found: Raise[] = [];
  if (peers.accountIndicators > 0) found.push({ reason: 'PEER_INDICATOR', atLeast: 'ESCALATE_L2', review: false });
  if (peers.matches > 0) found.push({ reason: 'PEER_MATCH', atLeast: 'ESCALATE_L2', review: false });
  return found;
}

function isLikely({ verdict }: ListMatch): boolean {
  return verdict === 'confirmed' || verdict === 'probable';
}
