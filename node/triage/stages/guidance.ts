import type { CitedSentence } from '../../../proto/domain/decision.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import { externalIds } from '../enrichment/external-evidence.ts';
import { EVIDENCE, matchEvidenceId, typologyEvidenceId } from '../enrichment/own-evidence.ts';
import { indicatorsOf, MATCHES_EVIDENCE } from '../enrichment/peer-facts.ts';

/** Matches that the narrative speaks of: the gravest come first, the others stand in the evidence. */
export const TOLD_MATCHES = 5;

/** What to ask and to check for each typology. */
const QUESTIONS: Readonly<Record<string, string>> = {
  fan_in: 'Ask what the incoming sums are for and how the customer knows the senders.',
  fan_out: 'Ask what the outgoing sums are for and how the customer knows the receivers.',
  cycle: 'Follow the round of transfers and ask why the money came back.',
  scatter_gather: 'Look at the accounts between source and sink together, not one by one.',
  gather_scatter: 'Compare what was gathered with what was sent on, and ask for the ground of each.',
  pass_through: 'Check whether the account belongs to the customer alone and who orders its transfers.',
  structuring: 'Check the equal amounts against reporting thresholds and invoices.',
  dormant_then_active: 'Check whether the account changed hands, and its last identification.',
};

/** Next steps, each from the evidence that asks for it. */
export function guidance({
  alert,
  customerKnown,
  evidence,
  listMatches,
  peers,
  typologyHits,
}: Enrichment): readonly CitedSentence[] {
  const steps: CitedSentence[] = [];
  const step = (text: string, ...evidenceIds: readonly string[]): void => {
    steps.push({ text, evidenceIds });
  };
  if (!customerKnown) step('Find out whose alert this is: the customer is not in the records.', EVIDENCE.customer);
  for (const { typology } of typologyHits) {
    const question = QUESTIONS[typology];
    if (question !== undefined) step(question, typologyEvidenceId(typology));
  }
  for (const [place, { verdict, date, country }] of listMatches.slice(0, TOLD_MATCHES).entries()) {
    if (verdict === 'ruled_out' || verdict === 'confirmed') continue;
    const open = [...(date === 'same' ? [] : ['date of birth']), ...(country === 'same' ? [] : ['country'])];
    step(`Compare ${open.join(' and ') || 'the name'} with an identity document.`, matchEvidenceId(place));
  }
  if (alert.alertType === 'KYC_ONGOING') step('Renew what the review found missing or out of date.', EVIDENCE.alert);
  if (peers.accountIndicators + peers.counterpartyIndicators > 0)
    step(
      'Ask the contributing agencies by a request for information; an indicator alone is no proof.',
      ...indicatorsOf(evidence),
    );
  if (peers.matches > 0) step('Ask the agency that knows the customer for its grounds.', MATCHES_EVIDENCE);
  const external = externalIds(evidence);
  if (external.length > 0) step('Confirm what the outside source says of the customer at its origin.', ...external);
  if (steps.length === 0) step('Nothing asks for more than the usual review.', EVIDENCE.alert);
  return steps;
}
