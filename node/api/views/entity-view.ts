import * as z from 'zod';
import { CLASSIFICATIONS, TLP_LEVELS } from '../../../proto/domain/marking.ts';
import type { Entity } from '../../entities/entities.ts';
import type { LinkedEntity } from '../../entities/entity-desk.ts';
import type { Propensity } from '../../entities/propensity/propensity.ts';
import { MERGE_STATES, type MergeAssertion } from '../../records/merges.ts';

const SHARE = z.number().min(0).max(1);
const MARKING = z.strictObject({
  tlp: z.enum(TLP_LEVELS),
  classification: z.enum(CLASSIFICATIONS),
  compartments: z.array(z.string()),
  groups: z.array(z.string()),
});

/** That two customers are, may be or are not one. */
export const MERGE = z.strictObject({
  one: z.string(),
  other: z.string(),
  ordinal: z.int().describe('how often something was said of this pair'),
  state: z.enum(MERGE_STATES),
  score: SHARE,
  features: z
    .array(z.strictObject({ name: z.string(), agreement: z.string(), contribution: z.number() }))
    .describe('log-odds that each attribute adds'),
  ceilings: z.array(z.string()).describe('why the score is lower than the features make it, or why a person is asked'),
  model: z.string(),
  decided_by: z.string(),
  reason: z.string().nullable(),
  known_at: z.iso.datetime(),
});

export const ENTITY = z.strictObject({
  entity_id: z.string().describe('smallest id of its customers'),
  members: z.array(z.strictObject({ customer_id: z.string(), name: z.string(), entity_type: z.string() })),
  marking: MARKING.describe('the highest of its members'),
  merges: z.array(MERGE),
});

export const LINKS = z.strictObject({
  entity_id: z.string(),
  model: z.string().nullable(),
  links: z.array(
    z.strictObject({
      customer_id: z.string(),
      confidence: SHARE,
      reasons: z.array(
        z.strictObject({
          kind: z.string(),
          confidence: SHARE,
          count: z.int().describe('customers that have it, or things that both have'),
          elements: z.array(z.string()).describe('keys in the graph'),
        }),
      ),
    }),
  ),
});

export const PROPENSITY = z.strictObject({
  entity_id: z.string(),
  propensity: SHARE,
  model: z.string(),
  intercept: z.number(),
  reasons: z
    .array(z.strictObject({ kind: z.string(), contribution: z.number(), about: z.array(z.string()) }))
    .describe('log-odds; with the intercept they add up to those of the propensity'),
});

export const RESOLUTION = z.strictObject({
  customers: z.int(),
  merged: z.int(),
  proposed: z.int(),
  entities: z.int().describe('entities of several records'),
});

/** An assertion in the names of the interface. */
export function mergeView(assertion: MergeAssertion): z.input<typeof MERGE> {
  const { ceilings, decidedBy, features, knownAtMs, model, one, ordinal, other, reason, score, state } = assertion;
  return {
    one,
    other,
    ordinal,
    state,
    score,
    model,
    reason,
    features: features.map(({ agreement, contribution, name }) => ({
      name,
      agreement,
      contribution,
    })),
    ceilings: [...ceilings],
    decided_by: decidedBy,
    known_at: new Date(knownAtMs).toISOString(),
  };
}

/** An entity in the names of the interface. */
export function entityView({ assertions, entityId, marking, members }: Entity): z.input<typeof ENTITY> {
  return {
    entity_id: entityId,
    members: members.map(({ customerId, entityType, name }) => {
      return { customer_id: customerId, name, entity_type: entityType };
    }),
    marking: { ...marking, compartments: [...marking.compartments], groups: [...marking.groups] },
    merges: assertions.map(mergeView),
  };
}

/** Links in the names of the interface. */
export function linksView({ entityId }: Entity, links: readonly LinkedEntity[]): z.input<typeof LINKS> {
  return {
    entity_id: entityId,
    model: links[0]?.model ?? null,
    links: links.map(({ confidence, customerId, reasons }) => ({
      customer_id: customerId,
      confidence,
      reasons: reasons.map((reason) => ({ ...reason, elements: [...reason.elements] })),
    })),
  };
}

/** A propensity in the names of the interface. */
export function propensityView(
  { entityId }: Entity,
  { intercept, model, propensity, reasons }: Propensity,
): z.input<typeof PROPENSITY> {
  return {
    entity_id: entityId,
    propensity,
    model,
    intercept,
    reasons: reasons.map((reason) => ({
      ...reason,
      about: [...reason.about],
    })),
  };
}
