import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import { type CitedSentence, type Contribution, RISK_COMPONENTS } from '../../../proto/domain/decision.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import { EVIDENCE, matchEvidenceId, typologyEvidenceId } from '../enrichment/own-evidence.ts';
import { indicatorsOf, HINTS_EVIDENCE, MATCHES_EVIDENCE } from '../enrichment/peer-facts.ts';
import { checkCitations } from './citations.ts';
import { guidance, TOLD_MATCHES } from './guidance.ts';
import type { RiskAssessment } from './risk.ts';

/**
 * Tells an analyst what happened and what to look at: summary, timeline, relationships, guidance, in that order, one
 * sentence a fact. Written by code from the evidence alone; no text of the alert's free fields enters.
 * @throws TRIAGE_CITATION when a sentence or contribution cites nothing or what does not exist: our broken promise
 */
export function buildContext(enrichment: Enrichment, risk: RiskAssessment): readonly CitedSentence[] {
  const narrative = [
    ...summary(enrichment, risk),
    ...timeline(enrichment),
    ...relationships(enrichment),
    ...guidance(enrichment),
  ];
  checkCitations(risk.contributions, enrichment.evidence);
  checkCitations(narrative, enrichment.evidence);
  return narrative;
}

function summary({ alert, dataQuality, listMatches, typologyHits }: Enrichment, risk: RiskAssessment): CitedSentence[] {
  const kind = alert.customer.entityType === 'BUSINESS' ? 'an organisation' : 'an individual';
  const gravest = [...RISK_COMPONENTS].sort((one, other) => risk.components[other] - risk.components[one])[0];
  const ground = strongestGrounds(risk.contributions, gravest);
  const sentences = [
    sentence(`${alert.alertType} alert of ${alert.priority} priority on ${kind}.`, [EVIDENCE.alert, EVIDENCE.customer]),
    sentence(
      `Risk is ${risk.riskScore.toFixed(1)} of 100, highest in the ${String(gravest).replace('_', ' ')} component.`,
      ground.length === 0 ? [EVIDENCE.alert] : ground,
    ),
  ];
  for (const { typology, strength } of typologyHits) {
    const description = TYPOLOGIES.find(({ id }) => id === typology)?.description ?? typology;
    sentences.push(
      sentence(`The account shows ${description} (strength ${strength.toFixed(2)}).`, [typologyEvidenceId(typology)]),
    );
  }
  for (const [place, { listKind, verdict }] of listMatches.slice(0, TOLD_MATCHES).entries()) {
    if (verdict === 'ruled_out') continue;
    const list = listKind.replace('_', ' ').toLowerCase();
    sentences.push(sentence(`A ${list} match of the customer is ${verdict}.`, [matchEvidenceId(place)]));
  }
  if (dataQuality.missingCriticalFields.length > 0)
    sentences.push(sentence(`Missing: ${dataQuality.missingCriticalFields.join(', ')}.`, [EVIDENCE.quality]));
  return sentences;
}

/** Evidence of the three contributions that add most to a component. */
function strongestGrounds(contributions: readonly Contribution[], component: string | undefined): readonly string[] {
  const adding = contributions.filter((one) => one.component === component && one.points > 0);
  const most = adding.sort((one, other) => other.points - one.points).slice(0, 3);
  return [...new Set(most.flatMap(({ evidenceIds }) => evidenceIds))];
}

function timeline({ alert, activity, history, peers, evidence }: Enrichment): CitedSentence[] {
  const sentences: CitedSentence[] = [];
  const newest = history[0];
  if (newest !== undefined) {
    const count = history.length === 1 ? '1 earlier alert' : `${history.length} earlier alerts`;
    sentences.push(sentence(`The customer had ${count}, the last on ${day(newest.raisedAtMs)}.`, [EVIDENCE.history]));
  }
  if (activity !== null && activity.firstMs !== null && activity.lastMs !== null) {
    const span = `from ${day(activity.firstMs)} to ${day(activity.lastMs)}`;
    const moved = `${activity.incoming} transfers came in and ${activity.outgoing} went out`;
    sentences.push(sentence(`In the four weeks looked at, ${moved}, ${span}.`, [EVIDENCE.activity]));
  }
  sentences.push(sentence(`The alert was raised on ${day(alert.raisedAtMs)}.`, [EVIDENCE.alert]));
  if (peers.firstKnownMs !== null)
    sentences.push(sentence(`Indicators of peers are known since ${day(peers.firstKnownMs)}.`, indicatorsOf(evidence)));
  return sentences;
}

function relationships({ activity, evidence, peers }: Enrichment): CitedSentence[] {
  const sentences: CitedSentence[] = [];
  if (activity !== null) {
    const { counterparties, oneOffCounterparties, otherAgencies } = activity;
    const text = `Of ${counterparties} counterparties ${oneOffCounterparties} were dealt with once; they bank at ${otherAgencies} other agencies.`;
    sentences.push(sentence(text, [EVIDENCE.counterparties]));
  }
  if (peers.accountIndicators > 0)
    sentences.push(sentence('The account itself stands in an indicator of several agencies.', indicatorsOf(evidence)));
  if (peers.counterpartyIndicators > 0) {
    const text = `${peers.counterpartyIndicators} indicators of several agencies are about its counterparties.`;
    sentences.push(sentence(text, indicatorsOf(evidence)));
  }
  if (peers.hints > 0) {
    const text = `${peers.topHints} of ${peers.hints} hints call a counterparty high-risk; each is noised and may be wrong.`;
    sentences.push(sentence(text, [HINTS_EVIDENCE]));
  }
  if (peers.matches > 0)
    sentences.push(sentence('The customer is known elsewhere as higher-risk.', [MATCHES_EVIDENCE]));
  return sentences;
}

function sentence(text: string, evidenceIds: readonly string[]): CitedSentence {
  return { text, evidenceIds };
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
