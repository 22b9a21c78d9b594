import type { Enrichment } from '../enrichment/enrichment.ts';
import { EVIDENCE, typologyEvidenceId } from '../enrichment/own-evidence.ts';
import { HINTS_EVIDENCE, indicatorsOf, MATCHES_EVIDENCE } from '../enrichment/peer-facts.ts';
import { COUNTERPARTY_FEATURES, typologyFeature } from '../features/feature-table.ts';

const COUNTERPARTY: ReadonlySet<string> = new Set(COUNTERPARTY_FEATURES);
const OF_THE_ALERT: ReadonlySet<string> = new Set([
  'average_alert',
  'scale',
  'alert_one_offs',
  'alert_counterparties',
  'is_review',
]);
const OF_THE_CUSTOMER: ReadonlySet<string> = new Set(['business', 'account_age']);

/** Evidence that a feature's contribution rests on: ids that stand in the enrichment's evidence. */
export function evidenceOfFeature(feature: string, { evidence, typologyHits }: Enrichment): readonly string[] {
  if (COUNTERPARTY.has(feature) || feature === 'outside_share') return [EVIDENCE.counterparties];
  if (OF_THE_ALERT.has(feature)) return [EVIDENCE.alert];
  if (OF_THE_CUSTOMER.has(feature)) return [EVIDENCE.customer];
  if (feature === 'hint_excess' || feature === 'one_off_hint_excess') return [HINTS_EVIDENCE];
  if (feature === 'peer_matches') return [MATCHES_EVIDENCE];
  if (feature === 'account_indicators' || feature === 'counterparty_indicators') return indicatorsOf(evidence);
  const hit = typologyHits.find(({ typology }) => typologyFeature(typology) === feature);
  return [hit === undefined ? EVIDENCE.activity : typologyEvidenceId(hit.typology)];
}
