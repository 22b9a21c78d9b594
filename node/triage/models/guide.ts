import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import { FEATURES, typologyFeature } from '../features/feature-table.ts';
import { COMPONENT_WEIGHTS, type ComponentWeights } from './component-weights.ts';
import type { LinearHead } from './linear-head.ts';
import { ESCALATE_FROM, REPORT_FROM, scaleOf } from './scale.ts';
import { parseScorerArtefact, type ScorerArtefact } from './scorer-artefact.ts';

type HandSet = Readonly<Record<string, number>>;

/**
 * What any account's own transfers say, in log-odds per unit (counts as ln(1 + n)). Money that comes from strangers and
 * goes on to strangers speaks for layering, counterparties dealt with again and again speak against it.
 */
const BEHAVIOUR: HandSet = {
  first_time_counterparties: 0.2,
  one_off_senders: 0.2,
  one_off_receivers: 0.2,
  one_off_counterparties: 0.3,
  one_off_relays: 0.4,
  relays: 0.4,
  flow_balance: 0.5,
  repeat_share: -1,
};

/** What the alert and the counterparties add. */
const CASE: HandSet = {
  alert_one_offs: 0.4,
  account_age: -0.03,
  inside_counterparty_risk: 0.2,
  outside_counterparty_risk: 0.2,
  inside_one_off_risk: 0.4,
  outside_one_off_risk: 0.4,
};

/** Of a pattern at its full strength, 1: those that need others to play along are hardly chance. */
const PATTERN = 0.6;
const JOINT_PATTERN = 1;
const JOINT_PATTERNS: ReadonlySet<string> = new Set(['cycle', 'scatter_gather', 'gather_scatter']);

/** An indicator is the word of several agencies after review; a hint is one noisy bit; a match doubles the odds. */
const PEERS: HandSet = {
  account_indicators: 1,
  peer_matches: 1,
  counterparty_indicators: 0.7,
  hint_excess: 0.7,
  one_off_hint_excess: 0.7,
};

/**
 * Where an account and an alert stand that show nothing. Chosen by the spread of the scores of synthetic agencies, with
 * no outcome looked at: one alert in ten comes to L3, one in five may be cleared.
 */
const QUIET_ACCOUNT = -6.5;
const QUIET_ALERT = -6;
/** Hand-set odds are no evidence for clearing: next to nothing must speak against an account. */
const CLEAR_BELOW = 0.0125;

/** The guide's weights. Source: reference guide, risk scoring. */
const GUIDE_WEIGHTS = { customer: 0.3, geographic: 0.2, transaction: 0.25, adverse_media: 0.15, network: 0.1 } as const;
/** Of an alert about what an account did. With the guide's own third nothing that it does could come to L3. */
const SCORED_SHARE = 0.9;

/**
 * The reference weights: a scorer that no row has trained, for an agency that starts without any and learns from its
 * own outcomes. Each weight is hand-set from what the typologies say; none was fitted or tuned.
 */
export function guideScorer(): ScorerArtefact {
  return parseScorerArtefact({
    format: 1,
    name: 'guide',
    version: '1',
    counterparty: headOf(QUIET_ACCOUNT, BEHAVIOUR),
    subject: headOf(QUIET_ALERT, { ...BEHAVIOUR, ...CASE, ...patterns(), ...PEERS }),
    scale: scaleOf({ clearBelow: CLEAR_BELOW, escalateFrom: ESCALATE_FROM, reportFrom: REPORT_FROM }),
    weights: guideWeights(),
    largest: {},
    training: { rows: 0, positives: 0, rowDigests: [], metrics: {} },
  });
}

function patterns(): HandSet {
  return Object.fromEntries(
    TYPOLOGIES.map(({ id }) => [typologyFeature(id), JOINT_PATTERNS.has(id) ? JOINT_PATTERN : PATTERN]),
  );
}

function headOf(intercept: number, weights: HandSet): LinearHead {
  const order = new Map(FEATURES.map(({ name }, place) => [name, place]));
  const terms = Object.entries(weights)
    .map(([feature, weight]) => ({ feature, weight, center: 0 }))
    .sort((one, other) => (order.get(one.feature) ?? 0) - (order.get(other.feature) ?? 0));
  return { intercept, terms };
}

/** Listed persons as everywhere; of the others the guide's proportions within what is scored and what is known by rule. */
function guideWeights(): ComponentWeights {
  const { transaction, network, ...byRule } = GUIDE_WEIGHTS;
  const scored = SCORED_SHARE / (transaction + network);
  const ruled = (1 - SCORED_SHARE) / (byRule.customer + byRule.geographic + byRule.adverse_media);
  const activity = {
    customer: ruled * byRule.customer,
    geographic: ruled * byRule.geographic,
    transaction: scored * transaction,
    adverse_media: ruled * byRule.adverse_media,
    network: scored * network,
  };
  return { ...COMPONENT_WEIGHTS, TRANSACTION: activity, KYC_ONGOING: activity };
}
