import { parse } from 'yaml';
import * as z from 'zod';
import { asId } from '../../proto/domain/ids.ts';
import { EXCHANGE_KINDS, type Policy } from '../../proto/domain/policy.ts';
import { federationRefusal } from './refusal.ts';

const DAY_MS = 86_400_000;
const days = (value: number): number => Math.round(value * DAY_MS);

/** Defaults are DESIGN's (section 5); what is not written here is not allowed. */
const FILE = z.strictObject({
  key_holder_agency: z.string().min(1),
  epoch_length_seconds: z.number().min(1).default(86_400),
  certificate_life_days: z.number().positive().default(7),
  certificate_grace_days: z.number().min(0).default(7),
  joiners_read_back: z.boolean().default(false),
  gateways: z.array(
    z.strictObject({
      gateway: z.string().min(1),
      kinds: z.array(z.enum(EXCHANGE_KINDS)).min(1),
      agencies: z.array(z.string().min(1)).default([]),
      release_by_rule: z.boolean().default(false),
    }),
  ),
  flags: z
    .strictObject({
      threshold: z.int().min(1).default(3),
      window_days: z.number().positive().default(90),
      identifiers_per_case: z.int().min(1).max(64).default(16),
      hub_degree: z.int().min(1).default(50),
      quota_per_epoch: z.int().min(1).default(512),
      batch_size: z.int().min(1).max(1_024).default(64),
      indicator_life_days: z.number().positive().default(180),
    })
    .prefault({}),
  hints: z
    .strictObject({
      epsilon: z.number().positive().default(3),
      buckets: z.int().min(2).max(8).default(2),
      rounds: z.int().min(1).max(2).default(1),
      minimum_transfers: z.int().min(1).default(2),
      window_days: z.number().positive().default(28),
      top_share: z.number().positive().max(0.5).default(0.05),
      budget_per_account: z.number().min(0).default(6),
    })
    .prefault({}),
  match: z
    .strictObject({
      elements_per_day: z.int().min(1).default(1_000),
      elements_per_key: z.int().min(1).default(10_000),
      label_level: z.int().min(0).max(2).default(1),
      // Asking by rule is off until agencies agree on it: it spends what persons would ask.
      elements_by_rule_per_day: z.int().min(0).default(0),
    })
    .prefault({}),
  summaries: z
    .strictObject({
      epsilon: z.number().positive().default(1),
      cap_per_customer: z.int().min(1).default(2),
      minimum_cell: z.int().min(0).default(5),
      budget_per_year: z.number().min(0).default(400),
    })
    .prefault({}),
});

/**
 * Reads a policy as its authors write it: YAML, snake_case, seconds and days.
 * @param follows version and hash of the policy in force; version 0 and zeros before the first
 * @throws FEDERATION_FILE naming the field
 */
export function parsePolicyFile(
  text: string,
  follows: { readonly version: number; readonly hash: Uint8Array },
): Policy {
  const parsed = FILE.safeParse(yaml(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw federationRefusal('FEDERATION_FILE', { expected: 'policy', field: issue?.path.join('.') }, parsed.error);
  }
  const { flags, hints, match, summaries, ...rest } = parsed.data;
  return {
    version: follows.version + 1,
    previousHash: follows.hash,
    gateways: rest.gateways.map((rule) => ({
      gateway: rule.gateway,
      kinds: rule.kinds,
      agencies: rule.agencies.map((agency) => asId(agency)),
      releaseByRule: rule.release_by_rule,
    })),
    keyHolderAgency: asId(rest.key_holder_agency),
    epochLengthMs: Math.round(rest.epoch_length_seconds * 1_000),
    certificateLifeMs: days(rest.certificate_life_days),
    certificateGraceMs: days(rest.certificate_grace_days),
    joinersReadBack: rest.joiners_read_back,
    flags: {
      threshold: flags.threshold,
      windowMs: days(flags.window_days),
      identifiersPerCase: flags.identifiers_per_case,
      hubDegree: flags.hub_degree,
      quotaPerEpoch: flags.quota_per_epoch,
      batchSize: flags.batch_size,
      indicatorLifeMs: days(flags.indicator_life_days),
    },
    hints: {
      epsilon: hints.epsilon,
      buckets: hints.buckets,
      rounds: hints.rounds,
      minimumTransfers: hints.minimum_transfers,
      windowMs: days(hints.window_days),
      topShare: hints.top_share,
      budgetPerAccount: hints.budget_per_account,
    },
    match: {
      elementsPerDay: match.elements_per_day,
      elementsPerKey: match.elements_per_key,
      labelLevel: match.label_level,
      elementsByRulePerDay: match.elements_by_rule_per_day,
    },
    summaries: {
      epsilon: summaries.epsilon,
      capPerCustomer: summaries.cap_per_customer,
      minimumCell: summaries.minimum_cell,
      budgetPerYear: summaries.budget_per_year,
    },
  };
}

function yaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'policy' }, cause);
  }
}
