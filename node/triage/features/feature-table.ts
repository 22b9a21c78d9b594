import { TYPOLOGIES, type TypologyId } from '../../../config/typologies/reference.ts';
import type { RiskComponent } from '../../../proto/domain/decision.ts';
import { ACCOUNT_FEATURES } from './account-features.ts';

/** The components that the scorer's features feed; the other three are scored by rule. */
export type ScoredComponent = Extract<RiskComponent, 'transaction' | 'network'>;

export type FeatureFacts = {
  readonly name: string;
  readonly component: ScoredComponent;
  /** More of it never lowers the score, whatever the training rows say. */
  readonly rises: boolean;
  /** From what peers gave; 0 where they gave nothing, so that leaving it out is setting it to 0. */
  readonly fromPeers: boolean;
  /** Its absence is the rule: contributions count from 0, not from the mean of the training rows. */
  readonly fromZero: boolean;
};

/** Features of the scorer by name; one that was not computed is 0. */
export type FeatureValues = Readonly<Record<string, number>>;

/** What is known of the account besides its transfers, and what the alert itself says. */
export const CASE_FEATURES = [
  'business',
  'account_age',
  'outside_share',
  'alert_one_offs',
  'alert_counterparties',
  'is_review',
] as const;

/** Sums of the counterparties' own scores: where they bank, and whether they were dealt with but once. */
export const COUNTERPARTY_FEATURES = [
  'inside_counterparty_risk',
  'outside_counterparty_risk',
  'inside_one_off_risk',
  'outside_one_off_risk',
] as const;

/** What peers gave on the account that the alert is about, and on its counterparties. */
export const PEER_SUBJECT_FEATURES = ['account_indicators', 'peer_matches'] as const;
export const PEER_NETWORK_FEATURES = ['counterparty_indicators', 'hint_excess', 'one_off_hint_excess'] as const;
export type PeerFeature = (typeof PEER_SUBJECT_FEATURES)[number] | (typeof PEER_NETWORK_FEATURES)[number];

const RISING: ReadonlySet<string> = new Set([
  'first_time_counterparties',
  'one_off_senders',
  'one_off_receivers',
  'one_off_counterparties',
  'one_off_relays',
  'relays',
  'alert_one_offs',
]);

const NETWORK_TYPOLOGIES: ReadonlySet<TypologyId> = new Set<TypologyId>([
  'cycle',
  'scatter_gather',
  'bipartite',
  'stack',
  'shell_cluster',
]);

/** Name of the feature that holds the strength of a typology's hit. */
export function typologyFeature(typology: string): string {
  return `typology_${typology}`;
}

/** Every feature of the scorer, in the order in which it is trained and shown. */
export const FEATURES: readonly FeatureFacts[] = [
  ...[...ACCOUNT_FEATURES, ...CASE_FEATURES].map((name) => plain(name, 'transaction', RISING.has(name))),
  ...COUNTERPARTY_FEATURES.map((name) => plain(name, 'network', true)),
  ...TYPOLOGIES.map(({ id }) => fromZero(typologyFeature(id), NETWORK_TYPOLOGIES.has(id) ? 'network' : 'transaction')),
  ...PEER_SUBJECT_FEATURES.map((name) => ({ ...fromZero(name, 'transaction'), fromPeers: true })),
  ...PEER_NETWORK_FEATURES.map((name) => ({ ...fromZero(name, 'network'), fromPeers: true })),
];

function plain(name: string, component: ScoredComponent, rises: boolean): FeatureFacts {
  return { name, component, rises, fromPeers: false, fromZero: false };
}

function fromZero(name: string, component: ScoredComponent): FeatureFacts {
  return { name, component, rises: true, fromPeers: false, fromZero: true };
}
