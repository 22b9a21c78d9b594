import { asId } from '../domain/ids.ts';
import { EXCHANGE_KINDS, type ExchangeKind, type GatewayRule, type Policy } from '../domain/policy.ts';
import { type GatewayRule as WireGatewayRule, Policy as WirePolicy } from '../gen/concordat/v1/policy.ts';
import { asBuffer } from './envelope.ts';
import { boundedList, boundedText, decodeMessage, exactBytes, inRange, safeInteger, wireRefusal } from './wire.ts';

const GATEWAYS = 64;
const AGENCIES = 1_000;
const MINUTE_MS = 60_000;
const YEAR_MS = 31_622_400_000;

/**
 * Reads a policy and checks every figure against its possible range. Whether a feature is on at these figures
 * (floors of k, n) is decided where the feature is used, so that it can be shown as off with its reason.
 * @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD
 */
export function decodePolicy(bytes: Uint8Array, maximumBytes: number): Policy {
  const wire = decodeMessage(WirePolicy, bytes, maximumBytes);
  const { flags, hints, match, summaries } = wire;
  if (!flags || !hints || !match || !summaries) throw wireRefusal('WIRE_FIELD', 'a section is missing', 'policy');
  return {
    version: safeInteger('version', wire.version, 1),
    previousHash: exactBytes('previous_hash', wire.previousHash, 32),
    gateways: boundedList('gateways', wire.gateways, GATEWAYS).map(decodeGateway),
    keyHolderAgency: asId(boundedText('key_holder_agency', wire.keyHolderAgency, 128)),
    epochLengthMs: inRange('epoch_length_ms', safeInteger('epoch_length_ms', wire.epochLengthMs), 1_000, YEAR_MS),
    certificateLifeMs: inRange(
      'certificate_life_ms',
      safeInteger('certificate_life_ms', wire.certificateLifeMs),
      MINUTE_MS,
      YEAR_MS,
    ),
    certificateGraceMs: inRange(
      'certificate_grace_ms',
      safeInteger('certificate_grace_ms', wire.certificateGraceMs),
      0,
      YEAR_MS,
    ),
    flags: {
      threshold: inRange('flags.threshold', flags.threshold, 1, 255),
      windowMs: safeInteger('flags.window_ms', flags.windowMs),
      identifiersPerCase: inRange('flags.identifiers_per_case', flags.identifiersPerCase, 1, 64),
      hubDegree: inRange('flags.hub_degree', flags.hubDegree, 1, 1_000_000),
      quotaPerEpoch: inRange('flags.quota_per_epoch', flags.quotaPerEpoch, 1, 1_000_000),
      batchSize: inRange('flags.batch_size', flags.batchSize, 1, 1_024),
      indicatorLifeMs: safeInteger('flags.indicator_life_ms', flags.indicatorLifeMs),
    },
    hints: {
      epsilon: inRange('hints.epsilon', hints.epsilon, 0.01, 16),
      buckets: inRange('hints.buckets', hints.buckets, 2, 8),
      rounds: inRange('hints.rounds', hints.rounds, 1, 2),
      minimumTransfers: inRange('hints.minimum_transfers', hints.minimumTransfers, 1, 1_000),
      windowMs: safeInteger('hints.window_ms', hints.windowMs),
      topShare: inRange('hints.top_share', hints.topShare, 0.0001, 0.5),
      budgetPerAccount: inRange('hints.budget_per_account', hints.budgetPerAccount, 0, 1_000),
    },
    match: {
      elementsPerDay: inRange('match.elements_per_day', match.elementsPerDay, 1, 10_000_000),
      elementsPerKey: inRange('match.elements_per_key', match.elementsPerKey, 1, 100_000_000),
      labelLevel: inRange('match.label_level', match.labelLevel, 0, 2),
      elementsByRulePerDay: inRange('match.elements_by_rule_per_day', match.elementsByRulePerDay, 0, 10_000_000),
    },
    summaries: {
      epsilon: inRange('summaries.epsilon', summaries.epsilon, 0.001, 16),
      capPerCustomer: inRange('summaries.cap_per_customer', summaries.capPerCustomer, 1, 1_000),
      minimumCell: inRange('summaries.minimum_cell', summaries.minimumCell, 0, 1_000_000),
      budgetPerYear: inRange('summaries.budget_per_year', summaries.budgetPerYear, 0, 100_000),
    },
    joinersReadBack: wire.joinersReadBack,
  };
}

/** Policy bytes for officers to sign. */
export function encodePolicy(policy: Policy): Uint8Array {
  return WirePolicy.encode({
    ...policy,
    version: BigInt(policy.version),
    previousHash: asBuffer(policy.previousHash),
    gateways: policy.gateways.map((rule) => ({ ...rule, kinds: [...rule.kinds], agencies: [...rule.agencies] })),
    epochLengthMs: BigInt(policy.epochLengthMs),
    certificateLifeMs: BigInt(policy.certificateLifeMs),
    certificateGraceMs: BigInt(policy.certificateGraceMs),
    flags: {
      ...policy.flags,
      windowMs: BigInt(policy.flags.windowMs),
      indicatorLifeMs: BigInt(policy.flags.indicatorLifeMs),
    },
    hints: { ...policy.hints, windowMs: BigInt(policy.hints.windowMs) },
    match: policy.match,
    summaries: policy.summaries,
  }).finish();
}

/** Kinds of a newer policy that this program does not know grant nothing. */
function decodeGateway(wire: WireGatewayRule): GatewayRule {
  return {
    gateway: boundedText('gateways.gateway', wire.gateway, 128, 1),
    kinds: boundedList('gateways.kinds', wire.kinds, 32).filter((kind): kind is ExchangeKind =>
      EXCHANGE_KINDS.some((known) => known === kind),
    ),
    agencies: boundedList('gateways.agencies', wire.agencies, AGENCIES).map((agency) =>
      asId(boundedText('gateways.agencies', agency, 128, 1)),
    ),
    releaseByRule: wire.releaseByRule,
  };
}
